"""`searchsvc import`: articles from files and folders into the archive."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchsvc.commands.terminal import counted, number, progress, say, tell
from searchsvc.settings import Settings, load_settings

if TYPE_CHECKING:
    from searchsvc.ingest.importing import ImportReport

FORMATS = ("auto", "text", "html", "jsonl", "csv", "export")
SHOWN_REFUSALS = 20


@click.command(
    "import",
    help=say(
        vi="""Đọc bài từ tệp hoặc thư mục PATH vào kho; chạy lại cũng không trùng.

        Thư mục được đọc hết các cấp. Phần không đọc được thì báo lý do và giữ riêng,
        phần còn lại vẫn vào kho.

        \b
        Ví dụ: searchsvc import ban-tin/ --collection tuyen-giao
        Mã thoát: 0 xong; 1 có phần bị từ chối, hoặc không có gì để đọc; 2 sai cách dùng.""",
        en="""Read articles from the files or folders PATH into the archive; doing it again changes nothing.

        Folders are read with all their levels. What cannot be read is listed with its reason and kept aside,
        the rest goes in.

        \b
        Example: searchsvc import bulletins/ --collection tuyen-giao
        Exit code: 0 done; 1 some items were refused, or there was nothing to read; 2 wrong usage.""",
    ),
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--collection",
    metavar="C",
    help=say(vi="Bộ sưu tập của các bài không tự nêu.", en="Collection of articles that name none."),
)
@click.option(
    "--unit",
    metavar="U",
    help=say(vi="Đơn vị của các bài không tự nêu.", en="Unit of articles that name none."),
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="auto",
    show_default=True,
    help=say(vi="Định dạng của tệp.", en="Format of the files."),
)
@click.option(
    "--strict",
    is_flag=True,
    help=say(
        vi="Từ chối cả bài có điều đáng ngờ (đơn vị lạ, ngày không có thật).",
        en="Refuse doubtful articles too (unknown unit, impossible date).",
    ),
)
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    collection: str | None,
    unit: str | None,
    format_name: str,
    strict: bool,
) -> None:
    """Import and report the counts."""
    for path in paths:
        if not path.exists():
            raise click.UsageError(
                say(vi=f"không có tệp hay thư mục “{path}”", en=f"there is no file or folder “{path}”")
            )
        if not path.is_file() and not path.is_dir():
            raise click.UsageError(
                say(vi=f"“{path}” không phải tệp hay thư mục", en=f"“{path}” is neither a file nor a folder")
            )
    report = run_import(
        load_settings(), paths, format_name=format_name, collection=collection, unit=unit, strict=strict
    )
    if report.new + report.changed:
        tell(vi="Đưa vào chỉ mục: searchsvc reindex", en="To make them searchable: searchsvc reindex")
    if not report.read:
        tell(vi="Không có tệp nào để đọc ở đó.", en="There is nothing to read there.")
    context.exit(1 if report.refused or not report.read else 0)


def run_import(
    settings: Settings,
    paths: tuple[Path, ...],
    *,
    format_name: str = "auto",
    collection: str | None = None,
    unit: str | None = None,
    strict: bool = False,
) -> "ImportReport":
    """Import `paths` with a progress bar, print refusals and counts, and return the report."""
    from searchsvc.extract.units import Registry
    from searchsvc.ingest.importing import ImportOptions, Progress, import_paths
    from searchsvc.search.filtering import unknown_unit
    from searchsvc.search.opening import opened_archive

    registry = Registry.load(settings.units_file)
    if unit:
        known = registry.get(unit) or registry.find(unit)
        if known is None:
            raise unknown_unit(unit, registry)
        unit = known.name
    options = ImportOptions(format=format_name, collection=collection, unit=unit, strict=strict)
    with (
        opened_archive(settings, create=True) as archive,
        progress(vi="Đọc", en="Reading", total=100) as bar,
    ):

        def show(now: Progress) -> None:
            bar.update(int(100 * now.share) - bar.pos)

        report = import_paths(paths, archive, registry, options=options, limits=settings, progress=show)
    _print(report)
    return report


def _print(report: "ImportReport") -> None:
    for refusal in report.refusals[:SHOWN_REFUSALS]:
        tell(
            vi=f"Từ chối {refusal.source}: {refusal.reason.vi}",
            en=f"Refused {refusal.source}: {refusal.reason.en}",
        )
    hidden = report.refused - min(len(report.refusals), SHOWN_REFUSALS)
    if hidden > 0:
        tell(vi=f"… và {number(hidden)} mục khác", en=f"… and {number(hidden)} more")
    for warning, count in report.warnings.most_common(SHOWN_REFUSALS):
        tell(
            vi=f"Lưu ý ({number(count)} bài): {warning.vi}",
            en=f"Note ({counted(count, 'article')}): {warning.en}",
        )
    click.echo(
        say(
            vi=f"Đã đọc {number(report.read)}: mới {number(report.new)}, thay đổi {number(report.changed)}, "
            f"không đổi {number(report.unchanged)}, từ chối {number(report.refused)}.",
            en=f"Read {number(report.read)}: new {number(report.new)}, changed {number(report.changed)}, "
            f"unchanged {number(report.unchanged)}, refused {number(report.refused)}.",
        )
    )
