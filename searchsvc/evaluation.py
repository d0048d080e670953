"""How well the live index answers judged queries: nDCG@k, MRR@k, Recall@100 (measures by ir-measures).

The primary entrypoint is `evaluate`. Files are in TREC form, or the tab-separated and JSON Lines forms of
the common test collections.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from searchsvc.errors import InvalidQuery, NotFound
from searchsvc.queries import SearchQuery
from searchsvc.search.service import SearchService

RUN_DEPTH = 100
Judgements = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of each judged query, and their mean over all of them."""

    by_query: Mapping[str, Mapping[str, float]]
    mean: Mapping[str, float]


def read_queries(path: Path) -> dict[str, str]:
    """Return query texts by id. Raises InvalidQuery naming the line that is of neither form."""
    queries = {}
    for number, line in _lines(path):
        if line.startswith("{"):
            query, text = _json_query(path, number, line)
        else:
            query, _, text = line.partition("\t")
            if not text:
                raise _bad_line(path, number, "mã<TAB>câu hỏi", "id<TAB>text")
        queries[query] = text.split("\t")[0]
    return queries


def read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Return grades by query and article. Raises InvalidQuery naming the line that is of neither form."""
    judged: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) == 4:
            del columns[1]  # the iteration, unused since TREC-1
        try:
            query, article, grade = columns
            judged.setdefault(query, {})[article] = int(grade)
        except ValueError as error:
            raise _bad_line(path, number, "mã 0 bài mức", "query 0 article grade") from error
    return judged


def evaluate(
    service: SearchService, queries: Mapping[str, str], judged: Judgements, *, k: int = 10
) -> Evaluation:
    """Run each judged query and return its measures. Raises NotFound if no query has a judgement."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    asked = {query: text for query, text in queries.items() if query in judged}
    if not asked:
        raise NotFound(
            vi="Không câu hỏi nào có đánh giá: mã trong hai tệp phải trùng nhau.",
            en="No query has a judgement: the ids in the two files must agree.",
        )
    measures = {f"nDCG@{k}": nDCG @ k, f"MRR@{k}": RR @ k, f"R@{RUN_DEPTH}": R @ RUN_DEPTH}
    run = {query: ranking(service, text) for query, text in asked.items()}
    relevant = {query: dict(judged[query]) for query in asked}
    by_query: dict[str, dict[str, float]] = {query: dict.fromkeys(measures, 0.0) for query in asked}
    names = {measure: name for name, measure in measures.items()}
    for value in ir_measures.iter_calc(list(measures.values()), relevant, run):
        by_query[value.query_id][names[value.measure]] = float(value.value)
    mean = {name: sum(values[name] for values in by_query.values()) / len(by_query) for name in measures}
    return Evaluation(by_query, mean)


def ranking(service: SearchService, text: str) -> dict[str, float]:
    """Return the first `RUN_DEPTH` article ids for `text`, best first, with scores that keep the order."""
    found = service.ranked_ids(SearchQuery(text, per_page=RUN_DEPTH))
    # Measures sort by score alone; the place keeps the service's own order among ties.
    return {article: float(RUN_DEPTH - place) for place, article in enumerate(found)}


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig") as file:
        try:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\n")
        except UnicodeDecodeError as error:
            raise InvalidQuery(
                vi=f"{path}: không phải UTF-8; hãy lưu lại bằng UTF-8.",
                en=f"{path}: not UTF-8; save it as UTF-8.",
                parameter=path.name,
            ) from error


def _json_query(path: Path, number: int, line: str) -> tuple[str, str]:
    try:
        entry = json.loads(line)
        return str(entry["id"]), str(entry["text"])
    except (ValueError, KeyError, TypeError) as error:
        raise _bad_line(path, number, '{"id": …, "text": …}', '{"id": …, "text": …}') from error


def _bad_line(path: Path, number: int, vi: str, en: str) -> InvalidQuery:
    return InvalidQuery(
        vi=f"{path}, dòng {number}: phải có dạng {vi}",
        en=f"{path}, line {number}: expected {en}",
        parameter=path.name,
    )
