"""The body of an index: analyzers that only split, one similarity that only counts, and the fields.

The primary entrypoints are `index_body` and `schema_fingerprint`. All understanding of text happens in the
application (`rows.py`); an index gets rows of terms. A hole in the row is a position without a term. Scores
are not Lucene's, which rounds lengths to a byte and counts frequencies shard by shard: the similarity hands
on the weighted frequency, and `scoring.py` does the rest.
"""

import hashlib
from typing import Any

from searchsvc.analysis import pipelines
from searchsvc.fields import CODE_FIELDS, FIELDS

SCHEMA_VERSION = 2

HOLE = "\u2400"
"""Never part of a term: the tokenizer takes letters, digits and marks only."""

LONGEST_TERM = 1000
"""Characters; no analyzer makes a longer one."""

MAX_WINDOW = 1_010_000
"""How deep a page may lie: the deepest that settings allow (`max_results`) and one page of hits."""

MAX_ROW = 1_048_576

LIVE_FROM = "born"
"""The update that brought a document; those of a rebuild have 0."""

DEAD_FROM = "dead"
"""The update that replaced or removed it; absent while it is live."""


def length_field(field: str) -> str:
    """Return the name of the field that holds how many tokens `field` has; absent where it has none."""
    return f"{field}_length"


def index_body(shards: int, replicas: int) -> dict[str, Any]:
    """Return settings and mappings of a new generation."""
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": "-1",  # only a finished update may be seen
                "codec": "best_compression",
                "max_result_window": MAX_WINDOW,
                "similarity": {
                    "frequency": {
                        "type": "scripted",
                        "script": {"source": "return query.boost * doc.freq;"},
                    }
                },
            },
            "analysis": {
                "tokenizer": {"row": {"type": "whitespace", "max_token_length": MAX_ROW}},
                "filter": {"holes": {"type": "stop", "stopwords": [HOLE]}},
                "analyzer": {"row": {"type": "custom", "tokenizer": "row", "filter": ["holes"]}},
            },
        },
        "mappings": {"dynamic": "strict", "properties": _properties()},
    }


def _properties() -> dict[str, Any]:
    keyword = {"type": "keyword"}
    properties: dict[str, Any] = {
        "id": keyword,
        "version": {"type": "long", "index": False},
        "published": {"type": "long"},
        "day": {"type": "integer", "index": False},
        "month": {"type": "integer", "index": False},
        "year": {"type": "integer", "index": False},
        "unit_path": keyword,
        "codes": keyword,
        "collection": keyword,
        LIVE_FROM: {"type": "long"},
        DEAD_FROM: {"type": "long"},
    }
    for name in CODE_FIELDS:
        properties[name] = _text(positions=False)
    for field in FIELDS:
        properties[field.name] = _text(positions=field.positions)
        properties[length_field(field.name)] = {"type": "integer", "index": False}
    return properties


def _text(*, positions: bool) -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": "row",
        "similarity": "frequency",
        "norms": False,
        "index_options": "positions" if positions else "freqs",
        "fielddata": True,  # loaded only where somebody asks for the vocabulary: the lexicon
    }


def schema_fingerprint() -> str:
    """Return what identifies this code's index format: its version, its fields, the analyzers."""
    parts = [str(SCHEMA_VERSION), *(field.name for field in FIELDS), *CODE_FIELDS, pipelines.fingerprint()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
