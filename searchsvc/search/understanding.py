"""What a query means, step by step, each reversible. The primary entrypoint is `Interpreter.understand`.

The pipeline: operators and codes (`parsing`), abbreviations, other names and keystrokes (`readings`), then
what is only offered: units (`naming`) and dates (`periods`). A step that the person switched off
(`SearchQuery.asis`) is told and not taken.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from searchsvc.archive.store import Archive
from searchsvc.engines.base import Engine
from searchsvc.extract.codes import DocumentCode
from searchsvc.extract.units import Registry
from searchsvc.queries import FacetName, SearchQuery
from searchsvc.results import FacetCount, Offer, Step, StepState
from searchsvc.search.documents import Meant, documents_meant
from searchsvc.search.naming import UnitFinder
from searchsvc.search.operators import IGNORED, Finding
from searchsvc.search.parsing import Operand, ParsedQuery, parse
from searchsvc.search.periods import find_periods
from searchsvc.search.readings import Reader, Reread
from searchsvc.search.steps import MAX_OFFERS, MAX_STEPS, StepMaker
from searchsvc.search.synonyms import Synonyms

_MAX_CODE_STEPS = 4
"""Codes of one query whose documents are looked up; more say what they are, without offers."""

MAX_COUNTED = 4
"""Offered filters whose articles are counted, each of which asks the engine once."""
_MAX_COUNTED_GROUPS = 16


@dataclass(frozen=True, slots=True)
class Understood:
    """The query with its readings, and the steps that led there, in the order of the text."""

    parsed: ParsedQuery
    steps: tuple[Step, ...] = ()


class Interpreter:
    """Understands queries with what the archive, its index, the registry and the synonyms know."""

    def __init__(self, archive: Archive, engine: Engine, registry: Registry, synonyms: Synonyms) -> None:
        self._archive = archive
        self._engine = engine
        self._synonyms = synonyms
        self._units = UnitFinder(registry)

    def read(self, query: SearchQuery) -> ParsedQuery:
        """Return the query with its readings, without the steps."""
        return self._reader(parse(query.text, query.asis), query).read()

    def understand(self, query: SearchQuery) -> Understood:
        """Return the query with its readings and up to `MAX_STEPS` steps. Never raises for any text.

        Raises IndexMissing, IndexMismatch, EngineUnavailable and ArchiveError as engine and archive do.
        """
        parsed = parse(query.text, query.asis)
        maker = StepMaker(query, parsed.text)
        reader = self._reader(parsed, query)
        read = reader.read()
        steps = [
            *self._codes(parsed, maker),
            *_keyboard(reader.rereads, maker),
            *_other_readings(reader.rereads, maker),
            *self._dates(parsed, maker),
            *self._named_units(parsed, maker),
            *_operators(parsed.findings, maker),
        ]
        # One step for what is typed twice; the earlier kinds weigh more where there are too many.
        distinct = list({step.asis: step for step in reversed(steps)}.values())[::-1][:MAX_STEPS]
        return Understood(read, tuple(sorted(distinct, key=lambda step: (step.start, -step.end))))

    def _reader(self, parsed: ParsedQuery, query: SearchQuery) -> Reader:
        maker = StepMaker(query, parsed.text)
        return Reader(parsed, self._synonyms, self._engine.document_frequency, maker.is_off)

    def _codes(self, parsed: ParsedQuery, maker: StepMaker) -> Iterable[Step]:
        excluded = {(operand.start, operand.end) for operand in parsed.excluded}
        for place, finding in enumerate(found for found in parsed.findings if found.kind == "code"):
            span = (finding.start, finding.end)
            if finding.off:
                yield maker.step("code", span, "off")
                continue
            codes = [operand.code for operand in _operands_at(parsed, span) if operand.code]
            if not codes:
                continue
            wanted = place < _MAX_CODE_STEPS and span not in excluded
            meant = documents_meant(codes, self._engine, self._archive) if wanted else []
            yield maker.step(
                "code", span, "applied", _meanings(codes, meant), tuple(_documents(meant, maker))
            )

    def _dates(self, parsed: ParsedQuery, maker: StepMaker) -> Iterable[Step]:
        if maker.query.filters.published:
            return
        taken = _taken(parsed)
        for period in find_periods(parsed.text):
            if any(start < period.end and period.start < end for start, end in taken):
                continue
            span, days = (period.start, period.end), period.days
            meaning = "/".join(day.isoformat() for day in (days.first, days.last) if day)
            if maker.is_off("date", *span):
                yield maker.step("date", span, "off", (meaning,))
            else:
                yield maker.step(
                    "date", span, "offered", (meaning,), (Offer(meaning, maker.in_days(*span, days)),)
                )

    def _named_units(self, parsed: ParsedQuery, maker: StepMaker) -> Iterable[Step]:
        taken = _taken(parsed)
        for named in self._units.find(parsed.text):
            span, units = (named.start, named.end), named.units
            inside = any(start < named.end and named.start < end for start, end in taken)
            if inside or any(unit.slug in maker.query.filters.units for unit in units):
                continue
            offers = tuple(Offer(unit.name, maker.in_unit(*span, unit.slug)) for unit in units)
            names = tuple(unit.name for unit in units)
            off = maker.is_off("unit", *span)
            yield maker.step("unit", span, "off" if off else "offered", names, () if off else offers)


def counted(
    understood: Understood,
    facets: Mapping[FacetName, Sequence[FacetCount]],
    count: Callable[[SearchQuery], int],
) -> tuple[Step, ...]:
    """Return the steps with how many articles their filters give; units and days that give none are left out.

    Codes have the counts of the answer's facet; `count` is asked for at most `MAX_COUNTED` others, and not
    for a long query.
    """
    by_code = {value.value: value.count for value in facets.get(FacetName.CODE, ())}
    left = MAX_COUNTED if len(understood.parsed.required) <= _MAX_COUNTED_GROUPS else 0
    told = []
    for step in understood.steps:
        offers = []
        for offer in step.offers if step.kind in ("code", "unit", "date") else ():
            number = None
            if step.kind == "code" and not offer.query.filters.published:
                number = by_code.get(offer.meaning)
            elif left:
                left, number = left - 1, count(offer.query)
            # Of documents with one number each is told, also one that no article can be narrowed to.
            if number != 0 or step.kind == "code":
                offers.append(replace(offer, count=number))
        if step.kind in ("code", "unit", "date"):
            step = replace(step, offers=tuple(offers))  # noqa: PLW2901 - the same step, told better
        if step.state != "offered" or step.offers:
            told.append(step)
    return tuple(told)


def _operands_at(parsed: ParsedQuery, span: tuple[int, int]) -> list[Operand]:
    operands = [*(operand for group in parsed.required for operand in group), *parsed.excluded]
    return [operand for operand in operands if (operand.start, operand.end) == span]


def _taken(parsed: ParsedQuery) -> list[tuple[int, int]]:
    """Return the stretches that are a code, a phrase or excluded, in which nothing else is looked for."""
    operands = [*(operand for group in parsed.required for operand in group), *parsed.excluded]
    taken = [(operand.start, operand.end) for operand in operands if operand.kind != "word"]
    return taken + [(operand.start, operand.end) for operand in parsed.excluded]


def _meanings(codes: Sequence[DocumentCode], meant: Sequence[Meant]) -> tuple[str, ...]:
    """Return the canonical codes that are known or, for a part of a code, those that it may mean."""
    whole = [code.code for code in codes if code.code]
    return tuple(
        dict.fromkeys(whole or [document.code for document in meant] or [code.key for code in codes])
    )


def _documents(meant: Sequence[Meant], maker: StepMaker) -> Iterable[Offer]:
    chosen = maker.query.filters.codes
    for document in [document for document in meant if document.code not in chosen][:MAX_OFFERS]:
        query = maker.with_code(document.code, document.days)
        yield Offer(document.code, query, issued=document.issued, term=document.term)


def _keyboard(rereads: Sequence[Reread], maker: StepMaker) -> Iterable[Step]:
    """Yield one step for each row of words typed without an input method."""
    typed = sorted((found for found in rereads if found.kind == "keyboard"), key=lambda found: found.start)
    if not typed:
        return
    start, end = typed[0].start, typed[-1].end
    if typed[0].off:
        yield replace(
            maker.step("keyboard", (start, end), "off"),
            asis="keyboard",
            toggle=maker.without_kind("keyboard"),
        )
        return
    text, at = "", start
    for found in typed:
        text += maker.text[at : found.start] + found.texts[0]
        at = found.end
    offer = Offer(text, maker.rewritten(start, end, text))
    step = maker.step("keyboard", (start, end), "applied", (text,), (offer,))
    yield replace(step, asis="keyboard", toggle=maker.toggled("keyboard"))


def _other_readings(rereads: Sequence[Reread], maker: StepMaker) -> Iterable[Step]:
    for found in rereads:
        if found.kind == "keyboard":
            continue
        span = (found.start, found.end)
        if found.off:
            yield maker.step(found.kind, span, "off", found.texts)
        else:
            offers = tuple(Offer(text, maker.rewritten(*span, text)) for text in found.texts)
            yield maker.step(found.kind, span, "applied", found.texts, offers if len(offers) > 1 else ())


def _operators(findings: Sequence[Finding], maker: StepMaker) -> Iterable[Step]:
    for finding in findings:
        if finding.kind != "operator":
            continue
        span = (finding.start, finding.end)
        state: StepState = "off" if finding.off else "ignored" if finding.note in IGNORED else "applied"
        yield maker.step("operator", span, state, offers=tuple(_mended(finding, maker)), note=finding.note)


def _mended(finding: Finding, maker: StepMaker) -> Iterable[Offer]:
    """Yield what an operator without effect may have been meant as."""
    if finding.note == "unclosed-quote":
        words = " ".join(maker.text[finding.end :].replace('"', " ").split())
        if words:
            yield Offer(f'"{words}"', maker.rewritten(finding.start, len(maker.text), f'"{words}"'))
    elif finding.note == "lone-minus":
        word = maker.text[finding.start : finding.end].lstrip("-–− ")
        yield Offer(f"-{word}", maker.rewritten(finding.start, finding.end, f"-{word}"))
