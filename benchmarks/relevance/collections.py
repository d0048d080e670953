"""Documents, queries and judgements of one test collection.

The primary entrypoint is `load`. A collection of files has docs.jsonl.xz, queries.jsonl and qrels.tsv;
"samples" is the sample archive with the judgements of tests/relevance.
"""

import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.relevance.variants import half_of
from searchsvc.articles import Draft
from searchsvc.evaluation import Judgements, read_judgements, read_queries
from searchsvc.ingest.discover import discover
from searchsvc.ingest.formats import read_file
from searchsvc.ingest.sources import SourceFile
from searchsvc.resources import samples_folder

SAMPLES = "samples"
JUDGED_SAMPLES = Path(__file__).resolve().parents[2] / "tests" / "relevance"


@dataclass(frozen=True)
class Document:
    """What every system indexes; `body` holds the summary and the captions too."""

    id: str
    title: str
    body: str

    @property
    def text(self) -> str:
        """Return title and body as one text."""
        return f"{self.title}\n\n{self.body}"


@dataclass(frozen=True)
class Collection:
    """`source` is what the service imports; `by_title` names its articles that have no id of their own."""

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    judged: Judgements
    source: Path
    by_title: Mapping[str, str] = field(default_factory=dict)

    def restricted(self, half: str) -> "Collection":
        """Return the collection with the judged queries of `half` alone ("all" for both)."""
        asked = {
            query: text
            for query, text in self.queries.items()
            if query in self.judged and half in ("all", half_of(query))
        }
        return replace(self, queries=asked)


def load(name: str, corpora: Path) -> Collection:
    """Return the collection `name`. Raises SystemExit that names what is missing."""
    if name == SAMPLES:
        return _samples()
    folder = corpora / name
    if not (folder / "docs.jsonl.xz").is_file():
        raise SystemExit(f"{folder}: no docs.jsonl.xz; name the folder of the collections with --corpora")
    with lzma.open(folder / "docs.jsonl.xz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return Collection(
        name=name,
        documents=tuple(Document(record["id"], record["title"], record["body"]) for record in records),
        queries=read_queries(folder / "queries.jsonl"),
        judged=read_judgements(folder / "qrels.tsv"),
        source=folder / "docs.jsonl.xz",
    )


def _samples() -> Collection:
    lines = (JUDGED_SAMPLES / "articles.tsv").read_text(encoding="utf-8").splitlines()
    by_title = {title: key for key, title in (line.split("\t") for line in lines)}
    documents = []
    for source in discover([samples_folder()]):
        drafts = read_file(source.path) if isinstance(source, SourceFile) else ()
        documents += [_document(draft, by_title) for draft in drafts if isinstance(draft, Draft)]
    return Collection(
        name=SAMPLES,
        documents=tuple(documents),
        queries=read_queries(JUDGED_SAMPLES / "queries.tsv"),
        judged=read_judgements(JUDGED_SAMPLES / "qrels.tsv"),
        source=samples_folder(),
        by_title=by_title,
    )


def _document(draft: Draft, by_title: Mapping[str, str]) -> Document:
    if draft.title not in by_title:
        raise SystemExit(f"{JUDGED_SAMPLES}/articles.tsv: no line for the title {draft.title!r}")
    body = "\n\n".join(text for text in (draft.summary, draft.body, *draft.captions) if text)
    return Document(by_title[draft.title], draft.title, body)
