"""Steps that are done once: what one found is kept beside its files, so that a run broken off goes on.

The primary entrypoint is `Steps.once`.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

Found = dict[str, Any]


class Steps:
    """The steps of one run in `folder`; those named in `again` are done again ('all' for every one)."""

    def __init__(self, folder: Path, again: Collection[str] = ()) -> None:
        self.folder = folder
        self._again = set(again)
        folder.mkdir(parents=True, exist_ok=True)

    def once(self, name: str, work: Callable[[], Found], *, makes: Path | None = None) -> Found:
        """Return what `work` returns, or returned before; `makes` is removed before it is done again."""
        note = self.folder / f"{name}.json"
        redo = bool({name, name.split("-", maxsplit=1)[0], "all"} & self._again)
        if note.is_file() and not redo:
            found: Found = json.loads(note.read_text("utf-8"))
            return found
        if makes is not None:
            shutil.rmtree(makes, ignore_errors=True)
        started = time.monotonic()
        tell(f"{name} …")
        found = work()
        note.write_text(json.dumps(found), "utf-8")
        tell(f"{name}: {time.monotonic() - started:.1f} s")
        return found


def tell(text: str) -> None:
    """Print `text` as progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)
