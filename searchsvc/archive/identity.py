"""Which article a draft belongs to, and what its content is: keys, ids and hashes; no database.

The primary entrypoints are `identity_of` and `check_draft`. The rule is that of docs/architecture.md,
"Identity": the draft's `id`, else its `url`, else the place it was read from together with its content.
"""

import hashlib
import json
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from searchsvc.analysis.fold import fold
from searchsvc.archive.schema import ID_CHARS, KEY_CHARS, NAME_CHARS
from searchsvc.articles import DEFAULT_COLLECTION, Draft
from searchsvc.errors import UnreadableSource

_GENERATED_ID_CHARS = 16
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


class Identity(NamedTuple):
    """How one draft is recognised. `content_key` is '' where an id or address alone decides."""

    key: str
    content_key: str
    content_hash: str

    @property
    def naming_key(self) -> str:
        """The key that a generated article id is made of: of a place the content first read there.

        So a page has the same address wherever the folder lies from which it is imported.
        """
        return self.content_key or self.key


def content_hash(draft: Draft) -> str:
    """Return the sha256 (hex) of all that the source says; where it was read from does not count."""
    content = [
        draft.title,
        draft.summary,
        draft.body,
        list(draft.captions),
        draft.id,
        draft.url,
        draft.published,
        draft.unit,
        draft.author,
        draft.collection,
    ]
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def identity_of(draft: Draft) -> Identity:
    """Return how `draft`, which `check_draft` accepts, is recognised."""
    content = content_hash(draft)
    if draft.id is not None:
        return Identity(f"id:{draft.id}", "", content)
    if draft.url:
        return Identity(_bounded("url", draft.url), "", content)
    content_key = f"content:{content}"
    if draft.source_key:
        return Identity(_bounded("source", storable(draft.source_key)), content_key, content)
    return Identity(content_key, content_key, content)


def generated_id(key: str, attempt: int = 0) -> str:
    """Return the public id of an article whose draft has none; another `attempt` gives another id."""
    salted = key if attempt == 0 else f"{attempt}:{key}"
    return hashlib.sha256(salted.encode()).hexdigest()[:_GENERATED_ID_CHARS]


def check_draft(draft: Draft) -> None:
    """Raise UnreadableSource if the archive cannot keep `draft`: a bad id, or text that is not Unicode."""
    if draft.id is not None and not is_article_id(draft.id):
        shown = ascii(draft.id[:60])
        raise UnreadableSource(
            vi=f"id {shown} không dùng được: cần 1–{ID_CHARS} ký tự in được, không có khoảng trắng hay dấu / "
            "ở đầu và cuối, không có phần rỗng, '.' hay '..'",
            en=f"id {shown} cannot be used: it needs 1 to {ID_CHARS} printable characters, without a space "
            "or / at either end, and without an empty part, '.' or '..'",
        )
    for text in _texts(draft):
        if not _can_be_kept(text):
            raise UnreadableSource(
                vi="Văn bản có ký tự không hợp lệ (U+0000 hoặc nửa ký tự UTF-16); hãy sửa nguồn rồi nhập lại",
                en="The text has an invalid character (U+0000 or half of a UTF-16 pair); "
                "correct the source and import again",
            )


def is_archivable(draft: Draft) -> bool:
    """Return whether `check_draft` accepts `draft`."""
    try:
        check_draft(draft)
    except UnreadableSource:
        return False
    return True


def is_article_id(text: str) -> bool:
    """Return whether `text` can name an article in /articles/<id>."""
    if not 1 <= len(text) <= ID_CHARS or not text.isprintable() or text != text.strip():
        return False
    return all(part not in ("", ".", "..") for part in text.split("/"))


@lru_cache(maxsize=256)
def collection_slug(name: str | None) -> str:
    """Return the slug of a collection's name, 'Công báo' -> 'cong-bao', or the default collection's."""
    bare = (name or "").strip()[:NAME_CHARS]
    if not bare:
        return DEFAULT_COLLECTION
    slug = _NOT_IN_SLUG.sub("-", fold(unicodedata.normalize("NFC", bare))).strip("-")
    return slug or "c-" + hashlib.sha256(bare.encode()).hexdigest()[:8]


def collection_name(name: str | None) -> str:
    """Return the name under which people see a collection."""
    return (name or "").strip()[:NAME_CHARS] or DEFAULT_COLLECTION


def storable(place: str) -> str:
    """Return the name of a place, often a path, as any database keeps it: '\\udcc0' for a stray byte."""
    return place.replace("\0", "\ufffd").encode(errors="backslashreplace").decode()


def _bounded(kind: str, text: str) -> str:
    # Databases bound the length of an index key; addresses have no bound.
    key = f"{kind}:{text}"
    return key if len(key) <= KEY_CHARS else f"{kind}:sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _texts(draft: Draft) -> tuple[str, ...]:
    optional = (draft.url, draft.published, draft.unit, draft.author, draft.collection)
    present = tuple(text for text in optional if text is not None)
    return (draft.title, draft.summary, draft.body, *draft.captions, *present)


def _can_be_kept(text: str) -> bool:
    if "\0" in text:  # PostgreSQL keeps no U+0000
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
