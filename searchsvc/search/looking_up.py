"""The codes in a text that somebody pastes, and the documents of the archive that each may mean.

The primary entrypoint is `look_up`. What may mean several documents has them all.
"""

from dataclasses import dataclass
from functools import cache

from searchsvc.analysis.normalize import clean
from searchsvc.archive.store import Archive
from searchsvc.articles import CodeMention
from searchsvc.engines.base import Engine
from searchsvc.extract.code_forms import read_canonical
from searchsvc.extract.codes import DocumentCode, find_codes, query_keys
from searchsvc.search.documents import Meant, codes_with, dated

MAX_DIFFERENT = 100
"""Different codes of one text that are looked up; a text that names more is a list, not a passage."""
_MAX_CODES = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A document that a mention may mean, and the number of articles that cite its code."""

    document: Meant
    articles: int


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A mention of a document in the text; several `choices` where it does not tell which is meant."""

    mention: CodeMention
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """`text` is cleaned, and all spans point into it; not `complete` where it names too many codes."""

    text: str
    found: tuple[FoundCode, ...]
    complete: bool


def look_up(text: str, engine: Engine, archive: Archive) -> LookedUp:
    """Return every mention of a document in `text`, in its order, with what the archive knows of it."""
    cleaned = clean(text)
    mentions = find_codes(cleaned)
    different = list(dict.fromkeys(mention.code or mention.key for mention in mentions))
    asked = frozenset(different[:MAX_DIFFERENT])

    @cache
    def choices(code: DocumentCode) -> tuple[Choice, ...]:
        return _choices(code, engine, archive)

    def found(mention: CodeMention) -> FoundCode:
        # A document that is only named ('Nghị quyết Trung ương 4 khóa XII') has no code to look for.
        if mention.kind == "named" or (mention.code or mention.key) not in asked:
            return FoundCode(mention, ())
        return FoundCode(mention, _told_apart(mention, choices(_code_of(mention))))

    return LookedUp(cleaned, tuple(map(found, mentions)), len(different) <= MAX_DIFFERENT)


def _code_of(mention: CodeMention) -> DocumentCode:
    known = read_canonical(mention.code) if mention.code else None
    return known or DocumentCode(mention.number, mention.type, None, mention.year)


def _choices(code: DocumentCode, engine: Engine, archive: Archive) -> tuple[Choice, ...]:
    known = codes_with(query_keys(code), engine)[:_MAX_CODES]
    cited = archive.documents_of([count.value for count in known])
    return tuple(Choice(meant, count.count) for count in known for meant in dated(count.value, cited))


def _told_apart(mention: CodeMention, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return the choices of the date, or else of the term, that the text states; else all."""
    of_date = tuple(each for each in choices if mention.issued and each.document.issued == mention.issued)
    of_term = tuple(each for each in choices if mention.term and each.document.term == mention.term)
    return of_date or of_term or choices
