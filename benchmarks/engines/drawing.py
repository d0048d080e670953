"""Draws the queries from the documents themselves, by how many documents have their words.

The primary entrypoint is `draw`. The words of a query come from one document, so that all of them stand
together somewhere; the draw depends on the seed and the corpus alone.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from benchmarks.engines.prepared import Prepared
from benchmarks.engines.preparing import folded_tokens
from benchmarks.engines.questions import BANDS, OPERATORS, Band, Operator, Question, Restriction
from searchsvc.archive.store import Archive

COMMON_SHARE = 0.1
"""A common word is in at least this share of the documents."""

RARE_SHARE = 0.001
RARE_LEAST = 5
"""A rare word is in at most `RARE_SHARE` of the documents, or in `RARE_LEAST`, but in two at least."""

MOST_TRIES = 400
"""Documents looked at for one query, before there are too few documents to draw from."""


def draw(prepared: Prepared, archive: Archive, each: int, seed: int = 1) -> list[Question]:
    """Return `each` different queries of every shape and band (fewer where the documents have no more)."""
    drawing = _Drawing(prepared, archive, seed)
    plain = {
        (operator, band): list(islice(drawing.queries(operator, band), each))
        for operator in OPERATORS
        for band in BANDS
    }
    questions = [question for found in plain.values() for question in found]
    restrictions = drawing.restrictions()
    for band in BANDS:
        half = each // 2
        both = plain["and", band][: each - half] + plain["or", band][:half]
        questions += [replace(one, shape="filtered", restriction=next(restrictions)) for one in both]
        questions += [replace(one, shape="faceted") for one in both]
        questions += [replace(one, shape="sorted") for one in both]
    random.Random(seed).shuffle(questions)
    return questions


class _Drawing:
    def __init__(self, prepared: Prepared, archive: Archive, seed: int) -> None:
        self._prepared, self._archive = prepared, archive
        self._random = random.Random(seed)
        documents = prepared.counts["documents"]
        self._common = documents * COMMON_SHARE
        self._rare = max(RARE_LEAST, documents * RARE_SHARE)
        self._ids = [facts.id for facts in prepared.facts()]

    def queries(self, operator: Operator, band: Band) -> Iterator[Question]:
        """Yield different queries until the documents seem to have no more."""
        seen: set[tuple[str, ...]] = set()
        choose = self._row if operator == "phrase" else self._words
        tries = MOST_TRIES
        while tries:
            tries -= 1
            number = self._random.randrange(len(self._ids))
            tokens = self._prepared.tokens_of(number)
            places = choose(tokens, band, len(seen))
            terms = tuple(tokens[place] for place in places)
            if terms and (key := terms if operator == "phrase" else tuple(sorted(terms))) not in seen:
                seen.add(key)
                tries = MOST_TRIES
                yield Question(operator, band, operator, terms, self._typed(number, places))

    def _typed(self, number: int, places: Sequence[int]) -> tuple[str, ...]:
        texts = folded_tokens(self._archive.get(self._ids[number]))
        return tuple(texts[place][1] for place in places)

    def _words(self, tokens: list[str], band: Band, turn: int) -> list[int]:
        """Return the places of two to six different words of the band, in order, or nothing."""
        count = 2 + turn % 5
        of_band: dict[str, list[int]] = {"rare": [], "common": [], "middle": []}
        for token, place in {token: place for place, token in enumerate(tokens)}.items():
            if (found := self._band(token)) in of_band:
                of_band[found].append(place)
        if band != "mixed":
            return sorted(self._random.sample(of_band[band], count)) if len(of_band[band]) >= count else []
        seldom = of_band["rare"] + of_band["middle"]
        several = 1 + turn % (count - 1)
        if len(seldom) < several or len(of_band["common"]) < count - several:
            return []
        chosen = self._random.sample(seldom, several) + self._random.sample(
            of_band["common"], count - several
        )
        return sorted(chosen)

    def _row(self, tokens: list[str], band: Band, turn: int) -> list[int]:
        """Return the places of two to five words in a row of the band, or nothing."""
        count = 2 + turn % 4
        fits: Callable[[Counter[str]], bool] = {
            "rare": lambda bands: bands["rare"] > 0,
            "common": lambda bands: bands["common"] == count,
            "mixed": lambda bands: bands["common"] > 0 and bands["middle"] > 0 and not bands["rare"],
        }[band]
        bands = [self._band(token) for token in tokens]
        found = []
        for start in range(len(tokens) - count + 1):
            row = Counter(bands[start : start + count])
            if fits(row) and not row[""]:
                found.append(start)
        if not found:
            return []
        start = self._random.choice(found)
        return list(range(start, start + count))

    def _band(self, token: str) -> str:
        frequency = self._prepared.frequencies[token]
        if frequency < 2 or token.startswith("zz"):
            return ""
        if frequency <= self._rare:
            return "rare"
        return "common" if frequency >= self._common else "middle"

    def restrictions(self) -> Iterator[Restriction]:
        """Yield filters without end: days, a unit, a collection and a code in turn."""
        units: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        collections: Counter[str] = Counter()
        for facts in self._prepared.facts():
            units.update(facts.unit_path)
            codes.update(facts.codes)
            collections[facts.collection] += 1
        while True:
            year = self._random.randrange(2014, 2024)
            yield Restriction("days", first=f"{year}-03-01", last=f"{year + 2}-02-15")
            for kind, counts in (("unit", units), ("collection", collections), ("code", codes)):
                if counts:
                    value = self._random.choice(counts.most_common(20))[0]
                    yield Restriction(kind, value=value)  # type: ignore[arg-type]
