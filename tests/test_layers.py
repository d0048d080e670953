"""Who may import whom, as docs/architecture.md says it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "searchsvc"

# Each layer may import the layers below it (and, within a package, itself).
LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "errors",
        "articles settings resources processes array_file durable keeping ahead collecting glibc",
        "analysis fields queries results clauses",
        "extract",
        "archive engines searches",
        "search rederiving",
        "web indexing ingest evaluation checking",
        "commands",
        "__main__",
    )
)
# Values of one layer that build on another of the same layer.
BESIDE = {
    ("settings", "resources"),
    ("queries", "clauses"),
    ("results", "queries"),
    ("analysis", "fields"),
}
ONLY_IN = {
    "flask": ("web",),
    "flask_babel": ("web",),
    "babel": ("web",),
    "jinja2": ("web",),
    "werkzeug": ("web",),
    "gunicorn": ("web",),
    "prometheus_client": ("web",),
    "pythonjsonlogger": ("web",),
    "click": ("commands",),
    "sqlalchemy": ("archive",),
    "pyvi": ("analysis",),
    "trafilatura": ("ingest",),
    "lxml": ("ingest",),
    "whoosh": ("analysis", "engines"),
    "opensearchpy": ("engines",),
    "ir_measures": ("evaluation",),
    "pydantic": ("settings", "archive", "search", "web"),
    "pydantic_settings": ("settings",),
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def owner(path: Path) -> str:
    """Return the package or module directly under `searchsvc` that `path` belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def height(name: str) -> int:
    return next(level for level, names in enumerate(LAYERS) if name in names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_lies_below(path: Path) -> None:
    if path.name == "__init__.py" and path.parent == PACKAGE:
        return
    here = owner(path)
    for name in imports(path):
        head, _, rest = name.partition(".")
        if head == "searchsvc" and rest:
            there = rest.split(".")[0]
            if there in ("__version__", here):
                continue
            assert height(there) < height(here) or (here, there) in BESIDE, f"{here} imports {there}"
        elif head in ONLY_IN:
            assert here in ONLY_IN[head], f"{here} imports {head}"


def test_every_module_has_a_layer() -> None:
    known = frozenset().union(*LAYERS) | {"__init__", "samples"}
    assert {owner(path) for path in MODULES} <= known
