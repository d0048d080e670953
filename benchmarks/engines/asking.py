"""Asks one system all questions, in a fresh process: the first answer, every first touch, then warm.

    python -m benchmarks.engines.asking SYSTEM INDEX PREPARED QUESTIONS ANSWERS [--seconds S] [--first-only]

The parent gives the instant of its start in CLOCK_MONOTONIC (`--started`), so that the first answer counts
the start of Python and every import. The first pass asks each question once, as nothing of it is in this
process's memory; further passes repeat until three or until `--seconds` are over, but at least one.
Prints one JSON object; writes the answers, one a line, for comparison.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

WARM_PASSES = 3


def main() -> None:
    """Measure and print."""
    options = _parsed()
    from benchmarks.engines.prepared import Prepared
    from benchmarks.engines.questions import load
    from benchmarks.engines.systems import system

    # A reader of questions is no part of a start: its time is taken off again.
    before = time.monotonic()
    questions = load(options.questions)
    reading = time.monotonic() - before
    asked = system(options.system)
    searcher = asked.open(options.index)
    questions = [one for one in questions if asked.can_ask(one)]
    first = questions[options.first]
    before = time.monotonic()
    searcher.ask(first)
    now = time.monotonic()
    figures: dict[str, Any] = {
        "start_to_answer_ms": (now - options.started - reading) * 1000,
        "first_query_ms": (now - before) * 1000,
        "memory_after_first": _memory(),
    }
    if not options.first_only:
        touched = [_touched(searcher, question) for question in questions]
        figures["touched_ms"] = [milliseconds for milliseconds, _ in touched]
        figures |= _warm(searcher, questions, options.seconds)
        figures["memory"] = _memory()
        searcher.learn_numbers(Prepared(options.prepared))
        _write_answers([searcher.answer(kept) for _, kept in touched], options.answers)
    json.dump(figures, sys.stdout)


def _touched(searcher: Any, question: Any) -> tuple[float, Any]:
    milliseconds, _, raw = _timed(searcher, question)
    return milliseconds, searcher.keep(raw)


def _warm(searcher: Any, questions: list[Any], seconds: float) -> dict[str, list[float]]:
    warm: list[list[float]] = [[] for _ in questions]
    processor: list[list[float]] = [[] for _ in questions]
    until = time.monotonic() + seconds
    for done in range(WARM_PASSES):
        if done and time.monotonic() > until:
            break
        for times, used, question in zip(warm, processor, questions, strict=True):
            milliseconds, own, _ = _timed(searcher, question)
            times.append(milliseconds)
            used.append(own)
    return {
        "warm_ms": list(map(statistics.median, warm)),
        "warm_cpu_ms": list(map(statistics.median, processor)),
    }


def _timed(searcher: Any, question: Any) -> tuple[float, float, Any]:
    """Return milliseconds on the clock and of the processor, and what was answered."""
    used, started = time.thread_time_ns(), time.perf_counter_ns()
    raw = searcher.ask(question)
    ended, last = time.perf_counter_ns(), time.thread_time_ns()
    return (ended - started) / 1e6, (last - used) / 1e6, raw


def _write_answers(answers: Iterable[Any], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for answer in answers:
            row = {"total": answer.total, "numbers": answer.numbers, "facets": answer.facets}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _memory() -> dict[str, float]:
    from benchmarks.engines.memory import memory_of

    return asdict(memory_of())


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("system")
    parser.add_argument("index", type=Path)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--started", type=float, required=True)
    parser.add_argument("--first", type=int, default=0, help="the question that is asked first")
    parser.add_argument("--first-only", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
