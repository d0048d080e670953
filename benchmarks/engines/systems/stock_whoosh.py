"""Whoosh as it comes: its own codec, BM25F, one call per posting; the facts as sortable columns."""

from pathlib import Path
from typing import Any

from benchmarks.engines.prepared import Prepared
from benchmarks.engines.questions import Question, Restriction
from benchmarks.engines.systems.contract import LIMIT, Answer, Searcher, System
from benchmarks.engines.systems.tantivy_index import FACETS, seconds_of

WRITER_MB = 512


class StockWhoosh(System):
    """The total costs Whoosh a second evaluation where its collector skipped blocks."""

    name = "whoosh"
    about = "stock Whoosh"
    most_documents = 120_000

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Index with one process."""
        from whoosh import analysis, fields, index

        schema = fields.Schema(
            text=fields.TEXT(analyzer=analysis.SpaceSeparatedTokenizer(), phrase=True),
            number=fields.STORED,
            collection=fields.ID(sortable=True),
            unit_path=fields.KEYWORD(commas=True),
            codes=fields.KEYWORD(commas=True),
            year=fields.NUMERIC(int, sortable=True),
            published=fields.NUMERIC(int, 64, signed=True, sortable=True),
        )
        writer = index.create_in(folder, schema).writer(limitmb=WRITER_MB)
        for number, (tokens, facts) in enumerate(zip(prepared.tokens(), prepared.facts(), strict=True)):
            writer.add_document(
                text=tokens,
                number=number,
                collection=facts.collection,
                unit_path=",".join(facts.unit_path),
                codes=",".join(facts.codes),
                year=facts.year,
                published=facts.published,
            )
        writer.commit(optimize=True)

    def open(self, folder: Path) -> Searcher:
        """Return a searcher."""
        return _Searcher(folder)


class _Searcher(Searcher):
    def __init__(self, folder: Path) -> None:
        from whoosh import index, query, sorting

        self._query, self._sorting = query, sorting
        self._index = index.open_dir(folder)
        self._searcher = self._index.searcher()

    def close(self) -> None:
        self._searcher.close()
        self._index.close()

    def ask(self, question: Question) -> Any:
        options: dict[str, Any] = {}
        if question.restriction:
            options["filter"] = self._filter(question.restriction)
        if question.shape == "sorted":
            options.update(sortedby="published", reverse=True)
        if question.shape == "faceted":
            facets = self._sorting.Facets()
            for name, field in FACETS.items():
                facets.add_facet(
                    name, self._sorting.FieldFacet(field, allow_overlap=name in ("unit", "code"))
                )
            options.update(groupedby=facets, maptype=self._sorting.Count)
        found = self._searcher.search(self._words(question), limit=LIMIT, **options)
        return found, len(found)

    def _words(self, question: Question) -> Any:
        if question.operator == "phrase":
            return self._query.Phrase("text", list(question.terms))
        terms = [self._query.Term("text", term) for term in question.terms]
        return self._query.And(terms) if question.operator == "and" else self._query.Or(terms)

    def _filter(self, restriction: Restriction) -> Any:
        if restriction.kind == "days":
            first, last = seconds_of(restriction)
            return self._query.NumericRange("published", first, last, endexcl=True)
        return self._query.Term(FACETS[restriction.kind], restriction.value)

    def answer(self, kept: Answer) -> Answer:
        return kept

    def keep(self, raw: Any) -> Answer:
        found, total = raw
        numbers = tuple(hit["number"] for hit in found)
        facets = {
            name: {str(value): int(count) for value, count in found.groups(name).items() if value}
            for name in found.facet_names()
        }
        return Answer(total, numbers, facets)
