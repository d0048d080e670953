"""The dossier of a document: what it is, who cites it, when, and together with what.

The primary entrypoint is `Dossiers.of`. A dossier is of a whole code ('05-CT/TW'), of a fragment that names
no issuer ('05-CT', 'NQ-TW4-XII'), or of a number alone ('35'); the last two offer the documents they may
mean. What a document is, is what most of the articles say of it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from searchsvc.analysis.fold import fold
from searchsvc.archive.store import Archive
from searchsvc.clauses import AnyOf, Clause, Everything, Term, Without
from searchsvc.engines.base import Engine
from searchsvc.errors import NotFound
from searchsvc.extract.code_forms import read_canonical, search_keys
from searchsvc.extract.code_names import MAX_CHARS, DocumentName, document_names
from searchsvc.fields import CODES_FIELD
from searchsvc.queries import EngineQuery, Filters
from searchsvc.results import FacetCount
from searchsvc.search.citing import Citing, Overview, Place
from searchsvc.search.document_facts import DatedDocument, dated_documents, issuer_said, most_said
from searchsvc.search.document_list import DocumentList, ListedDocument, type_name
from searchsvc.search.documents import codes_with

MAX_OFFERED = 60
"""Documents that a fragment's or a number's page offers; the list of documents has them all."""

_MAX_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the archive knows of a document. `name` is its canonical name, as addresses have it.

    `type_name` and `issuer_name` are what most articles call them, empty where nothing tells; `subject` is
    None where several documents have the code, each with its own. `overview` counts all articles that
    mention it; of a fragment it lists those that do not say whose it is, and `unclear` is their number.
    `co_cited` are the codes that the same articles cite. `offered` are the documents that a fragment or a
    number may mean, the most cited first, and `offers` how many there are.
    """

    name: str
    kind: Literal["code", "fragment", "number"]
    number: str
    type: str = ""
    type_name: str = ""
    year: int | None = None
    issuer: str = ""
    issuer_name: str = ""
    subject: str | None = None
    documents: tuple[DatedDocument, ...] = ()
    overview: Overview = Overview()  # noqa: RUF009 - a frozen value
    co_cited: tuple[FacetCount, ...] = ()
    unclear: int = 0
    offered: tuple[ListedDocument, ...] = ()
    offers: int = 0


class Dossiers:
    """Makes dossiers from archive and index. Safe to share between threads."""

    def __init__(self, archive: Archive, engine: Engine, documents: Callable[[], DocumentList]) -> None:
        self._archive = archive
        self._engine = engine
        self._documents = documents
        self._citing = Citing(archive, engine)

    def name_of(self, text: str) -> DocumentName:
        """Return the document that `text`, a name in any spelling, means. Raises NotFound if none is."""
        if len(text) <= MAX_CHARS:
            for name in self._names(text):
                if self._is_known(name):
                    return name
        shown = " ".join(text[:60].split())
        raise NotFound(
            vi=f"Chưa có bài nào dẫn văn bản “{shown}”; hãy xem lại số hiệu hoặc tìm trong danh sách.",
            en=f"No article cites a document “{shown}”; check the code or look through the list.",
        )

    def of(self, text: str, place: Place) -> Dossier:
        """Return the dossier of the document that `text` means. Raises NotFound if there is none."""
        name = self.name_of(text)
        if name.kind == "code":
            return self._of_code(name.text, place)
        return self._of_fragment(name.text, place) if name.kind == "fragment" else self._of_number(name.text)

    def closest(self, text: str) -> tuple[ListedDocument, ...]:
        """Return documents of the archive with the number that `text` names, those of its type first."""
        for name in document_names(text):
            parts = read_canonical(name.text) if name.kind == "code" else None
            kind = parts.type if parts else _type_in(name.text)
            found = self._documents().numbered(_number_in(name.text))
            return tuple(sorted(found, key=lambda document: document.type != kind))[:_MAX_SHOWN]
        return ()

    def _names(self, text: str) -> Iterator[DocumentName]:
        # First as the list links it, even where the grammar of names reads the text otherwise.
        yield DocumentName("code", text)
        if self._documents().get(text):
            yield DocumentName("fragment", text)
        names = document_names(text)
        yield from names
        for name in names:
            if name.kind == "code":
                yield from self._differently_accented(name.text)

    def _differently_accented(self, code: str) -> Iterator[DocumentName]:
        """Yield the codes that differ from `code` only by accents: '12-KH/BCĐ389' for '12-KH/BCD389'."""
        for count in codes_with(search_keys(code), self._engine):
            if fold(count.value) == fold(code):
                yield DocumentName("code", count.value)

    def _is_known(self, name: DocumentName) -> bool:
        if name.kind == "code":
            return bool(self._count(Everything(), Filters(codes=(name.text,))))
        if name.kind == "fragment":
            return bool(self._count(_term(name.text), Filters()))
        return bool(self._documents().numbered(name.text))

    def _count(self, clause: Clause, filters: Filters) -> int:
        return self._engine.search(EngineQuery(clause, filters, limit=0)).total

    def _of_code(self, code: str, place: Place) -> Dossier:
        parts = read_canonical(code)
        kind, issuer = (parts.type, parts.issuer or "") if parts else ("", "")
        overview = self._citing.overview(Everything(), Filters(codes=(code,)), place, (code,))
        said = self._archive.wordings_of_code(code)
        documents = dated_documents(code, self._archive.documents_of((code,)), said)
        return Dossier(
            name=code,
            kind="code",
            number=parts.number if parts else "",
            type=kind,
            type_name=most_said(said, lambda wording: wording.noun) or type_name(kind),
            year=parts.year if parts else None,
            issuer=issuer,
            issuer_name=issuer_said(issuer, said),
            subject=most_said(said, lambda wording: wording.subject) if len(documents) < 2 else None,
            documents=documents,
            overview=overview,
            co_cited=_others(overview.codes, {code}),
        )

    def _of_fragment(self, key: str, place: Place) -> Dossier:
        codes = codes_with(search_keys(key), self._engine)
        clear = AnyOf(tuple(_term(count.value) for count in codes))
        overview = self._citing.overview(_term(key), Filters(), place, (), (key,))
        unclear = self._citing.overview(Without(_term(key), clear), Filters(), place, (), (key,))
        said = self._archive.wordings_of_fragment(key)
        listed = filter(None, (self._documents().get(count.value) for count in codes))
        return Dossier(
            name=key,
            kind="fragment",
            number=_number_in(key),
            type=_type_in(key),
            type_name=most_said(said, lambda wording: wording.noun) or type_name(_type_in(key)),
            # Where several documents have the number, it is not known of which one this is the subject.
            subject=None if codes else most_said(said, lambda wording: wording.subject),
            overview=replace(overview, hits=unclear.hits, listed=unclear.listed),
            co_cited=_others(overview.codes, {count.value for count in codes}),
            unclear=unclear.total,
            offered=tuple(listed)[:MAX_OFFERED],
            offers=len(codes),
        )

    def _of_number(self, number: str) -> Dossier:
        found = self._documents().numbered(number)
        digits, _, year = number.partition("/")
        return Dossier(
            name=number,
            kind="number",
            number=digits,
            year=int(year) if year else None,
            offered=found[:MAX_OFFERED],
            offers=len(found),
        )


def _term(name: str) -> Term:
    """Return the clause for the articles that mention a code, or the fragment of a key, in any way."""
    return Term(CODES_FIELD, search_keys(name)[0])


def _others(codes: Sequence[FacetCount], own: set[str]) -> tuple[FacetCount, ...]:
    return tuple(count for count in codes if count.value not in own)[:_MAX_SHOWN]


def _number_in(name: str) -> str:
    """Return the number that a name starts with: '30/2020/NĐ' → '30'; '' for 'NQ-TW4-XII'."""
    number = re.split("[-/]", name, maxsplit=1)[0]
    return number if number[:1].isdigit() else ""


def _type_in(key: str) -> str:
    """Return the type that a fragment's key names: '05-CT', '30/2020/NĐ', 'NQ-TW4-XII'."""
    parts = re.split("[-/]", key)
    return parts[-1] if key[:1].isdigit() else parts[0]
