"""Precision and recall of the dates in the source notes of the legal code (Pháp điển), as one JSON line.

    python -m benchmarks.date_extraction …/extraction/phapdien_source_notes.jsonl.xz [--errors N]

Each note carries the issue date and the day of effect as fields of their own. Expected dates are those
fields; a date that the note's title names besides them is found rightly, so it is looked up in the title
and left out of the count.
"""

import argparse
import json
import lzma
from collections import Counter
from datetime import date
from pathlib import Path

from searchsvc.analysis.normalize import clean
from searchsvc.extract.dates import find_dates


def measure(notes: Path, errors: int) -> dict[str, float | int]:
    """Return the counts and figures over all notes; prints up to `errors` notes that differ."""
    counts: Counter[str] = Counter()
    with lzma.open(notes, "rt", encoding="utf-8") as lines:
        for line in lines:
            note = json.loads(line)
            wanted = Counter(
                date.fromisoformat(note[field]) for field in ("date", "effective") if note.get(field)
            )
            found = Counter(_days(clean(note["text"]))) - Counter(_days(clean(note["title"] or "")))
            missed, false = wanted - found, found - wanted
            counts.update(notes=1, right=(found & wanted).total(), missed=missed.total(), false=false.total())
            if (missed or false) and errors > 0:
                errors -= 1
                print(note["text"], "missed", _shown(missed), "false", _shown(false))
    right, missing, wrong = counts["right"], counts["missed"], counts["false"]
    return {**counts, "precision": right / max(1, right + wrong), "recall": right / max(1, right + missing)}


def _days(text: str) -> list[date]:
    return [mention.first for mention in find_dates(text) if mention.precision == "day"]


def _shown(days: Counter[date]) -> list[str]:
    return [day.isoformat() for day in days.elements()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="print so many notes that differ")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.notes, arguments.errors)))
