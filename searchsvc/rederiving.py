"""What the archive derived from its texts, made again and compared: for `searchsvc check --deep`.

The primary entrypoint is `differing`. Derived values (annotations, segmentations) have no checksum of their
own; that the same rules find the same is better than one.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from searchsvc.analysis.compounds import joins_fingerprint, word_joins
from searchsvc.archive.store import Archive
from searchsvc.articles import Article
from searchsvc.extract.annotate import annotate, fingerprint
from searchsvc.extract.units import Registry

_BATCH = 200


class Differing(NamedTuple):
    """An article whose stored annotations, or segmentation of a text, are not what the rules find."""

    article_id: str
    kind: str


def differing(archive: Archive, registry: Registry, told: Callable[[int], None]) -> Iterator[Differing]:
    """Yield what differs in the current versions; `told` gets the number of articles of each step.

    What other rules made is left out: `reindex` makes it again.
    """
    rules, joins_rules = fingerprint(registry), joins_fingerprint()
    for batch in archive.changes(0, batch=_BATCH):
        texts = [text for article in batch for _, text in article.texts()]
        kept = archive.joins_of(texts, joins_rules)
        for article in batch:
            if _annotations_differ(archive, article, registry, rules):
                yield Differing(article.id, "annotations")
            if any(text in kept and kept[text] != word_joins(text) for _, text in article.texts()):
                yield Differing(article.id, "segmentations")
        told(len(batch))


def _annotations_differ(archive: Archive, article: Article, registry: Registry, rules: str) -> bool:
    found = article.annotations
    return found.fingerprint == rules and annotate(archive.draft_of(article), registry) != found
