message-code = { $code } là mã đăng nhập Automat của bạn. Mã có hiệu lực 5 phút. Chúng tôi không bao giờ hỏi mã này qua điện thoại.
message-car-at-bay = Xe của bạn đang đứng ở { $bay }. Mã nhận xe: { $link }
message-refunded = { $amount } đang được trả lại vào ví của bạn.
message-collection-failed = Chúng tôi chưa thu được kỳ { $number } từ ví của bạn. Chúng tôi sẽ thử lại. Chi tiết: { $link }
message-title-released = Bạn đã trả xong. Giấy tờ sở hữu xe đã thuộc về bạn: { $link }
