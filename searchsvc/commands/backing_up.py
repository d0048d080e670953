"""`searchsvc backup`: the archive in one file, consistent while it is read and written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from searchsvc import __version__
from searchsvc.commands.terminal import counted, megabytes, number, say
from searchsvc.settings import Settings, load_settings

PREFIX = "searchsvc-"
SUFFIX = ".backup.zip"
STAFF_FILES = {"units.toml": "units_file", "synonyms.toml": "synonyms_file"}
"""Files that staff edit, by their names in a backup, and the settings that say where they are."""


@click.command(
    "backup",
    help=say(
        vi="""Sao lưu kho vào FILE, kể cả khi đang phục vụ và đang nhập; kiểm tra xong mới đặt vào chỗ.

        FILE là thư mục thì tên tệp gồm ngày giờ; --keep N giữ N bản mới nhất ở đó. Chỉ mục không nằm
        trong bản sao: `searchsvc restore` lập lại từ kho. Kho trên PostgreSQL: dùng pg_dump.

        \b
        Ví dụ: searchsvc backup /sao-luu --keep 14
        Mã thoát: 0 xong; 1 chưa sao lưu được; 2 sai cách dùng.""",
        en="""Save the archive to FILE, also while serving and importing; it is verified, then put in place.

        Where FILE is a folder the name is made of date and time; --keep N keeps the N newest there. The index
        is not in a backup: `searchsvc restore` makes it from the archive. On PostgreSQL use pg_dump.

        \b
        Example: searchsvc backup /backups --keep 14
        Exit code: 0 done; 1 it could not be saved; 2 wrong usage.""",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--force", is_flag=True, help=say(vi="Ghi đè FILE nếu đã có.", en="Replace FILE if it is there.")
)
@click.option(
    "--keep",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help=say(vi="Trong thư mục, chỉ giữ N bản mới nhất.", en="In a folder, keep only the N newest."),
)
def command(file: Path, force: bool, keep: int | None) -> None:
    """Save, verify, report."""
    from searchsvc.archive.backup import write_backup
    from searchsvc.archive.backup_failures import exists
    from searchsvc.search.opening import opened_archive

    folder = file if file.is_dir() else None
    if keep and not folder:
        raise click.UsageError(say(vi="--keep cần một thư mục", en="--keep needs a folder"))
    if not file.absolute().parent.is_dir():
        raise click.UsageError(
            say(vi=f"không có thư mục “{file.parent}”", en=f"there is no folder “{file.parent}”")
        )
    target = folder / f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}" if folder else file
    if target.exists() and not force:
        raise exists(target)
    settings = load_settings()
    with opened_archive(settings) as archive:
        made_by = f"searchsvc {__version__}"
        saved = write_backup(archive, target, made_by=made_by, extras=dict(_staff_files(settings))).counts
    size = megabytes(target.stat().st_size)
    click.echo(
        say(
            vi=f"Đã sao lưu {number(saved.articles)} bài ({number(saved.versions)} phiên bản) "
            f"vào {target} ({size}).",
            en=f"Saved {counted(saved.articles, 'article')} ({counted(saved.versions, 'version')}) "
            f"to {target} ({size}).",
        )
    )
    if folder and keep:
        _prune(folder, keep)


def _staff_files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    for name, setting in STAFF_FILES.items():
        path: Path | None = getattr(settings, setting)
        if path is not None:
            yield name, path.read_bytes()


def _prune(folder: Path, keep: int) -> None:
    """Remove all but the newest backups of this command, and what its killed runs left half-written."""
    for old in sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))[:-keep]:
        old.unlink(missing_ok=True)
    for left_over in (*folder.glob(f".{PREFIX}*.part"), *folder.glob(f".{PREFIX}*.db*")):
        left_over.unlink(missing_ok=True)
