"""What the cluster is asked: words, titles, phrases and codes of articles drawn from the archive.

The primary entrypoints are `draw`, `save` and `load`. The same archive gives the same questions.
"""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from searchsvc.analysis.fold import fold
from searchsvc.analysis.tokens import tokenize
from searchsvc.archive.store import Archive
from searchsvc.articles import Article
from searchsvc.queries import DateRange, Filters, SearchQuery, Sort

SEED = 1
POOL_PER_QUESTION = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: what is typed, and the choices beside it."""

    kind: str
    typed: str
    year: int = 0
    newest: bool = False

    @property
    def filtered(self) -> bool:
        """Whether there is more to it than what is typed."""
        return bool(self.year or self.newest)

    def query(self) -> SearchQuery:
        """Return it as the service is asked it."""
        days = DateRange(date(self.year, 1, 1), date(self.year, 12, 31)) if self.year else DateRange()
        return SearchQuery(self.typed, Filters(days), sort=Sort.NEWEST if self.newest else None)


def draw(archive: Archive, each: int) -> list[Asked]:
    """Return up to `each` questions of every kind, about articles drawn with a fixed seed."""
    chosen = random.Random(SEED)
    articles = _drawn(archive, each * POOL_PER_QUESTION, chosen)
    found = []
    for kind, ask in KINDS.items():
        asked = (ask(kind, article, chosen) for article in articles)
        found += list(dict.fromkeys(one for one in asked if one))[:each]
        chosen.shuffle(articles)
    return found


def save(questions: Iterable[Asked], path: Path) -> None:
    """Write questions, one a line."""
    lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in questions)
    path.write_text("".join(lines), "utf-8")


def load(path: Path) -> list[Asked]:
    """Return the questions that `save` wrote."""
    return [Asked(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _drawn(archive: Archive, count: int, chosen: random.Random) -> list[Article]:
    changes = range(1, archive.latest_change() + 1)
    drawn = chosen.sample(changes, min(count, len(changes)))
    return [one for change in drawn for batch in archive.changes(change - 1, change) for one in batch]


def _row(article: Article, count: int, chosen: random.Random) -> list[str]:
    """Return `count` words that stand beside each other in the body, or fewer where it is shorter."""
    words = [token.text for token in tokenize(article.body)]
    start = chosen.randrange(max(1, len(words) - count))
    return words[start : start + count]


def _words(kind: str, article: Article, chosen: random.Random) -> Asked:
    return Asked(kind, " ".join(_row(article, 2, chosen)))


def _unaccented(kind: str, article: Article, chosen: random.Random) -> Asked:
    return Asked(kind, fold(" ".join(_row(article, 3, chosen))))


def _title(kind: str, article: Article, _: random.Random) -> Asked:
    return Asked(kind, article.title)


def _phrase(kind: str, article: Article, chosen: random.Random) -> Asked:
    return Asked(kind, f'"{" ".join(_row(article, 4, chosen))}"')


def _code(kind: str, article: Article, _: random.Random) -> Asked | None:
    codes = article.annotations.distinct_codes()
    return Asked(kind, codes[0]) if codes else None


def _in_year(kind: str, article: Article, chosen: random.Random) -> Asked | None:
    published = article.annotations.published
    return Asked(kind, " ".join(_row(article, 2, chosen)), year=published.year) if published else None


def _newest(kind: str, article: Article, chosen: random.Random) -> Asked:
    return Asked(kind, " ".join(_row(article, 2, chosen)), newest=True)


KINDS: dict[str, Callable[[str, Article, random.Random], Asked | None]] = {
    "two words": _words,
    "three words, unaccented": _unaccented,
    "title": _title,
    "phrase of four": _phrase,
    "code": _code,
    "two words in a year": _in_year,
    "two words, newest first": _newest,
}
"""What is typed of an article -> how it is made; None where the article has nothing of the kind."""


def by_kind(questions: Sequence[Asked], times: Sequence[float]) -> dict[str, list[float]]:
    """Return the times of the questions of each kind, and of all."""
    found: dict[str, list[float]] = {kind: [] for kind in (*KINDS, "all")}
    for one, time in zip(questions, times, strict=True):
        found[one.kind].append(time)
        found["all"].append(time)
    return {kind: times for kind, times in found.items() if times}
