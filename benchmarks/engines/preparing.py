"""From the archive to the files of `prepared.Prepared`.

The primary entrypoints are `prepare` and, for those who index all layers, `prepare_layers`. Nothing of the
engine's indexing is used here, only the analyzers: what peers index is made independently.
"""

import json
import multiprocessing
import os
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from multiprocessing.pool import AsyncResult
from pathlib import Path

import numpy as np

from benchmarks.engines.prepared import DocumentFacts, Prepared
from searchsvc.analysis.compounds import JOINT, joined_ranges, joins_fingerprint, word_joins
from searchsvc.analysis.pipelines import analyze, exact_term, folded_term
from searchsvc.analysis.tokens import paragraphs_of, words_of
from searchsvc.archive.store import Archive
from searchsvc.articles import PARTS, VIETNAM_TIME, Article
from searchsvc.extract.units import Registry
from searchsvc.fields import LAYERS, Layer

UNDATED = -(2**62)
"""Published instant of a document without one; before all others."""


def prepare(archive: Archive, registry: Registry, folder: Path, processes: int = 0) -> Prepared:
    """Write the folded tokens and the facts of all articles to `folder`; `processes` analyze them, 0 for all
    cores."""
    folder.mkdir(parents=True, exist_ok=True)
    frequencies: Counter[str] = Counter()
    counts = Counter(documents=0, text_bytes=0, tokens=0, token_bytes=0)
    starts: list[int] = []
    with (
        (folder / "tokens.txt").open("w", encoding="ascii") as tokens_file,
        (folder / "facts.jsonl").open("w", encoding="utf-8") as facts_file,
    ):
        for article, line in _analyzed(archive, _folded_lines, processes):
            tokens = line.split(" ") if line else []
            starts.append(counts["token_bytes"])
            frequencies.update(set(tokens))
            tokens_file.write(line + "\n")
            facts_file.write(json.dumps(facts_of(article, registry), ensure_ascii=False) + "\n")
            size = sum(len(article.text_of(part).encode()) for part in PARTS)
            counts.update(documents=1, text_bytes=size, tokens=len(tokens), token_bytes=len(line) + 1)
    np.save(folder / "starts.npy", np.array(starts, np.int64))
    rows = "".join(f"{term}\t{count}\n" for term, count in frequencies.items())
    (folder / "frequencies.tsv").write_text(rows, "utf-8")
    (folder / "counts.json").write_text(json.dumps({**counts, "terms": len(frequencies)}), "utf-8")
    return Prepared(folder)


def prepare_layers(archive: Archive, folder: Path, processes: int = 0) -> int:
    """Write the tokens of all layers of all articles to `folder`, beside what `prepare` wrote; return how
    many articles there are."""
    count = 0
    with (folder / "layers.txt").open("w", encoding="utf-8") as file:
        for _, line in _analyzed(archive, _layer_lines, processes):
            file.write(line + "\n")
            count += 1
    return count


Texts = Sequence[tuple[str, bytes | None]]
"""Bodies, each with its segmentation where the archive has it."""


def _analyzed(
    archive: Archive, analyze: Callable[[Texts], list[str]], processes: int
) -> Iterator[tuple[Article, str]]:
    """Yield each article with its line, in order of change, holding a few batches in memory."""
    processes = processes or os.cpu_count() or 1
    waiting: deque[tuple[list[Article], AsyncResult[list[str]]]] = deque()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for batch in archive.changes(0, archive.latest_change(), batch=200):
            bodies = [article.body for article in batch]
            joins = archive.joins_of(list(dict.fromkeys(bodies)), joins_fingerprint())
            texts = [(body, joins.get(body)) for body in bodies]
            waiting.append((batch, pool.apply_async(analyze, (texts,))))
            if len(waiting) > 2 * processes:
                articles, result = waiting.popleft()
                yield from zip(articles, result.get(), strict=True)
        for articles, result in waiting:
            yield from zip(articles, result.get(), strict=True)


def _folded_lines(texts: Texts) -> list[str]:
    return [" ".join(map(_folded_token, _syllables(body))) for body, _ in texts]


@cache
def _folded_token(syllable: str) -> str:
    return ascii_token(folded_term(syllable))


def _layer_lines(texts: Texts) -> list[str]:
    found = []
    for body, joins in texts:
        layers = layer_terms(body, joins)
        found.append("\t".join(" ".join(layers[layer]) for layer in LAYERS))
    return found


def _syllables(text: str) -> list[str]:
    return [word for paragraph in paragraphs_of(text) for word in words_of(paragraph)]


def layer_terms(text: str, joins: bytes | None) -> dict[Layer, list[str]]:
    """Return the terms of `text`, which has no blank line, by layer: those of `pipelines.analyze`.

    That makes tokens with offsets, which nobody needs here and which would take most of the time.
    """
    syllables = _syllables(text)
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
