"""Relevance of the service beside SQLite FTS5, Tantivy, stock Whoosh and bm25s, in one run.

    python -m benchmarks.relevance [COLLECTION...] [--half development] [--json FILE]

COLLECTION is a folder under --corpora (docs.jsonl.xz, queries.jsonl, qrels.tsv) or "samples", the sample
archive; all of them if none is named. Each query is asked as written, unaccented, half-accented, in NFD, with
the other tone placement, and in capitals. Weights are tuned with --half development; --half test and all only
report. The service runs as an archive and an index in a temporary folder (--data keeps it for the next run).
"searchsvc-opensearch" (the service on a cluster) and "opensearch" (its standard tokenizer with ASCII folding)
run where --systems names them, in the cluster of SEARCHSVC_OPENSEARCH_URLS.
"""

import argparse
import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.relevance.asking import IN_CLUSTER, OURS, asked
from benchmarks.relevance.collections import SAMPLES, Collection, load
from benchmarks.relevance.measuring import measure
from benchmarks.relevance.peers import PEERS
from benchmarks.relevance.reports import print_tables, print_twins, print_worst, twins
from benchmarks.relevance.variants import VARIANTS

COLLECTIONS = ("alqac22", "xquad_vi", SAMPLES)
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "relevance"


def run(collection: Collection, options: argparse.Namespace, data: Path) -> dict[str, Any]:
    """Ask every system, print the tables, and return all figures for --json."""
    print(f"\n== {collection.name}: {len(collection.documents)} documents, {len(collection.queries)} queries")
    found = asked(collection, options.systems, options.variants, data / collection.name, options.processes)
    figures = {
        system: {variant: measure(run, collection.judged) for variant, run in answered.runs.items()}
        for system, answered in found.items()
    }
    milliseconds = {system: answered.seconds_per_query * 1000 for system, answered in found.items()}
    print_tables(figures, options.variants, milliseconds)
    result: dict[str, Any] = {
        "documents": len(collection.documents),
        "queries": len(collection.queries),
        "measures": figures,
        "milliseconds_per_query": milliseconds,
    }
    if OURS in found and options.twins:
        result["twins"] = twins(collection, found[OURS])
        print_twins(collection, result["twins"], options.worst)
    if OURS in found and options.worst:
        print_worst(collection, found[OURS], options.worst)
    return result


def parsed() -> argparse.Namespace:
    """Return the options. Exits with status 2 where one is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.relevance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("collections", nargs="*", metavar="COLLECTION")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the collections")
    parser.add_argument("--systems", nargs="+", choices=(OURS, *IN_CLUSTER, *PEERS), default=[OURS, *PEERS])
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--half", choices=("development", "test", "all"), default="all")
    parser.add_argument("--twins", action="store_true", help="overlap at ten with the original")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N lowest queries")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count(), help="systems at a time; 1 to compare their times"
    )
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="keep archives and indexes here")
    options = parser.parse_args()
    if options.twins and "written" not in options.variants:
        parser.error("--twins compares with the variant 'written'")
    return options


def main() -> None:
    options = parsed()
    results = {}
    with ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in options.collections or COLLECTIONS:
            collection = load(name, options.corpora).restricted(options.half)
            if not collection.queries:
                raise SystemExit(f"{name}: no judged query in the half {options.half!r}")
            results[name] = run(collection, options, data)
    if options.json:
        text = json.dumps({"half": options.half, "collections": results}, ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
