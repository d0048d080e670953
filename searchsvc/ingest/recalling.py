"""What the archive knows of drafts already, so that what is unchanged is not annotated again.

The primary entrypoint is `Recollection`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from searchsvc.articles import Annotations, Draft

if TYPE_CHECKING:  # worker processes that recall nothing start sooner without
    from searchsvc.archive.store import Archive


class Recollection:
    """Gives the annotations that `archive` keeps under `fingerprint`; another process opens it for itself."""

    def __init__(self, archive: "Archive", fingerprint: str) -> None:
        self._archive: Archive | None = archive
        self._url = archive.database.url
        self._fingerprint = fingerprint

    def __call__(self, drafts: Sequence[Draft]) -> Sequence[Annotations | None]:
        """Return for each of `drafts` what is known of it. Raises ArchiveError."""
        if self._archive is None:
            from searchsvc.archive.store import Archive

            self._archive = Archive.open(self._url)
        return self._archive.annotations_of(drafts, self._fingerprint)

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_archive": None}
