"""Which generation of the index was read through and found whole. The primary entrypoint is `Verified`.

All workers read the same pages of the same files: what one of them has verified, the others need not, nor one
that takes the place of another.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from struct import Struct

from searchsvc.web.shared_table import SharedTable

_RECORD = Struct("<16sd")
"""Hash of the generation, and when it was verified, by the machine's monotonic clock."""


class Verified:
    """The last generation that was found whole, for this process and those forked after it was made."""

    def __init__(self) -> None:
        self._table = SharedTable("verified", _RECORD.size)

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Within this no other process and no other thread verifies; others wait for what is found."""
        with self._table.locked():
            yield

    def since(self, generation: str) -> float | None:
        """Return when `generation` was found whole (`time.monotonic`), None if nobody has found that."""
        digest, moment = _RECORD.unpack_from(self._table.content)
        return float(moment) if digest == _digest(generation) else None

    def note(self, generation: str) -> float:
        """Note that `generation` is whole now, and return the moment."""
        moment = time.monotonic()
        _RECORD.pack_into(self._table.content, 0, _digest(generation), moment)
        return moment

    def forget(self) -> None:
        """Note that nothing is known to be whole."""
        _RECORD.pack_into(self._table.content, 0, bytes(16), 0.0)


def _digest(generation: str) -> bytes:
    return blake2b(generation.encode(), digest_size=16).digest()
