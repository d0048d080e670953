"""Mentions of document codes as bulletins print them. Every text was written for this table.

A row is a text and the canonical codes of its full mentions, in order. Rows are grouped by the rule that
they show; the numbers are those of the reference on Vietnamese text.
"""

import pytest

from searchsvc.extract.codes import canonical, find_codes

AS_PRESCRIBED = [  # §5.1, §5.3
    ("Ban Thường vụ Huyện ủy quán triệt Chỉ thị số 05-CT/TW của Bộ Chính trị.", ["05-CT/TW"]),
    ("Thực hiện Nghị quyết số 35-NQ/TW về bảo vệ nền tảng tư tưởng của Đảng", ["35-NQ/TW"]),
    ("Kết luận số 01-KL/TW được phổ biến tới chi bộ", ["01-KL/TW"]),
    ("theo Quy định số 11-QĐ/TU ngày 12/9/2013", ["11-QĐ/TU"]),
    ("Hướng dẫn số 36-HD/VPTW về thể thức văn bản", ["36-HD/VPTW"]),
    ("Thông báo số 12-TB/HU kết luận của Thường trực Huyện ủy", ["12-TB/HU"]),
    ("Kế hoạch số 77-KH/ĐUK của Đảng ủy Khối", ["77-KH/ĐUK"]),
    ("Báo cáo số 145-BC/BTGTU tháng 6", ["145-BC/BTGTU"]),
    ("Chương trình số 09-CTr/TU về chuyển đổi số", ["09-CTr/TU"]),
    ("Tờ trình số 03-TTr/ĐU xin ý kiến cấp trên", ["03-TTr/ĐU"]),
    ("Công văn số 1843-CV/TU đề nghị các địa phương báo cáo", ["1843-CV/TU"]),
    ("Đề án số 20-ĐA/TU về nông thôn mới", ["20-ĐA/TU"]),
    ("Thông tri số 02-TT/TU lãnh đạo bầu cử", ["02-TT/TU"]),
    ("Quy chế số 08-QC/HU về phối hợp", ["08-QC/HU"]),
    ("Quy định số 37-QĐi/TW ra trước đó", ["37-QĐi/TW"]),
    ("Quyết định số 1331-QĐNS/TW về công tác cán bộ", ["1331-QĐNS/TW"]),
    ("Kế hoạch số 16-KH/BTGDVTU của Ban Tuyên giáo và Dân vận", ["16-KH/BTGDVTU"]),
    ("Hướng dẫn số 19-HD/UBKTTW về kiểm tra", ["19-HD/UBKTTW"]),
    ("Quyết định số 60-QĐ/TWĐTN-VP của Trung ương Đoàn", ["60-QĐ/TWĐTN-VP"]),
    ("Nghị quyết số 04-NQ/CB của chi bộ thôn", ["04-NQ/CB"]),
    ("Kế hoạch 47-KH/BCĐ của Ban Chỉ đạo", ["47-KH/BCĐ"]),
    ("Kế hoạch số 12-KH/BCĐ35 của Ban Chỉ đạo 35 tỉnh", ["12-KH/BCĐ35"]),
    ("Hướng dẫn liên ngành số 06-HD/BTCTW-BTGTW", ["06-HD/BTCTW-BTGTW"]),
    ("Nghị định số 30/2020/NĐ-CP về công tác văn thư", ["30/2020/NĐ-CP"]),
    ("Thông tư số 22/2021/TT-BGDĐT quy định đánh giá học sinh", ["22/2021/TT-BGDĐT"]),
    ("Quyết định số 308/2005/QĐ-TTg", ["308/2005/QĐ-TTg"]),
    ("Quyết định số 749/QĐ-TTg phê duyệt Chương trình chuyển đổi số quốc gia", ["749/QĐ-TTg"]),
    ("Nghị quyết số 02/NQ-CP về cải thiện môi trường kinh doanh", ["02/NQ-CP"]),
    ("Luật số 24/2018/QH14 về an ninh mạng", ["24/2018/QH14"]),
    ("Nghị quyết số 326/2016/UBTVQH14 về án phí", ["326/2016/UBTVQH14"]),
    ("Pháp lệnh số 32/2007/PL-UBTVQH11", ["32/2007/PL-UBTVQH11"]),
    ("Nghị quyết số 1211/NQ-UBTVQH14 về sắp xếp đơn vị hành chính", ["1211/NQ-UBTVQH14"]),
    ("Nghị quyết 27/1999/NQ-QHX của Quốc hội", ["27/1999/NQ-QHX"]),
    ("Chỉ thị số 32/CT-TTg đẩy nhanh giải ngân", ["32/CT-TTg"]),
    ("Công điện số 149/CĐ-TTg ứng phó bão", ["149/CĐ-TTg"]),
    ("Quyết định số 3728/QĐ-UBND của Chủ tịch UBND tỉnh", ["3728/QĐ-UBND"]),
    ("Nghị quyết số 08/2025/NQ-HĐND về mức học phí", ["08/2025/NQ-HĐND"]),
    ("Thông báo số 631/TB-VPCP", ["631/TB-VPCP"]),
    ("Tờ trình số 194/TTr-UBND trình HĐND tỉnh", ["194/TTr-UBND"]),
    ("Kế hoạch số 4354/KH-UBND triển khai phong trào", ["4354/KH-UBND"]),
    ("Hướng dẫn số 38/HD-TLĐ của Tổng Liên đoàn", ["38/HD-TLĐ"]),
    ("Hướng dẫn số 08/HD-MTTW-BTT của Mặt trận", ["08/HD-MTTW-BTT"]),
    ("Thông tư liên tịch số 26/2014/TTLT-BYT-BCA", ["26/2014/TTLT-BYT-BCA"]),
    ("Văn bản hợp nhất số 134/VBHN-VPQH", ["134/VBHN-VPQH"]),
    ("Quyết định số 5710/QĐ-BCA-C06 về định danh", ["5710/QĐ-BCA-C06"]),
    ("Giấy phép số 137/GP-UBND khai thác nước mặt", ["137/GP-UBND"]),
    ("Nghị quyết số 01/2017/NQ-HĐTP", ["01/2017/NQ-HĐTP"]),
    (
        "Nghị quyết liên tịch số 403/2017/NQLT-UBTVQH14-CP-ĐCTUBTWMTTQVN",
        ["403/2017/NQLT-UBTVQH14-CP-ĐCTUBTWMTTQVN"],
    ),
    ("Quyết định 2162A/QĐ-UBND được thay thế", ["2162A/QĐ-UBND"]),
    ("Nghị quyết số 66.7/2025/NQ-CP cắt giảm thủ tục", ["66.7/2025/NQ-CP"]),
    ("Sắc lệnh số 234/SL năm 1955", ["234/SL"]),
]

LETTERS = [  # number/ABBR-SECTION only after a label
    ("Công văn số 512/UBND-VX về phòng dịch", ["512/UBND-VX"]),
    ("công văn 1159/UBND-KT gửi các sở", ["1159/UBND-KT"]),
    ("Văn bản số 11299/VPCP-KGVX truyền đạt ý kiến", ["11299/VPCP-KGVX"]),
    ("Văn bản số: 660/SGDĐT-QLCL", ["660/SGDĐT-QLCL"]),
    ("tại văn bản số 2228/SGDĐT-KTKĐ ngày 5/5/2021", ["2228/SGDĐT-KTKĐ"]),
    ("các công văn số 12/UBND-NC, 15/UBND-TH và 17/UBND-KT", ["12/UBND-NC", "15/UBND-TH", "17/UBND-KT"]),
    ("Nghị định 61/CP về nhà ở", ["61/CP"]),
    ("Nghị định số 73-CP năm 1993", ["73/CP"]),
    ("Quyết định số 619/TTg", ["619/TTg"]),
    ("Công văn số 2000/BTC – TCT về thuế", ["2000/BTC-TCT"]),
]

SEPARATORS = [  # §5.4: reversed, doubled, other dashes, spaces, one line break
    ("Chỉ thị 05/CT-TW được học tập sâu rộng", ["05-CT/TW"]),
    ("Nghị quyết số 9/NQ-TW", ["09-NQ/TW"]),
    ("Nghị quyết 50-NQ-TW", ["50-NQ/TW"]),
    ("Quyết định số 15/QĐ-TW", ["15-QĐ/TW"]),
    ("Quy định số 01/NQ-TU", ["01-NQ/TU"]),
    ("Kết luận 221/KL/TW", ["221-KL/TW"]),
    ("Công văn số 65/CV/ĐU", ["65-CV/ĐU"]),
    ("Chỉ thị số 12–CT/TW của Ban Bí thư", ["12-CT/TW"]),
    ("Nghị quyết số 08 – NQ/TW", ["08-NQ/TW"]),
    ("Nghị quyết số 27-NQ / TW", ["27-NQ/TW"]),
    ("Kết luận số 01 - KL / TW", ["01-KL/TW"]),
    ("Nghị quyết số 27/NQ- TW", ["27-NQ/TW"]),
    ("Kết luận số 1254 -KL/TU", ["1254-KL/TU"]),
    ("Chương trình số 10- CTr/TU", ["10-CTr/TU"]),
    ("Số: 7 -\nHD/BTCTW", ["07-HD/BTCTW"]),
    ("Nghị quyết số 16/2024/NQ-\nHĐND ngày 11/12/2024", ["16/2024/NQ-HĐND"]),
    ("Quyết định số 120_QĐ/TW", ["120-QĐ/TW"]),
    ("Nghị định 13/2023/NĐ_CP", ["13/2023/NĐ-CP"]),
    ("Nghị định số 70/2025/NĐ/CP", ["70/2025/NĐ-CP"]),
    ("Thông tư số 32/2013/TT/BTC", ["32/2013/TT-BTC"]),
    ("Thông tư liên tịch số 06/2008/TTLT/BCA-VKSNDTC", ["06/2008/TTLT-BCA-VKSNDTC"]),
    ("Nghị quyết số 19-2017/NQ-CP", ["19/2017/NQ-CP"]),
    ("Thông tư số 53 /2025/TT-BCT", ["53/2025/TT-BCT"]),
    ("Thông tư 71/2015 /TT-BTC", ["71/2015/TT-BTC"]),
    ("Thông tư số 74/2013/TT- BTC", ["74/2013/TT-BTC"]),
    ("Quyết định số 824-QĐ/TTg", ["824/QĐ-TTg"]),
    ("Nghị quyết số 113-NQ/CP", ["113/NQ-CP"]),
    ("Nghị quyết 30⁄2020⁄NQ-HĐND", ["30/2020/NQ-HĐND"]),
    ("Quyết định 20／QĐ-UBND", ["20/QĐ-UBND"]),
    ("Thông tư liên tịch số 11/2014/TTLT-BQP-BNV -BLĐTBXH-BTC", ["11/2014/TTLT-BQP-BNV-BLĐTBXH-BTC"]),
    ("Thông tư 55/2020/TT-BCA@BQP", ["55/2020/TT-BCA-BQP"]),
    ("Thông tư số 09/2009/TT-BGD&ĐT", ["09/2009/TT-BGD&ĐT"]),
]

SPELLINGS = [  # case, unaccented, TƯ, glued, look-alikes, missing zero
    ("Chỉ thị số 5-CT/TW", ["05-CT/TW"]),
    ("Nghị quyết số 59-NQ/TƯ", ["59-NQ/TW"]),
    ("Quyết định số 217-QĐ/TƯ", ["217-QĐ/TW"]),
    ("Nghị quyết 33-NQ/T.Ư", ["33-NQ/TW"]),
    ("Nghị quyết 33-NQ/T.W về văn hóa", ["33-NQ/TW"]),
    ("Chỉ thị 05-CT/Tw", ["05-CT/TW"]),
    ("Chương trình số 52-Ctr/TU", ["52-CTr/TU"]),
    ("Chương trình số 52-CTR/TU", ["52-CTr/TU"]),
    ("TỜ TRÌNH SỐ 15-TTR/HU", ["15-TTr/HU"]),
    ("CHỈ THỊ SỐ 05-CT/TW CỦA BỘ CHÍNH TRỊ", ["05-CT/TW"]),
    ("Quyết định số 601/QĐ-Ttg", ["601/QĐ-TTg"]),
    ("Quyết định 120/2008/QĐ-TTG", ["120/2008/QĐ-TTg"]),
    ("Nghị định 118/2021/ND-CP", ["118/2021/NĐ-CP"]),
    ("Quyết định 1719/QD-TTg", ["1719/QĐ-TTg"]),
    ("Quy định 89-QD/TW", ["89-QĐ/TW"]),
    ("Đề án số 07-DA/TU", ["07-ĐA/TU"]),
    ("Thông tư 17/2023/TT-BGDDT", ["17/2023/TT-BGDĐT"]),
    ("Nghị quyết số 35-nq/tw", ["35-NQ/TW"]),
    ("thông tư 12/2017/tt-bgtvt", ["12/2017/TT-BGTVT"]),
    ("nghi dinh so 30/2020/nd-cp", ["30/2020/NĐ-CP"]),
    ("chi thi so 05-ct/tw", ["05-CT/TW"]),
    ("Kết luận 99 KL TW", ["99-KL/TW"]),
    ("Quyết định 60 QĐ/TWĐTN", ["60-QĐ/TWĐTN"]),
    ("Thông báo 81 TB TW năm 2025", ["81-TB/TW"]),
    ("Quyết định số 15QĐ/TW", ["15-QĐ/TW"]),
    ("Toàn văn Thông tư 41 2025 TT BTC", ["41/2025/TT-BTC"]),
    ("Nghị định số 214/2025/NĐCP", ["214/2025/NĐ-CP"]),
    ("Thông tư 49/2015/TTBYT", ["49/2015/TT-BYT"]),
    ("Quyết định số 20/QĐUBND", ["20/QĐ-UBND"]),
    ("Quyết định 1638/QĐNSTƯ", ["1638-QĐNS/TW"]),
    ("Nghị định 120/2020/NĐ-СР", ["120/2020/NĐ-CP"]),  # Cyrillic С and Р
    ("Luật số 106/2016/Qh13", ["106/2016/QH13"]),
]

DAMAGE = [  # §1.8: run-on words before and after, punctuation at the ends
    ("theo Quyết định số15-QĐ/TW", ["15-QĐ/TW"]),
    ("Chỉ thị05-CT/TW", ["05-CT/TW"]),
    ("theo số:44-KH/TU", ["44-KH/TU"]),
    ("Nghị định 170/2025/NĐ-CPquy định về tuyển dụng", ["170/2025/NĐ-CP"]),
    ("Thông tư 75/2024/TT-BTCQuy định", ["75/2024/TT-BTC"]),
    ("Nghị quyết số 35-NQ/TWngày 22/10/2018", ["35-NQ/TW"]),
    ("Quyết định 749/QĐ-TTgvề chuyển đổi số", ["749/QĐ-TTg"]),
    ("Luật Quản lý thuế số 38/2019/QH14và doanh nghiệp", ["38/2019/QH14"]),
    ("Theo Chỉ thị 05-CT/TW. Các chi bộ đã học tập.", ["05-CT/TW"]),
    ("(Nghị quyết số 26-NQ/TW)", ["26-NQ/TW"]),
    ("“Kết luận 21-KL/TW”", ["21-KL/TW"]),
    ("các văn bản: 05-CT/TW;35-NQ/TW;01-KL/TW", ["05-CT/TW", "35-NQ/TW", "01-KL/TW"]),
    ("Chỉ thị 05-CT/TW,Nghị quyết 35-NQ/TW", ["05-CT/TW", "35-NQ/TW"]),
    ("- 05-CT/TW\n- 35-NQ/TW", ["05-CT/TW", "35-NQ/TW"]),
    ("Quyết định 4078/QĐ-UBND/2025", ["4078/QĐ-UBND"]),
    ("KẾT LỦẬN SỐ 21-KL/TW CỦÀ BẠN CHẤP HÀNH", ["21-KL/TW"]),
    ("chỉ thị số 08-CT/TW-về an toàn thực phẩm", ["08-CT/TW"]),
]

LISTS = [  # §5.3 list, with a shared tail
    ("Quyết định 98, 99 – QĐ/TW của Ban Bí thư", ["98-QĐ/TW", "99-QĐ/TW"]),
    ("các Nghị quyết số 18, 19, 20-NQ/TW", ["18-NQ/TW", "19-NQ/TW", "20-NQ/TW"]),
    ("Nghị quyết 18 và 19-NQ/TW", ["18-NQ/TW", "19-NQ/TW"]),
    ("Quy định số 68, số 69-QĐ/TW", ["68-QĐ/TW", "69-QĐ/TW"]),
    ("Nghị quyết 18-NQ/TW, 19-NQ/TW và 20-NQ/TW", ["18-NQ/TW", "19-NQ/TW", "20-NQ/TW"]),
    ("Chỉ thị 05-CT/TW và Kết luận 01-KL/TW", ["05-CT/TW", "01-KL/TW"]),
    ("Quyết định số 217-QĐ/TW, 218-QĐ/TW; Kết luận số 62-KL/TW", ["217-QĐ/TW", "218-QĐ/TW", "62-KL/TW"]),
    ("Nghị định 100/2019/NĐ-CP, 123/2021/NĐ-CP", ["100/2019/NĐ-CP", "123/2021/NĐ-CP"]),
    ("Nghị quyết 11; 12-NQ/TU", ["11-NQ/TU", "12-NQ/TU"]),
]

CONTEXTS = [  # the noun can disagree; standing alone; in a title; as a file's heading
    ("Chương trình hành động số 20-NQ/TU của Tỉnh ủy", ["20-NQ/TU"]),
    ("Số: 36-HD/VPTW", ["36-HD/VPTW"]),
    ("05-CT/TW", ["05-CT/TW"]),
    ("Học tập và làm theo Bác theo 05-CT/TW ở xã vùng cao", ["05-CT/TW"]),
    ("kèm theo Quyết định số 518-QĐ/BTGTW ngày 10/11/2011 của Ban Tuyên giáo Trung ương", ["518-QĐ/BTGTW"]),
    ("Báo cáo thẩm tra số 163/BC-KTNS", ["163/BC-KTNS"]),
    ("Thông tư của Bộ Nội vụ số 07/2019/TT-BNV", ["07/2019/TT-BNV"]),
    ("Bộ luật số 91/2015/QH13", ["91/2015/QH13"]),
    ("Quyết định số 419-QĐ/BCSCLTW", ["419-QĐ/BCSCLTW"]),
    ("Quyết định số 01-QĐ/BCĐCCTPTW", ["01-QĐ/BCĐCCTPTW"]),
    ("Nghị quyết số 03-NQ/HNTW", ["03-NQ/HNTW"]),
    ("Báo cáo số 01-BC/ĐH trình đại hội", ["01-BC/ĐH"]),
    ("Quyết định số 55-QĐ/QUTW của Quân ủy Trung ương", ["55-QĐ/QUTW"]),
    ("Công văn 5919-CV/BNCTW", ["5919-CV/BNCTW"]),
    ("Hướng dẫn số 18-HD/BTC của Ban Tổ chức Huyện ủy", ["18-HD/BTC"]),
    ("Thông tư số 18/2019/TT-BTC của Bộ Tài chính", ["18/2019/TT-BTC"]),
]

ALL_FULL = [
    *AS_PRESCRIBED, *LETTERS, *SEPARATORS, *SPELLINGS, *DAMAGE, *LISTS, *CONTEXTS
]  # fmt: skip

PARTIAL = [  # (text, [(raw, code or None, key)])
    ("Học tập Chỉ thị 05 của Bộ Chính trị", [("Chỉ thị 05", "05-CT/TW", "05-CT")]),
    ("thực hiện Nghị quyết số 35 của Bộ Chính trị", [("Nghị quyết số 35", "35-NQ/TW", "35-NQ")]),
    ("theo Quy định số 11 của Ban Thường vụ Tỉnh ủy", [("Quy định số 11", "11-QĐ/TU", "11-QĐ")]),
    ("Chỉ thị 40 của Ban Bí thư về tín dụng", [("Chỉ thị 40", "40-CT/TW", "40-CT")]),
    ("Nghị quyết số 26 của Ban Chấp hành Trung ương (khóa X)", [("Nghị quyết số 26", "26-NQ/TW", "26-NQ")]),
    ("Kết luận 21 của BCH Trung ương", [("Kết luận 21", "21-KL/TW", "21-KL")]),
    ("Nghị quyết 08 của Thành ủy", [("Nghị quyết 08", "08-NQ/TU", "08-NQ")]),
    ("Nghị định 168/2024 có hiệu lực", [("Nghị định 168/2024", "168/2024/NĐ-CP", "168/2024/NĐ")]),
    ("Nghị định 73 năm 2024", [("Nghị định 73", "73/2024/NĐ-CP", "73/2024/NĐ")]),
    ("Nghị định 168 vừa ban hành", [("Nghị định 168", None, "168-NĐ")]),
    ("Thông tư 22/2021 của Bộ", [("Thông tư 22/2021", None, "22/2021/TT")]),
    ("Chỉ thị số 16 của Thủ tướng Chính phủ", [("Chỉ thị số 16", "16/CT-TTg", "16-CT")]),
    ("Nghị quyết 57-NQ của Bộ Chính trị", [("Nghị quyết 57-NQ", "57-NQ/TW", "57-NQ")]),
    ("theo Nghị định 145/2020/NĐ", [("Nghị định 145/2020/NĐ", "145/2020/NĐ-CP", "145/2020/NĐ")]),
    ("Kế hoạch số 47 của huyện", [("Kế hoạch số 47", None, "47-KH")]),
    ("chi thi so 05 cua bo chinh tri", [("chi thi so 05", None, "05-CT")]),
    (
        "Nghị quyết 18, 19 của Trung ương",
        [("Nghị quyết 18", "18-NQ/TW", "18-NQ"), ("19", "19-NQ/TW", "19-NQ")],
    ),
    ("Nghị quyết 20 của Trung ương Hội Nông dân", [("Nghị quyết 20", None, "20-NQ")]),
    (
        "Nghị định 100, 123/2021/NĐ-CP",
        [("Nghị định 100", None, "100-NĐ"), ("123/2021/NĐ-CP", "123/2021/NĐ-CP", "123/2021/NĐ")],
    ),
    (
        "Nghị quyết số 35-NQ/TW (gọi tắt là Nghị quyết 35)",
        [("35-NQ/TW", "35-NQ/TW", "35-NQ"), ("Nghị quyết 35", "35-NQ/TW", "35-NQ")],
    ),
    (
        "Nghị quyết 57 nêu rõ; toàn văn Nghị quyết 57-NQ/TW",
        [("Nghị quyết 57", "57-NQ/TW", "57-NQ"), ("57-NQ/TW", "57-NQ/TW", "57-NQ")],
    ),
]

NAMED = [  # (text, raw, key)
    ("thực hiện Nghị quyết Trung ương 4 khóa XII", "Nghị quyết Trung ương 4 khóa XII", "NQ-TW4-XII"),
    ("Nghị quyết Trung ương 4 (khóa XI) về xây dựng Đảng", "Nghị quyết Trung ương 4 (khóa XI)", "NQ-TW4-XI"),
    ("Nghị quyết T.Ư 5, khoá XII", "Nghị quyết T.Ư 5, khoá XII", "NQ-TW5-XII"),
    ("Nghị quyết TW 8 khóa XI", "Nghị quyết TW 8 khóa XI", "NQ-TW8-XI"),
    (
        "Nghị quyết Hội nghị lần thứ tư Ban Chấp hành Trung ương Đảng khóa XII",
        "Nghị quyết Hội nghị lần thứ tư Ban Chấp hành Trung ương Đảng khóa XII",
        "NQ-TW4-XII",
    ),
    (
        "Nghị quyết Hội nghị Trung ương 8 (khóa XIII):",
        "Nghị quyết Hội nghị Trung ương 8 (khóa XIII)",
        "NQ-TW8-XIII",
    ),
    ("đưa Nghị quyết Đại hội XIII vào cuộc sống", "Nghị quyết Đại hội XIII", "NQ-ĐH-XIII"),
    (
        "Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII của Đảng",
        "Nghị quyết Đại hội đại biểu toàn quốc lần thứ XIII",
        "NQ-ĐH-XIII",
    ),
    (
        "NGHỊ QUYẾT ĐẠI HỘI ĐẢNG TOÀN QUỐC LẦN THỨ XII",
        "NGHỊ QUYẾT ĐẠI HỘI ĐẢNG TOÀN QUỐC LẦN THỨ XII",
        "NQ-ĐH-XII",
    ),
]

NEGATIVE = [  # §5.7, and counts after the names of types
    "kỷ niệm 131 năm Ngày sinh Chủ tịch Hồ Chí Minh (19/5/1890-19/5/2021)",
    "ngày thành lập Đảng (3/2/1930-3/2/2021)",
    "nhiệm kỳ 2020 - 2025 của Đảng bộ",
    "giai đoạn 2021-2025, tầm nhìn 2030",
    "trực ban 24/7, 24/24 giờ",
    "đạt 12.345/12.500 chỉ tiêu, bằng 98,7%",
    "bản đồ tỷ lệ 1/2000",
    "thắng với tỷ số 3-1, hiệp một 2-0",
    "theo TCVN 6909:2001 về bộ mã ký tự",
    "đạt QCVN 14:2008/BTNMT về nước thải",
    "chứng nhận ISO 14001 và ISO 9001:2015",
    "cúm A/H5N1 và cúm A/H1N1",
    "dịch Covid-19, bệnh nhân số 1347",
    "tại Km15+200 quốc lộ 2",
    "liên hệ 0207.3822.123 hoặc 0912 345 678",
    "căn cước số 008090001234",
    "xe biển số 22A-123.45 và 29-LD-0123",
    "công tác KH-ĐT, VH-XH, sự nghiệp CNH-HĐH",
    "phủ sóng 3G/4G tới thôn bản, thử nghiệm 5G/IoT",
    "xe tăng T-54, máy bay MiG-21",
    "năng suất 65 tạ/ha, bón 300kg/ha",
    "học sinh lớp 12A1 và 10/2, phòng 305/B4",
    "Kế hoạch 5 năm 2021 - 2025 của tỉnh",
    "ban hành 3 nghị quyết, 5 chỉ thị và 12 kế hoạch",
    "quyết định 3 đồng chí đi học lớp cao cấp",
    "báo cáo 6 tháng đầu năm",
    "Kế hoạch 2021 đã hoàn thành",
    "chương trình 30 phút phát sóng mỗi tuần",
    "Hướng dẫn 15 học viên thực hành",
    "Dự án 10 về truyền thông",
    "hợp đồng số 1 với nhà thầu",
    "xem tại https://tinhuy.example.vn/van-ban/05-CT/TW.html",
    "www.example.vn/35-nq-tw-ve-bao-ve-nen-tang",
    "gửi về hop-thu-05-CT/TW@example.vn",
    "Mẫu số 01/ĐK-TCT và mẫu 02/TB-CNKD kèm theo",
    "sao chổi 45P/Honda và 237P/LINEAR",
    "1/ Nguyễn Văn A; 2/ Trần Thị B",
    "điểm 7/10, 8/10; 5/7 xã đạt chuẩn",
    "số 05 phố Lê Lợi, tổ 12/3",
    "trong 2 ngày 7 và 8/6, ngày 13.4",
    "quý II/2021, tháng 11/2021",
    "Nghị quyết về 5 nội dung trọng tâm",
    "bình quân 45 - 50 triệu đồng/năm",
    "tăng 1,5-2%/năm",
    "Quyết định số lượng cấp phó",
    "mã hàng 05-CTX và 12-QĐZ",
    "Huy chương vàng hạng 48 kg, 51 kg nữ",
    "có 12 UBND xã và 10 BCH đoàn cơ sở",
    "lúc 10:05-CT bắt đầu",
    "năm 2021 2022 TT BTC",
    "đạt 66.7/2025 điểm",
    "Điều 5, khoản 3, mục 2.1-QC",
]


def test_the_table_is_large_enough() -> None:
    assert len(ALL_FULL) + len(PARTIAL) + len(NAMED) + len(NEGATIVE) >= 200


@pytest.mark.parametrize(("text", "expected"), ALL_FULL)
def test_full_mentions(text: str, expected: list[str]) -> None:
    mentions = [mention for mention in find_codes(text) if mention.kind == "full"]
    assert [mention.code for mention in mentions] == expected
    assert [text[mention.start : mention.end] for mention in mentions] == [m.raw for m in mentions]


@pytest.mark.parametrize("code", sorted({code for _, codes in ALL_FULL for code in codes}))
def test_canonical_forms_are_fixed_points(code: str) -> None:
    assert canonical(code) == code


@pytest.mark.parametrize(("text", "expected"), PARTIAL)
def test_partial_mentions(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert [(mention.raw, mention.code, mention.key) for mention in find_codes(text)] == expected


@pytest.mark.parametrize(("text", "raw", "key"), NAMED)
def test_named_mentions(text: str, raw: str, key: str) -> None:
    assert [(m.kind, m.raw, m.code, m.key) for m in find_codes(text)] == [("named", raw, None, key)]


@pytest.mark.parametrize("text", NEGATIVE)
def test_what_is_no_code(text: str) -> None:
    assert find_codes(text) == []
