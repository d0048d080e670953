"""A process that writes batch after batch until it is killed; each committed one is a line on stdout."""

import sys

from searchsvc.archive import Archive
from tests.archive.drafts import FOUND, draft

BATCH = 7


def main(url, name):
    with Archive.open(url, create=True) as archive:
        number = 0
        while True:
            batch = [draft("x" * 3000, id=f"{name}-{number}-{place}") for place in range(BATCH)]
            archive.put([(one, FOUND) for one in batch])
            print(number, flush=True)  # noqa: T201
            number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
