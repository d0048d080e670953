"""Searches while the index is updated and rebuilt in a loop: none may fail, none may mix generations.

    python -m benchmarks.reload [--requests N] [--clients N] [--workers N] [--data FOLDER]

An answer names its generation. All answers of one generation to one query must be equal in total, articles,
titles, scores and facets; an answer must have as many results as its total says. FOLDER is written to: give
a copy. Without it the samples are served. Only this machine is asked.
"""

import argparse
import hashlib
import json
import random
import sys
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from benchmarks.sites import HEAD, answered, ask_all, command, data_folder, site

_QUERIES = (
    "hội nghị",
    "nghị quyết",
    "nong thon moi",
    "05-CT/TW",
    "chuyển đổi số",
    '"học tập"',
    "",
    "phòng chống",
    "bổ sung",
    "nghij quyeets",
)
_PER_PAGE = 50


def main() -> int:
    """Ask while reindexing; print the figures and end with 1 if anything failed."""
    options = _options()
    with data_folder(options.data) as data, site(data, options.workers) as port:
        indexing = Indexing(data, options.seed)
        indexing.start()
        chosen = random.Random(options.seed)
        texts = chosen.choices(_QUERIES, k=options.requests)
        addresses = (f"/api/v1/search?per_page={_PER_PAGE}&q={quote(text)}" for text in texts)
        seen = Seen()
        figures = ask_all(port, addresses, clients=options.clients, check=seen.check)
        indexing.stop()
    print(HEAD)
    print(figures.row("search while reindexing"))
    print(f"runs of the index: {dict(indexing.runs)}; generations that answered: {len(seen.generations)}")
    failed = bool(figures.errors) or bool(indexing.failed)
    for said in indexing.failed[:3]:
        print(f"reindex failed: {said}")
    return 1 if failed else 0


class Seen:
    """The first answer of each generation to each query, to compare the others with."""

    def __init__(self) -> None:
        self.generations: set[str] = set()
        self._digests: dict[tuple[str, str], str] = {}
        self._guard = threading.Lock()

    def check(self, address: str, status: int, body: bytes) -> str | None:
        """Return what is wrong with an answer, or None."""
        if status != 200:
            return f"HTTP {status}"
        found = answered(body)
        results, total = found["results"], found["total"]
        if not isinstance(results, list) or len(results) != min(int(str(total)), _PER_PAGE):
            return "incomplete"
        kept = [total, found["facets"], [(each["id"], each["title"], each["score"]) for each in results]]
        digest = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
        generation = str(found["generation"])
        with self._guard:
            self.generations.add(generation)
            first = self._digests.setdefault((address, generation), digest)
        return None if first == digest else "mixed"


class Indexing(threading.Thread):
    """Imports a little, then updates or rebuilds the index, again and again."""

    def __init__(self, data: Path, seed: int) -> None:
        super().__init__(daemon=True)
        self._data = data
        self._made = random.Random(seed)
        self._ended = threading.Event()
        self.runs: Counter[str] = Counter()
        self.failed: list[str] = []

    def run(self) -> None:
        """Go on until told to stop."""
        source = self._data.parent / "more.jsonl"
        number = 0
        while not self._ended.is_set():
            number += 1
            article = {
                "id": f"them-{self._made.randrange(40)}",
                "title": f"Hội nghị bổ sung lần {number}",
                "body": f"Nghị quyết được bổ sung lần {number}, nông thôn mới, phòng chống lũ.",
            }
            source.write_text(json.dumps(article, ensure_ascii=False) + "\n", "utf-8")
            self._run("import", str(source))
            self._run("reindex", *(("--full",) if number % 3 == 0 else ()))

    def stop(self) -> None:
        """Let the run under way end."""
        self._ended.set()
        self.join()

    def _run(self, *arguments: str) -> None:
        done = command(self._data, *arguments)
        self.runs[" ".join(part for part in arguments if "/" not in part)] += 1
        if done.returncode:
            self.failed.append(done.stderr.strip()[-300:])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reload", description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="a data folder that may be written to")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
