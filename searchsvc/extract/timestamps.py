"""The publication stamp of a page: 'Thứ Sáu, ngày 7/1/2022 - 09:44' and its many relatives.

The primary entrypoints are `find_timestamp` (in a page) and `parse_timestamp` (of a field).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from searchsvc.articles import VIETNAM_TIME
from searchsvc.extract import date_patterns as patterns
from searchsvc.extract.date_mentions import DateMention, full_dates, match_date_at

_MAX_CHARS = 50_000
"""A stamp stands near the top of a page; what lies deeper is not looked at."""
_MAX_FIELD_CHARS = 200
_MAX_REST_OF_LINE = 100
"""A stamp stands on a short line of its own, not inside a paragraph."""

_GAP = r"[\s,|;:•·*'’()\[\]\-–]{0,8}"
_TRAILING_GAP = re.compile(r"[\s,|;:•·*'’()\[\]\-–]{1,8}$")
_DAY_WORD = re.compile(r"(?<!\w)ngày$", re.IGNORECASE)
_TO_TIME = re.compile(rf"T|{_GAP}(?:(?:vào )?lúc|vào|hồi|at)?[\s:]{{0,3}}", re.IGNORECASE)
_TO_WEEKDAY = re.compile(_GAP)
_LABEL = re.compile(
    r"(?:cập nhật(?: lần cuối)?"
    r"|(?:ngày|thời gian|giờ)(?: (?:đăng|cập nhật|xuất bản|gửi|viết|tạo))?(?:\stin|\sbài)?"
    r"|đăng(?: tải)?|xuất bản|published|posted|updated|date)(?: (?:ngày|lúc|vào|on|at))?[\s:|.\-–]{0,6}$",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[\W_]*")
_AFTER_STAMP = re.compile(
    r"[\W_]{0,12}(?:$|(?:đã xem|lượt|số lượt|số lần|views?\b|xem\b|đọc\b|in\b|tác giả|chia sẻ|[0-9]+ lượt))",
    re.IGNORECASE,
)
# 'Hà Nội, ngày 07 tháng 11 năm 2006': a place of one to five capitalised words.
_PLACE = re.compile(r"[\W_]*(?:[^\W\d_][\w.]*[ \-]){0,4}[^\W\d_][\w.]*,\s{0,3}(?:ngày\s{0,3})?")


class Timestamp(NamedTuple):
    """A publication stamp: `instant` is aware, in Vietnam's time; `text[start:end]` is the stamp."""

    instant: datetime
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A full date with what belongs to it on both sides."""

    mention: DateMention
    start: int
    end: int
    clock: tuple[time, timezone] | None
    weekday: int | None

    @property
    def timestamp(self) -> Timestamp:
        clock, zone = self.clock or (time(), VIETNAM_TIME)
        instant = datetime.combine(self.mention.first, clock, zone)
        return Timestamp(instant.astimezone(VIETNAM_TIME), self.start, self.end)


def find_timestamp(text: str) -> Timestamp | None:
    """Return the first publication stamp in the text of a page; None if there is none; never raises.

    A stamp is a full date with a clock time, or with a weekday or a label ('Cập nhật:') before it, or
    alone on its line. Without a clock time the instant is midnight in Vietnam.
    """
    head = text[:_MAX_CHARS]
    for stamp in _stamps(head):
        if _is_publication(head, stamp):
            return stamp.timestamp
    return None


def parse_timestamp(text: str) -> datetime | None:
    """Return the instant that a publication field states: ISO 8601 or any form that portals print.

    None if it holds no full date, or an impossible one. The result is aware, in Vietnam's time; a clock
    time that names no zone is Vietnam's. The day comes first: '9/6/2024 9:54:47 AM' is in June.
    """
    found = find_timestamp(text)
    if found is None and len(text) <= _MAX_FIELD_CHARS:
        found = next((stamp.timestamp for stamp in _stamps(text)), None)
    return found.instant if found else None


def contradicts_weekday(text: str) -> bool:
    """Return whether the stamp in `text` names a weekday that its date does not have."""
    for stamp in _stamps(text[:_MAX_CHARS]):
        return stamp.weekday is not None and stamp.weekday != stamp.mention.first.weekday()
    return False


def find_dateline(text: str) -> date | None:
    """Return the date of a dateline at the beginning: 'Hà Nội, ngày 07 tháng 11 năm 2006'.

    It stands alone on one of the first six lines, or opens the first one before a full stop or a dash.
    """
    lines = [line.strip() for line in text[:2_000].splitlines()]
    for number, line in enumerate([line for line in lines if line][:6]):
        place = _PLACE.match(line)
        mention = match_date_at(line, place.end()) if place else None
        if mention is None or "ngày" not in line[: mention.start].lower():
            continue
        rest = line[mention.end :].strip()
        if rest in ("", ".") or (number == 0 and rest.startswith((".", "-", "–", ":"))):
            return mention.first
    return None


def _stamps(text: str) -> Iterator[_Stamp]:
    for mention in full_dates(text):
        yield _stamp_around(text, mention)


def _is_publication(text: str, stamp: _Stamp) -> bool:
    line_start = text.rfind("\n", 0, stamp.start) + 1
    line_end = text.find("\n", stamp.end)
    before = text[line_start : stamp.start]
    after = text[stamp.end : line_end if line_end >= 0 else len(text)]
    if len(before) + len(after) > _MAX_REST_OF_LINE:
        return False
    opens = bool(_BLANK.fullmatch(before) or _LABEL.search(before))
    if stamp.clock or (opens and stamp.weekday is not None):
        return True
    closes = bool(_AFTER_STAMP.match(after))
    return closes and (opens or bool(_PLACE.fullmatch(before)))


def _stamp_around(text: str, mention: DateMention) -> _Stamp:
    """Extend a date over the weekday, 'ngày', the clock time and its zone on either side."""
    start, clock, weekday = _look_back(text, mention.start)
    end = mention.end
    if weekday is None:
        weekday, end = _weekday_after(text, end)
    if clock is None:
        gap = _TO_TIME.match(text, end)
        match = patterns.TIME.match(text, gap.end()) if gap else None
        if match:
            clock, end = _clock(text, match)
    elif zone := patterns.ZONE.match(text, end):
        clock, end = (clock[0], _zone(zone)), zone.end()
    return _Stamp(mention, start, end, clock, weekday)


def _look_back(text: str, start: int) -> tuple[int, tuple[time, timezone] | None, int | None]:
    """Return where the stamp begins, and the clock time and weekday before the date on the same line."""
    floor = max(text.rfind("\n", 0, start) + 1, start - 60)
    clock: tuple[time, timezone] | None = None
    weekday: int | None = None
    at = begin = start
    for _ in range(6):
        window = text[floor:at]
        if gap := _TRAILING_GAP.search(window):
            at = floor + gap.start()
            window = text[floor:at]
        if word := _DAY_WORD.search(window):
            begin = at = floor + word.start()
        elif weekday is None and (day := _last(patterns.WEEKDAY, window)):
            weekday, begin = _weekday(day), floor + day.start()
            at = begin
        elif clock is None and (hour := _last_time(text, floor, at)):
            clock, begin = _clock(text, hour)[0], hour.start()
            at = begin
        else:
            break
    return begin, clock, weekday


def _last(pattern: re.Pattern[str], window: str) -> re.Match[str] | None:
    """Return the match of `pattern` that ends with `window`."""
    return next((match for match in pattern.finditer(window) if match.end() == len(window)), None)


def _last_time(text: str, floor: int, at: int) -> re.Match[str] | None:
    for match in patterns.TIME.finditer(text, floor, at):
        zone = patterns.ZONE.match(text, match.end())
        if at in (match.end(), zone.end() if zone else -1, (zone.end() if zone else 0) - 1):
            return match
    return None


def _weekday_after(text: str, end: int) -> tuple[int | None, int]:
    gap = _TO_WEEKDAY.match(text, end)
    match = patterns.WEEKDAY.match(text, gap.end()) if gap and "\n" not in gap.group() else None
    return (_weekday(match), match.end()) if match else (None, end)


def _weekday(match: re.Match[str]) -> int | None:
    if match["sunday"]:
        return 6
    word = (match["vi"] or match["short"] or match["en"] or "").lower()
    return next((index for index, words in enumerate(patterns.WEEKDAYS) if word in words), None)


def _clock(text: str, match: re.Match[str]) -> tuple[tuple[time, timezone], int]:
    """Return the clock time with its zone, and where both end."""
    hour = int(match["h"])
    half = (match["half"] or "").upper().replace(".", "")
    if half in ("PM", "CH") and hour < 12:
        hour += 12
    elif half in ("AM", "SA") and hour == 12:
        hour = 0
    clock = time(hour, int(match["min"] or match["wmin"] or 0), int(match["sec"] or 0))
    zone = patterns.ZONE.match(text, match.end())
    return ((clock, _zone(zone)), zone.end()) if zone else ((clock, VIETNAM_TIME), match.end())


def _zone(match: re.Match[str]) -> timezone:
    offset = match["offset"] or match["name"]
    if not offset:
        return UTC
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14:
        return VIETNAM_TIME
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if offset[0] == "-" else shift)
