"""`searchsvc check`: is everything what was written, and do archive and index agree?"""

import json
from typing import TYPE_CHECKING, Any

import click

from searchsvc.commands.terminal import counted, language, number, progress, say
from searchsvc.settings import load_settings

if TYPE_CHECKING:
    from searchsvc.checking import CheckReport, Finding


@click.command(
    "check",
    help=say(
        vi="""Kiểm tra kho và chỉ mục theo tổng kiểm tra, và so hai bên với nhau; chỉ đọc.

        Mỗi điều sai ghi trên một dòng, kèm việc cần làm.

        \b
        Ví dụ: searchsvc check
        Mã thoát: 0 mọi thứ nguyên vẹn; 1 có điều sai; 2 sai cách dùng.""",
        en="""Verify archive and index by their checksums, and one against the other; it only reads.

        Each thing that is wrong takes one line, with what to do about it.

        \b
        Example: searchsvc check
        Exit code: 0 all is whole; 1 something is wrong; 2 wrong usage.""",
    ),
)
@click.option(
    "--deep",
    is_flag=True,
    help=say(
        vi="Trích xuất lại từ mọi bài rồi so (lâu như nhập).",
        en="Extract from every article again and compare (takes as long as an import).",
    ),
)
@click.option("--json", "as_json", is_flag=True, help=say(vi="Xuất JSON.", en="Print JSON."))
@click.pass_context
def command(context: click.Context, deep: bool, as_json: bool) -> None:
    """Check and print what was found."""
    from searchsvc.checking import check
    from searchsvc.extract.units import Registry
    from searchsvc.search.opening import lexicon_path, opened_archive, opened_engine

    settings = load_settings()
    with (
        opened_archive(settings) as archive,
        opened_engine(settings) as engine,
        progress(vi="Kiểm tra", en="Checking", total=100) as bar,
    ):

        def show(done: int, total: int) -> None:
            bar.update(int(100 * done / max(total, 1)) - bar.pos)

        rules = Registry.load(settings.units_file) if deep else None
        report = check(archive, engine, lexicon_path(settings), show, rules=rules)
    if as_json:
        click.echo(json.dumps(_object(report), ensure_ascii=False, indent=2))
    else:
        _print(report)
    context.exit(1 if report.findings else 0)


def _print(report: "CheckReport") -> None:
    for finding in report.findings:
        click.echo(_line(finding))
    if report.behind:
        click.echo(
            say(
                vi=f"Chỉ mục chậm hơn kho {number(report.behind)} bài: chạy searchsvc reindex.",
                en=f"The index is {counted(report.behind, 'article')} behind: run searchsvc reindex.",
            )
        )
    verdict = say(vi="nguyên vẹn", en="all is whole")
    if report.findings:
        found = len(report.findings)
        verdict = say(vi=f"{number(found)} điều sai", en=counted(found, "problem"))
    click.echo(
        say(
            vi=f"Đã kiểm tra {number(report.articles)} bài ({number(report.versions)} phiên bản), "
            f"{number(report.refused)} mục bị từ chối, chỉ mục {report.generation or '–'} "
            f"({number(report.documents)} bài): {verdict}.",
            en=f"Checked {counted(report.articles, 'article')} ({counted(report.versions, 'version')}), "
            f"{counted(report.refused, 'refused item')}, index {report.generation or '–'} "
            f"({counted(report.documents, 'article')}): {verdict}.",
        )
    )


def _line(finding: "Finding") -> str:
    places = f" ({number(finding.places)})" if finding.places > 1 else ""
    items = f" [{', '.join(finding.items[:5])}{', …' if finding.places > 5 else ''}]" if finding.items else ""
    text = f"{finding.problem.text(language())}{places}{items} → {finding.remedy.text(language())}"
    return "".join(char if char.isprintable() else " " for char in text)


def _object(report: "CheckReport") -> dict[str, Any]:
    return {
        "ok": not report.findings,
        "articles": report.articles,
        "versions": report.versions,
        "refused": report.refused,
        "documents": report.documents,
        "generation": report.generation,
        "behind": report.behind,
        "findings": [
            {
                "kind": finding.kind,
                "problem": finding.problem.text(language()),
                "remedy": finding.remedy.text(language()),
                "places": finding.places,
                "items": list(finding.items),
            }
            for finding in report.findings
        ],
    }
