"""The leaves of a clause as queries: BM25F in a script, over weighted frequencies and exact lengths.

The primary entrypoints are `scored` and `recent_query`. Each inner query (`words_in`, `exact_phrase`,
`loose_phrase`) gives the weighted frequency as its score (the similarity of `mapping.py`); the script turns
that into the score that `searchsvc.clauses` states. Numbers are parameters, so each script is compiled once.
"""

from collections.abc import Sequence

from searchsvc.clauses import Recent
from searchsvc.engines.opensearch.client import Json
from searchsvc.engines.opensearch.mapping import HOLE, LONGEST_TERM, length_field
from searchsvc.engines.opensearch.statistics import Statistics
from searchsvc.fields import CODE_FIELDS, FIELD_BY_NAME, TextField

Weights = tuple[tuple[str, float], ...]

CODE_K1 = 1.2

_EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()

_RECENT = "params.boost * Math.pow(0.5, Math.max(0.0, params.today - doc['day'].value) / params.half_life)"

# The last place where each beginning of the phrase ends; from the longest down, so that no term counts twice.
_PLACES = """
String row = params._source[params.field];
if (row == null) { return 0; }
String[] places = row.splitOnToken(' ');
int count = params.terms.size();
int[] ends = new int[count];
for (int term = 0; term < count; term++) { ends[term] = -1; }
int found = 0;
for (int place = 0; place < places.length; place++) {
  for (int term = count - 1; term >= 0; term--) {
    if (places[place].equals(params.terms.get(term))
        && (term == 0 || (ends[term - 1] >= 0 && place - ends[term - 1] <= params.reach))) {
      ends[term] = place;
      if (term == count - 1) { found++; }
    }
  }
}
return found;
"""


class UnknownField(ValueError):
    """A clause names a field that is not in `fields.FIELDS`: a mistake of the caller."""


def row_of(field: str) -> TextField | None:
    """Return how `field` scores; None for a field of codes. Raises UnknownField."""
    if field in CODE_FIELDS:
        return None
    row = FIELD_BY_NAME.get(field)
    if row is None:
        raise UnknownField(f"no such field: {field}")
    return row


def can_be_a_term(text: str) -> bool:
    """Return whether any analyzer could make the term `text`, so that it may be asked for."""
    if not 0 < len(text) <= LONGEST_TERM or any(mark in text for mark in (HOLE, "\0")):
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not any(map(str.isspace, text))


def words_in(fields: Weights, forms: Weights) -> Json:
    """Return the query whose score is the weighted frequency of `forms` in `fields`."""
    terms = [
        {"term": {field: {"value": form, "boost": field_weight * form_weight}}}
        for field, field_weight in fields
        for form, form_weight in forms
    ]
    return terms[0] if len(terms) == 1 else {"bool": {"should": terms, "minimum_should_match": 1}}


def exact_phrase(field: str, terms: Sequence[str]) -> Json:
    """Return the query of `terms` in neighbouring places; its score is their number times that of terms."""
    return {"match_phrase": {field: {"query": " ".join(terms), "analyzer": "row"}}}


def loose_phrase(field: str, terms: Sequence[str], slop: int) -> Json:
    """Return the query of `terms` with gaps; its score is the number of places where they end.

    Lucene's phrases and spans count gaps otherwise, so the stored row is read: exact and slow. Only
    documents that have all terms are looked at.
    """
    having = [{"term": {field: term}} for term in dict.fromkeys(terms)]
    parameters = {"field": field, "terms": list(terms), "reach": slop + 1}
    return {
        "script_score": {
            "query": {"bool": {"filter": having}},
            "script": {"source": _PLACES, "params": parameters},
            "min_score": 0.5,
        }
    }


def scored(frequency: Json, fields: Weights, weight: float, statistics: Statistics, share: int = 1) -> Json:
    """Return BM25F: `weight` times the saturated frequency, the score of `frequency` over `share`."""
    rows = [row_of(name) for name, _ in fields]
    row = rows[0]
    if row is None:
        script = "double f = _score; return params.weight * f / (f + params.base);"
        parameters = {"weight": weight * (CODE_K1 + 1), "base": CODE_K1}
        return _script(frequency, script, parameters)
    script = "double f = Math.rint(_score / params.share);" if share > 1 else "double f = _score;"
    script += " double length = 0;"
    parameters = {"weight": weight * (row.k1 + 1), "base": row.k1 * (1 - row.b), "share": share}
    slope = row.k1 * row.b / statistics.average_length(fields)
    for place, (name, field_weight) in enumerate(fields):
        length = f"doc['{length_field(name)}']"
        script += f" if ({length}.size() != 0) {{ length += params.l{place} * {length}.value; }}"
        parameters[f"l{place}"] = slope * field_weight
    script += " return params.weight * f / (f + params.base + length);"
    return _script(frequency, script, parameters)


def recent_query(recent: Recent) -> Json:
    """Return the query of what has a day of publication, the newer the better."""
    today = recent.today.toordinal() - _EPOCH_ORDINAL
    parameters = {"boost": recent.boost, "today": today, "half_life": recent.half_life_days}
    return _script({"exists": {"field": "day"}}, _RECENT, parameters)


def _script(query: Json, source: str, parameters: dict[str, float]) -> Json:
    return {"script_score": {"query": query, "script": {"source": source, "params": parameters}}}
