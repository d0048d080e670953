"""Staff's commands: parse, call one function, print. The primary entrypoint is `main`.

Output on stdout is data; progress and messages go to stderr, in the language of the terminal. Heavy parts
are imported inside each command, so that `searchsvc search` starts quickly.
"""

import click

from searchsvc import __version__
from searchsvc.commands.program import Program, set_verbose
from searchsvc.commands.terminal import say


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=say(
        vi="""Tìm kiếm toàn văn cho kho bản tin tiếng Việt.

        Bắt đầu: `searchsvc demo`, rồi `searchsvc serve`.""",
        en="""Full-text search for archives of Vietnamese bulletins.

        Start: `searchsvc demo`, then `searchsvc serve`.""",
    ),
)
@click.version_option(__version__, prog_name="searchsvc")
@click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=set_verbose,
    help=say(vi="Hiện chi tiết khi có lỗi.", en="Show the details of an error."),
)
def main() -> None:
    """Dispatch to the commands."""
