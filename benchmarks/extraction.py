"""Measure the extraction of document codes on the real texts beside the checkout.

    python benchmarks/extraction.py [--show N] [--texts NAME ...] [--only notes|forms|texts|linear]

`notes`: source notes of the legal code, each with one annotated code and issue date: precision and recall.
`forms`: one example of each form of code in public texts. `texts`: counts and speed over whole corpora.
`linear`: time per character on hostile input, short against long.
"""

import argparse
import json
import lzma
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from searchsvc.analysis.normalize import clean
from searchsvc.extract.codes import canonical, find_codes

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield each object of a compressed JSON Lines file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.4f}" if whole else "none"


def measure_notes(show: int) -> None:
    """Print precision and recall of codes and issue dates on the annotated source notes.

    A note annotates the document it names first; what its title cites further on is not annotated. So the
    first full mention answers for the note, and the further ones are counted and listed apart.
    """
    counts: Counter[str] = Counter()
    misses: list[str] = []
    for row in read_lines(CORPORA / "extraction" / "phapdien_source_notes.jsonl.xz"):
        counts["notes"] += 1
        wanted = canonical(clean(row["code"])) if row["code"] else None
        day = date.fromisoformat(row["date"])
        mentions = [m for m in find_codes(clean(row["text"])) if m.kind == "full"]
        counts["further"] += len(mentions[1:])
        first = mentions[0] if mentions else None
        counts["annotated"] += wanted is not None
        code_right = first is not None and _same_code(first.code, first.raw, row["code"], wanted)
        counts["found"] += first is not None
        counts["right"] += code_right
        dated = first.issued if first else None
        counts["dated"] += dated is not None
        counts["date_right"] += dated == day
        if not code_right or dated != day:
            got = (first.code, str(first.issued)) if first else None
            misses.append(f"{row['code']!r} {row['date']} -> {got}: {row['text'][:300]}")
    print(f"codes:  precision {share(counts['right'], counts['found'])}, ", end="")
    print(f"recall {share(counts['right'], counts['notes'])}")
    print(f"dates:  precision {share(counts['date_right'], counts['dated'])}, ", end="")
    print(f"recall {share(counts['date_right'], counts['notes'])}")
    print(f"notes with an annotation that is a code by the grammar: {counts['annotated']}; ", end="")
    print(f"further codes in titles: {counts['further']}")
    for miss in misses[:show]:
        print("  miss", miss)


def _same_code(found: str | None, raw: str, annotated: str, wanted: str | None) -> bool:
    """Compare canonical forms; an annotation cut at a space inside the code holds for the whole."""
    if found == wanted:
        return True
    return " " in raw and raw.split(" ", maxsplit=1)[0] == annotated.strip("'")


def measure_forms(show: int) -> None:
    """Print how many example forms are found alone in a sentence and after a type's name."""
    rows = [line.split("\t") for line in _forms().splitlines()[1:] if line.strip()]
    for label, before in (("bare", "theo "), ("after 'Văn bản số'", "theo Văn bản số ")):
        for party in ("1", "0"):
            chosen = [row for row in rows if row[1] == party]
            missed = [row for row in chosen if not _found_whole(before, clean(row[3]))]
            kinds = share(len(chosen) - len(missed), len(chosen))
            total = sum(int(row[2]) for row in chosen)
            weighted = share(total - sum(int(row[2]) for row in missed), total)
            print(f"{'party' if party == '1' else 'other'} forms, {label}: {kinds}; mentions {weighted}")
            if show and before.endswith("số "):
                print("  missed:", "; ".join(row[3] for row in missed[:show]))


def _forms() -> str:
    return (CORPORA / "extraction" / "code_forms.tsv").read_text(encoding="utf-8")


def _found_whole(before: str, form: str) -> bool:
    start, end = len(before), len(before) + len(form)
    mentions = find_codes(f"{before}{form} về việc chung")
    spans = {(mention.start, mention.end) for mention in mentions if mention.kind == "full"}
    return (start, end) in spans and canonical(form) is not None


def measure_texts(names: list[str], show: int) -> None:
    """Print counts per kind, the commonest codes and the speed over whole corpora."""
    for name in names:
        texts = [clean(row.get("body", "")) for row in read_lines(CORPORA / f"{name}.jsonl.xz")]
        size = sum(len(text.encode()) for text in texts)
        begin = time.perf_counter()
        mentions = [mention for text in texts for mention in find_codes(text)]
        seconds = time.perf_counter() - begin
        kinds = Counter(mention.kind for mention in mentions)
        linked = sum(mention.kind == "partial" and mention.code is not None for mention in mentions)
        distinct = len({mention.code for mention in mentions if mention.code})
        print(f"{name}: {len(texts)} texts, {size / 1e6:.1f} MB, {size / 1e6 / seconds:.2f} MB/s; ", end="")
        print(f"{dict(kinds)}, partial with a code {linked}, distinct codes {distinct}")
        for mention in mentions[:: max(1, len(mentions) // show)] if show else []:
            print(f"  {mention.kind} {mention.raw!r} -> {mention.code} {mention.key} {mention.issued}")


def measure_linear() -> None:
    """Print time per character on hostile strings: the last column near 1 means linear."""
    for piece in ("1/1/1/1-", "05-CT/TW", "1-A-", "số 1, ", "nghi quyet ", "QĐ 1 QĐ ", "ngày 1/1/2020 "):
        times = []
        for size in (20_000, 200_000):
            text = (piece * (size // len(piece) + 1))[:size]
            begin = time.perf_counter()
            find_codes(text)
            times.append((time.perf_counter() - begin) / size * 1e6)
        print(f"{piece!r}: {times[0]:.2f} us/char, {times[1]:.2f} us/char, ratio {times[1] / times[0]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", type=int, default=0, help="list up to N misses or samples")
    parser.add_argument("--texts", nargs="*", default=["party_subset"], help="corpora to run over")
    parser.add_argument("--only", choices=("notes", "forms", "texts", "linear"))
    options = parser.parse_args()
    if options.only in {None, "notes"}:
        measure_notes(options.show)
    if options.only in {None, "forms"}:
        measure_forms(options.show)
    if options.only in {None, "texts"}:
        measure_texts(options.texts, options.show)
    if options.only in {None, "linear"}:
        measure_linear()


if __name__ == "__main__":
    main()
