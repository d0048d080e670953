"""Suggesting as one types, over many real titles: time to build, size, time per keystroke, memory.

    python benchmarks/suggest.py [--titles N] [--repeats N] FILE...

FILE is JSON Lines with `title`, plain or .xz; where the files have fewer titles, others are made from halves
of two. Words and compounds of the texts are not read: only what completes titles and phrases is measured,
with codes of the titles. A keystroke is one call of `complete` for each beginning of sampled titles, words
inside them and codes, typed with accents, without, and half of them; the first one is told apart.
"""

import argparse
import json
import lzma
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from searchsvc.analysis.fold import fold
from searchsvc.analysis.normalize import clean
from searchsvc.archive import Headline
from searchsvc.array_file import write_arrays
from searchsvc.extract.codes import find_codes
from searchsvc.results import FacetCount
from searchsvc.search.compiling import compiled
from searchsvc.search.completing import complete
from searchsvc.search.lexicon import Lexicons


def main() -> int:
    """Build, then type in a process of its own; print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--titles", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=300, help="titles that are typed")
    parser.add_argument("--type", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.type:
        type_titles(options.type, options.repeats)
        return 0
    titles = gather(options.files, options.titles)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lexicon.bin"
        build(titles, path)
        (Path(folder) / "typed.json").write_text(json.dumps(random.Random(7).sample(titles, options.repeats)))
        command = [sys.executable, __file__, "--type", str(path), "--repeats", str(options.repeats)]
        subprocess.run(command, check=True)
    return 0


def gather(files: list[Path], count: int) -> list[str]:
    """Return `count` distinct titles."""
    found = dict.fromkeys(islice((title for path in files for title in titles_of(path)), count))
    real = list(found)
    chance = random.Random(5)
    while len(found) < count:
        first, second = chance.choice(real).split(), chance.choice(real).split()
        found[" ".join(first[: len(first) // 2] + second[len(second) // 2 :])] = None
    mean = statistics.mean(map(len, found))
    print(f"titles: {len(found):,}, of which real {len(real):,}; mean {mean:.0f} characters")
    return list(found)


def titles_of(path: Path) -> Iterator[str]:
    """Yield the titles of a file."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            title = " ".join(clean(json.loads(line).get("title") or "").split())
            if title:
                yield title


def build(titles: list[str], path: Path) -> None:
    """Compile the lexicon of `titles` and print what it took."""
    headlines = [Headline(f"bai-{n}", title, f"2024-01-01T{n:08d}") for n, title in enumerate(titles)]
    codes = Counter(
        mention.code for title in titles[:20_000] for mention in find_codes(title) if mention.code
    )
    start, used = time.perf_counter(), time.process_time()
    arrays = compiled(headlines, [FacetCount(code, count) for code, count in codes.items()], [])
    write_arrays(path, arrays, {"format": 1, "generation": "benchmark", "change": 0})
    seconds = time.perf_counter() - start
    used = time.process_time() - used
    size = path.stat().st_size / 1e6
    print(f"build: {used:.1f} s of processor, {seconds:.1f} s in all; {size:.1f} MB, {len(codes)} codes")


def type_titles(path: Path, repeats: int) -> None:
    """Type titles letter by letter and print the time of a keystroke and the memory."""
    before = private_mb()
    start = time.perf_counter()
    lexicon = Lexicons(path).current()
    assert lexicon is not None
    complete(lexicon, "ngh")
    print(f"first suggestion after opening: {(time.perf_counter() - start) * 1e3:.1f} ms")
    titles = json.loads((path.parent / "typed.json").read_text())[:repeats]
    times: list[tuple[float, str]] = []
    shown = 0
    for text in inputs(titles):
        for length in range(1, min(len(text), 40) + 1):
            start = time.perf_counter()
            shown += bool(complete(lexicon, text[:length]))
            times.append((time.perf_counter() - start, text[:length]))
    taken = sorted(seconds * 1e3 for seconds, _ in times)
    one = [seconds * 1e3 for seconds, text in times if len(text) == 1]
    print(
        f"keystrokes: {len(taken):,}, {shown / len(taken):.0%} with suggestions; median"
        f" {statistics.median(taken):.2f} ms, p99 {taken[int(len(taken) * 0.99)]:.2f} ms,"
        f" worst {taken[-1]:.2f} ms"
        f" ({max(times)[1]!r}); first letter: median {statistics.median(one):.2f} ms"
    )
    print(f"private memory: {private_mb() - before:.1f} MB more than before opening")


def inputs(titles: list[str]) -> Iterator[str]:
    """Yield each title as typed in different ways."""
    chance = random.Random(11)
    for number, title in enumerate(titles):
        words = title.split()
        text = " ".join(words[chance.randrange(len(words)) :]) if number % 3 == 0 else title
        if number % 4 == 1:
            text = fold(text)
        elif number % 4 == 2:
            text = " ".join(fold(word) if chance.random() < 0.5 else word for word in text.split())
        yield text
    yield from ("05-ct/tw", "nq35", "nghị quyết 35", "30/2020/nđ-cp")


def private_mb() -> float:
    """Return the memory that this process holds for itself, without mapped files, in MB."""
    values = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return (int(values[1]) - int(values[2])) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
