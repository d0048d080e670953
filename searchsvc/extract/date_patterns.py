"""The grammar of Vietnamese dates and times as regular expressions built from named parts.

The primary entrypoints are the compiled patterns; `date_mentions.py` and `timestamps.py` give them meaning.
The forms are those of bulletins and portals: day first, always. Every repetition is bounded, so matching is
linear in the text. Word gaps take a line break, because pages break lines inside dates.
"""

import re

WS = r"\s{0,3}"
DAY = r"(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])"
# 1[0-2] stands before [1-9]: 'tháng 12' must not give 1.
MONTH = r"(?:1[0-2]|0?[1-9])(?![0-9])"
# A space inside the year is damage that real pages have ('16/7/20 21'); '16/7/20 21 giờ' is a time, though.
YEAR = (
    r"(?:(?:19|20)[0-9]{2}(?![0-9])|2100(?![0-9])"
    r"|(?:19|20)(?:\s[0-9]{2}|[0-9]\s[0-9])(?![0-9])(?!\s?(?:giờ|g[0-9]|h\b|h[0-9]|:|%|[.,][0-9])))"
)
SEPARATOR = r"[/.\-–]"

MONTH_WORDS = {
    "giêng": 1,
    "một": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
}
MONTH_WORD = r"(?:giêng|chạp|mười\s(?:một|hai)|mười|một|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín)(?!\w)"
ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ENGLISH_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)

# Nothing that makes the number part of a larger one: '5.12/7', '1:30/4', a code 'NQ-15/5'.
LEFT = r"(?<![0-9])(?<![0-9][.,:/])(?<![/:])"
RIGHT = rf"(?![0-9])(?!{SEPARATOR}[0-9])(?!/\s?\w)"

_LINK = rf"(?:{WS}(?:-|–|,|đến|tới|và|hoặc){WS}(?:hết{WS})?(?:ngày{WS})?)"
_NUMERIC_TAIL = rf"{WS}(?P<s>{SEPARATOR}){WS}(?P<m>{MONTH})"
_WORD_MONTH = rf"{WS}tháng{WS}(?P<m>{MONTH}|{MONTH_WORD})"
_WORD_YEAR = rf"{WS},?{WS}(?:năm{WS})?(?P<y>{YEAR})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


ISO = _pattern(
    rf"(?<![0-9])(?<![0-9][-/.])(?P<y>{YEAR})(?P<s>[-/.])(?P<m>{MONTH})(?P=s)(?P<d>{DAY})(?![-/.][0-9])"
)
NUMERIC = _pattern(rf"{LEFT}(?P<d>{DAY}){_NUMERIC_TAIL}{WS}(?P=s){WS}(?P<y>{YEAR})(?!/\s?\w)")
SHORT_YEAR = _pattern(rf"{LEFT}(?P<d>{DAY})/(?P<m>{MONTH})/(?P<y>[0-9]{{2}}){RIGHT}")
WORDS = _pattern(rf"{LEFT}(?P<d>{DAY}){_WORD_MONTH}{_WORD_YEAR}")
ENGLISH = _pattern(rf"\b(?P<m>{ENGLISH_MONTH})\s(?P<d>{DAY})(?:st|nd|rd|th)?,?\s?(?P<y>{YEAR})")
ENGLISH_DAY_FIRST = _pattern(
    rf"{LEFT}(?P<d>{DAY})(?:st|nd|rd|th)?[\s-](?P<m>{ENGLISH_MONTH}),?[\s-](?P<y>{YEAR})"
)

# 'từ ngày 20 đến 28/1/2016', 'ngày 7 và 8/6', 'từ ngày 12 đến ngày 15 tháng 10 năm 2020'
DAY_LIST = _pattern(
    rf"(?P<context>(?:ngày|từ){WS}(?:ngày{WS})?)?{LEFT}(?P<days>{DAY}(?:{_LINK}{DAY}){{1,8}})"
    rf"(?:{_NUMERIC_TAIL}(?:{WS}(?P=s){WS}(?P<y>{YEAR}))?{RIGHT}"
    rf"|{WS}tháng{WS}(?P<wm>{MONTH})(?:{WS},?{WS}năm{WS}(?P<wy>{YEAR}))?)"
)
LIST_LINK = _pattern(_LINK)

MONTH_SPAN = _pattern(
    rf"tháng{WS}(?P<m1>{MONTH}){WS}(?:-|–|đến|tới){WS}(?:hết{WS})?(?:tháng{WS})?(?P<m>{MONTH})"
    rf"{WS}(?:năm|[/.,\-–]){WS}(?P<y>{YEAR})"
)
MONTH_OF_YEAR = _pattern(
    rf"tháng{WS}(?:(?P<m>{MONTH}){WS}(?:,?{WS}năm|[/.,\-–]|\s){WS}|(?P<w>{MONTH_WORD}){WS},?{WS}(?:năm{WS})?)"
    rf"(?P<y>{YEAR})(?!{SEPARATOR}[0-9])"
)
QUARTER = _pattern(rf"quý{WS}(?P<q>IV|I{{1,3}}|[1-4])(?!\w){WS}(?:,?{WS}năm|[/.,\-–])?{WS}(?P<y>{YEAR})")
YEAR_SPAN = _pattern(
    rf"(?<![0-9])(?<![0-9][.,/:-])(?<![/-])(?P<y1>(?:19|20)[0-9]{{2}}){WS}[-–]{WS}(?P<y2>{YEAR})"
    rf"(?![.,/:-]?[0-9])(?!/\s?\w)"
)
YEAR_ALONE = _pattern(rf"\bnăm{WS}(?P<y>{YEAR})(?!{SEPARATOR}[0-9])(?!/\s?\w)")

# A day and month without a year: only after a word that promises a date, or as a known holiday.
BARE = _pattern(
    rf"\b(?:ngày|(?:sáng|trưa|chiều|tối|đêm|hôm)(?:\s(?:nay|qua))?){WS}[(,]?{WS}{LEFT}"
    rf"(?P<date>(?P<d>{DAY})(?:{_NUMERIC_TAIL}{RIGHT}|{WS}tháng{WS}(?P<wm>{MONTH}|{MONTH_WORD})))"
)
BARE_WORDS = _pattern(rf"{LEFT}(?P<d>{DAY}){WS}tháng{WS}(?P<m>{MONTH}|{MONTH_WORD})(?!{WS}ngày)")
HOLIDAY = _pattern(
    rf"{LEFT}(?:3/2|8/3|30/4|1/5|19/5|27/7|19/8|2/9){RIGHT}(?!\s(?:số|tổng|dân|diện|giá|quãng|lượng|chiều))"
)
CHAINED = _pattern(
    rf"{WS}(?:-|–|,|đến|tới|và|hoặc){WS}(?:hết{WS})?(?:ngày{WS})?(?P<date>(?P<d>{DAY}){_NUMERIC_TAIL}{RIGHT})"
)
LINK_TO_NEXT = _pattern(rf"{WS}(?:-|–|,|đến|tới|và){WS}(?:hết{WS})?(?:ngày{WS})?")
LUNAR = _pattern(
    r"\s{0,3}\(?(?:âm lịch|ÂL\b|năm\s(?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý)"
    r"\s(?:tý|sửu|dần|mão|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi)\b)"
)
BEFORE_ISSUE_DATE = _pattern(r"\s{0,3}(?P<day>ngày\s{0,3})?")

# A clock time: '09:44', '9:54:47 AM', '14 giờ 30 phút', '18h00', '8h'; CH and SA are chiều and sáng.
_HOUR = r"(?:2[0-3]|1[0-9]|0?[0-9])"
_MINUTE = r"[0-5][0-9]"
TIME = _pattern(
    rf"(?<![0-9])(?<![0-9][:.,/])(?P<h>{_HOUR})"
    rf"(?:\s?:\s?(?P<min>{_MINUTE})(?::(?P<sec>{_MINUTE})(?:[.,][0-9]{{1,9}})?)?(?![0-9:])"
    rf"|\s?(?:giờ|h|g)\s?(?P<wmin>{_MINUTE})(?:\s?phút|'|p(?!\w))?(?![0-9])"
    rf"|\s?(?:giờ|h)(?!\w))"
    r"(?:\s?(?P<half>[AP]\.?M\.?|SA|CH)(?!\w))?"
)
ZONE = _pattern(
    r"\s?[\[(]?(?:(?P<z>Z)(?!\w)|(?:GMT|UTC)\s?(?P<name>[+-][0-9]{1,2}(?::?[0-5][0-9])?)?(?!\w)"
    r"|(?P<offset>[+-](?:1[0-4]|0[0-9]):?[0-5][0-9]|\+(?:1[0-4]|0[0-9]))(?![0-9]))[\])]?"
)
WEEKDAYS = (
    ("hai", "2", "mon"),
    ("ba", "3", "tue"),
    ("tư", "4", "wed"),
    ("năm", "5", "thu"),
    ("sáu", "6", "fri"),
    ("bảy", "bẩy", "7", "sat"),
    ("chủ nhật", "chúa nhật", "cn", "sun"),
)
WEEKDAY = _pattern(
    r"(?<!\w)(?:thứ\s?(?P<vi>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|(?P<sunday>chủ\snhật|chúa\snhật|CN)|T(?P<short>[2-7])"
    r"|(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:(?:s|nes|rs|ur)?day|s|rs?)?)(?!\w)"
)
