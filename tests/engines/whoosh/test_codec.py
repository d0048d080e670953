"""The columnar codec through Whoosh's own writer, merges, readers and queries."""

from itertools import islice
from pathlib import Path

import pytest
from whoosh import columns, fields, index, query
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import FuzzyTermPlugin, QueryParser
from whoosh.reading import TermNotFound
from whoosh.writing import NO_MERGE, OPTIMIZE

from searchsvc.engines.whoosh import WhooshEngine, schema
from searchsvc.engines.whoosh.codec import ColumnarCodec
from searchsvc.engines.whoosh.columnar_matcher import ColumnarMatcher
from searchsvc.engines.whoosh.snapshots import INDEX_NAME
from tests.builders import document

TEXTS = ["hội nghị tổng kết", "nghị quyết hội đồng", "tổng kết tổng kết", "đại hội", "quyết toán"]


@pytest.fixture
def written(tmp_path: Path) -> index.Index:
    """An index that Whoosh's own writer made: two segments, a deleted document in the first."""
    found = index.create_in(str(tmp_path), schema.whoosh_schema())
    for start in (0, 3):
        writer = found.writer(codec=ColumnarCodec())
        for number, text in islice(enumerate(TEXTS), start, start + 3):
            writer.add_document(
                id=f"bai-{number}".encode(),
                version=number + 1,
                published=number * 100,
                codes=b"05-CT/TW\x1f35-NQ/TW" if number % 2 else b"",
                body_folded=text,
                body_pairs=text,
                code_keys=["05-ct/tw"] * (number + 1),
            )
        writer.commit(mergetype=NO_MERGE)
    writer = found.writer(codec=ColumnarCodec())
    writer.delete_document(1)
    writer.commit(mergetype=NO_MERGE)
    return found


def ids(found: index.Index, asked: query.Query) -> list[str]:
    with found.searcher() as searcher:
        reader = searcher.reader()
        column = reader.column_reader("id", translate=False)
        return sorted(column[number].decode() for number in searcher.docs_for_query(asked))


QUERIES = {
    "tong": ["bai-0", "bai-2"],
    "hoi": ["bai-0", "bai-3"],
    "hoi OR quyet": ["bai-0", "bai-3", "bai-4"],
    "hoi NOT nghi": ["bai-3"],
    '"tong ket"': ["bai-0", "bai-2"],
    '"ket tong"': ["bai-2"],
    "qu*": ["bai-4"],
    "t?ng": ["bai-0", "bai-2"],
    "[d TO h]": ["bai-3"],
    "hoii~1": ["bai-0", "bai-3"],
}


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("merged", [False, True])
def test_whooshs_queries_find_what_they_should(written: index.Index, text: str, merged: bool) -> None:
    if merged:
        written.writer(codec=ColumnarCodec()).commit(mergetype=OPTIMIZE)
    parser = QueryParser("body_folded", None)
    parser.add_plugin(FuzzyTermPlugin())
    assert ids(written, parser.parse(text)) == QUERIES[text]


def test_whooshs_merge_keeps_everything_but_the_deleted(written: index.Index) -> None:
    with written.reader() as before:
        terms = list(before.all_terms())
        weights = {term: before.frequency(*term) for term in terms}
    written.writer(codec=ColumnarCodec()).commit(mergetype=OPTIMIZE)
    with written.reader() as reader:
        assert reader.doc_count() == reader.doc_count_all() == 4
        assert list(reader.all_terms()) == sorted(
            set(terms)
            - {
                ("body_folded", b"dong"),
                ("body_pairs", b"nghi_quyet"),
                ("body_pairs", b"quyet_hoi"),
                ("body_pairs", b"hoi_dong"),
            }
        )
        assert reader.frequency("body_folded", b"tong") == weights["body_folded", b"tong"] == 3
        assert reader.term_info("code_keys", b"05-ct/tw").weight() == 1 + 3 + 4 + 5
        assert [bytes(each) for each in reader.column_reader("codes", translate=False)][2:] == [
            b"05-CT/TW\x1f35-NQ/TW",
            b"",
        ]
        assert list(reader.column_reader("published", translate=False)) == [0, 200, 300, 400]
        assert reader.doc_field_length(1, "body_folded") == 4
        assert reader.field_length("body_folded") == 4 + 4 + 2 + 2


def test_a_matcher_walks_skips_and_tells(written: index.Index) -> None:
    with written.reader() as reader:
        matcher = reader.leaf_readers()[0][0]._terms.matcher(
            "body_folded", b"tong", schema.whoosh_schema()["body_folded"].format
        )
        assert isinstance(matcher, ColumnarMatcher)
        assert list(matcher.all_ids()) == [0, 2]
        assert (matcher.id(), matcher.weight(), matcher.value_as("positions")) == (0, 1.0, [2])
        copy = matcher.copy()
        matcher.skip_to(1)
        assert (matcher.id(), matcher.weight(), matcher.value_as("positions")) == (2, 2.0, [0, 2])
        assert copy.id() == 0
        matcher.next()
        assert not matcher.is_active()
        matcher.reset()
        assert matcher.id() == 0
        assert (matcher.block_max_weight(), matcher.block_min_length(), matcher.block_max_length()) == (
            2.0,
            4,
            4,
        )


def test_whoosh_reads_what_the_engine_wrote(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    with engine.rebuild(fingerprint="f", change=1) as writer:
        writer.put([document(f"bai-{number}", text) for number, text in enumerate(TEXTS)])
    folder = engine._generations.folder(engine._generations.pointer().name)
    found = index.open_dir(str(folder), indexname=INDEX_NAME)
    for text, expected in (("hoi AND nghi", ["bai-0", "bai-1"]), ('"tong ket"', ["bai-0", "bai-2"])):
        assert ids(found, QueryParser("body_folded", None).parse(text)) == expected
    with found.reader() as reader, pytest.raises(TermNotFound):
        reader.term_info("body_folded", b"vang")
    engine.close()


def test_what_the_codec_cannot_keep_is_refused_clearly(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="needs a folder"):
        RamStorage().create_index(schema.whoosh_schema()).writer(codec=ColumnarCodec())
    stored = fields.Schema(a=fields.TEXT(stored=True), b=fields.COLUMN(columns.BitColumn()))
    for name, value, message in (("a", "x", "stores no fields"), ("b", True, "keeps numbers and bytes")):
        folder = tmp_path / name
        folder.mkdir()
        writer = index.create_in(str(folder), stored).writer(codec=ColumnarCodec())
        with pytest.raises(TypeError, match=message):
            writer.add_document(**{name: value})
        writer.cancel()
