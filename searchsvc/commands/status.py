"""`searchsvc status`: what is archived, what is indexed, and whether the two agree."""

import json
from typing import Any

import click

from searchsvc.commands.terminal import counted, language, megabytes, number, say
from searchsvc.errors import IndexMismatch, IndexMissing
from searchsvc.settings import load_settings


@click.command(
    "status",
    help=say(
        vi="""Cho biết kho có gì, chỉ mục có gì, và chỉ mục có chậm hơn kho không.

        \b
        Ví dụ: searchsvc status --json
        Mã thoát: 0 xong; 1 không mở được kho; 2 sai cách dùng.""",
        en="""Tell what is archived and indexed, and whether the index is behind the archive.

        \b
        Example: searchsvc status --json
        Exit code: 0 done; 1 the archive cannot be opened; 2 wrong usage.""",
    ),
)
@click.option("--json", "as_json", is_flag=True, help=say(vi="Xuất JSON.", en="Print JSON."))
def command(as_json: bool) -> None:
    """Print the state of archive and index."""
    state = _state()
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False, indent=2))
        return
    for label, value in _lines(state):
        click.echo(f"{label:<22} {value}")


def _state() -> dict[str, Any]:
    from searchsvc.search.opening import opened_archive, opened_engine

    settings = load_settings()
    with opened_archive(settings) as archive, opened_engine(settings) as engine:
        counts = archive.counts()
        state: dict[str, Any] = {
            "articles": counts.articles,
            "versions": counts.versions,
            "refused": counts.refused,
            "collections": counts.collections,
            "archive_bytes": archive.bytes_on_disk(),
            "engine": engine.name,
        }
        try:
            index = engine.status()
        except (IndexMissing, IndexMismatch) as error:
            return state | {
                "generation": None,
                "documents": 0,
                "index_bytes": 0,
                "built_at": None,
                "behind": archive.changes_since(0),
                "problem": error.message.text(language()),
            }
        return state | {
            "generation": index.generation,
            "documents": index.documents,
            "index_bytes": index.bytes_on_disk,
            "built_at": index.built_at.isoformat(),
            "degraded": index.degraded,
            "behind": archive.changes_since(index.change),
            "problem": None,
        }


def _lines(state: dict[str, Any]) -> list[tuple[str, str]]:
    behind = (
        say(vi="theo kịp kho", en="up to date")
        if not state["behind"]
        else say(
            vi=f"chậm {number(state['behind'])} bài: chạy searchsvc reindex",
            en=f"{counted(state['behind'], 'article')} behind: run searchsvc reindex",
        )
    )
    return [
        (say(vi="Bài", en="Articles"), number(state["articles"])),
        (say(vi="Phiên bản", en="Versions"), number(state["versions"])),
        (say(vi="Bị từ chối", en="Refused"), number(state["refused"])),
        (say(vi="Bộ sưu tập", en="Collections"), number(state["collections"])),
        (say(vi="Kho", en="Archive"), megabytes(state["archive_bytes"])),
        (say(vi="Bộ máy", en="Engine"), state["engine"]),
        (say(vi="Chỉ mục", en="Index"), state["generation"] or state["problem"]),
        (say(vi="Bài trong chỉ mục", en="Indexed articles"), number(state["documents"])),
        (say(vi="Cỡ chỉ mục", en="Index size"), megabytes(state["index_bytes"])),
        (say(vi="So với kho", en="Against the archive"), behind),
    ]
