"""The archive's tables: SQLAlchemy Core, with types that every database has.

Instants are text in UTC, always 'YYYY-MM-DDTHH:MM:SS.ffffffZ', so that they sort as they stand; days are
'YYYY-MM-DD'. A change of any table raises `SCHEMA_VERSION` and adds a step to `upgrading`.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

APPLICATION = "searchsvc archive"
SCHEMA_VERSION = 2

ID_CHARS = 200
KEY_CHARS = 500
NAME_CHARS = 200
INSTANT_CHARS = 27
MAX_VERSION = 2**31 - 1

metadata = MetaData()


def _ordered(length: int) -> TypeEngine[str]:
    """A text that sorts by code points in every database, whatever its language."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


# 'application', 'schema', 'lineage' (the history that change numbers belong to: another one after a restore)
# and 'change', the number of the last change. A writer locks the row of 'change'
# first, so that change numbers become visible in their order on every database.
meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("slug", _ordered(NAME_CHARS), primary_key=True),
    Column("name", String(NAME_CHARS), nullable=False),
    sqlite_with_rowid=False,
)

# `version` is the number of the current version, `collection` the slug of its collection.
articles = Table(
    "articles",
    metadata,
    Column("id", _ordered(ID_CHARS), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("collection", ForeignKey(collections.c.slug), nullable=False, index=True),
    sqlite_with_rowid=False,
)

# What the sources said, never altered. `draft_id`, `unit`, `published` and `collection` are as in the draft.
versions = Table(
    "versions",
    metadata,
    Column("article_id", ForeignKey(articles.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content_hash", String(64), nullable=False),
    Column("imported_at", String(INSTANT_CHARS), nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("captions", JSON, nullable=False),
    Column("draft_id", String(ID_CHARS)),
    Column("url", Text),
    Column("published", Text),
    Column("unit", Text),
    Column("author", Text),
    Column("collection", Text),
    Column("source", Text, nullable=False),
    Column("source_key", Text),
)

# What extraction found in a version, and `change`: the number of its arrival or of its last re-annotation.
annotations = Table(
    "annotations",
    metadata,
    Column("article_id", _ordered(ID_CHARS), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("published", String(INSTANT_CHARS)),
    Column("unit", Text),
    Column("fingerprint", Text, nullable=False),
    Column("warnings", JSON, nullable=False),
    ForeignKeyConstraint(["article_id", "number"], [versions.c.article_id, versions.c.number]),
    sqlite_with_rowid=False,
)

# `CodeMention`, field by field; `start` and `end` are reserved words in SQL.
mentions = Table(
    "mentions",
    metadata,
    Column("article_id", _ordered(ID_CHARS), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("part", String(10), nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("raw", Text, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("code", Text),
    Column("code_key", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("code_number", Text, nullable=False),
    Column("year", Integer),
    Column("issuer", Text),
    Column("noun", Text),
    Column("issued", String(10)),
    Column("term", Text),
    Column("issuer_phrase", Text),
    Column("subject", Text),
    ForeignKeyConstraint(["article_id", "number"], [annotations.c.article_id, annotations.c.number]),
    Index("ix_mentions_code", "code"),
    Index("ix_mentions_code_key", "code_key"),
    sqlite_with_rowid=False,
)

# Which article a source's item belongs to, and the content that it last brought.
identities = Table(
    "identities",
    metadata,
    Column("key", String(KEY_CHARS), primary_key=True),
    Column("article_id", ForeignKey(articles.c.id), nullable=False, index=True),
    Column("content_hash", String(64), nullable=False),
    sqlite_with_rowid=False,
)

# `place` is the sha256 of source, position and digest: the same item is kept once.
refused = Table(
    "refused",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("place", String(64), nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("reason_vi", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("original", LargeBinary, nullable=False),
    Column("seen_at", String(INSTANT_CHARS), nullable=False),
)

# Which syllables of a text are joined to words (`analysis.compounds.word_joins`): derived, so it is neither
# exported nor part of the digest. `text_hash` is the sha256 of the text, `fingerprint` names the rules.
segmentations = Table(
    "segmentations",
    metadata,
    Column("text_hash", LargeBinary(32), primary_key=True),
    Column("fingerprint", String(40), nullable=False),
    Column("joins", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
