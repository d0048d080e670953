"""The click group that turns every failure into one line and an exit code.

0 done; 1 done in part, or not possible now; 2 wrong usage. `--verbose`, before or after the command's name,
shows the traceback.
"""

import errno
import re
import sys
import traceback
from importlib import import_module
from typing import Any

import click

from searchsvc.commands.terminal import language, say
from searchsvc.errors import InvalidQuery, RegistryError, ServiceError, SettingsError

COMMANDS = {
    "import": "importing",
    "reindex": "indexing",
    "search": "searching",
    "serve": "serving",
    "status": "status",
    "export": "exporting",
    "check": "checking",
    "backup": "backing_up",
    "restore": "restoring",
    "report": "reporting",
    "demo": "demo",
    "evaluate": "evaluating",
}
"""Name of each command and the module of this package that holds it, as `command`."""

_WRONG_USAGE = (InvalidQuery, SettingsError, RegistryError)
_verbose = False


def set_verbose(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Remember `--verbose`, wherever it stands."""
    global _verbose  # noqa: PLW0603 - the error handler runs when click's context is gone
    _verbose = _verbose or value


class Program(click.Group):
    """Loads a command's module when it is asked for, and reports every error in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, with `--verbose` added."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"searchsvc.commands.{COMMANDS[cmd_name]}").command
        if not any(parameter.name == "verbose" for parameter in command.params):
            command.params.append(
                click.Option(
                    ["--verbose"], is_flag=True, expose_value=False, callback=set_verbose, hidden=True
                )
            )
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help, as wrong usage, where no command is given."""
        if not args:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named first. Raises UsageError that names those that there are."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            there_are = ", ".join(COMMANDS)
            raise click.UsageError(
                say(
                    vi=f"không có lệnh “{args[0]}”; các lệnh: {there_are}",
                    en=f"there is no command “{args[0]}”; there are {there_are}",
                ),
                ctx,
            )
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and exit with the code that says how it went."""
        global _verbose  # noqa: PLW0603
        _verbose = False
        extra["standalone_mode"] = False
        extra["prog_name"] = "searchsvc"
        try:
            sys.exit(super().main(*args, **extra) or 0)
        except Exception as error:  # noqa: BLE001 - the last resort: nobody above would tell the person
            sys.exit(_report(error))


def _report(error: Exception) -> int:
    """Write one line about `error` (and the traceback if asked) and return the exit code."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        sys.stdout = sys.stderr  # the reader of our output went away: nothing to flush to
        return 1
    if _verbose:
        traceback.print_exception(error)
    line, code = _line_and_code(error)
    click.echo(line, err=True)
    return code


def _line_and_code(error: Exception) -> tuple[str, int]:
    prefix = say(vi="Lỗi", en="Error")
    if isinstance(error, click.Abort):
        return say(vi="Đã dừng theo yêu cầu.", en="Stopped."), 130
    if isinstance(error, click.UsageError):
        return f"{prefix}: {_usage(error)}", 2
    if isinstance(error, click.ClickException):
        return f"{prefix}: {error.format_message()}", error.exit_code
    if isinstance(error, ServiceError):
        return f"{prefix}: {error.message.text(language())}", 2 if isinstance(error, _WRONG_USAGE) else 1
    if isinstance(error, OSError) and error.strerror:
        return f"{prefix}: {_system_error(error)}", 1
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    hint = say(vi="chạy lại với --verbose để xem chi tiết", en="run again with --verbose for the details")
    return f"{prefix}: {detail} ({hint})", 1


def _system_error(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return say(vi="Hết chỗ trên đĩa; hãy giải phóng đĩa", en="The disk is full; free some space")
    return f"{error.strerror} ({error.filename})" if error.filename else str(error.strerror)


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "searchsvc"
    hint = say(vi=f"xem: {path} --help", en=f"see: {path} --help")
    return f"{_vietnamese(error) or ' '.join(error.format_message().split()).rstrip('.')} ({hint})"


def _vietnamese(error: click.UsageError) -> str | None:
    """Return the message in Vietnamese where that is the terminal's language and click has none."""
    if language() != "vi":
        return None
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint
        return f"thiếu tham số {name}"
    if isinstance(error, click.NoSuchOption):
        return f"không có tùy chọn {error.option_name}"
    if isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param else error.param_hint
        return f"giá trị của {name} không hợp lệ: {_expected(error)}"
    return None


def _expected(error: click.BadParameter) -> str:
    """Return in Vietnamese what value the parameter takes; click begins its message with the value given."""
    kind, given = error.param.type if error.param else None, error.message.partition(" is not ")[0]
    if isinstance(kind, click.Choice):
        return f"{given}; chỉ nhận {', '.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        most = f" đến {kind.max}" if kind.max is not None else " trở lên"
        return f"{given}; phải là số nguyên từ {kind.min}{most}"
    if isinstance(kind, click.Path) and (quoted := re.search(r"'.*'", error.message)):
        return f"không có tệp {quoted.group()}, hoặc không đọc được"
    return error.message
