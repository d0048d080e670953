"""`searchsvc report`: what was searched for, without people."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchsvc.commands.terminal import language, number, say
from searchsvc.settings import load_settings

if TYPE_CHECKING:
    from searchsvc.searches.report import QueryCount, SearchReport

SHOWN = 15


@click.command(
    "report",
    help=say(
        vi="""Báo cáo lượt tìm: câu tìm nhiều nhất, câu không có kết quả, theo thời gian, theo bộ lọc.

        Không ghi ai tìm, từ đâu, bấm vào đâu; câu hiếm không hiện (docs/operations.md).

        \b
        Ví dụ: searchsvc report --since 2025-01-01 --html bao-cao.html
        Mã thoát: 0 xong; 1 chưa có lượt tìm nào được đếm; 2 sai cách dùng.""",
        en="""Report the searches: most frequent queries, queries without results, over time, by filters.

        Who searched, from where and what was clicked is not recorded; rare queries are not shown
        (docs/operations.md).

        \b
        Example: searchsvc report --since 2025-01-01 --html report.html
        Exit code: 0 done; 1 no searches have been counted; 2 wrong usage.""",
    ),
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help=say(vi="Từ ngày này (mặc định: tất cả).", en="From this day on (default: everything)."),
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say(vi="Ghi thành một trang HTML có biểu đồ.", en="Write one HTML page with charts."),
)
@click.option("--json", "as_json", is_flag=True, help=say(vi="Xuất JSON.", en="Print JSON."))
def command(since: datetime | None, html_file: Path | None, as_json: bool) -> None:
    """Make the report and print or write it."""
    from searchsvc.searches.report import report_of
    from searchsvc.searches.store import FILE_NAME, SearchStore, day_of

    settings = load_settings()
    today = day_of(datetime.now(UTC))
    report = report_of(SearchStore(settings.data / FILE_NAME), since.date() if since else None, today)
    if html_file:
        from searchsvc.web.search_report import report_html

        html_file.write_text(report_html(report, settings.site_name, language()), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(asdict(report), default=date.isoformat, ensure_ascii=False, indent=2))
    elif html_file:
        click.echo(say(vi=f"Đã ghi {html_file}.", en=f"Wrote {html_file}."))
    else:
        _print(report)


def _print(report: "SearchReport") -> None:
    click.echo(
        say(
            vi=f"Từ {report.first} đến {report.last}: {number(report.searches)} lượt tìm, "
            f"{number(report.without_results)} không có kết quả, {number(report.rare)} câu hiếm không hiện.",
            en=f"{report.first} to {report.last}: {number(report.searches)} searches, "
            f"{number(report.without_results)} without results, {number(report.rare)} rare ones not shown.",
        )
    )
    _print_list(say(vi="Tìm nhiều nhất", en="Most frequent"), report.top, none=False)
    _print_list(say(vi="Không có kết quả", en="Without results"), report.top_without_results, none=True)


def _print_list(title: str, counts: "tuple[QueryCount, ...]", *, none: bool) -> None:
    if counts:
        click.echo(f"\n{title}")
    for each in counts[:SHOWN]:
        click.echo(f"{number(each.without_results if none else each.searches):>8}  {each.text}")
