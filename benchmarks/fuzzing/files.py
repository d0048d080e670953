"""Article files through every reader, as an import reads them: read, annotated, segmented.

The primary entrypoints are `targets` and `attempt`.
"""

import csv
import html
import io
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from benchmarks.fuzzing import texts
from benchmarks.fuzzing.running import Finding, Target
from searchsvc.analysis.normalize import clean
from searchsvc.archive.identity import is_archivable
from searchsvc.articles import Part
from searchsvc.extract.units import Registry
from searchsvc.ingest.formats import AUTO, EXPORT, format_of
from searchsvc.ingest.sources import Limits, Refusal, SourceFile
from searchsvc.ingest.tasks import ImportOptions, ReadArticle, Task, Work, perform

FILE_S = 2.0
FILE_BYTES = 128 << 20
_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1258",
    "cp1252",
    "latin-1",
    "utf-7",
)
_TAGS = (
    "div",
    "p",
    "b",
    "table",
    "tr",
    "td",
    "article",
    "section",
    "h1",
    "h2",
    "ul",
    "li",
    "script",
    "style",
    "title",
    "span",
    "figure",
    "figcaption",
    "blockquote",
    "pre",
    "br",
    "img",
    "meta",
    "html",
    "body",
    "head",
    "svg",
    "x-y",
)
_SENTENCE = (
    "Sáng ngày 7/1/2022, Ban Tuyên giáo Tỉnh ủy tổ chức hội nghị tổng kết công tác năm, thực hiện Chỉ thị số "
    "05-CT/TW của Bộ Chính trị về đẩy mạnh học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh."
)
_HEADERS = {
    "title,body": 2,
    "tiêu đề;nội dung;ngày đăng": 3,
    "id\ttitle\tbody\tunit": 4,
    "title,body,title": 3,
    '"title","body': 2,
    "a,b": 2,
}


@dataclass(frozen=True)
class File:
    """The bytes of a file, its name, and the format that it is read as."""

    data: bytes
    name: str
    format: str


class Reading:
    """Reads files as an import does."""

    def __init__(self) -> None:
        self._work = Work(Registry.load(), ImportOptions(), Limits(max_item_bytes=1 << 16))

    def attempt(self, file: File) -> str:
        """Return whether articles came of the file. Raises Finding for a fault or a wrong article."""
        source = SourceFile(Path(file.name), data=file.data)
        form = format_of(source) if file.format == AUTO else file.format
        if isinstance(form, Refusal) or form == EXPORT:
            return "refused"
        items = perform(Task(((source, form),), source.size), self._work)
        for item in items:
            if isinstance(item, Refusal):
                if "please report" in item.reason.en:
                    raise Finding(item.reason.en)
                if len(item.original) > max(len(file.data), 1 << 16):
                    raise Finding(f"{len(item.original)} bytes are kept of a refused item")
            else:
                _judge(item)
        if not items:
            return "nothing"
        return "read" if any(isinstance(item, ReadArticle) for item in items) else "refused"


def _judge(item: ReadArticle) -> None:
    parts: dict[Part, str] = dict(item.draft.texts())
    for part, text in parts.items():
        if clean(text) != text:
            raise Finding(f"the {part} is not clean")
    for mention in item.annotations.codes:
        if parts[mention.part][mention.start : mention.end] != mention.raw:
            raise Finding(f"a code is not where it is said to be: {mention}")
    if item.draft.id is None and not is_archivable(item.draft):
        raise Finding("an article that no archive can keep")


def text_files() -> st.SearchStrategy[bytes]:
    """Return text pages, in any encoding."""
    stamp = st.sampled_from(
        ("", "Thứ Sáu, 07/01/2022, 09:44 [GMT+7]", "Ngày 7/1/2022 - 9:44; 132 lượt xem", "Thứ 9, 99/99/9999")
    )
    page = st.builds(
        lambda title, when, body: f"{title}\n{when}\n\n{body}", texts.queries(), stamp, texts.bodies()
    )
    return _encoded(page)


def html_files() -> st.SearchStrategy[bytes]:
    """Return pages with any nesting of tags, some of them with the parts that readers look for."""
    attributes = st.lists(
        st.tuples(
            st.sampled_from(("class", "id", "content", "property", "datetime", "href", "itemprop", "style")),
            texts.queries(),
        ),
        max_size=2,
    )
    opened = st.builds(
        lambda tag, pairs: (
            f"<{tag}" + "".join(f' {name}="{html.escape(value[:80])}"' for name, value in pairs) + ">"
        ),
        st.sampled_from(_TAGS),
        attributes,
    )
    closed = st.sampled_from(_TAGS).map("</{}>".format)
    loose = st.lists(
        st.one_of(opened, closed, texts.queries(), texts.queries().map(html.escape)), max_size=20
    ).map("".join)
    data = texts.articles().map(
        lambda record: f'<script type="application/ld+json">{json.dumps(record)}</script>'
    )
    whole = st.builds(
        _page, texts.queries(), data | st.just("<meta charset=tcvn>") | opened, texts.bodies(), loose
    )
    return _encoded(whole | loose)


def _page(title: str, meta: str, body: str, more: str) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in (*body.split("\n"), _SENTENCE))
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{meta}</head><body><h1>{title}</h1>"
        f"<article class=content>{paragraphs}{more}<p>{_SENTENCE}</p></article></body></html>"
    )


def json_files() -> st.SearchStrategy[bytes]:
    """Return JSON Lines, some of them spoiled."""
    line = st.one_of(
        texts.articles().map(json.dumps),
        texts.articles().map(lambda record: json.dumps(record, ensure_ascii=False)),
        st.builds(lambda record, cut: json.dumps(record)[:cut], texts.articles(), st.integers(0, 100)),
        texts.queries(),
        st.sampled_from(
            ("[" * 900, '{"a":' * 900, "null", "[]", '{"title": NaN}', '{"title":"a","title":2}', "\x1e{}")
        ),
    )
    return _encoded(st.lists(line, max_size=5).map("\n".join))


def csv_files() -> st.SearchStrategy[bytes]:
    """Return tables with right and wrong columns, separators and quotes."""
    short = texts.queries().map(lambda text: text[:100])
    cell = st.one_of(texts.queries(), short, st.sampled_from(('"', '""', '"a', "\n", "=1+1")))

    def tables(header: str) -> st.SearchStrategy[str]:
        columns = _HEADERS[header]
        right = st.lists(st.lists(cell, min_size=columns, max_size=columns), max_size=4)
        wrong = st.lists(st.lists(cell, min_size=1, max_size=4), max_size=3)
        separator = next((each for each in ";\t" if each in header), ",")
        return st.builds(partial(_table, header, separator), st.one_of(right, right, wrong), st.booleans())

    return _encoded(
        st.sampled_from(sorted(_HEADERS)).flatmap(tables)
        | st.builds(
            lambda header, rest: f"{header}\n{rest}", st.sampled_from(sorted(_HEADERS)), texts.bodies()
        )
    )


def _table(header: str, separator: str, rows: list[list[str]], quoted: bool) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(
        rows
    )
    return f"{header}\r\n{out.getvalue()}"


def legacy_files() -> st.SearchStrategy[bytes]:
    """Return bytes in the encodings of forty years, alone and mixed line by line, and bytes that are none."""
    high = st.binary(max_size=80).map(lambda data: bytes(byte | 0x80 if byte % 3 else byte for byte in data))
    words = st.sampled_from(
        (
            "NghÞ quyÕt §¹i héi §¶ng bé".encode("latin-1"),
            "Nghò quyeát Ñaïi hoäi".encode("latin-1"),
            "Nghị quyết".encode("cp1258", "replace"),
            "Hội nghị".encode(),
            "Há»\x99i nghá»\x8b".encode("latin-1", "replace"),
            b"\xff\xfeN\0g\0",
            b"\0N\0g",
        )
    )
    lines = st.lists(st.one_of(words, high, texts.raw(60)), max_size=8)
    return st.builds(
        lambda parts, by: by.join(parts),
        lines,
        st.sampled_from((b"\n", b"\r\n", b"\r", b" ", b"\n\n", b"\x85")),
    )


def _encoded(text: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    usual = text.map(lambda each: each.encode("utf-8", "surrogatepass"))
    other = st.builds(
        lambda each, encoding: each.encode(encoding, "replace"), text.map(_whole), st.sampled_from(_ENCODINGS)
    )
    cut = st.builds(
        lambda data, place, more: data[:place] + more + data[place:], usual, st.integers(0, 400), texts.raw(8)
    )
    return st.one_of(usual, usual, other, cut)


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def targets(reading: Any = None) -> list[Target]:
    """Return what is tried of each reader; every third file is read as what it looks like."""
    reading = reading or Reading()
    made = []
    for form, cases, names in (
        ("text", text_files(), ("a.txt", "a")),
        ("html", html_files(), ("a.html", "a.htm")),
        ("jsonl", json_files(), ("a.jsonl", "a.json")),
        ("csv", csv_files(), ("a.csv", "a.tsv")),
        ("legacy", legacy_files(), ("a.txt", "a.html", "a.csv", "a.jsonl", "a")),
    ):
        forms = st.sampled_from(
            (form, form, AUTO) if form != "legacy" else ("text", "html", "jsonl", "csv", AUTO)
        )
        files = st.builds(File, cases, st.sampled_from(names), forms)
        made.append(Target(f"{form} files", files, reading.attempt, FILE_S, FILE_BYTES))
    return made
