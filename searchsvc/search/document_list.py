"""All documents that the archive cites, to look through: filtered, counted and sorted in memory.

The primary entrypoints are `list_documents`, which reads them from archive and index, and
`DocumentList.select`, which answers one page.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from sys import intern

from searchsvc.analysis.fold import fold
from searchsvc.archive.records import IssueYear
from searchsvc.archive.store import Archive
from searchsvc.articles import VIETNAM_TIME
from searchsvc.clauses import Everything
from searchsvc.engines.base import Engine
from searchsvc.extract.code_forms import read_canonical
from searchsvc.extract.code_names import number_text
from searchsvc.extract.code_tables import ISSUERS, TYPES
from searchsvc.queries import EngineQuery, FacetName
from searchsvc.results import LabelledCount
from searchsvc.search.compiling import MOST_VALUES
from searchsvc.search.lexicon import compact_code

UNSTATED = "-"
"""The type or the issuer that a code, or the articles, do not state: a law's type, a fragment's issuer."""

_MISPRINT_SHARE = 0.02
"""A year that fewer of the articles than this give for a document is taken for a misprint."""


class DocumentSort(StrEnum):
    """Order of the list: the most cited first, or those that the newest articles cite."""

    CITED = "cited"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One line of the list: a document by its code, or a fragment by its key (`code` is then None).

    `type` and `issuer` may be UNSTATED. `years` are those of its code or of its issue dates; `articles` is
    the number of articles that cite it; `first` and `last` are the days of the earliest and the latest of
    them, None where none has a date.
    """

    name: str
    code: str | None
    type: str
    number: str
    issuer: str
    years: tuple[int, ...]
    articles: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a person asks of the list; empty values do not filter."""

    text: str = ""
    type: str = ""
    issuer: str = ""
    year: int | None = None
    sort: DocumentSort = DocumentSort.CITED
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list. Each of `types`, `issuers` and `years` leaves out its own filter."""

    asked: ListQuery
    total: int
    entries: tuple[ListedDocument, ...]
    types: tuple[LabelledCount, ...] = ()
    issuers: tuple[LabelledCount, ...] = ()
    years: tuple[LabelledCount, ...] = ()


class DocumentList:
    """The documents of one generation of the index. Safe to share between threads."""

    def __init__(self, documents: Iterable[ListedDocument] = ()) -> None:
        self.documents = tuple(sorted(documents, key=lambda each: (-each.articles, each.name)))
        """All of them, the most cited first."""
        self._recent = tuple(sorted(self.documents, key=lambda each: each.last or date.min, reverse=True))
        self._haystacks = {document.name: _haystack(document) for document in self.documents}
        self._by_name = {document.name: document for document in self.documents}
        self._by_number: defaultdict[str, list[ListedDocument]] = defaultdict(list)
        for document in self.documents:
            self._by_number[document.number].append(document)

    def select(self, asked: ListQuery) -> ListPage:
        """Return one page of the documents that pass the filters; a page beyond the last is empty."""
        kept: list[ListedDocument] = []
        types: Counter[str] = Counter()
        issuers: Counter[str] = Counter()
        years: Counter[int] = Counter()
        for document in self._named(asked):
            of_type = not asked.type or document.type == asked.type
            of_issuer = not asked.issuer or document.issuer == asked.issuer
            of_year = asked.year is None or asked.year in document.years
            if of_type and of_issuer and of_year:
                kept.append(document)
            types[document.type] += of_issuer and of_year
            issuers[document.issuer] += of_type and of_year
            if of_type and of_issuer:
                years.update(document.years)
        start = (asked.page - 1) * asked.per_page
        return ListPage(
            asked,
            len(kept),
            tuple(kept[start : start + asked.per_page]),
            types=_labelled(types, type_name),
            issuers=_labelled(issuers, issuer_name),
            years=tuple(LabelledCount(str(year), str(year), years[year]) for year in sorted(years)[::-1]),
        )

    def get(self, name: str) -> ListedDocument | None:
        """Return the document of a code, or the fragment of a key, as it stands in the archive."""
        return self._by_name.get(name)

    def numbered(self, number: str) -> tuple[ListedDocument, ...]:
        """Return the documents with a number in its one spelling ('35', '30/2020'), the most cited first."""
        digits, _, year = number.partition("/")
        found = self._by_number.get(digits, ())
        return tuple(document for document in found if not year or int(year) in document.years)

    def _named(self, asked: ListQuery) -> Iterable[ListedDocument]:
        """Return the documents, in the order asked, whose code starts like the text or that have its words.

        A word that is a number stands for the number or a year of the document.
        """
        documents = self._recent if asked.sort is DocumentSort.RECENT else self.documents
        compact = compact_code(asked.text)
        if not compact:
            return documents
        words = fold(asked.text).replace("/", " ").replace("-", " ").split()
        numbers = {word.lstrip("0") for word in words if word.isdigit()}
        names = [f" {word}" for word in words if not word.isdigit()]

        def wanted(document: ListedDocument) -> bool:
            haystack = self._haystacks[document.name]
            if haystack.startswith(compact):
                return True
            own = {document.number.lstrip("0"), *map(str, document.years)}
            return numbers <= own and all(name in haystack for name in names)

        return filter(wanted, documents)


def _haystack(document: ListedDocument) -> str:
    """Return the compact code, then every word by which the document may be looked for, without accents."""
    name = fold(document.name.replace("/", " ").replace("-", " "))
    return f"{compact_code(name)} {name}{_names_of(document.type, document.issuer)}"


@cache
def _names_of(kind: str, issuer: str) -> str:
    body = ISSUERS.get(issuer.split("-", 1)[0])
    names = (*(TYPES[kind].names if kind in TYPES else ()), *(body.names if body else ()))
    return fold("".join(f" {name}" for name in names))


def _labelled(counts: Counter[str], label: Callable[[str], str]) -> tuple[LabelledCount, ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(LabelledCount(value, label(value), count) for value, count in ranked if count)


def type_name(code: str) -> str:
    """Return the usual name of a type of document: 'CT' → 'chỉ thị'; an unknown one as it is."""
    kind = TYPES.get(code)
    return kind.names[0] if kind else code


def issuer_name(code: str) -> str:
    """Return the usual name of an issuer: 'TU' → 'Tỉnh ủy'; an unknown one as it is."""
    # The National Assembly counts its terms: QH14.
    issuer = ISSUERS.get(code) or ISSUERS.get(code.rstrip("0123456789"))
    return issuer.names[0] if issuer and issuer.names else code


def list_documents(archive: Archive, engine: Engine) -> DocumentList:
    """Return all documents that the index knows, with what the archive says of them. Reads all mentions."""
    years = _years_of(archive.issue_years())
    facet = (FacetName.CODE,)
    found = engine.search(EngineQuery(Everything(), limit=0, facets=facet, facet_limit=MOST_VALUES))
    indexed = {count.value: count.count for count in found.facets[FacetName.CODE]}
    documents = []
    for cited in archive.cited_codes():
        # What was imported since the index was made has no page yet.
        articles = indexed.get(cited.code) or (cited.articles if len(indexed) == MOST_VALUES else 0)
        parts = read_canonical(cited.code)
        if articles and parts:
            own = (parts.year,) if parts.year else years.get(cited.code, ())
            documents.append(
                ListedDocument(
                    cited.code,
                    cited.code,
                    # Thousands of documents have the same few of these.
                    intern(parts.type or UNSTATED),
                    intern(parts.number),
                    intern(parts.issuer or UNSTATED),
                    own,
                    articles,
                    _day(cited.first),
                    _day(cited.last),
                )
            )
    for fragment in archive.cited_fragments():
        number, year = _numbers(fragment.key)
        documents.append(
            ListedDocument(
                fragment.key,
                None,
                fragment.type or UNSTATED,
                number,
                UNSTATED,
                (year,) if year else (),
                fragment.articles,
                _day(fragment.first),
                _day(fragment.last),
            )
        )
    return DocumentList(documents)


def _numbers(key: str) -> tuple[str, int | None]:
    """Return number and year of a fragment's key: '05-CT' → '05', '30/2020/NĐ' → '30', 2020."""
    number, *rest = key.replace("-", "/").split("/")
    year = int(rest[0]) if rest and rest[0].isdigit() and len(rest[0]) == 4 else None
    return (number_text(number, None) if number[:1].isdigit() else ""), year


def _years_of(found: Iterable[IssueYear]) -> dict[str, tuple[int, ...]]:
    """Return for each code the years of its documents, oldest first, without those that few articles give."""
    by_code: defaultdict[str, list[IssueYear]] = defaultdict(list)
    for each in found:
        by_code[each.code].append(each)
    years = {}
    for code, counts in by_code.items():
        least = _MISPRINT_SHARE * max(count.articles for count in counts)
        years[code] = tuple(sorted(count.year for count in counts if count.articles >= least))
    return years


def _day(instant: datetime | None) -> date | None:
    return instant.astimezone(VIETNAM_TIME).date() if instant else None
