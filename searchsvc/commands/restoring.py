"""`searchsvc restore`: the archive from a backup, and the index made from it."""

import os
from pathlib import Path

import click

from searchsvc.commands.backing_up import STAFF_FILES
from searchsvc.commands.indexing import run_reindex
from searchsvc.commands.terminal import counted, number, say, tell
from searchsvc.settings import Settings, load_settings


@click.command(
    "restore",
    help=say(
        vi="""Khôi phục kho từ FILE do `searchsvc backup` tạo, rồi lập lại chỉ mục.

        FILE được kiểm tra trọn vẹn trước khi thay kho; thay một lần, không bao giờ dở dang.

        \b
        Ví dụ: searchsvc restore /sao-luu/searchsvc-20250101T010000Z.backup.zip --force
        Mã thoát: 0 xong; 1 chưa khôi phục được (kho vẫn như cũ); 2 sai cách dùng.""",
        en="""Bring back the archive from FILE, made by `searchsvc backup`, and build its index.

        FILE is verified as a whole before the archive is replaced; that is one step, never half done.

        \b
        Example: searchsvc restore /backups/searchsvc-20250101T010000Z.backup.zip --force
        Exit code: 0 done; 1 it could not be restored (the archive is as it was); 2 wrong usage.""",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--force",
    is_flag=True,
    help=say(vi="Thay kho đang có dữ liệu.", en="Replace an archive that has something in it."),
)
@click.option(
    "--no-index",
    is_flag=True,
    help=say(vi="Không lập chỉ mục (chạy reindex sau).", en="Leave the index for a later reindex."),
)
def command(file: Path, force: bool, no_index: bool) -> None:
    """Restore and report."""
    from searchsvc.archive.backup import read_backup, replace_archive, restorable_place

    settings = load_settings()
    target = restorable_place(settings.effective_archive_url, force=force)
    manifest, part, extras = read_backup(file, target.parent)
    aside = replace_archive(part, target)
    made, counts = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC", manifest.counts
    click.echo(
        say(
            vi=f"Đã khôi phục {number(counts.articles)} bài ({number(counts.versions)} phiên bản), "
            f"như lúc {made}.",
            en=f"Restored {counted(counts.articles, 'article')} ({counted(counts.versions, 'version')}), "
            f"as of {made}.",
        )
    )
    if aside:
        tell(
            vi=f"Kho hỏng được giữ ở {aside}; hãy khởi động lại dịch vụ.",
            en=f"The damaged archive is kept as {aside}; restart the service.",
        )
    for name, content in extras.items():
        _bring_back(settings, name, content)
    if no_index:
        tell(vi="Lập chỉ mục: searchsvc reindex", en="Build the index: searchsvc reindex")
    else:
        run_reindex(settings)


def _bring_back(settings: Settings, name: str, content: bytes) -> None:
    """Write a file that staff edit where it belongs; one that is there and differs stays as it is."""
    if name not in STAFF_FILES:
        return
    configured: Path | None = getattr(settings, STAFF_FILES[name])
    place = configured or settings.data / name
    if place.exists():
        if place.read_bytes() == content:
            return
        place = place.with_name(f"{place.name}.from-backup")
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(place)
    tell(vi=f"{name} trong bản sao lưu: {place}", en=f"{name} of the backup: {place}")
