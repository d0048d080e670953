"""Pages of other sites, on an origin of their own: the files of `hosts/`, addresses filled in."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from searchsvc.web.widget_files import current_script
from tests.browser.serving import free_port

PAGES = Path(__file__).parent / "hosts"


class Hosts(ThreadingHTTPServer):
    """`/NAME` is `hosts/NAME.html`; `pasted` are pages made in a test; `strict` has a strict policy."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.listed = f"http://localhost:{port}"
        self.unlisted = f"http://127.0.0.1:{port}"
        self.service = ""
        self.pasted: dict[str, str] = {}

    @property
    def policy(self) -> str:
        """What docs/widget.md tells the owner of a page with a strict policy to allow, and nothing else."""
        allowed = ("script-src", "connect-src", "form-action", "frame-src")
        directives = "; ".join(f"{name} {self.service}" for name in allowed)
        return f"default-src 'none'; {directives}; require-trusted-types-for 'script'; base-uri 'none'"

    def page(self, name: str) -> str | None:
        """Return the page, or None if there is none of that name."""
        if name in self.pasted:
            return self.pasted[name]
        path = PAGES / f"{'plain' if name == 'strict' else name}.html"
        if not path.is_file():
            return None
        widget, sizer = current_script("widget.js"), current_script("frame.js")
        text = path.read_text(encoding="utf-8")
        for key, value in {
            "service": self.service,
            "path": widget.path,
            "integrity": widget.integrity,
            "sizer": sizer.path,
            "sizer_integrity": sizer.integrity,
        }.items():
            text = text.replace(f"{{{key}}}", value)
        return text


class _Handler(BaseHTTPRequestHandler):
    server: Hosts

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].strip("/")
        page = "<title>Saved</title>" if name == "outer" else self.server.page(name)
        self.send_response(200 if page else 204 if name == "favicon.ico" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if name.startswith("strict"):
            self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def hosting() -> Iterator[Hosts]:
    """Serve the pages of other sites until the block ends."""
    server = Hosts(free_port())
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
