"""Words for the terminal: its language, messages on stderr, progress."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from click.termui import progressbar

from searchsvc.errors import Language, Message

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


def language() -> Language:
    """Return the language of the terminal: Vietnamese if the locale says so, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "vi" if value.lower().startswith("vi") else "en"
    return "en"


def say(*, vi: str, en: str) -> str:
    """Return the sentence in the language of the terminal."""
    return Message(vi, en).text(language())


def tell(*, vi: str, en: str) -> None:
    """Write a message to stderr."""
    click.echo(say(vi=vi, en=en), err=True)


def number(value: int) -> str:
    """Return `value` with the separators of the terminal's language: 15.474 or 15,474."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language() == "vi" else grouped


def counted(value: int, noun: str) -> str:
    """Return an English number and noun: 1 article, 15,474 articles."""
    return f"{number(value)} {noun}{'' if value == 1 else 's'}"


def megabytes(size: int) -> str:
    """Return a size in bytes as MB with one decimal."""
    text = f"{size / 1_000_000:.1f} MB"
    return text.replace(".", ",") if language() == "vi" else text


@contextmanager
def progress(*, vi: str, en: str, total: int) -> Iterator["ProgressBar[int]"]:
    """Show a progress bar of `total` steps on stderr (nothing but its label where that is no terminal)."""
    with progressbar(
        length=max(total, 1), label=say(vi=vi, en=en), file=sys.stderr, show_pos=False, update_min_steps=1
    ) as bar:
        yield bar
