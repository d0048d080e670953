"""The scripts that other sites load, at addresses whose content never changes, and their hashes.

The primary entrypoints are `current_script` and `published_script`. The hash of Subresource Integrity is
SHA-384 in Base64 (W3C, Subresource Integrity, 3.2).
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from searchsvc.resources import static_folder

Name = Literal["widget.js", "frame.js"]
NAMES: tuple[Name, ...] = ("widget.js", "frame.js")
RELEASED = "released"
"""Folder of scripts of earlier releases, each as `<digest>/<name>`: pages that pasted one keep it."""

_DIGEST_CHARS = 16


@dataclass(frozen=True, slots=True)
class Script:
    """One script: `digest` names its content in the address, `integrity` is the attribute's value."""

    name: str
    content: bytes
    digest: str
    integrity: str

    @property
    def path(self) -> str:
        """Return the path at which this very content stays."""
        return f"/widget/v1/{self.digest}/{self.name}"


def current_script(name: Name) -> Script:
    """Return the script as this release ships it."""
    return _current(static_folder() / "widget")[name]


def published_script(digest: str, name: str) -> Script | None:
    """Return the script with that content, of this release or an earlier one; None if there never was one."""
    return published(static_folder() / "widget").get((digest, name))


@cache
def published(folder: Path) -> Mapping[tuple[str, str], Script]:
    """Return all scripts in `folder` and its releases by digest and name; another content, another digest."""
    paths = [path for name in NAMES for path in (folder / RELEASED).glob(f"*/{name}")]
    scripts = [*map(_script, paths), *_current(folder).values()]
    return {(script.digest, script.name): script for script in scripts}


@cache
def _current(folder: Path) -> Mapping[Name, Script]:
    return {name: _script(folder / name) for name in NAMES}


def _script(path: Path) -> Script:
    content = path.read_bytes()
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")
    return Script(path.name, content, hashlib.sha256(content).hexdigest()[:_DIGEST_CHARS], integrity)
