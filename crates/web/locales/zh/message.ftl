message-code = { $code } 是您的 Automat 登录验证码，5 分钟内有效。我们绝不会打电话索要验证码。
message-car-at-bay = 您的车已停在{ $bay }。取车码：{ $link }
message-refunded = { $amount } 正在退回您的钱包。
message-collection-failed = 第 { $number } 期扣款未成功，我们会再次尝试。详情：{ $link }
message-title-released = 款项已全部付清，车辆产权归您所有：{ $link }
