"""Paths → files: folders are walked in the order of their names, without leaving them.

The primary entrypoint is `discover`.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from searchsvc.errors import UnreadableSource
from searchsvc.ingest.sources import Refusal, SourceFile, unopened

_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", "__macosx", "readme", "readme.md", "readme.txt"})
# What a browser saves beside a page.
_COMPANIONS = (
    *(".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".avif"),
    *(".woff", ".woff2", ".ttf", ".eot", ".mp3", ".mp4", ".webm"),
)


def discover(paths: Iterable[Path]) -> Iterator[SourceFile | Refusal]:
    """Yield each file once, folders recursively and sorted by name; an unreadable folder as a refusal.

    Passed over inside folders: hidden files, files of operating systems, read-me files, pictures, styles and
    scripts saved beside a page, symbolic links. All of these are read if given as a path themselves.
    Raises UnreadableSource, before the first file, for a path that is missing.
    """
    roots = [(path, _kind(path)) for path in paths]
    seen: set[str] = set()
    for root, is_folder in roots:
        for found in _walk(root) if is_folder else (SourceFile(root),):
            if isinstance(found, Refusal):
                yield found
            elif (key := os.path.realpath(found.path)) not in seen:
                seen.add(key)
                yield found


def _kind(path: Path) -> bool:
    """Return True for a folder, False for a file. Raises UnreadableSource for anything else."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise UnreadableSource(vi=f"Không tìm thấy: {path}", en=f"No such file or folder: {path}") from error
    if stat.S_ISDIR(mode):
        return True
    if stat.S_ISREG(mode):
        return False
    raise UnreadableSource(
        vi=f"Không phải tệp hay thư mục: {path}", en=f"Neither a file nor a folder: {path}"
    )


def _walk(root: Path) -> Iterator[SourceFile | Refusal]:
    waiting = [root]
    while waiting:
        path = waiting.pop()
        if path is not root and not path.is_dir():
            yield SourceFile(path)
            continue
        try:
            waiting += reversed(_entries(path))
        except OSError as error:
            yield SourceFile(path).refuse(unopened(error))


def _entries(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        kept = [Path(entry.path) for entry in entries if _is_wanted(entry)]
    return sorted(kept, key=lambda path: path.name)


def _is_wanted(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name.lower() in _SYSTEM_NAMES:
        return False
    if entry.name.lower().endswith(_COMPANIONS):
        return False
    # A link could lead out of the folder or round in a circle; what it names inside is found anyway.
    return entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
