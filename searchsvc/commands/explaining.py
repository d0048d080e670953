"""Why a result stands where it stands, for `searchsvc search --explain`: a plain table, or JSON objects.

The primary entrypoints are `print_explanation` and `with_explanations`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from searchsvc.commands.terminal import say

if TYPE_CHECKING:
    from searchsvc.queries import SearchQuery
    from searchsvc.search.explaining import Contribution, Explanation
    from searchsvc.search.service import SearchService

SHOWN = 20
"""Contributions that the table lists; the rest are added up in one line."""

_KINDS: Mapping[str, tuple[str, str]] = {
    "word": ("từ", "word"),
    "pair": ("cặp từ liền nhau", "neighbours"),
    "compound": ("từ ghép", "compound"),
    "phrase": ("cụm trong ngoặc kép", "phrase"),
    "code": ("số hiệu", "code"),
    "leading_code": ("số hiệu ở tiêu đề, tóm tắt", "code in title or summary"),
    "fresh": ("tin mới", "freshness"),
}
_LAYERS: Mapping[str, tuple[str, str]] = {
    "exact": ("đúng dấu", "exact"),
    "folded": ("bỏ dấu", "folded"),
    "words": ("từ ghép", "compounds"),
    "pairs": ("cặp, bỏ dấu", "pairs, folded"),
}
_PARTS: Mapping[str, tuple[str, str]] = {
    "title": ("tiêu đề", "title"),
    "summary": ("tóm tắt", "summary"),
    "body": ("nội dung", "body"),
    "captions": ("chú thích", "captions"),
}


def print_explanation(service: "SearchService", query: "SearchQuery", article_id: str) -> None:
    """Print what makes up the score of one result."""
    found = service.explain(query, article_id)
    if found is None:
        return
    click.echo(say(vi=f"   điểm {found.score:.3f} gồm:", en=f"   score {found.score:.3f}, of which:"))
    for each in found.contributions[:SHOWN]:
        click.echo(_line(each))
    rest = found.contributions[SHOWN:]
    if rest:
        score = sum(each.score for each in rest)
        click.echo(f"   {score:9.3f}  " + say(vi=f"và {len(rest)} mục nữa", en=f"and {len(rest)} more"))


def _line(each: "Contribution") -> str:
    text = "".join(char if char.isprintable() else " " for char in each.text)
    where = [
        say(vi=names[key][0], en=names[key][1])
        for names, key in ((_LAYERS, each.layer), (_PARTS, each.part))
        if key
    ]
    kind = say(vi=_KINDS[each.kind][0], en=_KINDS[each.kind][1])
    return f"   {each.score:9.3f}  {kind} {text}".rstrip() + (f"  ({', '.join(where)})" if where else "")


def with_explanations(
    answered: Mapping[str, Any], query: "SearchQuery", service: "SearchService"
) -> dict[str, Any]:
    """Return `answered` with `explain` added to each result."""
    results = []
    for result in answered["results"]:
        found = service.explain(query, result["id"])
        results.append({**result, "explain": explanation_object(found) if found else None})
    return {**answered, "results": results}


def explanation_object(found: "Explanation") -> dict[str, Any]:
    """Return an explanation as a JSON object; its contributions sum to its score."""
    return {
        "score": round(found.score, 4),
        "contributions": [
            {
                "kind": each.kind,
                "text": each.text,
                "layer": each.layer,
                "part": each.part,
                "score": round(each.score, 4),
            }
            for each in found.contributions
        ],
    }
