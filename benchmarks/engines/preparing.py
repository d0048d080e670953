"""From the archive to the files of `prepared.Prepared`. The primary entrypoint is `prepare`."""

import json
import multiprocessing
import os
import zlib
from collections import Counter, deque
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.engines.prepared import DocumentFacts, Prepared
from searchsvc.analysis.compounds import JOINT, joined_ranges, joins_fingerprint, word_joins
from searchsvc.analysis.pipelines import analyze, exact_term, folded_term
from searchsvc.analysis.tokens import tokenize
from searchsvc.archive.store import Archive
from searchsvc.articles import PARTS, VIETNAM_TIME, Article
from searchsvc.extract.units import Registry
from searchsvc.fields import LAYERS, Layer

UNDATED = -(2**62)
"""Published instant of a document without one; before all others."""


def prepare(archive: Archive, registry: Registry, folder: Path, processes: int = 0) -> Prepared:
    """Write the tokens and facts of all articles to `folder`; `processes` analyze them, 0 for all cores."""
    folder.mkdir(parents=True, exist_ok=True)
    frequencies: Counter[str] = Counter()
    counts = Counter(documents=0, text_bytes=0, tokens=0, token_bytes=0)
    starts: list[int] = []
    with (
        (folder / "tokens.txt").open("w", encoding="ascii") as tokens_file,
        (folder / "layers.txt").open("w", encoding="utf-8") as layers_file,
        (folder / "facts.jsonl").open("w", encoding="utf-8") as facts_file,
    ):
        for article, lines in _analyzed(archive, processes or os.cpu_count() or 1):
            tokens = lines.folded.split(" ") if lines.folded else []
            starts.append(counts["token_bytes"])
            frequencies.update(set(tokens))
            tokens_file.write(lines.folded + "\n")
            layers_file.write(lines.layers + "\n")
            facts_file.write(json.dumps(facts_of(article, registry), ensure_ascii=False) + "\n")
            size = sum(len(article.text_of(part).encode()) for part in PARTS)
            counts.update(documents=1, text_bytes=size, tokens=len(tokens), token_bytes=len(lines.folded) + 1)
    np.save(folder / "starts.npy", np.array(starts, np.int64))
    rows = "".join(f"{term}\t{count}\n" for term, count in frequencies.items())
    (folder / "frequencies.tsv").write_text(rows, "utf-8")
    (folder / "counts.json").write_text(json.dumps({**counts, "terms": len(frequencies)}), "utf-8")
    return Prepared(folder)


class _Lines(NamedTuple):
    folded: str
    layers: str


def _analyzed(archive: Archive, processes: int) -> Iterator[tuple[Article, _Lines]]:
    """Yield each article with its lines, in order of change, holding a few batches in memory."""
    waiting: deque[tuple[list[Article], AsyncResult[list[_Lines]]]] = deque()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for batch in archive.changes(0, archive.latest_change(), batch=200):
            bodies = [article.body for article in batch]
            joins = archive.joins_of(list(dict.fromkeys(bodies)), joins_fingerprint())
            texts = [(body, joins.get(body)) for body in bodies]
            waiting.append((batch, pool.apply_async(_lines_of, (texts,))))
            if len(waiting) > 2 * processes:
                articles, result = waiting.popleft()
                yield from zip(articles, result.get(), strict=True)
        for articles, result in waiting:
            yield from zip(articles, result.get(), strict=True)


def _lines_of(texts: list[tuple[str, bytes | None]]) -> list[_Lines]:
    found = []
    for body, joins in texts:
        layers = layer_terms(body, joins)
        folded = " ".join(map(ascii_token, layers["folded"]))
        found.append(_Lines(folded, "\t".join(" ".join(layers[layer]) for layer in LAYERS)))
    return found


def layer_terms(text: str, joins: bytes | None) -> dict[Layer, list[str]]:
    """Return the terms of `text`, which has no blank line, by layer: those of `pipelines.analyze`.

    That makes tokens with offsets, which nobody needs here and which would take most of the time.
    """
    syllables = [token.text for token in tokenize(text)]
    exact, folded = list(map(exact_term, syllables)), list(map(folded_term, syllables))
    words: list[str] = []
    for first, last in joined_ranges(word_joins(text) if joins is None else joins, len(syllables)):
        forms = (JOINT.join(terms[first:last]) for terms in (exact, folded))
        words += dict.fromkeys(forms)
    pairs = [f"{first}{JOINT}{second}" for first, second in pairwise(folded)]
    return {"exact": exact, "folded": folded, "words": words, "pairs": pairs}


def folded_tokens(article: Article) -> list[tuple[str, str]]:
    """Return the term in the layer `folded` and the text as archived of each syllable of the body."""
    found = analyze("folded", article.body)
    return [(ascii_token(token.text), article.body[token.start : token.end]) for token in found]


def ascii_token(token: str) -> str:
    """Return `token`, or a name for it where it is not in ASCII."""
    return token if token.isascii() else f"zz{zlib.crc32(token.encode()):08x}"


def facts_of(article: Article, registry: Registry) -> DocumentFacts:
    """Return the facts that our index has of `article`."""
    found = article.annotations
    published, year = UNDATED, 0
    if found.published is not None:
        published = int(found.published.timestamp() // 1)
        year = found.published.astimezone(VIETNAM_TIME).year
    path = registry.path(found.unit) if found.unit else ()
    return DocumentFacts(
        article.id, published, year, article.collection, list(path), list(found.distinct_codes())
    )
