"""Fixtures that every folder of tests shares."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from searchsvc.search.opening import opened_service
from searchsvc.search.service import SearchService
from searchsvc.settings import Settings, load_settings
from tests.cluster import nodes
from tests.cluster.nodes import installed
from tests.cluster.sharing import shared_cluster
from tests.postgres import HOW_TO_GET_IT, PostgresServer, postgres_programs

# A busy machine is no failure, and no test of ours is about time. A run at a desk tries new examples;
# continuous integration tries the same ones, so that what it says is about the change.
hypothesis.settings.register_profile("searchsvc", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("searchsvc")

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
REQUIRED = frozenset(os.environ.get("SEARCHSVC_TEST_REQUIRE", "").split())
"""Components whose absence fails a test instead of skipping it: `browser`, `compiler`,
`postgresql`, `opensearch`."""

for name in [name for name in os.environ if name.startswith("SEARCHSVC_")]:
    # A developer's own settings must not reach the tests.
    del os.environ[name]


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real texts that lies beside the project on a developer's machine and in CI."""
    if not CORPORA.is_dir():
        pytest.skip("the real texts are absent: put the folder shared/corpora beside the checkout")
    return CORPORA


def absent(component: str, how_to_get_it: str) -> None:
    """Skip the test for want of a component, or fail it where the component is required."""
    if component in REQUIRED:
        pytest.fail(how_to_get_it)
    pytest.skip(how_to_get_it)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of its own."""
    programs = postgres_programs()
    if programs is None:
        absent("postgresql", HOW_TO_GET_IT)
    assert programs is not None
    with PostgresServer.started(programs) as server:
        yield server


@pytest.fixture(scope="session")
def opensearch_installation() -> Path:
    """The folder of the jars of a node."""
    installation = installed()
    if installation is None:
        absent("opensearch", nodes.HOW_TO_GET_IT)
    assert installation is not None
    return installation


@pytest.fixture(scope="session")
def opensearch(opensearch_installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The addresses of a real cluster of three nodes, shared by all processes of this run of the tests."""
    # With several processes, the parent of their folders is the run's.
    several = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp()
    with shared_cluster(opensearch_installation, folder.parent if several else folder) as urls:
        yield urls


def run_command(*args: str, data: Path | None = None, language: str = "en_US.UTF-8") -> Result:
    """Run one command as staff would, and return its exit code, stdout and stderr."""
    from searchsvc.commands import main

    env = {"LC_ALL": language, "SEARCHSVC_DATA": str(data) if data else None}
    return CliRunner().invoke(main, list(args), env=env)


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample archive, imported and indexed by the command. Read only."""
    data = tmp_path_factory.mktemp("samples") / "index"
    result = run_command("demo", data=data)
    assert result.exit_code == 0, result.output
    return data


@pytest.fixture(scope="session")
def sample_settings(sample_data: Path) -> Settings:
    # All tests ask from one address.
    return load_settings(data=sample_data, rate_limits=False)


@pytest.fixture(scope="session")
def service(sample_settings: Settings) -> Iterator[SearchService]:
    """The search service over the sample archive."""
    with opened_service(sample_settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def app(sample_settings: Settings) -> Iterator[Flask]:
    from searchsvc.web.app import create_app

    made = create_app(sample_settings)
    yield made
    made.extensions["searchsvc"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
