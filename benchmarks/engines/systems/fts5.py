"""SQLite FTS5: the folded tokens in a table without contents, ranked by its own bm25; facts beside.

The tokenizer `ascii` takes the tokens as they are. The total is asked by a second statement, since one that
ranks and limits does not count.
"""

import sqlite3
from pathlib import Path
from typing import Any

from benchmarks.engines.prepared import Prepared
from benchmarks.engines.questions import Question
from benchmarks.engines.systems.contract import FACET_LIMIT, LIMIT, Answer, Searcher, System
from benchmarks.engines.systems.tantivy_index import seconds_of

FILE = "fts5.db"
MAPPED_BYTES = 16 << 30
CACHE_KIB = 64 << 10

_SCHEMA = """
CREATE VIRTUAL TABLE texts USING fts5(text, content='', tokenize='ascii');
CREATE TABLE facts (document INTEGER PRIMARY KEY, published INTEGER, year INTEGER, collection TEXT);
CREATE TABLE units (unit TEXT, document INTEGER, PRIMARY KEY (document, unit)) WITHOUT ROWID;
CREATE TABLE codes (code TEXT, document INTEGER, PRIMARY KEY (document, code)) WITHOUT ROWID;
"""
_FILTERS = {
    "days": "EXISTS (SELECT 1 FROM facts WHERE document = texts.rowid AND published >= ? AND published < ?)",
    "unit": "EXISTS (SELECT 1 FROM units WHERE document = texts.rowid AND unit = ?)",
    "code": "EXISTS (SELECT 1 FROM codes WHERE document = texts.rowid AND code = ?)",
    "collection": "EXISTS (SELECT 1 FROM facts WHERE document = texts.rowid AND collection = ?)",
}
_FACETS = f"""
WITH found AS MATERIALIZED (SELECT rowid AS document FROM texts WHERE texts MATCH ?)
SELECT 'year', year, count(*) FROM found JOIN facts USING (document) WHERE year GROUP BY year
UNION ALL
SELECT 'collection', collection, count(*) FROM found JOIN facts USING (document) GROUP BY collection
UNION ALL SELECT * FROM (SELECT 'unit', unit, count(*) AS n FROM found JOIN units USING (document)
  GROUP BY unit ORDER BY n DESC, unit LIMIT {FACET_LIMIT})
UNION ALL SELECT * FROM (SELECT 'code', code, count(*) AS n FROM found JOIN codes USING (document)
  GROUP BY code ORDER BY n DESC, code LIMIT {FACET_LIMIT})
"""


class Fts5(System):
    """Single-threaded, as SQLite is."""

    name = "fts5"
    about = "FTS5"

    def build(self, prepared: Prepared, folder: Path, threads: int) -> None:
        """Index in one transaction, then merge everything into one structure."""
        database = sqlite3.connect(folder / FILE)
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        database.execute(f"PRAGMA cache_size = -{4 * CACHE_KIB}")
        documents = enumerate(zip(prepared.tokens(), prepared.facts(), strict=True), start=1)
        for number, (tokens, facts) in documents:
            database.execute("INSERT INTO texts (rowid, text) VALUES (?, ?)", (number, tokens))
            row = (number, facts.published, facts.year, facts.collection)
            database.execute("INSERT INTO facts VALUES (?, ?, ?, ?)", row)
            pairs = [(unit, number) for unit in facts.unit_path]
            database.executemany("INSERT INTO units VALUES (?, ?)", pairs)
            pairs = [(code, number) for code in facts.codes]
            database.executemany("INSERT INTO codes VALUES (?, ?)", pairs)
        database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        database.commit()
        database.execute("ANALYZE")
        database.close()

    def open(self, folder: Path) -> Searcher:
        """Return a connection that maps the file."""
        return _Searcher(folder / FILE)


class _Searcher(Searcher):
    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._database.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    def close(self) -> None:
        self._database.close()

    def ask(self, question: Question) -> Any:
        words = _match(question)
        where = "texts MATCH ?"
        values: list[str | int] = [words]
        if question.restriction:
            where += f" AND {_FILTERS[question.restriction.kind]}"
            restriction = question.restriction
            values += seconds_of(restriction) if restriction.kind == "days" else (restriction.value,)
        rows = self._database.execute(_page(question, where), values).fetchall()
        total = self._database.execute(f"SELECT count(*) FROM texts WHERE {where}", values).fetchone()[0]
        facets = self._database.execute(_FACETS, [words]).fetchall() if question.shape == "faceted" else ()
        return rows, total, facets

    def answer(self, kept: Any) -> Answer:
        rows, total, facets = kept
        counts: dict[str, dict[str, int]] = {}
        for name, value, count in facets:
            counts.setdefault(name, {})[str(value)] = count
        return Answer(total, tuple(row[0] - 1 for row in rows), counts)


def _match(question: Question) -> str:
    quoted = [f'"{term}"' for term in question.terms]
    match question.operator:
        case "phrase":
            return " + ".join(quoted)
        case "and":
            return " AND ".join(quoted)
        case "or":
            return " OR ".join(quoted)


def _page(question: Question, where: str) -> str:
    if question.shape == "sorted":
        return (
            f"SELECT texts.rowid FROM texts JOIN facts ON facts.document = texts.rowid WHERE {where} "
            f"ORDER BY published DESC, document LIMIT {LIMIT}"
        )
    return f"SELECT rowid FROM texts WHERE {where} ORDER BY rank LIMIT {LIMIT}"
