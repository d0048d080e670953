"""`searchsvc demo`: the sample archive, loaded and indexed."""

import click

from searchsvc.commands.importing import run_import
from searchsvc.commands.indexing import run_reindex
from searchsvc.commands.terminal import say
from searchsvc.errors import ArchiveError, IndexMissing
from searchsvc.resources import samples_folder
from searchsvc.settings import Settings, load_settings


@click.command(
    "demo",
    help=say(
        vi="""Nạp kho mẫu và lập chỉ mục; chạy lại cũng không trùng.

        \b
        Ví dụ: searchsvc demo && searchsvc serve
        Mã thoát: 0 xong; 1 có phần bị từ chối; 2 sai cách dùng.""",
        en="""Load and index the sample archive; doing it again changes nothing.

        \b
        Example: searchsvc demo && searchsvc serve
        Exit code: 0 done; 1 some items were refused; 2 wrong usage.""",
    ),
)
@click.option(
    "--if-empty",
    is_flag=True,
    help=say(vi="Chỉ khi kho còn trống.", en="Only if there is nothing archived and indexed yet."),
)
@click.pass_context
def command(context: click.Context, if_empty: bool) -> None:
    """Import and index the samples."""
    settings = load_settings()
    if if_empty and _is_ready(settings):
        return
    report = run_import(settings, (samples_folder(),))
    run_reindex(settings)
    context.exit(1 if report.refused else 0)


def _is_ready(settings: Settings) -> bool:
    """Return whether there are articles and an index of them."""
    from searchsvc.search.opening import opened_archive, opened_engine

    try:
        with opened_archive(settings) as archive, opened_engine(settings) as engine:
            return archive.counts().articles > 0 and engine.status().documents > 0
    except (ArchiveError, IndexMissing):
        return False
