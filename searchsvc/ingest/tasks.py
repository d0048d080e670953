"""The work of an import, cut into tasks: what one process reads, annotates and segments at a time.

The primary entrypoints are `plan` and `perform`. The cut depends on the files alone, never on the number of
processes, so that the same sources always reach the archive in the same batches.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from searchsvc.analysis.compounds import word_joins
from searchsvc.articles import Annotations, Draft, Part
from searchsvc.errors import ArchiveError, Message
from searchsvc.extract.annotate import annotate
from searchsvc.extract.units import Registry
from searchsvc.ingest import json_lines
from searchsvc.ingest.formats import AUTO, EXPORT, READERS, format_of
from searchsvc.ingest.sources import KEPT_BYTES, Limits, Reading, Refusal, SourceFile, unopened

TASK_FILES = 16
TASK_BYTES = 1 << 20
STREAMED_BYTES = 8 << 20
SLICE_ITEMS = 500
LOOKED_UP = 100


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read: `format` is one of `formats.FORMATS`; `collection` and `unit` are for drafts without one.

    `strict` refuses what has a warning too. `processes` overrides the setting; 0 means all cores.
    """

    format: str = AUTO
    collection: str | None = None
    unit: str | None = None
    strict: bool = False
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Files, or a part of one, with the format of each; `size` in bytes."""

    files: tuple[tuple[SourceFile, str], ...]
    size: int


Recall = Callable[[Sequence[Draft]], Sequence[Annotations | None]]
"""Tells what is known already of drafts that are about to be annotated."""


def nothing_known(drafts: Sequence[Draft]) -> Sequence[Annotations | None]:
    """Return what a new archive knows of `drafts`."""
    return [None] * len(drafts)


@dataclass(frozen=True, slots=True)
class Work:
    """What every task of one import shares; it is sent to each process once."""

    registry: Registry
    options: ImportOptions
    limits: Limits
    recall: Recall = nothing_known


class ReadArticle(NamedTuple):
    """A draft with all that is derived from it: annotations, and the segmentation of each part.

    One that the archive knows already has its annotations from there, and no segmentation.
    """

    draft: Draft
    annotations: Annotations
    joins: Mapping[Part, bytes]


Item = ReadArticle | Refusal


def plan(found: Iterable[SourceFile | Refusal], name: str) -> Iterator[Task | Refusal]:
    """Yield the tasks for files of format `name`, in order; a file whose format is unknown as a refusal."""
    group: list[tuple[SourceFile, str]] = []
    size = 0
    for source, kind, length in _parts(found, name):
        alone = isinstance(source, Refusal) or kind == EXPORT
        if group and (alone or len(group) >= TASK_FILES or size + length > TASK_BYTES):
            yield Task(tuple(group), size)
            group, size = [], 0
        if isinstance(source, Refusal):
            yield source
        elif alone:
            yield Task(((source, kind),), length)
        else:
            group.append((source, kind))
            size += length
    if group:
        yield Task(tuple(group), size)


def perform(task: Task, work: Work) -> list[Item]:
    """Return the articles and the refusals of all files of `task`, in order.

    No input raises; only ArchiveError does, where `work.recall` cannot read.
    """
    return [item for source, name in task.files for item in _items(source, name, work)]


def slices(task: Task, work: Work) -> Iterator[tuple[Task, list[Item]]]:
    """Yield what `perform` returns in lists of bounded length, the last with the task that has its size."""
    items: list[Item] = []
    for source, name in task.files:
        for item in _items(source, name, work):
            items.append(item)
            if len(items) >= SLICE_ITEMS:
                yield Task(task.files, 0), items
                items = []
    yield task, items


def is_streamed(task: Task) -> bool:
    """Return whether `task` is too large for one result in memory: a long table, which cannot be cut."""
    return task.files[0][1] == "csv" and task.size > STREAMED_BYTES


def _parts(
    found: Iterable[SourceFile | Refusal], name: str
) -> Iterator[tuple[SourceFile | Refusal, str, int]]:
    for source in found:
        if isinstance(source, Refusal):
            yield source, "", 0
            continue
        kind = format_of(source) if name == AUTO else name
        if isinstance(kind, Refusal):
            yield kind, "", 0
            continue
        try:
            cut = json_lines.parts(source) if kind == "jsonl" else iter((source,))
            yield from ((part, kind, part.size) for part in cut)
        except OSError as error:
            yield source.refuse(unopened(error)), "", 0


def _items(source: SourceFile, name: str, work: Work) -> Iterator[Item]:
    position = 0
    try:
        for readings in _batches(READERS[name](source, work.limits)):
            drafts = [_filled(reading, work) for reading in readings if isinstance(reading, Draft)]
            known = iter(zip(drafts, work.recall(drafts), strict=True))
            for reading in readings:
                position += 1
                yield reading if isinstance(reading, Refusal) else _derived(*next(known), source, work)
    except ArchiveError:
        raise
    # A fault of a reader or of a rule must not end the import: the item is kept aside and named.
    except Exception as error:  # noqa: BLE001
        reason = Message(
            vi=f"Lỗi khi đọc, sau {position} mục: {type(error).__name__}; xin báo lỗi kèm tệp này",
            en=f"Failed after {position} items: {type(error).__name__}; please report it with this file",
        )
        yield source.refuse(reason, _beginning(source))


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Yield `readings` in runs that are looked up together; those before a fault come before it."""
    batch: list[Reading] = []
    try:
        for reading in readings:
            batch.append(reading)
            if len(batch) >= LOOKED_UP:
                yield batch
                batch = []
    except Exception:
        yield batch
        raise
    yield batch


def _filled(draft: Draft, work: Work) -> Draft:
    options = work.options
    return replace(draft, unit=draft.unit or options.unit, collection=draft.collection or options.collection)


def _derived(draft: Draft, known: Annotations | None, source: SourceFile, work: Work) -> Item:
    found = known or annotate(draft, work.registry)
    if work.options.strict and found.warnings:
        first = Message(*found.warnings[0])
        position = int(draft.source.rpartition(":")[2]) if draft.source != source.name else 0
        return source.refuse(first, original_of(draft), position)
    joins = {} if known else {part: word_joins(text) for part, text in draft.texts()}
    return ReadArticle(draft, found, joins)


def original_of(draft: Draft) -> bytes:
    """Return what is kept of a draft that is refused after reading: its article as a JSON line."""
    fields = {key: value for key, value in asdict(draft).items() if value and not key.startswith("source")}
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")


def _beginning(source: SourceFile) -> bytes:
    try:
        return source.head(KEPT_BYTES)
    except OSError:
        return b""
