"""The peers, each in the configuration a sensible user without Vietnamese tools would choose.

The primary entrypoint is `PEERS`. All of them look for any of the query's words (OR) and rank by BM25 with
their own constants; none gets the query's operators. Title and body are one field: that is stronger on these
collections for Tantivy and Whoosh, and the same for FTS5. Text reaches the peers as it is, not normalized,
except "bm25s-folded" and "bm25s-exact", which stand for plain BM25 over the service's own tokens.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.relevance.collections import Document
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.pipelines import analyze
from searchsvc.evaluation import RUN_DEPTH
from searchsvc.fields import Layer

Rank = Callable[[str], Sequence[str]]
"""Query text -> ids of the first `RUN_DEPTH` documents, best first."""

_TOKEN = re.compile(r"[\w\u0300-\u036f]+")


def fts5(documents: Sequence[Document]) -> Rank:
    """SQLite FTS5, unicode61 without diacritics: its table has no đ, which stays a letter of its own."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE documents USING fts5("
        "id UNINDEXED, text, tokenize='unicode61 remove_diacritics 2')"
    )
    rows = [(document.id, document.text) for document in documents]
    database.executemany("INSERT INTO documents VALUES (?, ?)", rows)

    def rank(text: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(_TOKEN.findall(text)))
        if not words:
            return []
        found = database.execute(
            "SELECT id FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT ?", (words, RUN_DEPTH)
        )
        return [row[0] for row in found]

    return rank


def tantivy_folded(documents: Sequence[Document]) -> Rank:
    """Tantivy with its simple tokenizer, lower-casing and ASCII folding."""
    return _tantivy(documents, folded=True)


def tantivy_accented(documents: Sequence[Document]) -> Rank:
    """Tantivy with its default tokenizer: lower-casing alone."""
    return _tantivy(documents, folded=False)


def _tantivy(documents: Sequence[Document], *, folded: bool) -> Rank:
    import tantivy

    chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    chain = chain.filter(tantivy.Filter.remove_long(40)).filter(tantivy.Filter.lowercase())
    analyzer = (chain.filter(tantivy.Filter.ascii_fold()) if folded else chain).build()
    fields = tantivy.SchemaBuilder()
    fields.add_text_field("id", stored=True, tokenizer_name="raw")
    fields.add_text_field("text", tokenizer_name="words")
    schema = fields.build()
    index = tantivy.Index(schema)
    index.register_tokenizer("words", analyzer)
    writer = index.writer(num_threads=1)
    for document in documents:
        writer.add_document(tantivy.Document(id=document.id, text=document.text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> list[str]:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word, "freq"))
            for word in dict.fromkeys(analyzer.analyze(text))
        ]
        hits = searcher.search(tantivy.Query.boolean_query(terms), limit=RUN_DEPTH).hits
        return [searcher.doc(address).get_first("id") for _, address in hits]

    return rank


def whoosh_stock(documents: Sequence[Document]) -> Rank:
    """Whoosh as it comes: a TEXT field (StandardAnalyzer with its stop list), BM25F, OrGroup."""
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.filedb.filestore import RamStorage
    from whoosh.qparser import OrGroup, QueryParser, WhitespacePlugin

    schema = Schema(id=ID(stored=True), text=TEXT)
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for document in documents:
        writer.add_document(id=document.id, text=document.text)
    writer.commit()
    searcher = index.searcher()
    parser = QueryParser("text", schema, plugins=[WhitespacePlugin()], group=OrGroup)

    def rank(text: str) -> list[str]:
        return [hit["id"] for hit in searcher.search(parser.parse(text), limit=RUN_DEPTH)]

    return rank


def bm25s_default(documents: Sequence[Document]) -> Rank:
    """bm25s with its own tokenizer; the English stop list is left out, as it holds Vietnamese words."""
    import bm25s

    def words(text: str) -> list[str]:
        found: list[list[str]] = bm25s.tokenize([text], stopwords=[], return_ids=False, show_progress=False)
        return found[0]

    return _bm25s(documents, words)


def bm25s_folded(documents: Sequence[Document]) -> Rank:
    """bm25s over the service's folded syllables."""
    return _bm25s(documents, _layer("folded"))


def bm25s_exact(documents: Sequence[Document]) -> Rank:
    """bm25s over the service's accented syllables."""
    return _bm25s(documents, _layer("exact"))


def _layer(layer: Layer) -> Callable[[str], list[str]]:
    return lambda text: [token.text for token in analyze(layer, clean(text))]


def _bm25s(documents: Sequence[Document], words: Callable[[str], list[str]]) -> Rank:
    import bm25s

    model: Any = bm25s.BM25()
    model.index([words(document.text) for document in documents], show_progress=False)
    depth = min(RUN_DEPTH, len(documents))

    def rank(text: str) -> list[str]:
        known = [word for word in words(text) if word in model.vocab_dict]
        if not known:
            return []
        found, scores = model.retrieve([known], k=depth, show_progress=False)
        return [documents[place].id for place, score in zip(found[0], scores[0], strict=True) if score > 0]

    return rank


PEERS: dict[str, Callable[[Sequence[Document]], Rank]] = {
    "fts5": fts5,
    "tantivy": tantivy_folded,
    "tantivy-accented": tantivy_accented,
    "whoosh": whoosh_stock,
    "bm25s": bm25s_default,
    "bm25s-folded": bm25s_folded,
    "bm25s-exact": bm25s_exact,
}
"""Name of a row -> how it indexes the documents."""
