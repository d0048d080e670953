"""`searchsvc search`: ranked results in the terminal."""

import gc
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from searchsvc.commands.terminal import number, say, tell
from searchsvc.settings import load_settings

if TYPE_CHECKING:
    from searchsvc.queries import SearchQuery
    from searchsvc.results import Hit, ResultPage, Segment
    from searchsvc.search.service import SearchService


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let no garbage be looked for: most of this command is loading modules, which leave none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@click.command(
    "search",
    help=say(
        vi="""Tìm QUERY trong kho; có dấu hay không dấu đều được.

        \b
        Ví dụ: searchsvc search "nghị quyết đại hội" --from 1/1/2021 --unit ban-tuyen-giao-tinh-uy
               searchsvc search '"học tập và làm theo" -covid' --code 05-CT/TW --json
        Mã thoát: 0 xong (kể cả khi không có kết quả); 1 chưa tìm được; 2 sai cách dùng.""",
        en="""Search the archive for QUERY, typed with or without diacritics.

        \b
        Example: searchsvc search "nghị quyết đại hội" --from 1/1/2021 --unit ban-tuyen-giao-tinh-uy
                 searchsvc search '"học tập và làm theo" -covid' --code 05-CT/TW --json
        Exit code: 0 done (also without results); 1 cannot search now; 2 wrong usage.""",
    ),
)
@click.argument("query")
@click.option("--from", "first", metavar="D", help=say(vi="Từ ngày (7/1/2022).", en="First day (7/1/2022)."))
@click.option("--to", "last", metavar="D", help=say(vi="Đến hết ngày.", en="Last day."))
@click.option(
    "--code",
    "codes",
    metavar="C",
    multiple=True,
    help=say(vi="Chỉ bài dẫn văn bản này; lặp lại được.", en="Only articles that cite it; repeatable."),
)
@click.option(
    "--unit",
    "units",
    metavar="U",
    multiple=True,
    help=say(
        vi="Chỉ đơn vị này và cấp dưới; lặp lại được.", en="Only this unit and its children; repeatable."
    ),
)
@click.option(
    "--collection",
    "collections",
    metavar="C",
    multiple=True,
    help=say(vi="Chỉ bộ sưu tập này; lặp lại được.", en="Only this collection; repeatable."),
)
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    help=say(vi="Thứ tự.", en="Order."),
)
@click.option("--page", type=click.IntRange(min=1), default=1, help=say(vi="Trang.", en="Page."))
@click.option("--json", "as_json", is_flag=True, help=say(vi="Xuất JSON như API.", en="JSON as in the API."))
@click.option(
    "--explain",
    "with_reasons",
    is_flag=True,
    help=say(vi="Cho biết vì sao mỗi kết quả đứng ở đó.", en="Say why each result stands where it stands."),
)
@_without_collector()
def command(  # noqa: PLR0913, PLR0917 - one parameter per option of the fixed command
    query: str,
    first: str | None,
    last: str | None,
    codes: tuple[str, ...],
    units: tuple[str, ...],
    collections: tuple[str, ...],
    sort: str | None,
    page: int,
    as_json: bool,
    with_reasons: bool,
) -> None:
    """Search and print."""
    from searchsvc.commands.explaining import print_explanation, with_explanations
    from searchsvc.queries import Filters, SearchQuery, Sort
    from searchsvc.search import filtering
    from searchsvc.search.answer import ANSWERED_FACETS, answer
    from searchsvc.search.opening import opened_service

    settings = load_settings()
    with opened_service(settings) as service:
        filters = Filters(
            published=filtering.date_range(first, last),
            units=filtering.units(units, service.registry),
            codes=filtering.codes(codes),
            collections=filtering.collections(collections, tuple(service.collection_names)),
        )
        found = service.search(
            SearchQuery(query, filters, Sort(sort) if sort else None, page, settings.per_page),
            facets=ANSWERED_FACETS if as_json else (),
        )
        if as_json:
            answered: Mapping[str, Any] = answer(found, service, settings.base_url)
            if with_reasons:
                answered = with_explanations(answered, found.query, service)
            click.echo(json.dumps(answered, ensure_ascii=False, indent=2))
        else:
            _print(found, service, print_explanation if with_reasons else None)


Reasons = Callable[["SearchService", "SearchQuery", str], None]


def _print(found: "ResultPage", service: "SearchService", reasons: Reasons | None) -> None:
    if found.partial:
        tell(
            vi="Không bài nào có đủ các từ; đây là những bài có nhiều từ nhất.",
            en="No article has all the words; these have the most of them.",
        )
    if found.suggestion:
        meant = _printable(found.suggestion.text)
        tell(vi=f"Có phải bạn tìm: {meant}", en=f"Did you mean: {meant}")
    first = (found.query.page - 1) * found.query.per_page
    for place, hit in enumerate(found.hits, start=first + 1):
        _print_hit(place, hit, service)
        if reasons:
            reasons(service, found.query, hit.article.id)
    tell(
        vi=f"{number(found.total)} kết quả, {found.took_ms:.0f} ms",
        en=f"{number(found.total)} results, {found.took_ms:.0f} ms",
    )


def _print_hit(place: int, hit: "Hit", service: "SearchService") -> None:
    notes = hit.article.annotations
    when = notes.published.strftime("%d/%m/%Y") if notes.published else "—"
    facts = [when, service.unit_name(hit.article), *notes.distinct_codes()[:4]]
    click.echo(f"{place}. {_marked(hit.title)}")
    click.echo(f"   {' · '.join(filter(None, facts))}  [{hit.article.id}]")
    for snippet in hit.snippets:
        click.echo(f"   … {_marked(snippet)}")


def _marked(segments: "tuple[Segment, ...]") -> str:
    """Return one printable line; marked words are bold where stdout is a terminal."""
    return "".join(
        click.style(_printable(segment.text), bold=True) if segment.hit else _printable(segment.text)
        for segment in segments
    )


def _printable(text: str) -> str:
    """Return `text` without characters that a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)
