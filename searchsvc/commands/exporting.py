"""`searchsvc export`: the whole archive as JSON Lines."""

from pathlib import Path

import click

from searchsvc.commands.terminal import counted, number, say
from searchsvc.settings import load_settings


@click.command(
    "export",
    help=say(
        vi="""Ghi toàn bộ kho ra FILE (JSON Lines): mọi phiên bản, cả mục bị từ chối.

        Nạp lại vào kho trống bằng `searchsvc import FILE` thì được kho y như cũ.

        \b
        Ví dụ: searchsvc export kho-2025.jsonl
        Mã thoát: 0 xong; 1 chưa ghi được; 2 sai cách dùng.""",
        en="""Write the whole archive to FILE as JSON Lines: every version, refused items too.

        `searchsvc import FILE` into an empty archive gives an equal archive.

        \b
        Example: searchsvc export archive-2025.jsonl
        Exit code: 0 done; 1 it could not be written; 2 wrong usage.""",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Export and report the counts."""
    from searchsvc.archive.transfer import export_archive
    from searchsvc.search.opening import opened_archive

    if not file.absolute().parent.is_dir():
        raise click.UsageError(
            say(vi=f"không có thư mục “{file.parent}”", en=f"there is no folder “{file.parent}”")
        )
    with opened_archive(load_settings()) as archive:
        counts = export_archive(archive, file)
    click.echo(
        say(
            vi=f"Đã ghi {number(counts.articles)} bài ({number(counts.versions)} phiên bản) và "
            f"{number(counts.refused)} mục bị từ chối vào {file}.",
            en=f"Wrote {counted(counts.articles, 'article')} ({counted(counts.versions, 'version')}) and "
            f"{counted(counts.refused, 'refused item')} to {file}.",
        )
    )
