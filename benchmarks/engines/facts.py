"""Facts that the real texts lack, made from a document's id: when it was published, and by which unit.

The primary entrypoint is `Facts.of`. The same id always has the same facts; the shares are stated here, so
that filters, facets and the order by date have something to work on.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from searchsvc.articles import VIETNAM_TIME
from searchsvc.extract.units import Registry

FIRST_INSTANT = datetime(2014, 1, 1, tzinfo=VIETNAM_TIME)
DAYS = 12 * 365
UNDATED_PERCENT = 5
WITHOUT_UNIT_PERCENT = 10


class Facts:
    """Makes facts with the units of a registry; the first ones publish most (Zipf's law)."""

    def __init__(self, registry: Registry) -> None:
        self._units = [unit.name for unit in registry.units if unit.until is None]
        self._bounds = _cumulated([1 / rank for rank in range(1, len(self._units) + 1)])

    def of(self, id_: str) -> dict[str, str]:
        """Return what the line of `id_` says beside its text: `published`, `unit`, both or neither."""
        digest = hashlib.blake2b(id_.encode(), digest_size=16).digest()
        chance = digest[0] * 100 // 256, digest[1] * 100 // 256
        instant = FIRST_INSTANT + timedelta(
            days=int.from_bytes(digest[2:6]) % DAYS, seconds=int.from_bytes(digest[6:10]) % 86_400
        )
        found = {} if chance[0] < UNDATED_PERCENT else {"published": instant.isoformat()}
        if chance[1] >= WITHOUT_UNIT_PERCENT:
            found["unit"] = self._unit(int.from_bytes(digest[10:14]) / 2**32)
        return found

    def _unit(self, share: float) -> str:
        at = next(place for place, bound in enumerate(self._bounds) if share <= bound)
        return self._units[at]


def _cumulated(weights: Sequence[float]) -> list[float]:
    total, bounds, reached = sum(weights), [], 0.0
    for weight in weights:
        reached += weight / total
        bounds.append(reached)
    bounds[-1] = 1.0  # whatever rounding left
    return bounds
