"""The service on OpenSearch nodes and a PostgreSQL server of this machine, with figures.

    python -m benchmarks.cluster [--nodes N...] [--documents N] [--loss] [--work FOLDER] [--again STEP...]
    python -m benchmarks.cluster.report

Without --documents all real texts are imported, into PostgreSQL; then, for each number of nodes, indexed and
asked. --loss kills one of three nodes under load in the midst of an indexing run. Several numbers of nodes
compare what one, two and three of them do on the same cores. A work folder that is kept lets a run go on
where it was broken off. Results go to benchmarks/results, one file for each number of documents. Ends with
status 1 where an answer was wrong or an article was lost.
"""

import argparse
import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.cluster.measuring import Options, Run
from benchmarks.cluster.tables import failures, print_figures
from benchmarks.engines.__main__ import CORPORA, RESULTS


def parsed() -> argparse.Namespace:
    """Return the options. Exits with status 2 where one is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--nodes", nargs="*", type=int, default=[3], metavar="N")
    parser.add_argument("--documents", type=int, metavar="N")
    parser.add_argument("--loss", action="store_true", help="kill a node of three while indexing")
    parser.add_argument("--each", type=int, default=40, help="questions of each kind")
    parser.add_argument("--heap", default="1g", help="of each node, as java takes it")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the texts, *.jsonl.xz")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="keep texts, archive and questions here")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FOLDER")
    parser.add_argument("--again", nargs="+", default=[], metavar="STEP", help="steps to do again, or all")
    return parser.parse_args()


def main() -> None:
    """Measure, print and write the results."""
    given = parsed()
    with ExitStack() as stack:
        work = given.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        options = Options(
            corpora=given.corpora,
            work=work.resolve(),
            documents=given.documents,
            nodes=given.nodes,
            loss=given.loss,
            heap=given.heap,
            each=given.each,
            cores=len(os.sched_getaffinity(0)),
            again=given.again,
        )
        found = Run(options).measure()
    given.results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (given.results / f"cluster-{found['documents']}.json").write_text(text + "\n", "utf-8")
    print_figures(found)
    if wrong := failures(found):
        raise SystemExit(f"*** {wrong}")


if __name__ == "__main__":
    main()
