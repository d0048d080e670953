"""Segmentation beside pyvi itself: words per second of both, and every difference.

    python benchmarks/segmentation.py [--megabytes N] FILE...

FILE is JSON Lines (every string value is text), plain or .xz, or plain text. Both sides get the same
paragraphs, in NFC and with tone marks in the new placement; processor time is counted, not time on the clock.
Ends with status 1 if any paragraph is cut differently.
"""

import argparse
import json
import lzma
import os
import resource
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from searchsvc.analysis.pyvi_model import load_lexicon
from searchsvc.analysis.segment import Span, _matched, segment, segment_placed
from searchsvc.analysis.tones import place_tones


def main() -> int:
    """Compare on each file; print a table on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--megabytes", type=float, default=float("inf"), help="of characters, from each file")
    options = parser.parse_args()
    print_load()
    print(
        f"{'file':28} {'words':>10} {'ours/s':>9} {'pyvi/s':>8} {'ratio':>6} {'with placing':>12} differences"
    )
    differing = [compare(path, int(min(options.megabytes, 1e6) * 1e6)) for path in options.files]
    return 1 if any(differing) else 0


def print_load() -> None:
    """Print what loading costs in this process, before pyvi is imported."""
    before, start = resident_mb(), time.process_time()
    lexicon = load_lexicon()
    taken = time.process_time() - start
    assert lexicon is not None, "the installed pyvi is not the known one"
    print(f"load: {taken * 1000:.0f} ms, {resident_mb() - before:.1f} MB; peak {peak_mb():.0f} MB")


def compare(path: Path, characters: int) -> int:
    """Print one row and, on stderr, the first differences; return how many paragraphs differ."""
    from pyvi import ViTokenizer

    texts = [unicodedata.normalize("NFC", text) for text in paragraphs(path, characters)]
    placed = [place_tones(text) for text in texts]
    for text in placed[:200]:
        ViTokenizer.tokenize(text), segment_placed(text)
    start = time.process_time()
    count = sum(len(segment_placed(text)) for text in placed)
    ours_s = time.process_time() - start
    start = time.process_time()
    assert count == sum(len(segment(text)) for text in texts)
    placing_s = time.process_time() - start
    start = time.process_time()
    outputs = [ViTokenizer.tokenize(text) for text in placed]
    pyvi_s = time.process_time() - start
    ours = [segment_placed(text) for text in placed]
    theirs = [list(_matched(text, output.split(" "))) for text, output in zip(placed, outputs, strict=True)]
    differing = [pair for pair in zip(placed, ours, theirs, strict=True) if pair[1] != pair[2]]
    for text, own, other in differing[:10]:
        print(words(text, own) ^ words(text, other), repr(text[:200]), file=sys.stderr)
    print(
        f"{path.name:28} {count:10,} {count / ours_s:9,.0f} {count / pyvi_s:8,.0f} {pyvi_s / ours_s:6.1f}"
        f" {count / placing_s:12,.0f} {len(differing)} of {len(texts):,} paragraphs"
    )
    return len(differing)


def words(text: str, spans: list[Span]) -> set[str]:
    """Return the distinct words of `text`."""
    return {text[start:end] for start, end in spans}


def paragraphs(path: Path, characters: int) -> Iterator[str]:
    """Yield the paragraphs of `path` that are not blank, up to about `characters` characters."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            values = json.loads(line).values() if ".jsonl" in path.name else [line]
            for value in values:
                for paragraph in value.split("\n") if isinstance(value, str) else []:
                    if paragraph.strip():
                        characters -= len(paragraph)
                        yield paragraph
            if characters < 0:
                return


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
