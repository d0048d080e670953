"""The engine and the service beside Tantivy, FTS5, Xapian, bm25s, OpenSearch and stock Whoosh, in one run.

    python -m benchmarks.engines [--documents N...] [--work FOLDER] [--again STEP...]
    python -m benchmarks.engines.report

Without --documents all real texts are measured, once. With several numbers each is measured, for the growth
curve; beyond the real texts, perturbed copies are added. A work folder that is kept lets a run go on where it
was broken off. Results go to benchmarks/results, one file for each number of documents. Ends with status 1
where a peer gives another total, facet or order by date than ours, or Whoosh's own matchers other documents
or scores.
"""

import argparse
import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.engines.fresh import ROOT
from benchmarks.engines.measuring import Options, Run
from benchmarks.engines.printing import print_figures
from benchmarks.engines.systems import OWN, PEERS

CORPORA = ROOT.parent / "shared" / "corpora"
RESULTS = ROOT / "benchmarks" / "results"


def parsed() -> argparse.Namespace:
    """Return the options. Exits with status 2 where one is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.engines",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--documents", nargs="+", type=int, default=[None], metavar="N")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the texts, *.jsonl.xz")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="keep texts, tokens and indexes here")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FOLDER")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--each", type=int, default=60, help="queries of each shape and band")
    parser.add_argument("--seconds", type=float, default=120, help="warm passes end after so long")
    parser.add_argument("--workers", type=int, default=2, help="of the server")
    parser.add_argument("--no-http", dest="with_http", action="store_false")
    parser.add_argument("--own", nargs="+", choices=OWN, default=list(OWN), help="of ours, what is asked")
    parser.add_argument("--compared", type=int, default=5, help="queries of a class for Whoosh's matchers")
    parser.add_argument(
        "--again",
        nargs="+",
        default=[],
        metavar="STEP",
        help="steps to do again, or all",
    )
    return parser.parse_args()


def main() -> None:
    """Measure, print and write the results."""
    given = parsed()
    with ExitStack() as stack:
        work = given.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for documents in given.documents:
            options = Options(
                corpora=given.corpora,
                work=work.resolve(),
                documents=documents,
                peers=given.peers,
                own=given.own,
                each=given.each,
                compared=given.compared,
                seconds=given.seconds,
                workers=given.workers,
                cores=len(os.sched_getaffinity(0)),
                again=given.again,
                with_http=given.with_http,
            )
            found = Run(options).measure()
            print_figures(found)
            _write(found, given.results)
            compared = found["agreement"] | {"oracle": found["oracle"]}
            differing = [name for name, one in compared.items() if one["differences"]]
            if differing:
                raise SystemExit(f"*** other answers than ours: {', '.join(differing)}")


def _write(found: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (folder / f"engines-{found['documents']}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
