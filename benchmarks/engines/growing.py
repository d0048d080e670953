"""More documents than there are real ones: copies that are none, added to an archive of all real texts.

The primary entrypoint is `grow`. Each round copies every text (the last round those that `corpus.drawn`
names) by `Perturbing`, which gives a copy's segmentation too, so that nothing is segmented again; codes,
dates and units are found in each copy as in an import.
"""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.pool import AsyncResult
from typing import NamedTuple

from benchmarks.engines.corpus import drawn
from benchmarks.engines.facts import Facts
from benchmarks.engines.perturbing import Perturbing
from searchsvc.analysis.compounds import joins_fingerprint, word_joins
from searchsvc.archive.records import Segmented
from searchsvc.archive.store import Archive
from searchsvc.articles import Annotations, Draft
from searchsvc.extract.annotate import annotate
from searchsvc.extract.units import Registry

BATCH = 500


class Original(NamedTuple):
    """One part of an archived article each, and its segmentation."""

    id: str
    collection: str
    title: str
    title_joins: bytes
    body: str
    body_joins: bytes


class Copied(NamedTuple):
    """A copy as an import would have brought it."""

    draft: Draft
    annotations: Annotations
    joins: dict[str, bytes]


def grow(archive: Archive, documents: int, processes: int) -> int:
    """Add copies to the real texts in `archive` until there are so many `documents`; return how many.

    The copies are the same whatever the number of processes.
    """
    ids = [headline.id for headline in archive.headlines()]
    rounds, rest = divmod(documents, len(ids))
    with multiprocessing.get_context("spawn").Pool(processes, _begin) as pool:
        for number in range(1, rounds + (1 if rest else 0)):
            wanted = None if number < rounds else drawn(ids, rest)
            waiting: deque[AsyncResult[list[Copied]]] = deque()
            for place, batch in enumerate(_originals(archive, len(ids), wanted)):
                waiting.append(pool.apply_async(_copies, (batch, number, place)))
                if len(waiting) > 2 * processes:
                    _put(archive, waiting.popleft().get())
            for result in waiting:
                _put(archive, result.get())
    return archive.counts().articles


def _originals(archive: Archive, count: int, wanted: Iterable[str] | None) -> Iterator[list[Original]]:
    """Yield the first `count` articles, the real ones, in batches; of `wanted` ids alone, if given."""
    for batch in archive.changes(0, count, batch=BATCH):
        articles = [article for article in batch if wanted is None or article.id in wanted]
        texts = [text for article in articles for text in (article.title, article.body)]
        kept = archive.joins_of(list(dict.fromkeys(texts)), joins_fingerprint())
        joins = kept | {text: word_joins(text) for text in texts if text not in kept}
        yield [
            Original(
                article.id,
                article.collection,
                article.title,
                joins[article.title],
                article.body,
                joins[article.body],
            )
            for article in articles
        ]


@dataclass(slots=True)
class _Tools:
    """What a process of the pool needs, loaded once."""

    registry: Registry
    facts: Facts


_tools: list[_Tools] = []


def _begin() -> None:
    registry = Registry.load()
    _tools.append(_Tools(registry, Facts(registry)))


def _copies(batch: Sequence[Original], number: int, place: int) -> list[Copied]:
    """Return the copies of the round `number` of the batch at `place`."""
    perturbing = Perturbing(number << 32 | place)
    return [_copy(original, f"{original.id}.{number}", perturbing) for original in batch]


def _copy(original: Original, id_: str, perturbing: Perturbing) -> Copied:
    tools = _tools[0]
    title, title_joins = perturbing.copy(original.title, original.title_joins)
    body, body_joins = perturbing.copy(original.body, original.body_joins)
    # A title is one line.
    title = title.replace("\n", " ")
    facts = tools.facts.of(id_)
    draft = Draft(
        title=title,
        body=body,
        id=id_,
        published=facts.get("published"),
        unit=facts.get("unit"),
        collection=original.collection,
        source=id_,
    )
    return Copied(draft, annotate(draft, tools.registry), {title: title_joins, body: body_joins})


def _put(archive: Archive, copies: Sequence[Copied]) -> None:
    joins = {text: bits for copied in copies for text, bits in copied.joins.items()}
    entries = [(copied.draft, copied.annotations) for copied in copies]
    archive.put(entries, Segmented(joins, joins_fingerprint()))
