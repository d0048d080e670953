"""`searchsvc serve`: the site on a production WSGI server."""

import click

from searchsvc.collecting import uncollected
from searchsvc.commands.terminal import language, say, tell
from searchsvc.errors import ArchiveError, EngineUnavailable, IndexMismatch, IndexMissing
from searchsvc.settings import Settings, load_settings


@click.command(
    "serve",
    help=say(
        vi="""Phục vụ trang tìm kiếm.

        \b
        Ví dụ: searchsvc serve --host 0.0.0.0 --port 8080 --workers 2
        Mã thoát: 0 khi dừng theo yêu cầu; 1 không mở được cổng; 2 sai cách dùng.""",
        en="""Serve the site.

        \b
        Example: searchsvc serve --host 0.0.0.0 --port 8080 --workers 2
        Exit code: 0 when stopped; 1 the port cannot be opened; 2 wrong usage.""",
    ),
)
@click.option("--host", metavar="H", help=say(vi="Địa chỉ lắng nghe.", en="Address to listen on."))
@click.option("--port", type=click.IntRange(1, 65535), metavar="P", help=say(vi="Cổng.", en="Port."))
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help=say(vi="Số tiến trình.", en="Worker processes."),
)
def command(host: str | None, port: int | None, workers: int | None) -> None:
    """Start the server and print its address."""
    given = {"host": host, "port": port, "workers": workers}
    # What a start loads stays: looking through it for garbage takes a seventh of the time.
    with uncollected():
        _serve(load_settings(**{name: value for name, value in given.items() if value is not None}))


def _serve(settings: Settings) -> None:
    from searchsvc.web.server import listener_on, serve

    listener = listener_on(settings.host, settings.port)
    _tell_what_is_missing(settings)
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = settings.base_url or f"http://{name}:{settings.port}/"
    tell(vi=f"Kho bản tin: {shown}  (dừng: Ctrl-C)", en=f"The archive is at {shown}  (stop: Ctrl-C)")
    serve(settings, listener)


def _tell_what_is_missing(settings: Settings) -> None:
    """Tell on stderr why searches cannot be answered yet; the site takes up archive and index when they come.

    Raises RegistryError: without units nothing could be answered.
    """
    from searchsvc.search.opening import opened_service

    try:
        with opened_service(settings) as service:
            service.engine.status()
    except (ArchiveError, EngineUnavailable, IndexMismatch, IndexMissing) as error:
        click.echo(error.message.text(language()), err=True)
