# Đợt mở bán: danh sách và dải báo.
nav-drops = Đợt mở bán
drops-title = Đợt mở bán
drops-what = Trong một đợt mở bán, vài chiếc xe được bán cho rất nhiều người vào đúng một giây đã hẹn. Ai ghi tên trước giờ mở bán đều có cơ hội như nhau.
drops-open = Đang mở
drops-coming = Sắp tới
drops-past = Đã qua
drops-none = Chưa có đợt mở bán nào. Mọi chiếc xe sáng đèn trong tháp đều mua được ngay.
drop-units = { $count } xe
drop-banner-coming = Đợt mở bán “{ $name }” bắt đầu lúc { $moment }
drop-banner-open = Đợt mở bán “{ $name }” đang mở
drop-state-later = chưa nhận ghi tên
drop-state-entering = đang nhận ghi tên
drop-state-drawing = đang bốc thăm
drop-state-open = đang mở
drop-state-sold-out = đã có người nhận hết
drop-state-all-sold = đã bán hết
drop-state-closed = đã qua
drop-state-cancelled = đã hủy

# Một đợt: thời gian.
drop-entries-from = Bạn ghi tên được từ { $moment }
drop-opens = Mở bán lúc { $moment }
drop-left = Còn lại
drop-speak-600 = Còn 10 phút nữa là mở bán.
drop-speak-60 = Còn 1 phút nữa là mở bán.
drop-speak-10 = Còn 10 giây nữa là mở bán.
drop-speak-0 = Đang bốc thăm.
drop-entered-so-far = { $count ->
    [0] Lúc { $time } chưa có ai ghi tên.
   *[other] Lúc { $time } đã có { $count } người ghi tên.
}
drop-opened = { $count ->
    [0] Mở bán lúc { $moment }. Không có ai trong lượt bốc thăm.
   *[other] Mở bán lúc { $moment }. Có { $count } người trong lượt bốc thăm.
}
drop-sold-out-by-draw = Lúc { $time }, ngay lượt bốc thăm, mọi xe đã có người nhận.
drop-sold-out = Lúc { $time }, { $took } sau khi mở bán, mọi xe đã có người nhận.
drop-all-sold = Đến { $moment }, mọi xe đã được thanh toán.
drop-closes = Xe còn lại lúc { $moment } sẽ về lại tháp.
drop-closed = Đợt mở bán đã kết thúc. Xe còn lại đã được bán trở lại trong tháp.
drop-cancelled = Đợt mở bán đã bị hủy trước giờ mở: { $reason }
drop-see-tower = Xem xe trong tháp

# Một đợt: bạn.
drop-enter-title = Tham gia
drop-enter-later = Bạn chưa ghi tên được. Đến sớm không có lợi gì hơn.
drop-enter-text = Bạn ghi tên lúc nào cũng được, cho đến giờ mở bán. Trước hay sau đều như nhau.
drop-enter-button = Ghi tên bốc thăm
drop-enter-next-phone = Tiếp theo: số điện thoại và giấy tờ tùy thân của bạn.
drop-enter-next-document = Tiếp theo: giấy tờ tùy thân của bạn.
drop-enter-next-consent = Tiếp theo: bạn đồng ý cho hỏi bên xét tín dụng.
drop-again-button = Ghi tên lại
drop-entered-title = Bạn đã có tên trong lượt bốc thăm
drop-entered-text = Bạn có thể đóng trang này; tên bạn đã được lưu. Đến giờ mở bán, mọi người được bốc thăm thành một thứ tự, và chúng tôi sẽ nhắn nếu có xe cho bạn.
drop-key = Mã của bạn trong danh sách công bố
drop-key-text = Mã này thay cho bạn mà không nêu tên ai. Sau giờ mở bán, bạn dùng nó để tìm mình.
drop-leave = Rút tên
drop-leave-line = Bỏ chỗ chờ
drop-drawing-title = Đang bốc thăm
drop-drawing-text = Chỉ một lát thôi. Tên bạn đã được lưu và trang này tự cập nhật.
drop-pending-title = Đang hỏi bên xét tín dụng
drop-pending-text = Thường chỉ mất vài giây. Khi họ đồng ý là bạn tham gia; trang này tự cập nhật.
drop-unanswered-title = Bên xét tín dụng không trả lời
drop-unanswered-text = Đó không phải là lời từ chối. Hãy ghi tên lại để chúng tôi hỏi thêm một lần.
drop-not-admitted-title = Bạn không tham gia được đợt này
drop-not-admitted-text = Bên xét tín dụng không thấy mức điểm mà đợt này yêu cầu. Các xe khác trong tháp vẫn dành cho bạn: trả trước nhiều hơn, hoặc trả đủ một lần.
drop-out-title = Bạn không còn tham gia
drop-out-before = Bạn có thể ghi tên lại cho đến giờ mở bán, với cơ hội như mọi người.
drop-out-after = Bạn đã rút tên, hoặc đã hết giờ thanh toán. Không có khoản nào bị thu. Bạn có thể vào lại ở cuối hàng.
drop-free-title = Còn { $count } xe trống
drop-free-text = Không có ai đang chờ. Ai nhận bây giờ thì có { $time } để thanh toán.
drop-free-button = Nhận một xe ngay
drop-line-title = Mọi xe đã có người nhận
drop-line-text = { $count ->
    [0] Chưa có ai chờ. Xe nào không được thanh toán đúng giờ sẽ chuyển cho người đầu hàng.
   *[other] Có { $count } người đang chờ. Xe nào không được thanh toán đúng giờ sẽ chuyển cho người kế tiếp.
}
drop-line-button = Lấy một chỗ chờ
drop-full-title = Mọi xe đã có người nhận
drop-full-text = Danh sách chờ cũng đã đầy. Nếu có người rời đi, trang này sẽ cho biết.
drop-waiting-title = Bạn đứng thứ { $place } trong danh sách chờ
drop-waiting-before = { $count ->
    [0] Không có ai trước bạn. Xe trống kế tiếp là của bạn.
   *[other] Có { $count } người trước bạn.
}
drop-waiting-claims = { $count ->
    [0] Mọi xe đã được thanh toán; chỉ khi có người trả lại mới có xe trống.
   *[other] Có { $count } xe đã có người nhận nhưng chưa thanh toán. Xe nào không được thanh toán đúng giờ sẽ chuyển cho người kế tiếp.
}
drop-waiting-tell = Bạn có thể đóng trang này; chỗ của bạn đã được lưu. Khi có xe cho bạn chúng tôi sẽ nhắn, và bạn có { $time } để thanh toán.
drop-number = Bạn bốc được số { $number } trên { $entries }.
drop-won-title = { $car }: dành cho bạn mua
drop-won-until = Thanh toán trước { $moment }.
drop-won-otherwise = Nếu bạn không làm gì, quyền mua hết vào lúc đó. Không có khoản nào bị thu và xe chuyển cho người kế tiếp.
drop-won-button = Mua chiếc xe này
drop-won-plan = Bạn chọn gói trả và thấy mọi khoản tiền trước khi ký.
drop-won-give-up = Nhường lại xe
drop-coming-title = { $car }: một chiếc được giữ cho bạn
drop-coming-text = Xe còn đang trên đường về tháp. Thời hạn { $time } để thanh toán bắt đầu khi xe vào tháp; chúng tôi sẽ nhắn bạn.
drop-bought-title = Bạn đã mua một xe của đợt này
drop-bought-button = Xem đơn mua của bạn
drop-lost-title = Không còn xe cho bạn
drop-lost-text = Kết quả bốc thăm xếp bạn sau chiếc xe cuối và chỗ chờ cuối. Bạn có thể tự kiểm tra lượt bốc thăm. Các xe khác trong tháp bạn mua được ngay.
drop-over-title = Đợt mở bán đã kết thúc
drop-over-waited = Đến lúc kết thúc không có xe nào trống cho bạn. Không có khoản nào bị thu.
drop-over-outside = Bạn đã không tham gia.
drop-no-twice = Bạn đã tham gia bằng một tài khoản khác. Mỗi người một lần ghi tên.
drop-no-region = Đợt này dành cho người ở vùng khác.
drop-no-other-person = Tài khoản này thuộc về người có giấy tờ khác.
drop-no-paid = Khoản thanh toán của bạn đang diễn ra hoặc đã xong, nên không nhường xe lại ở đây được.
drop-no-other-purchase = Bạn đang mua một xe khác. Hãy hoàn tất hoặc trả lại xe đó rồi quay lại đây; trong lúc đó thời hạn của bạn vẫn chạy.
drop-no-car = Không giữ được xe cho bạn. Bạn đang đứng đầu hàng chờ, hoặc trang này cho biết tình hình đúng.

# Ghi tên.
drop-form-title = Ai ghi tên
drop-form-why = Mỗi người một lần: tính theo giấy tờ tùy thân, không theo tài khoản. Lượt bốc thăm chỉ biết bạn qua một mã.
drop-form-next = Bây giờ chưa phải trả gì, và bạn rút tên được cho đến khi thanh toán.
drop-consent = Tôi đồng ý cho Automat hỏi bên xét tín dụng một lần, cho đợt mở bán này, xem điểm của tôi có từ { $score } trở lên không, và gửi họ tên cùng số giấy tờ của tôi cho việc đó.
drop-no-consent = Hãy đánh dấu đồng ý, hoặc thôi tham gia: không có sự đồng ý của bạn, chúng tôi không được hỏi

# Một đợt: con số.
drop-sale-title = Tình hình bán
drop-free = còn trống
drop-claimed = đã có người nhận
drop-sold = đã bán
drop-waiting = đang chờ
drop-chart = Số xe đã bán, đã có người nhận và còn trống từ lúc mở bán. Sau cùng: { $sold } đã bán, { $claimed } đã có người nhận, { $free } còn trống.
drop-chart-note = Những giây đầu được vẽ rộng hơn những giây sau.
drop-chart-seconds = Từng giây có thay đổi
drop-time = Giờ
drop-after = Sau khi mở bán

# Một đợt: xe và quy định.
drop-goods-title = Xe được bán
drop-goods-count = { $count } chiếc như vậy
drop-goods-to-come = đang trên đường về tháp
drop-goods-more = và { $count } xe nữa
drop-rules-title = Quy định
drop-rule-one = Mỗi người một xe. Tính theo giấy tờ tùy thân, trên mọi tài khoản của bạn.
drop-rule-score = Bên xét tín dụng phải thấy từ { $score } điểm trở lên. Họ được hỏi một lần khi bạn ghi tên và chỉ trả lời có hoặc không.
drop-rule-no-score = Ghi tên thì không ai bị hỏi tín dụng. Ai sau đó trả góp sẽ được xét như mọi lần mua.
drop-rule-region = Chỉ dành cho người có số giấy tờ bắt đầu bằng { $regions }.
drop-rule-draw = Đến giờ mở bán, mọi người đã ghi tên được bốc thăm thành một thứ tự. Ghi tên sớm không có lợi hơn. Ai đến sau giờ mở bán đứng sau họ.
drop-rule-claim = Ai có xe thì có { $time } để thanh toán. Trong lúc đó không ai lấy được xe ấy.
drop-rule-waiting = { $count ->
    [0] Không có danh sách chờ.
   *[other] { $count } người có thể chờ những xe không được thanh toán đúng giờ; đến lượt, mỗi người có { $time } để thanh toán.
}
drop-rule-close = Xe còn lại lúc { $moment } về lại tháp, dành cho mọi người.
drop-proof-title = Ai cũng kiểm tra được lượt bốc thăm
drop-proof-before = Thứ tự được tính từ một hạt giống. Dấu vân của nó có ở đây từ trước khi nhận ghi tên, còn hạt giống được công bố lúc mở bán, nên sau đó không ai đổi được thứ tự.
drop-proof-after = Hạt giống và danh sách ghi tên đã được công bố. Trình duyệt của bạn có thể tự tính lại thứ tự.
drop-proof-see = Kiểm tra lượt bốc thăm
drop-commitment = Dấu vân của hạt giống (SHA-256)

# Bốc thăm.
draw-title = Lượt bốc thăm của “{ $name }”
draw-drawn = { $count ->
    [0] Bốc thăm lúc { $moment }. Không có ai ghi tên.
   *[other] Bốc thăm lúc { $moment } từ { $count } lượt ghi tên.
}
draw-facts = Những gì đã công bố
draw-seed = Hạt giống, công bố lúc mở bán
draw-entries-hash = Dấu vân của danh sách ghi tên (SHA-256)
draw-download = Tải bằng chứng (JSON)
draw-check-title = Tính lại
draw-check-what = Trình duyệt của bạn lấy hạt giống và danh sách rồi tính lại tất cả. Nó không hỏi chúng tôi gì ngoài danh sách.
draw-check-button = Kiểm tra ngay
draw-check-command = Hoặc trên máy tính của bạn, với tệp ở trên:
draw-step-seed = Hạt giống có đúng dấu vân đã công bố trước khi ghi tên
draw-step-list = Danh sách có đúng dấu vân đã công bố lúc mở bán
draw-step-order = Hạt giống cho ra đúng thứ tự đã công bố, từng chỗ một
draw-waits = chưa kiểm tra
draw-runs = đang tính
draw-right = đúng
draw-wrong = không khớp
draw-all-right = Tất cả đều khớp. Lượt bốc thăm đúng như đã hứa.
draw-not-right = Có điều không khớp. Hãy đưa trang này cho nhân viên xem.
draw-no-list = Không lấy được danh sách. Hãy thử lại sau ít phút.
draw-no-crypto = Trình duyệt này chỉ tính SHA-256 trên kết nối an toàn (https). Hãy dùng lệnh bên dưới, hoặc mở trang này qua https.
draw-honest = Điều này chứng minh thứ tự được tính ra từ hạt giống và danh sách, và hạt giống đã cố định trước lượt ghi tên đầu tiên. Nó không chứng minh được mỗi lượt ghi tên là một người thật; giấy tờ của từng người được mua sẽ được kiểm tra khi ký hợp đồng.
draw-places = Các chỗ
draw-place = Chỗ
draw-person = Mã
draw-got = Kết quả
draw-got-car = xe số { $unit }
draw-got-line = danh sách chờ
draw-got-none = không có chỗ
draw-you = bạn
draw-own = Bạn ở chỗ { $place }: { $key }
draw-see-own = Đến chỗ của bạn
draw-page = Chỗ { $from } đến { $to }
draw-newer = Các chỗ trước
draw-older = Các chỗ sau

# Xe trong đợt mở bán.
car-in-drop = Chiếc xe này được bán trong đợt mở bán “{ $name }”, không bán trực tiếp từ tháp.
car-in-drop-go = Đến đợt mở bán

# Màn hình tại tháp.
kiosk-drops-see = Xem các đợt mở bán
kiosk-drop-by-phone = Tham gia bằng điện thoại của bạn
kiosk-drop-by-phone-how = Quét ô vuông. Chỗ của bạn sẽ nằm trong tay bạn.
kiosk-drop-here = Tham gia tại đây
kiosk-drop-here-how = Chúng tôi gửi mã đến điện thoại của bạn. Tiếp theo là giấy tờ tùy thân.
kiosk-drop-enter-title = Tham gia “{ $name }”
kiosk-drop-sign-in = Tiếp tục

# Cho nhân viên.
console-campaign = Chiến dịch
console-campaign-all = Tất cả các đợt gộp lại
console-campaign-share = Tỷ lệ đã bán
console-campaign-by-plan = Đã bán theo gói
console-campaign-days = Ba ngày đầu
console-campaign-day = Ngày { $n }
console-drop-line = Danh sách chờ
console-drop-line-none = Không có ai chờ.
console-drop-line-more = và { $count } người nữa
