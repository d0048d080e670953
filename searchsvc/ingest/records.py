"""One record of a table or a JSON object → draft: the keys of docs, and those that real dumps use.

The primary entrypoint is `draft_from_record`.
"""

from collections.abc import Mapping

from searchsvc.analysis.fold import fold
from searchsvc.articles import Draft
from searchsvc.errors import UnreadableSource
from searchsvc.ingest.wording import tidy, tidy_line, title_from

KEYS: dict[str, str] = {
    "id": "id",
    "url": "url",
    "link": "url",
    "title": "title",
    "headline": "title",
    "summary": "summary",
    "description": "summary",
    "sapo": "summary",
    "body": "body",
    "content": "body",
    "text": "body",
    "captions": "captions",
    "published": "published",
    "date": "published",
    "time": "time",
    "unit": "unit",
    "author": "author",
    "collection": "collection",
}
"""Key of a record, folded → field of the draft; where two keys name one field the earlier key wins."""

HEADERS: dict[str, str] = KEYS | {
    "ma": "id",
    "ma bai": "id",
    "duong dan": "url",
    "lien ket": "url",
    "dia chi": "url",
    "tieu de": "title",
    "tua de": "title",
    "ten bai": "title",
    "tom tat": "summary",
    "mo ta": "summary",
    "trich yeu": "summary",
    "noi dung": "body",
    "chu thich anh": "captions",
    "ngay dang": "published",
    "ngay xuat ban": "published",
    "ngay": "published",
    "thoi gian": "time",
    "gio dang": "time",
    "don vi": "unit",
    "co quan": "unit",
    "tac gia": "author",
    "nguoi viet": "author",
    "chuyen muc": "collection",
    "nguon": "collection",
}
"""Header of a column, folded, in English or Vietnamese → field of the draft."""


def field_of(header: str) -> str | None:
    """Return the field that a column header names, or None: 'Ngày đăng' -> 'published'."""
    return HEADERS.get(" ".join(fold(tidy_line(header)).replace("_", " ").split()))


def draft_from_record(record: Mapping[str, object], source: str) -> Draft:
    """Return the draft of one record. Raises UnreadableSource for a wrong type, or neither title nor body.

    A body without a title lends it its first line or sentence.
    """
    values = _values(record)
    title, body = tidy_line(_text(values, "title")), tidy(_text(values, "body"))
    if not title and not body:
        raise UnreadableSource(
            vi="Không có tiêu đề lẫn nội dung (title, body)", en="Neither a title nor a body"
        )
    return Draft(
        title=title or title_from(body),
        body=body,
        summary=tidy(_text(values, "summary")),
        captions=_captions(values.get("captions")),
        id=_line(values, "id"),
        url=_line(values, "url"),
        published=_published(values),
        unit=_line(values, "unit"),
        author=_line(values, "author"),
        collection=_line(values, "collection"),
        source=source,
    )


def _values(record: Mapping[str, object]) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, field in KEYS.items():
        value = record.get(key)
        if value is not None and value != "":
            values.setdefault(field, value)
    return values


def _text(values: Mapping[str, object], field: str) -> str:
    value = values.get(field, "")
    if isinstance(value, str):
        return value
    if field == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _wrong_type(field, value, vi="chuỗi", en="a string")


def _line(values: Mapping[str, object], field: str) -> str | None:
    return tidy_line(_text(values, field)) or None


def _published(values: Mapping[str, object]) -> str | None:
    # Some dumps print the day and the hour in two fields.
    printed = f"{_text(values, 'published')} {_text(values, 'time')}"
    return tidy_line(printed) or None if _text(values, "published") else None


def _captions(value: object) -> tuple[str, ...]:
    lines = value.split("\n") if isinstance(value, str) else value
    if lines is None:
        return ()
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise _wrong_type("captions", value, vi="danh sách chuỗi", en="a list of strings")
    return tuple(caption for line in lines if (caption := tidy_line(line)))


def _wrong_type(field: str, value: object, *, vi: str, en: str) -> UnreadableSource:
    kind = type(value).__name__
    return UnreadableSource(
        vi=f"Trường {field!r} phải là {vi}, không phải {kind}", en=f"Field {field!r} must be {en}, not {kind}"
    )
