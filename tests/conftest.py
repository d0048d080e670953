"""Fixtures that every folder of tests shares."""

from pathlib import Path

import pytest

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real texts that lies beside the project on a developer's machine and in CI."""
    if not CORPORA.is_dir():
        pytest.skip("the real texts are absent: put the folder shared/corpora beside the checkout")
    return CORPORA
