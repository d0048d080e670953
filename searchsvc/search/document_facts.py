"""What a document is, as most of the articles that cite it say: its dates, terms, issuer and subject.

The primary entrypoints are `dated_documents`, `most_said` and `issuer_said`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from searchsvc.analysis.fold import fold
from searchsvc.archive.records import CitedDocument, Wording
from searchsvc.extract.code_tables import ISSUERS
from searchsvc.queries import DateRange
from searchsvc.search.documents import dated

_MAX_DATED = 12
_LEAST_UNDATED = 2
"""Articles that must state a term without a date before it counts as another document."""


@dataclass(frozen=True, slots=True)
class DatedDocument:
    """One of the documents that a code names: its issue date, term and subject, as articles state them.

    `articles` is the number of those that state the date, or the term where no date is known; `days` are
    those in which no later document has the number, None where the code has only one.
    """

    issued: date | None
    term: str | None
    subject: str | None
    articles: int
    days: DateRange | None = None


def dated_documents(
    code: str, cited: Sequence[CitedDocument], said: Sequence[Wording]
) -> tuple[DatedDocument, ...]:
    """Return the documents of `code`, oldest first, told apart by issue date or else by term.

    One alone is there too, where its date or its term is known; () where neither is.
    """
    stating = {document.issued: document.articles for document in cited}
    found = [
        DatedDocument(
            meant.issued,
            meant.term or most_said(said, lambda wording: wording.term),
            most_said([each for each in said if each.issued == meant.issued], lambda each: each.subject),
            stating[meant.issued],
            meant.days,
        )
        for meant in dated(code, cited, _MAX_DATED)
        if meant.issued
    ]
    terms = Counter[str]()
    for wording in said:
        if wording.issued is None and wording.term:
            terms[wording.term] += wording.articles
    known = {document.term for document in found}
    least = _LEAST_UNDATED if found else 1
    found += [
        DatedDocument(None, term, None, count)
        for term, count in terms.most_common(_MAX_DATED)
        if term not in known and count >= least
    ]
    return tuple(found)


def most_said(said: Sequence[Wording], of: Callable[[Wording], str | None]) -> str | None:
    """Return the text that most articles give for `of`, spellings that differ by accents and case taken
    together; None where no article gives any."""
    counts = Counter[str]()
    spellings: dict[str, str] = {}
    for wording in said:
        text = of(wording)
        if text:
            counts[fold(text)] += wording.articles
            spellings.setdefault(fold(text), text)
    best = min(counts, key=lambda text: (-counts[text], -len(text), text), default=None)
    return spellings[best] if best is not None else None


def issuer_said(code: str, said: Sequence[Wording]) -> str:
    """Return the body that most articles name as issuer, among those whose abbreviation `code` is; else the
    usual one ('TW' stands for the Politburo, the Secretariat and others); '' for an unknown abbreviation."""
    issuer = ISSUERS.get(code) or ISSUERS.get(code.split("-", 1)[0])
    names = issuer.names if issuer else ()
    by_length = sorted(names, key=len, reverse=True)

    def named(wording: Wording) -> str | None:
        phrase = fold(wording.issuer_phrase or "")
        return next((name for name in by_length if f"{phrase} ".startswith(f"{fold(name)} ")), None)

    return most_said(said, named) or (names[0] if names else "")
