"""The regular expressions of the service on adversarial strings: does their time grow faster than the length?

    python -m benchmarks.regexes [--chars N] [--slowest N]

Every pattern that a module of `searchsvc` holds, at its top or in a table there, is tried by the methods that
the code calls on it (by `search` where that cannot be seen). The strings are made of the pattern's own
letters and classes, repeated: runs of one piece, of two in turn, and runs that nearly match and end in what
cannot. Time is that of the processor, at N and 4 N characters: four times as long is linear, sixteen times
quadratic; what looks steep is measured again, for the least of several times.
Two patterns are quadratic and only given short lines by their caller; they are tried at that length.
"""

import argparse
import ast
import importlib
import pkgutil
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

import searchsvc
from searchsvc.ingest import furniture

PACKAGE = Path(searchsvc.__file__).parent
METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
ENDS = ("", "!")
LINEAR = 9.0
"""Growth at four times the length that still counts as linear: four, and room for a machine that is busy."""

_AGAIN = 3
TOO_SHORT_S = 0.004
"""Below this a time says nothing about growth, and does no harm."""

BOUNDS = {
    "searchsvc.ingest.furniture._VIEWS": furniture._VIEWS_LINE_CHARS,
    "searchsvc.ingest.furniture._COUNTED_VIEWS": furniture._VIEWS_LINE_CHARS,
}
"""The longest string that the callers give these patterns."""

SKIPPED = frozenset({"searchsvc.__main__"})


@dataclass(frozen=True)
class Tried:
    """The worst string of one pattern and method: seconds at the longer length, and how they grew."""

    name: str
    method: str
    seconds: float
    growth: float
    piece: str


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each pattern of the service with the name of where it stands."""
    seen: set[int] = set()
    for found in pkgutil.walk_packages([str(PACKAGE)], "searchsvc."):
        if found.name in SKIPPED:
            continue
        module = importlib.import_module(found.name)
        for name, value in sorted(vars(module).items()):
            for place, pattern in _inside(value, 0):
                if id(pattern) not in seen and isinstance(pattern.pattern, str):
                    seen.add(id(pattern))
                    yield f"{found.name}.{name}{place}", pattern


def _inside(value: Any, depth: int) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif depth < 3 and isinstance(value, Mapping):
        for key, each in value.items():
            yield from ((f"[{key!r}]{place}", found) for place, found in _inside(each, depth + 1))
    elif depth < 3 and isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for number, each in enumerate(value):
            yield from ((f"[{number}]{place}", found) for place, found in _inside(each, depth + 1))


def methods_called() -> dict[str, set[str]]:
    """Return by the name of a variable which methods of a pattern the code calls on it."""
    called: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in METHODS and isinstance(node.value, ast.Name):
                called[node.value.id].add(node.attr)
    return called


def pieces(pattern: re.Pattern[str]) -> list[str]:
    """Return short strings of which the pattern's own letters, classes and literals are made."""
    literals: set[str] = set()
    runs: list[str] = []

    def walk(parsed: Any) -> None:
        run = ""
        for operation, argument in parsed:
            name = str(operation)
            if name == "LITERAL":
                run += chr(argument)
                literals.add(chr(argument))
                continue
            if run:
                runs.append(run)
                run = ""
            if name == "IN":
                literals.update(_examples(argument))
            elif name == "NOT_LITERAL":
                literals.add("a" if chr(argument) != "a" else "b")
            elif name == "ANY":
                literals.add("a")
            elif name == "BRANCH":
                for branch in argument[1]:
                    walk(branch)
            elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
                walk(argument[2])
            elif name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
                walk(argument[-1])
            elif name == "ATOMIC_GROUP":
                walk(argument)
        if run:
            runs.append(run)

    walk(sre_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    single = sorted(literals | {" ", "a", "1"})[:24]
    longer = sorted({run for run in runs if 1 < len(run) <= 20})[:12]
    return [*single, *longer]


def _examples(parsed: Any) -> Iterator[str]:
    for operation, argument in parsed:
        name = str(operation)
        if name == "LITERAL":
            yield chr(argument)
        elif name == "RANGE":
            yield chr(argument[0])
        elif name == "CATEGORY":
            yield {"DIGIT": "7", "SPACE": " ", "WORD": "x"}.get(str(argument).rpartition("_")[2], "-")
        elif name == "NEGATE":
            yield "-"


def strings(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield the pieces to repeat, each alone and some two in turn, and what stands at the end."""
    found = pieces(pattern)
    yield from ((piece, end) for piece in found for end in ENDS)
    few = found[:: max(1, len(found) // 6)][:6]
    yield from ((first + second, "!") for first in few for second in few if first != second)


def _spent(pattern: re.Pattern[str], method: str, text: str) -> float:
    began = time.process_time()
    if method in ("finditer", "findall"):
        for _ in pattern.finditer(text):
            pass
    elif method in ("sub", "subn"):
        pattern.sub("", text)
    else:
        getattr(pattern, method)(text)
    return time.process_time() - began


def worst(name: str, pattern: re.Pattern[str], method: str, chars: int) -> Tried:
    """Return the string on which the pattern takes longest."""
    slowest = Tried(name, method, 0.0, 0.0, "")
    for piece, end in strings(pattern):
        short, long = ((piece * (size // len(piece) + 1))[:size] + end for size in (chars, 4 * chars))
        first = _spent(pattern, method, short)
        if first * 16 < TOO_SHORT_S:
            continue
        second = _spent(pattern, method, long)
        if second > LINEAR * first:
            first = min(_spent(pattern, method, short) for _ in range(_AGAIN))
            second = min(second, *(_spent(pattern, method, long) for _ in range(_AGAIN - 1)))
        if second > slowest.seconds:
            slowest = Tried(name, method, second, second / max(first, 1e-6), piece + "…" + end)
    return slowest


def tried(chars: int) -> list[Tried]:
    """Return the worst of every pattern and method, the slowest first."""
    called = methods_called()
    found = []
    for name, pattern in patterns():
        variable = name.rpartition(".")[2].partition("[")[0]
        for method in sorted(called.get(variable) or {"search"}):
            found.append(worst(name, pattern, method, BOUNDS.get(name, 4 * chars) // 4))
    return sorted(found, key=lambda each: -each.seconds)


def main() -> int:
    """Print the slowest; end with 1 if one grows faster than its string."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.regexes", description=__doc__)
    parser.add_argument("--chars", type=int, default=5_000)
    parser.add_argument("--slowest", type=int, default=15)
    options = parser.parse_args()
    found = tried(options.chars)
    steep = [
        each for each in found if each.seconds > TOO_SHORT_S and (each.growth > LINEAR or each.name in BOUNDS)
    ]
    print(f"{len(found)} patterns and methods at {options.chars} and {4 * options.chars} characters")
    print("| pattern | method | ms | growth | on |\n|---|---|---|---|---|")
    for each in dict.fromkeys([*found[: options.slowest], *steep]):
        mark = " **steep**" if each in steep else ""
        shown = f"{each.seconds * 1000:.1f} | {each.growth:.1f}{mark} | `{each.piece!a}`"
        print(f"| {each.name.removeprefix('searchsvc.')} | {each.method} | {shown} |")
    return 1 if steep else 0


if __name__ == "__main__":
    sys.exit(main())
