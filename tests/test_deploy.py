"""The files of `deploy/` name commands, settings and paths that there are."""

import os
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from searchsvc.commands.program import COMMANDS
from searchsvc.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
TIMERS = [path for path in UNITS if path.suffix == ".timer"]


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


@pytest.mark.parametrize(
    "path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name
)
def test_a_service_runs_a_command_with_the_options_it_has(path: Path) -> None:
    service = unit(path)["Service"]
    command, *options = service["ExecStart"].split("cli.py ")[1].split()
    assert command in COMMANDS
    module = __import__(f"searchsvc.commands.{COMMANDS[command]}", fromlist=["command"])
    known = {option for parameter in module.command.params for option in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known
    for name in re.findall(rf"\b{PREFIX}(\w+)=", service["Environment"]):
        assert name.lower() in Settings.model_fields
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"


@pytest.mark.parametrize(
    "path", [path for path in UNITS if path.suffix == ".timer"], ids=lambda path: path.name
)
def test_a_timer_has_its_service(path: Path) -> None:
    assert path.with_suffix(".service") in UNITS
    assert unit(path)["Install"]["WantedBy"] == "timers.target"


def test_systemd_accepts_the_units() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is absent: apt-get install systemd")
    command = ["systemd-analyze", "verify", "--man=no", *map(str, UNITS)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    complaints = [line for line in done.stderr.splitlines() if "deploy" in line or "searchsvc" in line]
    # The program is not installed where the tests run.
    assert [line for line in complaints if "is not executable" not in line] == []


def test_commands_run_with_the_settings_of_the_service(tmp_path: Path) -> None:
    settings = tmp_path / "searchsvc.env"
    settings.write_text(
        f'# a remark\nSEARCHSVC_DATA={tmp_path / "index"}\nSEARCHSVC_SITE_NAME="Kho tin"\n'
        "SEARCHSVC_METRICS_FROM=127.0.0.0/8 ::1/128\nPATH=/none\nSEARCHSVC_PORT='8123'"
    )
    (tmp_path / ".venv/bin").mkdir(parents=True)
    python = tmp_path / ".venv/bin/python"
    python.write_text('#!/bin/sh\nenv; printf "%s\\n" "$@"\n')
    python.chmod(0o755)
    # As an ordinary user; root would become the service's user.
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "SEARCHSVC_FOLDER": str(tmp_path),
        "SEARCHSVC_ENV_FILE": str(settings),
    }
    command = [DEPLOY / "searchsvc", "import", "a b"]
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert {
        f"SEARCHSVC_DATA={tmp_path / 'index'}",
        "SEARCHSVC_SITE_NAME=Kho tin",
        "SEARCHSVC_METRICS_FROM=127.0.0.0/8 ::1/128",
        "SEARCHSVC_PORT=8123",
    } <= set(lines)
    assert "PATH=/none" not in lines
    assert lines[-3:] == [f"{tmp_path}/cli.py", "import", "a b"]


def test_the_container_copies_what_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    installs = re.findall(r"pip install.*", text)
    assert installs
    assert all("--require-hashes" in install for install in installs)
    for sources in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    for name in re.findall(rf"\b{PREFIX}(\w+)=", text):
        assert name.lower() in Settings.model_fields


OPENSEARCH = DEPLOY / "opensearch"


def test_the_compose_file_and_the_settings_of_a_node_agree() -> None:
    compose = (OPENSEARCH / "compose.yml").read_text("utf-8")
    settings = (OPENSEARCH / "opensearch.yml").read_text("utf-8")
    jars = (ROOT / "tests" / "cluster" / "pom.xml").read_text("utf-8")
    (managers,) = re.findall(r"^cluster.initial_cluster_manager_nodes: \[(.+)\]$", settings, re.MULTILINE)
    nodes = managers.replace('"', "").split(", ")
    assert re.findall(r"node.name: (\S+)\}", compose) == nodes
    for name in ("discovery.seed_hosts", "cluster.initial_cluster_manager_nodes"):
        assert f"{name}: {','.join(nodes)}" in compose
    for name in ("indices.query.bool.max_clause_count", "bootstrap.memory_lock"):
        (value,) = re.findall(rf"^{name}: (\S+)$", settings, re.MULTILINE)
        assert f'{name}: "{value}"' in compose
    assert re.findall(r"image: opensearchproject/opensearch:(\S+)", compose) == re.findall(
        r"<opensearch>(\S+)</opensearch>", jars
    )


def test_systemd_accepts_what_is_put_beside_the_unit_of_opensearch(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is absent: apt-get install systemd")
    (tmp_path / "opensearch.service").write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
    beside = tmp_path / "opensearch.service.d"
    beside.mkdir()
    shutil.copy(OPENSEARCH / "searchsvc-override.conf", beside / "searchsvc.conf")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "opensearch.service")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "opensearch" in line] == []
