"""Short ways to read bytes and fixture pages."""

from pathlib import Path

from searchsvc.articles import Draft
from searchsvc.ingest.formats import read_source
from searchsvc.ingest.sources import Limits, Reading, Refusal, SourceFile

PAGES = Path(__file__).parent / "pages"


def read_bytes(
    data: bytes, name: str = "page", form: str = "auto", limits: Limits | None = None
) -> list[Reading]:
    """Return all that comes of `data`."""
    return list(read_source(SourceFile(Path(name), data=data), form, limits or Limits()))


def page(name: str) -> Draft:
    """Return the one draft of a fixture page."""
    (draft,) = read_bytes((PAGES / name).read_bytes(), name)
    assert isinstance(draft, Draft), draft
    return draft


def refusal(data: bytes, name: str = "page", form: str = "auto") -> Refusal:
    """Return the one refusal of `data`."""
    (found,) = read_bytes(data, name, form)
    assert isinstance(found, Refusal), found
    return found


def openings(draft: Draft) -> list[str]:
    """Return the first two words of each paragraph of the body."""
    return [" ".join(paragraph.split()[:2]) for paragraph in draft.body.split("\n\n")]
