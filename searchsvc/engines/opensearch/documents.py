"""Documents to the JSON that an index takes: rows of terms, lengths, facts.

The primary entrypoint is `source_of`.
"""

import hashlib
from datetime import datetime
from typing import Any

from searchsvc.articles import VIETNAM_TIME
from searchsvc.engines.base import IndexDocument
from searchsvc.engines.opensearch.mapping import length_field
from searchsvc.engines.opensearch.rows import rows_of
from searchsvc.fields import CODES_FIELD, LEADING_CODES_FIELD, field_name

_DAY_S = 86_400
_VIETNAM_OFFSET_S = int(VIETNAM_TIME.utcoffset(None).total_seconds())


def source_of(document: IndexDocument) -> dict[str, Any]:
    """Return the body of `document`; a field that it lacks is left out."""
    source: dict[str, Any] = {
        "id": document.id,
        "version": document.version,
        "collection": document.collection,
        "unit_path": list(document.unit_path),
        "codes": list(dict.fromkeys(document.codes)),
        **_times(document.published),
    }
    for name, keys in (
        (CODES_FIELD, document.code_keys),
        (LEADING_CODES_FIELD, document.leading_code_keys),
    ):
        if keys:
            source[name] = " ".join(keys)
    for part, text in document.texts.items():
        for layer, row in rows_of(text, document.joins.get(part)).items():
            name = field_name(part, layer)
            source[name], source[length_field(name)] = row
    return source


def place_of(article_id: str, update: str) -> str:
    """Return the `_id` of an article's document of one update; it must be short, an article's id need not."""
    return f"{hashlib.blake2b(article_id.encode(), digest_size=16).hexdigest()}.{update}"


def epoch_seconds(published: datetime) -> int:
    """Return the instant in seconds since 1970 UTC; without a zone it is Vietnam's time."""
    aware = published if published.tzinfo else published.replace(tzinfo=VIETNAM_TIME)
    return int(aware.timestamp() // 1)


def _times(published: datetime | None) -> dict[str, int]:
    if published is None:
        return {}
    seconds = epoch_seconds(published)
    day = (seconds + _VIETNAM_OFFSET_S) // _DAY_S
    year, month = _year_and_month(day)
    return {"published": seconds, "day": day, "year": year, "month": year * 12 + month - 1}


def _year_and_month(day: int) -> tuple[int, int]:
    import numpy as np

    text = str(np.datetime64(day, "D"))  # a plain date knows neither year 0 nor 10000
    year, month, _ = text.rsplit("-", 2)
    return int(year), int(month)
