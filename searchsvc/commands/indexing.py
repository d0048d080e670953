"""`searchsvc reindex`: the index brought up to date with the archive."""

from typing import TYPE_CHECKING

import click

from searchsvc.commands.terminal import counted, number, progress, say
from searchsvc.settings import Settings, load_settings

if TYPE_CHECKING:
    from searchsvc.indexing import IndexReport


@click.command(
    "reindex",
    help=say(
        vi="""Đưa những thay đổi của kho vào chỉ mục; tìm kiếm vẫn phục vụ trong lúc đó.

        \b
        Ví dụ: searchsvc reindex
               searchsvc reindex --full   (làm lại từ đầu bên cạnh bản đang dùng, xong mới thay)
        Mã thoát: 0 xong; 1 chưa làm được (lý do ghi trên một dòng); 2 sai cách dùng.""",
        en="""Bring the index up to date with the archive; searches are served throughout.

        \b
        Example: searchsvc reindex
                 searchsvc reindex --full   (a new index beside the live one, swapped in when complete)
        Exit code: 0 done; 1 not possible now (one line says why); 2 wrong usage.""",
    ),
)
@click.option(
    "--full",
    is_flag=True,
    help=say(vi="Làm lại toàn bộ chỉ mục.", en="Build the whole index anew."),
)
def command(full: bool) -> None:
    """Index and report."""
    run_reindex(load_settings(), full=full)


def run_reindex(settings: Settings, *, full: bool = False) -> "IndexReport":
    """Bring the index up to date with a progress bar, print what was done, and return the report."""
    from searchsvc.extract.units import Registry
    from searchsvc.indexing import bring_up_to_date
    from searchsvc.search.compiling import compile_lexicon
    from searchsvc.search.opening import lexicon_path, opened_archive, opened_engine

    registry = Registry.load(settings.units_file)
    with (
        opened_archive(settings) as archive,
        opened_engine(settings) as engine,
        progress(vi="Lập chỉ mục", en="Indexing", total=100) as bar,
    ):

        def show(step: str, done: int, total: int) -> None:
            # Annotating again, where it is needed, is about a third of the work of indexing.
            share = done / max(total, 1)
            bar.update(max(0, int(30 * share if step == "annotate" else 30 + 70 * share) - bar.pos))

        report = bring_up_to_date(archive, engine, registry, full=full, progress=show)
        compile_lexicon(lexicon_path(settings), archive, engine, registry)
        documents = engine.status().documents
    click.echo(
        say(
            vi=f"Chỉ mục {report.generation}: {number(documents)} bài, "
            f"vừa đưa vào {number(report.documents)} trong {report.seconds:.1f} giây.",
            en=f"Index {report.generation}: {counted(documents, 'article')}, "
            f"{number(report.documents)} indexed in {report.seconds:.1f} s.",
        )
    )
    return report
