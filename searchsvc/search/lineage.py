"""Is the live index one of this archive? After a restore, or beside another archive, it is not.

The primary entrypoint is `is_index_of`. Change numbers compare only within one history, the archive's
`lineage`; so the fingerprint of an index names it, after that of the rules.
"""

from searchsvc.archive.store import Archive
from searchsvc.engines.base import IndexStatus

_SEPARATOR = "@"


def index_fingerprint(rules: str, lineage: str) -> str:
    """Return the fingerprint under which an index of the archive with that `lineage` is kept."""
    return f"{rules}{_SEPARATOR}{lineage}"


def is_index_of(status: IndexStatus, archive: Archive) -> bool:
    """Return whether the live index was made from `archive`, as it is or was before."""
    lineage = status.fingerprint.rpartition(_SEPARATOR)[2]
    return lineage == archive.lineage() and status.change <= archive.latest_change()
