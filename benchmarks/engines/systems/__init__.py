"""The registry of systems. The primary entrypoint is `system`; each is imported only when it is asked for."""

from importlib import import_module
from typing import cast

from benchmarks.engines.systems.contract import System

OURS = "ours"
PLACES = {
    OURS: "ours:Ours",
    "ours-field": "our_field:OurField",
    "tantivy": "tantivy_index:Tantivy",
    "tantivy-layers": "tantivy_index:TantivyLayers",
    "tantivy-uncounted": "tantivy_index:TantivyUncounted",
    "fts5": "fts5:Fts5",
    "xapian": "xapian_database:Xapian",
    "bm25s": "bm25s_arrays:Bm25s",
    "whoosh": "stock_whoosh:StockWhoosh",
    "opensearch": "opensearch_node:OpenSearch",
    "ours-opensearch": "opensearch_node:OursOnOpenSearch",
    "service": "service:Service",
    "service-ranked": "service:RankedOnly",
}
"""Name of a system -> its module here and its class."""

PEERS = (
    "ours-field",
    "tantivy",
    "tantivy-uncounted",
    "tantivy-layers",
    "fts5",
    "xapian",
    "bm25s",
    "whoosh",
    "opensearch",
    "ours-opensearch",
)
OWN = (OURS, "service-ranked", "service")


def system(name: str) -> System:
    """Return the system `name`."""
    module, _, kind = PLACES[name].partition(":")
    return cast(System, getattr(import_module(f"{__name__}.{module}"), kind)())
