"""The real texts as JSON Lines that the service imports: up to all of them, drawn by their ids.

The primary entrypoints are `write_corpus` and `drawn`. Fewer documents than there are: those whose ids hash
lowest, so a smaller corpus is a fair sample of the larger one. (More: `growing`.) Paragraphs are divided by
one line break, since blank lines would part the positions of our index and not those of peers.
"""

import hashlib
import json
import lzma
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benchmarks.engines.facts import Facts
from searchsvc.extract.units import Registry

FILE_BYTES = 100 << 20
"""A new file begins after so many bytes; the import takes files up to a bound."""

_BLANK_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Text:
    """One real text; `collection` is the file it came from."""

    id: str
    title: str
    body: str
    collection: str


def real_texts(corpora: Path, wanted: Container[str] | None = None) -> Iterator[Text]:
    """Yield the texts of each JSON Lines file in `corpora`, each id once; of `wanted` ids alone, if given.

    Raises SystemExit if there is no file.
    """
    for collection, record in _records(corpora):
        if wanted is None or record["id"] in wanted:
            body = _BLANK_LINES.sub("\n", record["body"]).strip()
            yield Text(record["id"], record["title"], body, collection)


def _records(corpora: Path) -> Iterator[tuple[str, dict[str, str]]]:
    sources = sorted([*corpora.glob("*.jsonl.xz"), *corpora.glob("*.jsonl")])
    if not sources:
        raise SystemExit(f"{corpora}: no *.jsonl.xz; name the folder of the texts with --corpora")
    seen: set[str] = set()
    for source in sources:
        collection = source.name.split(".")[0].replace("_", "-")
        opener = lzma.open if source.suffix == ".xz" else open
        with opener(source, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if record["id"] not in seen and record["body"].strip():
                    seen.add(record["id"])
                    yield collection, record


def write_corpus(corpora: Path, folder: Path, documents: int | None) -> int:
    """Write `documents` texts (None: all of them) as files in `folder`; return how many there are."""
    wanted = None if documents is None else drawn(ids_in(corpora), documents)
    facts, written = Facts(Registry.load()), 0
    with _Files(folder) as files:
        for text in real_texts(corpora, wanted):
            files.write(_line(text, facts))
            written += 1
    return written


def ids_in(corpora: Path) -> list[str]:
    """Return the ids of all texts in `corpora`."""
    return [record["id"] for _, record in _records(corpora)]


def drawn(ids: Sequence[str], count: int) -> frozenset[str]:
    """Return `count` of the `ids`: those that hash lowest."""
    return frozenset(sorted(ids, key=_hash)[:count])


def _line(text: Text, facts: Facts) -> str:
    record = {"id": text.id, "title": text.title, "body": text.body, "collection": text.collection}
    return json.dumps(record | facts.of(text.id), ensure_ascii=False) + "\n"


def _hash(id_: str) -> bytes:
    return hashlib.blake2b(id_.encode(), digest_size=8).digest()


class _Files:
    """Writes lines into one file after another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count = self._bytes = 0
        self._file = self._next()

    def __enter__(self) -> "_Files":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, line: str) -> None:
        if self._bytes > FILE_BYTES:
            self._file.close()
            self._file = self._next()
        self._bytes += self._file.write(line.encode())

    def _next(self) -> BinaryIO:
        self._bytes, self._count = 0, self._count + 1
        return (self._folder / f"part-{self._count:03}.jsonl").open("wb")
