"""Every date in a running text, with spans: days, months, quarters, years and spans of them.

The primary entrypoints are `find_dates` and `match_date_at`. The patterns run in the order of the rules:
ISO, day lists, d/m/y, two-digit years, words, months, quarters, years, and last what has no year. What one
pattern took, the next ones do not see; an impossible date (31/4/2021) is taken and yields nothing, so its
parts are not read as something else.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from searchsvc.extract import date_patterns as patterns
from searchsvc.extract.days import valid_day, whole_month, year_for

Precision = Literal["day", "month", "quarter", "year", "span"]

_WORD = re.compile(r"\w+")
_DIGITS = re.compile("[0-9]+")
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4}


@dataclass(frozen=True, slots=True)
class DateMention:
    """One date in a text: `raw` is `text[start:end]`, without a leading 'ngày'.

    `first` and `last` are the days it covers, both included; they are equal for the precision 'day'.
    """

    start: int
    end: int
    raw: str
    first: date
    last: date
    precision: Precision


@dataclass(frozen=True, slots=True)
class _Found:
    """A date before its text is cut out; `end` is that of the text it took."""

    start: int
    end: int
    first: date
    last: date
    precision: Precision


_Result = list[_Found] | None
"""What a builder returns: dates; [] for a text that is taken but no date; None for a text left to others."""


def find_dates(text: str, published: date | None = None) -> list[DateMention]:
    """Return the dates in NFC `text` in order, none overlapping; never raises.

    Days without a year ('ngày 13.4') take theirs from `published` and are left out without it. Lunar
    dates, terms of committees ('khóa XIII') and impossible dates are no mentions.
    """
    scanner = _Scanner(text, published)
    for pattern, build in _STEPS:
        scanner.run(pattern, build)
    found = sorted(scanner.found, key=lambda item: item.start)
    return [_mention(text, item) for item in found]


def match_date_at(text: str, pos: int, published: date | None = None) -> DateMention | None:
    """Return the full date (day, month, year) that starts at `pos`, after blanks and 'ngày' if any.

    For the issue date behind a document code: 'ngày 15/5/2016', 'ngày24 tháng 11 năm 2015'. With
    `published`, 'ngày 15/5' counts too and takes its year from there.
    """
    lead = patterns.BEFORE_ISSUE_DATE.match(text, max(pos, 0))
    at = lead.end() if lead else pos
    for pattern, build in _FULL_DATES:
        match = pattern.match(text, at)
        if match:
            found = build(match)
            return _mention(text, found[0]) if found else None
    bare = patterns.BARE.match(text, lead.start("day")) if published and lead and lead["day"] else None
    day = year_for(int(bare["d"]), _month(bare["m"] or bare["wm"]), published) if bare else None
    return _mention(text, _Found(*bare.span("date"), day, day, "day")) if bare and day else None


def full_dates(text: str) -> Iterator[DateMention]:
    """Yield, in order, the full dates of `text` that could be a publication stamp (no lists, no spans)."""
    scanner = _Scanner(text, None)
    for pattern, build in _FULL_STEPS:
        scanner.run(pattern, build)
    for item in sorted(scanner.found, key=lambda item: item.start):
        yield _mention(text, item)


def _mention(text: str, found: _Found) -> DateMention:
    raw = text[found.start : found.end]
    return DateMention(found.start, found.end, raw, found.first, found.last, found.precision)


class _Scanner:
    """The text of one call, with what is taken blanked out, and the dates found so far."""

    def __init__(self, text: str, published: date | None) -> None:
        self.published = published
        self.found: list[_Found] = []
        self.by_start: dict[int, _Found] = {}
        self.rest = _blank(text, [match.span() for match in patterns.TIME.finditer(text)])

    def run(self, pattern: re.Pattern[str], build: Callable[[re.Match[str], "_Scanner"], _Result]) -> None:
        """Take what `pattern` matches and `build` accepts."""
        taken: list[tuple[int, int]] = []
        at = 0
        while match := pattern.search(self.rest, at):
            result = build(match, self)
            at = max(match.end(), match.start() + 1)
            if result is None:
                at = _after_first_number(match)
                continue
            if patterns.LUNAR.match(self.rest, match.end()):
                result = []
            for item in result:
                self.found.append(item)
                self.by_start[item.start] = item
                at = max(at, item.end)
            taken.append((match.start(), at))
        self.rest = _blank(self.rest, taken)


def _after_first_number(match: re.Match[str]) -> int:
    """Return where to look on after a refused match: what follows its first word may be a date."""
    first = _WORD.search(match.string, match.start(), match.end())
    return first.end() if first else match.end()


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """Return `text` with `spans` (in order, not overlapping) overwritten, the same length."""
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], "\0" * (end - start)]
        at = end
    return "".join(parts) + text[at:] if parts else text


def _number(digits: str) -> int:
    return int("".join(digits.split()))


def _month(words: str) -> int:
    cleaned = " ".join(words.lower().split())
    return int(cleaned) if cleaned.isdigit() else patterns.MONTH_WORDS[cleaned]


def _single(start: int, end: int, day: date | None) -> list[_Found]:
    return [_Found(start, end, day, day, "day")] if day else []


def _full(match: re.Match[str]) -> _Result:
    day = valid_day(_number(match["y"]), int(match["m"]), int(match["d"]))
    return _single(match.start(), match.end(), day)


def _short_year(match: re.Match[str]) -> _Result:
    year = int(match["y"])
    return _single(
        match.start(),
        match.end(),
        valid_day(year + (1900 if year >= 70 else 2000), int(match["m"]), int(match["d"])),
    )


def _is_year_word(match: re.Match[str], group: str) -> bool:
    """Return whether the month word is really the word 'year': '9 tháng năm 2021' are nine months."""
    word = match[group]
    between = match.string[match.end(group) : match.start("y")].lower()
    return word.lower() == "năm" and word != "Năm" and "năm" not in between


def _words(match: re.Match[str]) -> _Result:
    if _is_year_word(match, "m"):
        return None
    day = valid_day(_number(match["y"]), _month(match["m"]), int(match["d"]))
    return _single(match.start(), match.end(), day)


def _english(match: re.Match[str]) -> _Result:
    month = patterns.ENGLISH_MONTHS.index(match["m"][:3].lower()) + 1
    return _single(match.start(), match.end(), valid_day(_number(match["y"]), month, int(match["d"])))


def _day_list(match: re.Match[str], scanner: _Scanner) -> _Result:
    """Build '20 đến 28/1/2016' (a span) and '7, 8 và 10/6' (days); None where no word promises dates."""
    links = [link.group().strip().lower() for link in patterns.LIST_LINK.finditer(match["days"])]
    if not match["context"] and not _links_stand_alone(match, links):
        return None
    month, year = int(match["m"] or match["wm"]), match["y"] or match["wy"]
    spans = list(_DIGITS.finditer(match.string, match.start("days"), match.end("days")))
    days = [int(span.group()) for span in spans]
    if sorted(set(days)) != days:
        return None
    dates = [
        valid_day(_number(year), month, day) if year else year_for(day, month, scanner.published)
        for day in days
    ]
    found: list[_Found] = []
    for index, day in enumerate(dates):
        if day is None:
            return []
        end = match.end() if index == len(days) - 1 else spans[index].end()
        if found and not links[index - 1].startswith((",", "và", "hoặc")):
            found[-1] = _Found(found[-1].start, end, found[-1].first, day, "span")
        else:
            found.append(_Found(spans[index].start(), end, day, day, "day"))
    return found


def _links_stand_alone(match: re.Match[str], links: list[str]) -> bool:
    if match["wm"]:
        return all(link.startswith(("đến", "tới")) for link in links)
    # 'Số 5 - 20/11/2020' is no list; '20-22/11/2020' and '(20-22/11)' are.
    tight = bool(re.fullmatch(r"[0-9]{1,2}[-–][0-9]{1,2}", match["days"]))
    return tight and (match["y"] is not None or match["s"] == "/") and match["s"] not in "-–"


def _month_span(match: re.Match[str], _: _Scanner) -> _Result:
    year, first, last = _number(match["y"]), _month(match["m1"]), _month(match["m"])
    if first >= last:
        return None
    span = whole_month(year, first)[0], whole_month(year, last)[1]
    return [_Found(match.start(), match.end(), *span, "span")]


def _month_of_year(match: re.Match[str], _: _Scanner) -> _Result:
    if match["w"] and _is_year_word(match, "w"):
        return None
    span = whole_month(_number(match["y"]), _month(match["m"] or match["w"]))
    return [_Found(match.start(), match.end(), *span, "month")]


def _quarter(match: re.Match[str], _: _Scanner) -> _Result:
    quarter = _QUARTERS.get(match["q"].upper()) or int(match["q"])
    year = _number(match["y"])
    first, last = whole_month(year, quarter * 3 - 2)[0], whole_month(year, quarter * 3)[1]
    return [_Found(match.start(), match.end(), first, last, "quarter")]


def _year_span(match: re.Match[str], _: _Scanner) -> _Result:
    first, last = int(match["y1"]), _number(match["y2"])
    if first >= last:
        return None
    return [_Found(match.start(), match.end(), date(first, 1, 1), date(last, 12, 31), "span")]


def _year(match: re.Match[str], _: _Scanner) -> _Result:
    year = _number(match["y"])
    return [_Found(match.start(), match.end(), date(year, 1, 1), date(year, 12, 31), "year")]


def _bare(match: re.Match[str], scanner: _Scanner) -> _Result:
    month = _month(match["m"] or match["wm"])
    return _bare_from(match.start("date"), match.end("date"), (int(match["d"]), month), scanner)


def _bare_words(match: re.Match[str], scanner: _Scanner) -> _Result:
    # '2 tháng hai lần' counts months; '15 tháng Hai' is a date.
    if not (match["m"][0].isdigit() or match["m"][0].isupper()):
        return None
    return _bare_from(match.start(), match.end(), (int(match["d"]), _month(match["m"])), scanner)


def _holiday(match: re.Match[str], scanner: _Scanner) -> _Result:
    day, month = (int(part) for part in match.group().split("/"))
    return _bare_from(match.start(), match.end(), (day, month), scanner)


def _bare_from(start: int, end: int, day_month: tuple[int, int], scanner: _Scanner) -> _Result:
    """Build the date without a year at `start`, and those chained to it: 'ngày 7/6 và 8/6'."""
    ends = [(start, end, day_month)]
    while len(ends) < 8 and (match := patterns.CHAINED.match(scanner.rest, ends[-1][1])):
        ends.append((match.start("date"), match.end("date"), (int(match["d"]), int(match["m"]))))
    followed = _dated_after(ends[-1][1], scanner)
    found: list[_Found] = []
    for begin, stop, (day, month) in ends:
        value = _before(day, month, followed) if followed else year_for(day, month, scanner.published)
        found += _single(begin, stop, value)
    return found


def _dated_after(end: int, scanner: _Scanner) -> date | None:
    """Return the full date linked behind `end`, which lends its year: 'từ ngày 28/1 đến 5/2/2016'."""
    link = patterns.LINK_TO_NEXT.match(scanner.rest, end)
    found = scanner.by_start.get(link.end()) if link else None
    return found.first if found and found.precision == "day" else None


def _before(day: int, month: int, after: date) -> date | None:
    found = valid_day(after.year, month, day)
    return found if found and found <= after else valid_day(after.year - 1, month, day)


_FULL_DATES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Result]], ...] = (
    (patterns.ISO, _full),
    (patterns.NUMERIC, _full),
    (patterns.SHORT_YEAR, _short_year),
    (patterns.WORDS, _words),
    (patterns.ENGLISH, _english),
    (patterns.ENGLISH_DAY_FIRST, _english),
)


def _ignoring_scanner(
    build: Callable[[re.Match[str]], _Result],
) -> Callable[[re.Match[str], _Scanner], _Result]:
    return lambda match, _: build(match)


_FULL_STEPS = tuple((pattern, _ignoring_scanner(build)) for pattern, build in _FULL_DATES)
_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Scanner], _Result]], ...] = (
    _FULL_STEPS[0],
    (patterns.DAY_LIST, _day_list),
    *_FULL_STEPS[1:],
    (patterns.MONTH_SPAN, _month_span),
    (patterns.MONTH_OF_YEAR, _month_of_year),
    (patterns.QUARTER, _quarter),
    (patterns.YEAR_SPAN, _year_span),
    (patterns.YEAR_ALONE, _year),
    (patterns.BARE, _bare),
    (patterns.BARE_WORDS, _bare_words),
    (patterns.HOLIDAY, _holiday),
)
