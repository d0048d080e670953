"""Tantivy through tantivy-py: whitespace tokenizer over the folded tokens, positions, facts as fast fields.

`TantivyUncounted` asks the same index without the total, so that it may skip blocks of documents that cannot
reach the first ten. `TantivyLayers` is only built: it indexes all four layers, as our engine does.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from benchmarks.engines.prepared import DocumentFacts, Prepared
from benchmarks.engines.questions import Question, Restriction
from benchmarks.engines.systems.contract import FACET_LIMIT, LIMIT, Answer, Searcher, System
from searchsvc.articles import VIETNAM_TIME
from searchsvc.fields import LAYERS

HEAP_BYTES = 512 << 20
FACETS = {"unit": "unit_path", "code": "codes", "collection": "collection", "year": "year"}


class Tantivy(System):
    """One text field with positions."""

    name = "tantivy"
    about = "Tantivy"

    def missing(self) -> str:
        """Return what has to be installed."""
        try:
            import tantivy  # noqa: F401
        except ImportError:
            return "tantivy (pip install 'searchsvc[bench]')"
        return ""

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Index the folded tokens, and wait for the merges."""
        _build(folder, threads, _schema(("text",)), _rows(prepared))

    def open(self, folder: Path) -> Searcher:
        """Return a searcher over the whole index."""
        return _Searcher(folder, counted=True)


class TantivyUncounted(Tantivy):
    """The same index; a question with facets or another order is not asked."""

    name = "tantivy-uncounted"
    about = "Tantivy, no total"

    def can_ask(self, question: Question) -> bool:
        """Return whether there is anything to leave out."""
        return question.shape not in ("faceted", "sorted")

    def open(self, folder: Path) -> Searcher:
        """Return a searcher that counts nothing."""
        return _Searcher(folder, counted=False)


class TantivyLayers(Tantivy):
    """Four text fields, with the tokens of our four layers; the pairs without positions, as ours."""

    name = "tantivy-layers"
    about = "Tantivy, all layers"

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Index all layers of the bodies."""
        _build(folder, threads, _schema(LAYERS), _layer_rows(prepared))


def _schema(fields: tuple[str, ...]) -> Any:
    import tantivy

    schema = tantivy.SchemaBuilder()
    for field in fields:
        option = "freq" if field == "pairs" else "position"
        schema.add_text_field(field, tokenizer_name="whitespace_only", index_option=option)
    for name in ("collection", "unit_path", "codes"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("number", "year", "published"):
        schema.add_integer_field(name, indexed=name == "published", fast=True)
    return schema.build()


def _index(schema: Any, folder: Path) -> Any:
    import tantivy

    index = tantivy.Index(schema, path=str(folder)) if schema else tantivy.Index.open(str(folder))
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace_only", analyzer)
    return index


def _build(folder: Path, threads: int, schema: Any, rows: Iterator[dict[str, Any]]) -> None:
    import tantivy

    writer = _index(schema, folder).writer(HEAP_BYTES, num_threads=threads)
    for row in rows:
        writer.add_document(tantivy.Document(**row))
    writer.commit()
    writer.wait_merging_threads()


def _rows(prepared: Prepared) -> Iterator[dict[str, Any]]:
    for number, (tokens, facts) in enumerate(zip(prepared.tokens(), prepared.facts(), strict=True)):
        yield {"text": tokens} | _columns(number, facts)


def _layer_rows(prepared: Prepared) -> Iterator[dict[str, Any]]:
    for number, (layers, facts) in enumerate(zip(prepared.layers(), prepared.facts(), strict=True)):
        yield dict(zip(LAYERS, layers, strict=True)) | _columns(number, facts)


def _columns(number: int, facts: DocumentFacts) -> dict[str, Any]:
    return {
        "number": number,
        "published": facts.published,
        "year": facts.year,
        "collection": facts.collection,
        "unit_path": facts.unit_path,
        "codes": facts.codes,
    }


class _Searcher(Searcher):
    def __init__(self, folder: Path, *, counted: bool) -> None:
        import tantivy

        self._tantivy = tantivy
        index = _index(None, folder)
        self._schema = index.schema
        self._searcher = index.searcher()
        self._counted = counted

    def ask(self, question: Question) -> Any:
        query = self._query(question)
        if question.shape == "sorted":
            order = self._tantivy.Order.Desc
            return self._searcher.search(query, limit=LIMIT, order_by_field="published", order=order), None
        found = self._searcher.search(query, limit=LIMIT, count=self._counted)
        return found, self._facets(query) if question.shape == "faceted" else None

    def _facets(self, query: Any) -> dict[str, Any]:
        wanted = {
            name: {"terms": {"field": field, "size": 1000 if name == "year" else FACET_LIMIT}}
            for name, field in FACETS.items()
        }
        found: dict[str, Any] = self._searcher.aggregate(query, wanted)
        return found

    def _query(self, question: Question) -> Any:
        query_of, occur = self._tantivy.Query, self._tantivy.Occur
        if question.operator == "phrase":
            query = query_of.phrase_query(self._schema, "text", list(question.terms))
        else:
            how = occur.Must if question.operator == "and" else occur.Should
            terms = [
                (how, query_of.term_query(self._schema, "text", term, "freq")) for term in question.terms
            ]
            query = query_of.boolean_query(terms)
        if question.restriction is None:
            return query
        unscored = query_of.const_score_query(self._restriction(question.restriction), 0.0)
        return query_of.boolean_query([(occur.Must, query), (occur.Must, unscored)])

    def _restriction(self, restriction: Restriction) -> Any:
        if restriction.kind == "days":
            first, last = seconds_of(restriction)
            kind = self._tantivy.FieldType.Integer
            return self._tantivy.Query.range_query(
                self._schema, "published", kind, first, last, include_upper=False
            )
        field = FACETS[restriction.kind]
        return self._tantivy.Query.term_query(self._schema, field, restriction.value, "basic")

    def answer(self, kept: Any) -> Answer:
        found, facets = kept
        addresses = [address for _, address in found.hits]
        numbers = self._searcher.fast_field_values("number", addresses)
        counts = {
            name: {
                str(bucket["key"]).removesuffix(".0"): int(bucket["doc_count"]) for bucket in one["buckets"]
            }
            for name, one in (facets or {}).items()
        }
        counts.get("year", {}).pop("0", None)
        return Answer(found.count if self._counted else None, tuple(map(int, numbers)), counts)


def _counts(buckets: list[dict[str, Any]]) -> dict[str, int]:
    return {str(bucket["key"]).removesuffix(".0"): int(bucket["doc_count"]) for bucket in buckets}


def seconds_of(restriction: Restriction) -> tuple[int, int]:
    """Return the first second of the filter's first day in Vietnam, and that of the day after its last."""
    first, last = restriction.days
    start = datetime.combine(first, time(), VIETNAM_TIME)
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM_TIME)
    return int(start.timestamp()), int(end.timestamp())
