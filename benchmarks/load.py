"""The site under load: a crawler over filters, a burst, slow clients, and many requests of every kind.

    python -m benchmarks.load [--requests N] [--clients N] [--workers N] [--slow N] [--data FOLDER]

Without a FOLDER the samples are served. Only this machine is asked; limits on rates are off, so that the
server itself is measured. The addresses of a crawler are those that the pages of results link to.
"""

import argparse
import http.client
import random
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import quote

from benchmarks.sites import HEAD, HOST, Figures, ask, ask_all, data_folder, site

_QUERIES = (
    "hội nghị",
    "nghị quyết",
    "nong thon moi",
    "05-CT/TW",
    "chuyển đổi số",
    '"học tập và làm theo"',
    "",
    "phòng chống lũ",
    "nghij quyeets 35",
    "dai hoi dang bo",
    "khongcokhongco",
    "BTV tinh uy",
    "tháng 11/2021",
)
_LINKS = re.compile(r'href="(/(?:search)?\?[^"]+)"')
_DRIP_S = 1.0


def main() -> int:
    """Run the scenarios in turn; print one table; end with 1 if a request failed."""
    options = _options()
    chosen = random.Random(options.seed)
    rows: list[tuple[str, Figures]] = []
    with data_folder(options.data) as data, site(data, options.workers) as port:
        crawled = list(_crawled(port, options.requests // 10, chosen))
        rows.append(("crawler over filters", ask_all(port, crawled, clients=16)))
        burst = [f"/search?q={quote('nghị quyết')}"] * (options.requests // 20)
        rows.append(("one query at once", ask_all(port, burst, clients=64)))
        mixed = _mixed(options.requests // 10, chosen, crawled)
        with _slow_clients(port, options.slow) as slow:
            rows.append((f"beside {options.slow} slow clients", ask_all(port, mixed, clients=4)))
        print(f"slow clients: {slow}", file=sys.stderr)
        rest = options.requests - sum(len(figures.seconds) for _, figures in rows)
        rows.append(("of every kind", ask_all(port, _mixed(rest, chosen, crawled), clients=options.clients)))
    print(HEAD)
    for name, figures in rows:
        print(figures.row(name))
    return 1 if any(figures.errors for _, figures in rows) else 0


def _crawled(port: int, number: int, chosen: random.Random) -> Iterator[str]:
    """Yield addresses as a crawler finds them, each once: links of the pages, followed at random."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    found, waiting = set(), ["/search"]
    while waiting and len(found) < number:
        address = waiting.pop(chosen.randrange(len(waiting)))
        if len(waiting) < number:
            _, body = ask(connection, address)
            links = {unescape(link) for link in _LINKS.findall(body.decode())} - found
            found |= links
            waiting += sorted(links)
    connection.close()
    yield from sorted(found)[:number]


def _mixed(number: int, chosen: random.Random, crawled: list[str]) -> list[str]:
    """Return addresses of every kind, as people, other sites and machines ask for them."""
    addresses = []
    for _ in range(number):
        text = quote(chosen.choice(_QUERIES))
        addresses.append(
            chosen.choice(
                (
                    f"/search?q={text}",
                    f"/search?q={text}&page={chosen.randint(1, 3)}",
                    f"/api/v1/search?q={text}",
                    f"/api/v1/search?q={text}&sort=newest",
                    f"/api/v1/suggest?q={text[: chosen.randint(1, 12)].rpartition('%')[0]}",
                    f"/embed?q={text}",
                    chosen.choice(crawled),
                )
            )
        )
    return addresses


@contextmanager
def _slow_clients(port: int, number: int) -> Iterator[dict[str, int]]:
    """Keep `number` connections that send their headers byte by byte, opened anew when they are closed."""
    ended, counts = threading.Event(), {"opened": 0, "closed by the server": 0}

    def drip() -> None:
        clients: list[socket.socket] = []
        while not ended.is_set():
            while len(clients) < number:
                clients.append(socket.create_connection((HOST, port)))
                counts["opened"] += 1
                clients[-1].sendall(b"GET /search HTTP/1.1\r\nX-Slow: ")
            for client in list(clients):
                try:
                    client.sendall(b"a")
                except OSError:
                    clients.remove(client)
                    client.close()
                    counts["closed by the server"] += 1
            ended.wait(_DRIP_S)
        for client in clients:
            client.close()

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(2 * _DRIP_S)
    try:
        yield counts
    finally:
        ended.set()
        thread.join()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--slow", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="a data folder; it is only read")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
