"""No engine can stay away from a test of the contract, and no gap can be kept quiet."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import get_args

from searchsvc.settings import Settings
from tests.engines.conftest import ENGINES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_every_engine_of_the_settings_is_under_test() -> None:
    assert set(ENGINES) == set(get_args(Settings.model_fields["engine"].annotation))


def test_every_test_of_the_contract_runs_on_every_engine() -> None:
    files = sorted(map(str, HERE.glob("test_contract*.py")))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, set[str]] = defaultdict(set)
    for line in done.stdout.splitlines():
        test, bracket, rest = line.partition("[")
        if "::" in test:
            engine, _, case = rest.removesuffix("]").partition("-")
            assert bracket, f"{test} takes no engine"
            found[f"{test}[{case}]"].add(engine)
    assert len(found) >= 100
    assert {test: engines for test, engines in found.items() if engines != set(ENGINES)} == {}
