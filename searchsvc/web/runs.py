"""An article's text with two layers over it: what the query matched, and which documents it names.

The primary entrypoint is `linked`. Both layers are spans of the text as archived; nothing is looked for here,
so the text comes out character by character as it went in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from searchsvc.articles import CodeMention
from searchsvc.results import Segment


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that leads to one address, or to none; its segments say what is marked."""

    segments: tuple[Segment, ...]
    address: str = ""


def linked(
    segments: Sequence[Segment], mentions: Iterable[CodeMention], address_of: Callable[[CodeMention], str]
) -> tuple[Run, ...]:
    """Return the text of one part as runs: each mention that has an address is one, the text between another.

    Of mentions that overlap, the first counts. Marks that begin before or end within a mention are cut.
    """
    runs: list[Run] = []
    position = 0
    for mention in sorted(mentions, key=lambda mention: (mention.start, -mention.end)):
        address = address_of(mention)
        if not address or mention.start < position or mention.end <= mention.start:
            continue
        runs.append(Run(_between(segments, position, mention.start)))
        runs.append(Run(_between(segments, mention.start, mention.end), address))
        position = mention.end
    runs.append(Run(_between(segments, position, sum(len(segment.text) for segment in segments))))
    return tuple(run for run in runs if run.segments)


def _between(segments: Sequence[Segment], start: int, end: int) -> tuple[Segment, ...]:
    """Return the segments from offset `start` to `end`, the first and last cut to size."""
    pieces: list[Segment] = []
    position = 0
    for segment in segments:
        piece = segment.text[max(0, start - position) : max(0, end - position)]
        if piece:
            pieces.append(replace(segment, text=piece))
        position += len(segment.text)
        if position >= end:
            break
    return tuple(pieces)


def paragraphs(runs: Iterable[Run], separator: str) -> tuple[tuple[Run, ...], ...]:
    """Return runs regrouped into the paragraphs that `separator` parts; empty ones are left out."""
    found: list[list[Run]] = [[]]
    for run in runs:
        first, *others = _split(run, separator)
        found[-1].append(first)
        found.extend([other] for other in others)
    kept = (tuple(run for run in paragraph if run.segments) for paragraph in found)
    return tuple(paragraph for paragraph in kept if any(_text(run).strip() for run in paragraph))


def _split(run: Run, separator: str) -> list[Run]:
    pieces: list[list[Segment]] = [[]]
    for segment in run.segments:
        first, *others = segment.text.split(separator)
        pieces[-1].append(replace(segment, text=first))
        pieces.extend([replace(segment, text=other)] for other in others)
    return [Run(tuple(segment for segment in piece if segment.text), run.address) for piece in pieces]


def _text(run: Run) -> str:
    return "".join(segment.text for segment in run.segments)
