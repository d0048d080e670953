"""A saved HTML page of a portal → one draft: by the portal's rule, else by the extraction library.

The primary entrypoint is `read`. The page is data only: nothing is fetched and no script runs. Size, count
of tags and depth are bounded before anything else looks at the tree.
"""

import codecs
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from searchsvc.analysis.legacy import decode
from searchsvc.articles import Draft
from searchsvc.errors import UnreadableSource
from searchsvc.extract.dates import find_timestamp
from searchsvc.ingest.blocks import lines_of, text_of
from searchsvc.ingest.furniture import is_full, without_furniture, without_views
from searchsvc.ingest.page_metadata import Metadata, metadata_of
from searchsvc.ingest.paragraphs import Paragraph, Parts, parts_of
from searchsvc.ingest.portals import PortalRule, XPaths, rule_for
from searchsvc.ingest.sources import Limits, Reading, SourceFile, load_page
from searchsvc.ingest.text_page import stamp_of
from searchsvc.ingest.wording import tidy_line

MAX_TAGS = 150_000
MAX_ATTRIBUTES = 2_000
"""Most attributes of one tag: the parser's time grows with their square."""

_TAG = re.compile(r"<[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^\"'>])*")
_LIBRARY_TAGS = 30_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PERHAPS_CONTROL = re.compile(f"{_CONTROL.pattern}|&#")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 8 << 10
_STAMP_LINES = 400
_ABOVE_LINES = 12


def read(source: SourceFile, limits: Limits) -> Iterator[Reading]:
    """Yield the draft of the page, or its refusal: too large or deep, not HTML, or without an article."""
    data = load_page(source, limits)
    if not isinstance(data, bytes):
        yield data
        return
    try:
        yield draft_from_html(_decoded(data), source.name)
    except UnreadableSource as error:
        yield source.refuse(error.message, data)


def draft_from_html(text: str, name: str) -> Draft:
    """Return the draft of a decoded page that lies at `name`. Raises UnreadableSource with the reason."""
    tree = _parsed(text)
    metadata = metadata_of(tree)
    rule = rule_for(tree, metadata.host)
    found = _by_rule(tree, rule, metadata) if rule else _by_library(tree, metadata)
    title = tidy_line(found.title)
    parts = _without_repetition(found, title)
    if not title or not (parts.body or parts.summary):
        raise _no_article()
    return Draft(
        title=title,
        body=parts.body,
        summary=parts.summary,
        captions=tuple(dict.fromkeys((*found.captions, *parts.captions))),
        url=metadata.url or None,
        published=tidy_line(found.published) or None,
        author=tidy_line(found.author) or parts.author,
        source=name,
        source_key=f"file:{name}",
    )


@dataclass(frozen=True, slots=True)
class _Found:
    title: str
    published: str
    summary: str
    lines: Sequence[tuple[str, int]]
    captions: tuple[str, ...]
    author: str


def _decoded(data: bytes) -> str:
    """Return the text of the page: by BOM or as UTF-8, else as it declares itself, else as it looks."""
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        declared = _CHARSET.search(data[:_HEAD_BYTES])
    if declared and b"\0" not in data:
        charset = declared[1].decode("ascii").lower()
        # A page that says UTF-8 and is not, or says Latin-1, may be anything: its bytes decide.
        if charset in ("windows-1258", "cp1258", "tcvn", "viscii"):
            try:
                return data.decode(charset)
            except (LookupError, UnicodeDecodeError):
                pass
    text: str = decode(data).text
    return text


def _parsed(text: str) -> Any:
    from lxml import etree, html

    if text.count("<") > MAX_TAGS:
        raise UnreadableSource(
            vi=f"Quá nhiều thẻ HTML (hơn {MAX_TAGS})", en=f"Too many HTML tags (over {MAX_TAGS})"
        )
    if any(
        len(tag[0]) > MAX_ATTRIBUTES and _attributes(tag[0]) > MAX_ATTRIBUTES for tag in _TAG.finditer(text)
    ):
        raise UnreadableSource(
            vi="Một thẻ HTML có quá nhiều thuộc tính", en="An HTML tag has too many attributes"
        )
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, no_network=True
    )
    try:
        tree = html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableSource(vi="Không đọc được HTML", en="The HTML cannot be read") from error
    # Past its depth limit the parser drops the rest of the page: better refused than cut.
    if any("depth" in entry.message for entry in parser.error_log):
        raise UnreadableSource(vi="Thẻ HTML lồng nhau quá sâu", en="HTML tags are nested too deeply")
    if _PERHAPS_CONTROL.search(text):
        _drop_control(tree)
    return tree


def _drop_control(tree: Any) -> None:
    """Take out characters that the parser gives and then refuses to take back, as when a part is dropped."""
    for element in tree.iter():
        for side in ("text", "tail"):
            found = getattr(element, side)
            if found and _CONTROL.search(found):
                setattr(element, side, _CONTROL.sub("", found))


def _attributes(tag: str) -> int:
    return max(tag.count("="), len(tag.split()))


def _by_rule(tree: Any, rule: PortalRule, metadata: Metadata) -> _Found:
    for path in rule.drop:
        for element in tree.xpath(path):
            element.drop_tree()
    title = _first(tree, rule.title) or metadata.title
    summary = _first(tree, rule.summary)
    author = _first(tree, rule.author)
    published = _first(tree, rule.published)
    captions = _taken_captions(tree, rule.captions)
    body = next(element for path in rule.body for element in tree.xpath(path))
    return _Found(title, _stamp(published) or metadata.published, summary, lines_of(body), captions, author)


def _by_library(tree: Any, metadata: Metadata) -> _Found:
    published = metadata.published or _visible_stamp(tree)
    captions = _taken_captions(tree, (".//figcaption",))
    lines = _extracted(tree)
    if not any(is_full(line) for line, _ in lines):
        raise _no_article()
    return _Found(metadata.title, published, metadata.summary, lines, captions, metadata.author)


def _extracted(tree: Any) -> list[tuple[str, int]]:
    import trafilatura

    # It logs each page without an article; the refusal says so.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    size = sum(1 for _ in tree.iter())
    try:
        document = trafilatura.bare_extraction(
            tree, fast=size > _LIBRARY_TAGS, include_comments=False, include_tables=True, with_metadata=False
        )
        # The library meets hostile pages here; whatever goes wrong in it concerns this page alone.
    except Exception as error:
        raise UnreadableSource(
            vi=f"Không tách được bài từ trang ({type(error).__name__})",
            en=f"The article cannot be taken from the page ({type(error).__name__})",
        ) from error
    body = getattr(document, "body", None)
    return [] if body is None else lines_of(body)


def _first(tree: Any, paths: XPaths) -> str:
    for path in paths:
        for element in tree.xpath(path):
            text = _value(element)
            if text:
                return text
    return ""


def _value(element: Any) -> str:
    if element.tag == "meta":
        return " ".join((element.get("content") or "").split())
    return text_of(element) or (element.get("datetime") or "").strip()


def _taken_captions(tree: Any, paths: XPaths) -> tuple[str, ...]:
    """Return the captions, and take them out of the tree so that they are not body text too."""
    found: list[str] = []
    for path in paths:
        for element in tree.xpath(path):
            if element.getparent() is None:
                continue
            found.append(text_of(element))
            element.drop_tree()
    return tuple(dict.fromkeys(caption for caption in found if caption))


def _stamp(text: str) -> str:
    return without_views(text) if find_timestamp(text) else ""


def _visible_stamp(tree: Any) -> str:
    """Return the first line near the top of the page that is a timestamp."""
    lines = (line for line, _ in lines_of(tree))
    stamps = (stamp_of(line) for line, _ in zip(lines, range(_STAMP_LINES), strict=False))
    return next((stamp for stamp in stamps if stamp), "")


def _without_repetition(found: _Found, title: str) -> Parts:
    """Return the parts of the page with headline and abstract said once, and without furniture."""
    texts = [text for text, _ in found.lines]
    kept = [line for line, keep in zip(found.lines, without_furniture(texts), strict=True) if keep]
    del kept[: _above_text(kept, title)]
    summary = tidy_line(found.summary)
    opening = summary.rstrip(" .…")[:300]
    if kept and len(kept) > 1 and opening and kept[0][0].startswith(opening):
        summary = kept[0][0]
        del kept[0]
    parts = parts_of([Paragraph(text, padding) for text, padding in kept], with_summary=False)
    return Parts(summary if summary != title else "", parts.body, parts.captions, parts.author)


def _above_text(lines: Sequence[tuple[str, int]], title: str) -> int:
    """Return how many lines lie above the text: menus, the headline again, the timestamp."""
    above = 0
    for index, (line, _) in enumerate(lines[:_ABOVE_LINES]):
        if is_full(line):
            break
        if line == title or stamp_of(line):
            above = index + 1
    return above


def _no_article() -> UnreadableSource:
    return UnreadableSource(
        vi="Không thấy bài viết trong trang (trang chủ hay danh mục?)",
        en="No article in the page (a home page or a list?)",
    )
