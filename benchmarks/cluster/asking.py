"""Asks the service all questions in a fresh process, twice: first, and once their words have been counted.

    python -m benchmarks.cluster.asking DATA QUESTIONS

"ids" are the engine's part: understanding, ranking, four facets; "whole" loads and marks the articles too.
The environment names the cluster and the archive. Prints one JSON object, times in milliseconds.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cluster.questions import Asked, by_kind, load
from benchmarks.engines.latencies import Latencies
from searchsvc.queries import SearchQuery
from searchsvc.search.opening import opened_service
from searchsvc.settings import load_settings


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    options = parser.parse_args()
    questions = load(options.questions)
    with opened_service(load_settings(data=options.data)) as service:
        # The first pass counts the words; what it found out stays for the others.
        found = {name: _timed(questions, service.ranked_ids) for name in ("first", "ids")}
        found["whole"] = _timed(questions, service.search)
    json.dump(found | {"questions": len(questions)}, sys.stdout)


def _timed(questions: Sequence[Asked], ask: Callable[[SearchQuery], Any]) -> dict[str, Any]:
    times = []
    for one in questions:
        query = one.query()
        started = time.perf_counter()
        ask(query)
        times.append((time.perf_counter() - started) * 1000)
    return {kind: Latencies.of(those).rounded() for kind, those in by_kind(questions, times).items()}


if __name__ == "__main__":
    main()
