"""Archives to be hurt, and what they must hold afterwards. The primary entrypoint is `World`."""

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from searchsvc.archive import Archive, archive_digest
from searchsvc.engines import open_engine
from searchsvc.engines.base import Engine
from searchsvc.settings import Settings, load_settings

_TEXT = """
hội nghị tổng kết công tác xây dựng đảng bộ tỉnh ủy ban thường vụ quyết chỉ thị kế hoạch năm học tập làm theo
tư tưởng đạo đức phong cách chuyển đổi số nông thôn mới phòng chống thiên tai lũ lụt dịch bệnh phụ nữ
"""
_SYLLABLES = _TEXT.split()
_CODES = ("05-CT/TW", "35-NQ/TW", "12-KH/TU", "21-KL/TW", "1234/QĐ-UBND")


@dataclass
class World:
    """A folder with sources in steps, the archive with its index after each step, and a backup."""

    folder: Path
    articles: int
    digests: list[str] = field(default_factory=list)
    contents: list[dict[str, tuple[str, ...]]] = field(default_factory=list)

    def source(self, step: int) -> Path:
        """Return the file that is imported in `step`."""
        return self.folder / f"source-{step}.jsonl"

    def stage(self, step: int) -> Path:
        """Return the data folder as it is after `step`: archive and index up to date."""
        return self.folder / f"stage-{step}"

    @property
    def backup(self) -> Path:
        """The backup of the archive as it is after the first step."""
        return self.folder / "first.backup.zip"

    @contextmanager
    def copy(self, step: int) -> Iterator[Path]:
        """Give a copy of the stage, in a folder that is removed afterwards."""
        place = self.folder / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        data = place / "index"
        shutil.copytree(self.stage(step), data)
        yield data
        shutil.rmtree(place, ignore_errors=True)


def make_sources(world: World, seed: int) -> None:
    """Write the sources: new articles in both steps, and changed ones in the second."""
    made = random.Random(seed)
    first = [_article(made, f"bai-{number}") for number in range(world.articles)]
    changed = [{**article, "body": article["body"] + " Bổ sung."} for article in first[::5]]
    more = [_article(made, f"them-{number}") for number in range(world.articles // 2)]
    for step, articles in enumerate((first, changed + more)):
        lines = [json.dumps(article, ensure_ascii=False) for article in articles]
        broken = ['{"title": "thiếu dấu ngoặc"', f'{{"id": "{step}", "body": 7}}']
        world.source(step).write_text("\n".join(lines + broken) + "\n", "utf-8")


def _article(made: random.Random, name: str) -> dict[str, str]:
    def words(number: int) -> str:
        return " ".join(made.choices(_SYLLABLES, k=number))

    code = made.choice(_CODES)
    body = (
        f"{words(60).capitalize()}. Thực hiện {code} của cấp trên, {words(80)}.\n\n{words(60).capitalize()}."
    )
    day = f"20{made.randint(15, 24)}-{made.randint(1, 12):02}-{made.randint(1, 28):02}"
    return {"id": name, "title": words(9).capitalize(), "body": body, "published": day}


def settings_of(data: Path) -> Settings:
    """Return the settings of a run over `data`."""
    return load_settings(data=data, import_processes=1, archive_timeout_s=5)


@contextmanager
def opened(data: Path) -> Iterator[tuple[Archive, Engine]]:
    """Open archive and engine, as a service that starts now would."""
    settings = settings_of(data)
    with Archive.open(settings.effective_archive_url, busy_timeout_s=5) as archive:
        engine = open_engine(settings)
        try:
            yield archive, engine
        finally:
            engine.close()


def content_of(archive: Archive) -> dict[str, tuple[str, ...]]:
    """Return the hashes of all versions of each article."""
    found: dict[str, tuple[str, ...]] = {}
    for standing in archive.standings():
        found[standing.id] = tuple(version.content_hash for version in archive.versions(standing.id))
    return found


def remember(world: World, step: int) -> None:
    """Note what the archive holds after `step`."""
    with opened(world.stage(step)) as (archive, _):
        world.digests.append(archive_digest(archive))
        world.contents.append(content_of(archive))
