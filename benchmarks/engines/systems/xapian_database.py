"""Xapian by the bindings that the operating system ships (Debian: python3-xapian); left out where absent.

Facets are counted over single values: year, collection and the publishing unit itself, without its parents.
"""

import importlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.engines.prepared import Prepared
from benchmarks.engines.questions import Question, Restriction
from benchmarks.engines.systems.contract import LIMIT, Answer, Searcher, System
from benchmarks.engines.systems.tantivy_index import seconds_of

PUBLISHED, YEAR, COLLECTION, UNIT = range(4)
SPIES = {"year": YEAR, "collection": COLLECTION, "unit": UNIT}
PREFIXES = {"collection": "XC", "unit": "XU", "code": "XD"}
FLUSH_DOCUMENTS = "50000"
_SYSTEM_PACKAGES = Path("/usr/lib/python3/dist-packages")


class Xapian(System):
    """One term generator without stemming; the database compacted."""

    name = "xapian"
    about = "Xapian"

    def missing(self) -> str:
        """Return what has to be installed."""
        try:
            _xapian()
        except ImportError:
            return "python3-xapian of the operating system, for this version of Python"
        return ""

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Index, commit and compact."""
        os.environ["XAPIAN_FLUSH_THRESHOLD"] = FLUSH_DOCUMENTS
        xapian = _xapian()
        database = xapian.WritableDatabase(str(folder / "written"), xapian.DB_CREATE)
        generator = xapian.TermGenerator()
        generator.set_max_word_length(200)
        for tokens, facts in zip(prepared.tokens(), prepared.facts(), strict=True):
            document = xapian.Document()
            generator.set_document(document)
            generator.index_text(tokens)
            document.add_value(PUBLISHED, xapian.sortable_serialise(facts.published))
            document.add_value(YEAR, str(facts.year))
            document.add_value(COLLECTION, facts.collection)
            document.add_value(UNIT, facts.unit_path[0] if facts.unit_path else "")
            document.add_boolean_term(PREFIXES["collection"] + facts.collection)
            for kind, values in (("unit", facts.unit_path), ("code", facts.codes)):
                for value in values:
                    document.add_boolean_term((PREFIXES[kind] + value)[:80])
            database.add_document(document)
        database.commit()
        database.compact(str(folder / "compact"))
        database.close()
        shutil.rmtree(folder / "written")

    def open(self, folder: Path) -> Searcher:
        """Return the database, opened."""
        return _Searcher(folder / "compact")


class _Searcher(Searcher):
    def __init__(self, folder: Path) -> None:
        self._xapian = _xapian()
        self._database = self._xapian.Database(str(folder))
        self._documents = self._database.get_doccount()

    def close(self) -> None:
        self._database.close()

    def ask(self, question: Question) -> Any:
        xapian = self._xapian
        enquire = xapian.Enquire(self._database)
        enquire.set_weighting_scheme(xapian.BM25Weight(1.2, 0, 1, 0.75, 0.5))
        enquire.set_query(self._query(question))
        if question.shape == "sorted":
            enquire.set_sort_by_value(PUBLISHED, True)
        spies = {}
        if question.shape == "faceted":
            spies = {name: xapian.ValueCountMatchSpy(slot) for name, slot in SPIES.items()}
            for spy in spies.values():
                enquire.add_matchspy(spy)
        # The third number makes it look at all matches, so that the total is exact.
        found = enquire.get_mset(0, LIMIT, self._documents)
        return found, [hit.docid for hit in found], spies

    def _query(self, question: Question) -> Any:
        query_of = self._xapian.Query
        operator = {
            "and": query_of.OP_AND,
            "or": query_of.OP_OR,
            "phrase": query_of.OP_PHRASE,
        }[question.operator]
        words = query_of(operator, list(question.terms))
        if question.restriction is None:
            return words
        return query_of(query_of.OP_FILTER, words, self._filter(question.restriction))

    def _filter(self, restriction: Restriction) -> Any:
        query_of, serialise = self._xapian.Query, self._xapian.sortable_serialise
        if restriction.kind == "days":
            first, last = seconds_of(restriction)
            return query_of(query_of.OP_VALUE_RANGE, PUBLISHED, serialise(first), serialise(last - 1))
        return query_of((PREFIXES[restriction.kind] + restriction.value)[:80])

    def answer(self, kept: Any) -> Answer:
        found, documents, spies = kept
        facets = {
            name: {value.term.decode(): value.termfreq for value in spy.values()}
            for name, spy in spies.items()
            if name != "unit"
        }
        facets.get("year", {}).pop("0", None)
        return Answer(found.get_matches_estimated(), tuple(document - 1 for document in documents), facets)


def _xapian() -> Any:
    try:
        return importlib.import_module("xapian")
    except ImportError:
        sys.path.append(str(_SYSTEM_PACKAGES))
        return importlib.import_module("xapian")
