# 限时发售：列表与横幅。
nav-drops = 限时发售
drops-title = 限时发售
drops-what = 限时发售是在约定的一秒，把少量车辆卖给很多人。开售前报名的每个人，机会都一样。
drops-open = 正在进行
drops-coming = 即将开始
drops-past = 已结束
drops-none = 目前没有安排限时发售。车塔中亮灯的车现在都可以购买。
drop-units = { $count } 辆车
drop-banner-coming = 限时发售“{ $name }”将于 { $moment } 开售
drop-banner-open = 限时发售“{ $name }”正在进行
drop-state-later = 尚未开放报名
drop-state-entering = 报名中
drop-state-drawing = 抽签中
drop-state-open = 进行中
drop-state-sold-out = 已全部认领
drop-state-all-sold = 已全部售出
drop-state-closed = 已结束
drop-state-cancelled = 已取消

# 一场发售：时间。
drop-entries-from = { $moment } 起可以报名
drop-opens = { $moment } 开售
drop-left = 剩余时间
drop-speak-600 = 距开售还有 10 分钟。
drop-speak-60 = 距开售还有 1 分钟。
drop-speak-10 = 距开售还有 10 秒。
drop-speak-0 = 正在抽签。
drop-entered-so-far = { $count ->
    [0] 截至 { $time }，还没有人报名。
   *[other] 截至 { $time }，已有 { $count } 人报名。
}
drop-opened = { $count ->
    [0] { $moment } 开售，无人参加抽签。
   *[other] { $moment } 开售，{ $count } 人参加了抽签。
}
drop-sold-out-by-draw = { $time }，抽签当场就认领了全部车辆。
drop-sold-out = { $time }，全部车辆已被认领，距开售{ $took }。
drop-all-sold = 截至 { $moment }，全部车辆都已付款。
drop-closes = { $moment } 仍未售出的车将回到车塔正常销售。
drop-closed = 本场发售已结束。未售出的车已回到车塔正常销售。
drop-cancelled = 本场发售在开售前取消：{ $reason }
drop-see-tower = 看看车塔里的车

# 一场发售：您。
drop-enter-title = 参加
drop-enter-later = 现在还不能报名。早到并不占优势。
drop-enter-text = 开售前随时可以报名，先后没有区别。
drop-enter-button = 报名抽签
drop-enter-next-phone = 下一步：填写手机号和证件信息。
drop-enter-next-document = 下一步：填写证件信息。
drop-enter-next-consent = 下一步：同意向征信机构查询。
drop-again-button = 重新报名
drop-entered-title = 您已报名抽签
drop-entered-text = 可以关闭本页，报名已经保存。开售时所有报名会抽成一个顺序；如果有车归您，我们会发消息通知您。
drop-key = 您在公开名单中的代号
drop-key-text = 它代表您，但不透露姓名。开售后您可以凭它找到自己。
drop-leave = 退出抽签
drop-leave-line = 放弃候补位置
drop-drawing-title = 正在抽签
drop-drawing-text = 请稍候。您的报名已保存，本页会自动更新。
drop-pending-title = 正在向征信机构查询
drop-pending-text = 通常只需几秒。查询通过后您即参加，本页会自动更新。
drop-unanswered-title = 征信机构没有答复
drop-unanswered-text = 这并不表示不通过。请重新报名，我们会再查询一次。
drop-not-admitted-title = 您不能参加本场发售
drop-not-admitted-text = 征信机构未看到本场发售要求的分数。车塔里的其他车仍对您开放：可以提高首付，或者全款购买。
drop-out-title = 您已不再参加
drop-out-before = 开售前可以重新报名，机会与所有人相同。
drop-out-after = 您已退出，或付款时限已过。没有向您收取任何费用。您可以重新排到队尾。
drop-free-title = 还有 { $count } 辆车可认领
drop-free-text = 目前无人候补。现在认领，有{ $time }的付款时间。
drop-free-button = 立即认领一辆
drop-line-title = 车辆已全部被认领
drop-line-text = { $count ->
    [0] 还没有人候补。未按时付款的车会让给候补的第一位。
   *[other] 现有 { $count } 人候补。未按时付款的车会让给下一位。
}
drop-line-button = 加入候补
drop-full-title = 车辆已全部被认领
drop-full-text = 候补名额也已满。如果有人退出，本页会显示。
drop-waiting-title = 您在候补名单中排第 { $place } 位
drop-waiting-before = { $count ->
    [0] 您前面没有人，下一辆空出的车归您。
   *[other] 您前面有 { $count } 人。
}
drop-waiting-claims = { $count ->
    [0] 车辆都已付款，只有退车才会空出。
   *[other] 有 { $count } 辆车已认领但尚未付款。每辆未按时付款的车都会让给下一位。
}
drop-waiting-tell = 可以关闭本页，您的位置已保存。有车归您时我们会发消息通知，届时您有{ $time }的付款时间。
drop-number = 您抽到第 { $number } 号，共 { $entries } 号。
drop-won-title = { $car }：归您购买
drop-won-until = 请在 { $moment } 前付款。
drop-won-otherwise = 如果不操作，认领届时失效，不会收取任何费用，车辆让给下一位。
drop-won-button = 购买这辆车
drop-won-plan = 签约之前，您可以选择方案并看到每一笔金额。
drop-won-give-up = 放弃这辆车
drop-coming-title = { $car }：已为您保留一辆
drop-coming-text = 车辆还在运往车塔的途中。入塔后才开始计算您的{ $time }付款时间，我们会发消息通知您。
drop-bought-title = 您已在本场发售中购得一辆车
drop-bought-button = 查看您的订单
drop-lost-title = 没有车可以给您了
drop-lost-text = 抽签结果中，您排在最后一辆车和最后一个候补名额之后。您可以自己验证抽签。车塔里的其他车现在都可以购买。
drop-over-title = 本场发售已结束
drop-over-waited = 直到结束都没有车空出给您。没有向您收取任何费用。
drop-over-outside = 您没有参加。
drop-no-twice = 您已用另一个账户参加。每人只能报名一次。
drop-no-region = 本场发售面向其他地区的居民。
drop-no-other-person = 此账户登记的是另一份证件。
drop-no-paid = 您的付款正在进行或已完成，不能在这里放弃车辆。
drop-no-other-purchase = 您正在购买另一辆车。请先完成或放弃那笔购买再回到这里；其间您的认领时限继续计算。
drop-no-car = 未能为您保留这辆车。您现在排在候补第一位，或以本页显示为准。

# 报名。
drop-form-title = 报名人
drop-form-why = 一人一次：以证件为准，不以账户为准。抽签中只用代号识别您。
drop-form-next = 现在不用付款，付款之前随时可以退出。
drop-consent = 我同意 Automat 为本场发售向征信机构查询一次我的分数是否达到 { $score } 分，并为此提供我的姓名和证件号码。
drop-no-consent = 请勾选同意，否则无法报名：未经您同意我们不能查询

# 一场发售：数字。
drop-sale-title = 销售进度
drop-free = 可认领
drop-claimed = 已认领
drop-sold = 已售
drop-waiting = 候补
drop-chart = 自开售起已售、已认领和可认领的车辆。最后：已售 { $sold }，已认领 { $claimed }，可认领 { $free }。
drop-chart-note = 最初几秒画得比后面宽。
drop-chart-seconds = 每个有变化的一秒
drop-time = 时间
drop-after = 开售后

# 一场发售：车辆与规则。
drop-goods-title = 发售车辆
drop-goods-count = 同款 { $count } 辆
drop-goods-to-come = 正在运往车塔
drop-goods-more = 另有 { $count } 辆
drop-rules-title = 规则
drop-rule-one = 每人一辆。以证件为准，同一人的多个账户合并计算。
drop-rule-score = 征信机构须看到 { $score } 分或以上。仅在报名时查询一次，只答复是或否。
drop-rule-no-score = 报名不查询征信。之后选择分期的人，与平时购车一样接受一次查询。
drop-rule-region = 仅限证件号码以 { $regions } 开头的人。
drop-rule-draw = 开售时，所有报名抽成一个顺序。早报名没有优势。开售后才来的人排在他们后面。
drop-rule-claim = 得到车的人有{ $time }的付款时间，其间别人不能取走。
drop-rule-waiting = { $count ->
    [0] 没有候补名单。
   *[other] 可有 { $count } 人候补未按时付款的车，轮到时有{ $time }的付款时间。
}
drop-rule-close = { $moment } 仍未售出的车回到车塔，对所有人开放。
drop-proof-title = 任何人都能验证抽签
drop-proof-before = 顺序由一个种子算出。种子的指纹在报名之前就公布在这里，种子在开售时公布，因此事后无法更改顺序。
drop-proof-after = 种子和报名名单已经公布。您自己的浏览器就能重新算出顺序。
drop-proof-see = 验证抽签
drop-commitment = 种子的指纹（SHA-256）

# 抽签。
draw-title = “{ $name }”的抽签
draw-drawn = { $count ->
    [0] { $moment } 抽签，无人报名。
   *[other] { $moment } 抽签，共 { $count } 份报名。
}
draw-facts = 已公布的内容
draw-seed = 种子，开售时公布
draw-entries-hash = 报名名单的指纹（SHA-256）
draw-download = 下载证明文件（JSON）
draw-check-title = 重新计算
draw-check-what = 您的浏览器用种子和名单把一切再算一遍，除名单外不向我们索取任何东西。
draw-check-button = 立即验证
draw-check-command = 也可以在您自己的电脑上，用上面的文件运行：
draw-step-seed = 种子的指纹与报名前公布的一致
draw-step-list = 报名名单的指纹与开售时公布的一致
draw-step-order = 由种子算出的顺序与公布的顺序逐位一致
draw-waits = 尚未验证
draw-runs = 正在计算
draw-right = 正确
draw-wrong = 不一致
draw-all-right = 全部一致。抽签如承诺进行。
draw-not-right = 有不一致之处。请把本页出示给工作人员。
draw-no-list = 名单未能取得，请稍后再试。
draw-no-crypto = 此浏览器只在安全连接（https）下计算 SHA-256。请使用下面的命令，或通过 https 打开本页。
draw-honest = 这证明顺序由种子和名单得出，且种子在第一份报名之前已经确定。它不能证明每份报名背后都是真人；每位得主在签约时都会核验证件。
draw-places = 名次
draw-place = 名次
draw-person = 代号
draw-got = 结果
draw-got-car = 第 { $unit } 辆车
draw-got-line = 候补
draw-got-none = 未得
draw-you = 您
draw-own = 您是第 { $place } 名：{ $key }
draw-see-own = 前往您的名次
draw-page = 第 { $from } 至 { $to } 名
draw-newer = 前面的名次
draw-older = 后面的名次

# 发售中的车。
car-in-drop = 这辆车在限时发售“{ $name }”中出售，不在车塔直接出售。
car-in-drop-go = 前往限时发售

# 车塔前的屏幕。
kiosk-drops-see = 查看限时发售
kiosk-drop-by-phone = 用自己的手机参加
kiosk-drop-by-phone-how = 扫描二维码，您的位置就在自己手里。
kiosk-drop-here = 在这里参加
kiosk-drop-here-how = 我们会向您的手机发送验证码，接着填写证件信息。
kiosk-drop-enter-title = 参加“{ $name }”
kiosk-drop-sign-in = 继续

# 员工页面。
console-campaign = 活动统计
console-campaign-all = 所有发售合计
console-campaign-share = 售出比例
console-campaign-by-plan = 按方案售出
console-campaign-days = 前三天
console-campaign-day = 第 { $n } 天
console-drop-line = 候补名单
console-drop-line-none = 无人候补。
console-drop-line-more = 另有 { $count } 人
