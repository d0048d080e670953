"""Archives of earlier schema versions: brought up to the present one in place, when they are opened.

The primary entrypoint is `upgrade`. Every step only adds, so it takes no time and loses nothing; all steps of
one upgrade are one transaction.
"""

from collections.abc import Callable

from sqlalchemy import Connection, select, update

from searchsvc.archive.schema import SCHEMA_VERSION, meta, metadata, segmentations


def _add_segmentations(connection: Connection) -> None:
    metadata.create_all(connection, tables=[segmentations])


_STEPS: dict[str, Callable[[Connection], None]] = {"1": _add_segmentations}
"""From each earlier version to the next one."""


def is_upgradable(version: str | None) -> bool:
    """Return whether an archive of this schema version can be brought up to the present one."""
    return version in _STEPS


def upgrade(connection: Connection) -> None:
    """Bring the archive up to SCHEMA_VERSION on a writer's `connection`; another process may have done so."""
    is_version = meta.c.key == "schema"
    version = str(connection.execute(select(meta.c.value).where(is_version).with_for_update()).scalar_one())
    while version in _STEPS:
        _STEPS[version](connection)
        version = str(int(version) + 1)
    if version == str(SCHEMA_VERSION):
        connection.execute(update(meta).where(is_version).values(value=version))
