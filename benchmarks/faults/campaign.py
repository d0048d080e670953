"""The runs of a campaign. The primary entrypoint is `Campaign.run`: one fault, and what came of it.

Each kind is one function: it hurts a copy of a stage, looks at it, repairs it by the next ordinary run and
looks again. Lost is raised for anything that nobody would have been told, or that could not be repaired.
"""

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.faults.verdicts import Lost, answers, equals, look_at, repaired, whole
from benchmarks.faults.victims import NO_FAULT, Fault, Outcome, run, started_process
from benchmarks.faults.worlds import World, content_of, make_sources, opened, remember
from searchsvc.archive.backup import read_backup
from searchsvc.errors import ArchiveError, ServiceError

BEHIND = 9
"""Number of the stage whose archive is one step further than its index."""

_ROOM_BYTES = 256 << 20
TEN_YEARS_S = 10 * 365 * 24 * 3600


class Campaign:
    """Prepared stages, and the kinds of runs over them."""

    def __init__(self, folder: Path, articles: int, seed: int, *, mounts: bool) -> None:
        self.world = World(folder, articles)
        self.mounts = mounts
        self._prepare(seed)
        self.kinds: dict[str, Callable[[random.Random], str]] = {
            "kill import": self.kill_import,
            "kill update": self.kill_update,
            "kill rebuild": self.kill_rebuild,
            "kill switch and clean-up": self.kill_switch,
            "kill backup": self.kill_backup,
            "kill restore": self.kill_restore,
            "full disk": self.full_disk,
            "damaged index": self.damaged_index,
            "damaged archive": self.damaged_archive,
            "two writers": self.two_writers,
            "moved clock": self.moved_clock,
        }

    def run(self, kind: str, seed: str) -> str:
        """Run one fault of `kind`; return how it went, in a few words. Raises Lost."""
        return self.kinds[kind](random.Random(seed))

    def _prepare(self, seed: int) -> None:
        world = self.world
        make_sources(world, seed)
        data = world.stage(0)
        data.mkdir()
        self._must(data, ["import", str(world.source(0))], 1)
        self._must(data, ["reindex"])
        self._must(data, ["backup", str(world.backup)])
        remember(world, 0)
        shutil.copytree(data, world.stage(BEHIND))
        behind = self._timed(world.stage(BEHIND), ["import", str(world.source(1))], 1)
        shutil.copytree(world.stage(BEHIND), world.stage(1))
        update = self._timed(world.stage(1), ["reindex"])
        remember(world, 1)
        with world.copy(BEHIND) as copy:
            rebuild = self._timed(copy, ["reindex", "--full"])
        with world.copy(1) as copy:
            backup = self._timed(copy, ["backup", str(copy.parent / "b.zip")])
            restore = self._timed(copy, ["restore", str(world.backup), "--force"])
        self._usual = {
            "import": behind,
            "update": update,
            "rebuild": rebuild,
            "backup": backup,
            "restore": restore,
        }
        self._old, self._new = answers(world.stage(BEHIND)), answers(world.stage(1))
        self._first = answers(world.stage(0))

    def _timed(self, data: Path, arguments: list[str], code: int = 0) -> Outcome:
        return self._must(data, arguments, code)

    @staticmethod
    def _must(data: Path, arguments: list[str], code: int = 0) -> Outcome:
        outcome = run(data, arguments)
        if outcome.code != code:
            raise Lost(f"{arguments} ended with {outcome.code}: {outcome.said.strip()[-300:]}")
        return outcome

    def _next_run(self, data: Path) -> Callable[[list[str]], str]:
        def done(arguments: list[str]) -> str:
            return self._must(data, arguments, 1 if arguments[0] == "import" else 0).said

        return done

    def _kill(self, chosen: random.Random, usual: str, *, late: bool = False) -> Fault:
        """Return a kill right before some event, or at some time, of a command that usually takes so many."""
        expected = self._usual[usual]
        if late:
            return Fault(at_event=chosen.randint(max(1, expected.events - 30), expected.events))
        if chosen.random() < 0.7:
            return Fault(at_event=chosen.randint(1, expected.events))
        return Fault(after_s=chosen.uniform(0, expected.seconds))

    @staticmethod
    def _told(outcome: Outcome) -> str:
        if "Traceback" in outcome.said:
            raise Lost(f"a traceback: {outcome.said[-500:]}")
        if outcome.code not in (0, 1, -9):
            raise Lost(f"ended with {outcome.code}: {outcome.said[-300:]}")
        return {0: "went through", 1: "said what is wrong", -9: "killed"}[outcome.code]

    def _one_of(self, data: Path, *expected: object) -> None:
        found = answers(data)
        if found is None or found not in expected:
            raise Lost("the answers are not those of a complete generation")

    def kill_import(self, chosen: random.Random) -> str:
        """An import is killed."""
        before, after = self.world.contents
        with self.world.copy(0) as data:
            outcome = run(data, ["import", str(self.world.source(1))], self._kill(chosen, "import"))
            look_at(data, before, after)
            self._one_of(data, self._first)
            repaired(data, self._next_run(data), ["import", str(self.world.source(1))], ["reindex"])
            self._is_complete(data)
        return "went through" if outcome.code == 1 else self._told(outcome)

    def kill_update(self, chosen: random.Random) -> str:
        """An update of the index is killed."""
        return self._killed_index(["reindex"], self._kill(chosen, "update"))

    def kill_rebuild(self, chosen: random.Random) -> str:
        """A rebuild is killed."""
        return self._killed_index(["reindex", "--full"], self._kill(chosen, "rebuild"))

    def kill_switch(self, chosen: random.Random) -> str:
        """A rebuild is killed in its last steps: durable, switch, removal of what was before."""
        command = chosen.choice((["reindex"], ["reindex", "--full"]))
        usual = "rebuild" if len(command) > 1 else "update"
        return self._killed_index(command, self._kill(chosen, usual, late=True))

    def _killed_index(self, command: list[str], fault: Fault) -> str:
        after = self.world.contents[1]
        with self.world.copy(BEHIND) as data:
            outcome = run(data, command, fault)
            look_at(data, after, after)
            self._one_of(data, self._old, self._new)
            repaired(data, self._next_run(data), ["reindex"])
            self._is_complete(data)
        return self._told(outcome)

    def kill_backup(self, chosen: random.Random) -> str:
        """A backup is killed while it replaces an older one."""
        with self.world.copy(1) as data:
            target = data.parent / "b.backup.zip"
            shutil.copy(self.world.backup, target)
            outcome = run(data, ["backup", str(target), "--force"], self._kill(chosen, "backup"))
            _, part, _ = read_backup(target, data.parent)
            part.unlink()
            look_at(data, self.world.contents[1], self.world.contents[1])
            self._must(data, ["backup", str(target), "--force"])
        return self._told(outcome)

    def kill_restore(self, chosen: random.Random) -> str:
        """A restore is killed."""
        before, after = self.world.contents[1], self.world.contents[0]
        command = ["restore", str(self.world.backup), "--force"]
        with self.world.copy(1) as data:
            outcome = run(data, command, self._kill(chosen, "restore"))
            with opened(data) as (archive, _):
                whole(archive)
                if content_of(archive) not in (before, after):
                    raise Lost("the archive is neither the old nor the restored one")
            repaired(data, self._next_run(data), command)
            equals(data, self.world.digests[0])
        return self._told(outcome)

    def full_disk(self, chosen: random.Random) -> str:
        """A command runs out of space: on a small file system, or where none can be mounted, by file size.

        With more room the same command completes the work.
        """
        commands = {
            "import": ["import", str(self.world.source(1))],
            "update": ["reindex"],
            "rebuild": ["reindex", "--full"],
            "backup": ["backup", "b.zip", "--force"],
            "restore": ["restore", str(self.world.backup), "--force"],
        }
        name = chosen.choice(list(commands))
        stage = 0 if name == "import" else BEHIND
        with self._small_disk(stage, chosen) as (data, fault, make_room):
            command = [str(data.parent / "b.zip") if part == "b.zip" else part for part in commands[name]]
            outcome = run(data, command, fault)
            told = "went through" if name == "import" and "Read " in outcome.said else self._told(outcome)
            if outcome.code == 1 and len(outcome.said.strip().splitlines()) > 12:
                raise Lost(f"too much said: {outcome.said[-600:]}")
            if name != "restore":
                look_at(data, self.world.contents[0], self.world.contents[1])
            else:
                with opened(data) as (archive, _):
                    whole(archive)
            make_room()
            self._completed(data, name, command)
        return f"{told} ({name})"

    def _completed(self, data: Path, name: str, command: list[str]) -> None:
        """See that a command which ran out of space completes its work now."""
        if name == "backup":
            self._must(data, command)
        elif name == "restore":
            repaired(data, self._next_run(data), command)
            equals(data, self.world.digests[0])
        else:
            repaired(data, self._next_run(data), command, ["reindex"])
            self._is_complete(data)

    @contextmanager
    def _small_disk(
        self, stage: int, chosen: random.Random
    ) -> Iterator[tuple[Path, Fault, Callable[[], None]]]:
        """Give a copy of the stage with little room, the fault to run under, and what makes more room."""
        size = sum(path.stat().st_size for path in self.world.stage(stage).rglob("*") if path.is_file())
        if not self.mounts:
            with self.world.copy(stage) as data:
                yield data, Fault(largest_file=int(chosen.uniform(0, size / 4))), lambda: None
            return
        place = self.world.folder / "small"
        place.mkdir(exist_ok=True)
        # The copy, what SQLite needs to open it, and some of what the command would need.
        room = size + 150_000 + int(chosen.uniform(0, size / 2))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(place)], check=True)

        def make_room() -> None:
            subprocess.run(["mount", "-o", f"remount,size={_ROOM_BYTES}", str(place)], check=True)

        try:
            shutil.copytree(self.world.stage(stage), place / "run" / "index")
            yield place / "run" / "index", NO_FAULT, make_room
        finally:
            # Lazily: what was mapped of the index may still be in memory.
            subprocess.run(["umount", "-l", str(place)], check=True)

    def damaged_index(self, chosen: random.Random) -> str:
        """A file of the index is removed, cut, or one of its bytes is changed."""
        with self.world.copy(1) as data:
            files = [path for path in (data / "whoosh").rglob("*") if path.is_file() and path.stat().st_size]
            path = chosen.choice([*files, data / "lexicon.bin"])
            path = path if path.name != "writer.lock" else data / "whoosh" / "current"
            how = _hurt(path, chosen)
            answered = answers(data, wrong_too=True)
            with opened(data) as (archive, engine):
                whole(archive)
                try:
                    found = engine.damaged_files()
                except ServiceError:
                    found = ("pointer or manifest",)
            told = "said by every search"
            if answered is not None:
                # serve says so instead of answering, from its first answer on; the commands of staff do not.
                told = "answers unchanged" if answered == self._new else "answers changed"
                if not found and path.name != "lexicon.bin":
                    raise Lost(f"{how} of {path.name} is found by nothing")
                told += ", found by the checksums" if found else ", not used"
            if run(data, ["check"]).code != 1:
                raise Lost(f"check does not find: {how} of {path.name}")
            repaired(data, self._next_run(data), ["reindex", "--full"])
            self._one_of(data, self._new)
        return f"{how}: {told}"

    def damaged_archive(self, chosen: random.Random) -> str:
        """The archive's file is removed, cut, or one of its bytes is changed; the backup brings it back."""
        with self.world.copy(0) as data:
            path = data / "archive.db"
            how = _hurt(path, chosen)
            told = self._archive_damage_told(data)
            restored = run(data, ["restore", str(self.world.backup), "--force"])
            if restored.code != 0:
                raise Lost(f"no restore after {how}: {restored.said[-300:]}")
            equals(data, self.world.digests[0])
            self._one_of(data, self._first)
        return f"{how}: {told}"

    def _archive_damage_told(self, data: Path) -> str:
        try:
            with opened(data) as (archive, _):
                try:
                    whole(archive)
                except Lost:
                    return "found by check"
        except ArchiveError:
            return "said on opening"
        answers(data)
        try:
            equals(data, self.world.digests[0])
        except Lost:
            deep = run(data, ["check", "--deep"]).code == 1
            return "found by check --deep" if deep else "not found: where or when it was read"
        return "nothing was changed by it"

    def two_writers(self, chosen: random.Random) -> str:
        """Two commands run at the same time."""
        source = str(self.world.source(1))
        pairs = (
            (["import", source], ["import", source]),
            (["import", source], ["reindex"]),
            (["reindex"], ["reindex", "--full"]),
            (["reindex", "--full"], ["reindex", "--full"]),
            (["import", source], ["reindex", "--full"]),
        )
        pair = chosen.choice(pairs)
        with self.world.copy(0) as data:
            processes = [started_process(data, command) for command in pair]
            outcomes = [process.wait() for process in processes]
            for outcome in outcomes:
                self._told(outcome)
            look_at(data, self.world.contents[0], self.world.contents[1])
            repaired(data, self._next_run(data), ["import", source], ["reindex"])
            self._is_complete(data)
        return " and ".join(command[0] for command in pair)

    def moved_clock(self, chosen: random.Random) -> str:
        """Commands run under a clock that is years off, then under the right one."""
        moved = Fault(clock_s=chosen.choice((-TEN_YEARS_S, TEN_YEARS_S, -3600, 3600)))
        with self.world.copy(0) as data:
            source = str(self.world.source(1))
            for command in (["import", source], ["reindex", *chosen.choice(((), ("--full",)))]):
                self._told(run(data, command, moved))
            look_at(data, self.world.contents[1], self.world.contents[1])
            self._one_of(data, self._new)
            repaired(data, self._next_run(data), ["import", str(self.world.source(1))], ["reindex", "--full"])
            self._is_complete(data)
        return f"by {moved.clock_s // 3600} h"

    def _is_complete(self, data: Path) -> None:
        with opened(data) as (archive, _):
            if content_of(archive) != self.world.contents[1]:
                raise Lost("the archive is not complete after the next run")
        self._one_of(data, self._new)


def _hurt(path: Path, chosen: random.Random) -> str:
    """Remove `path`, cut it, or change a bit of one byte; return which."""
    how = chosen.choice(("removed", "cut", "changed byte", "changed byte", "changed byte"))
    if how == "removed":
        path.unlink()
        return how
    size = path.stat().st_size
    place = chosen.randrange(size)
    if how == "cut":
        os.truncate(path, place)
        return how
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << chosen.randrange(8)]))
    return how
