"""Packing: what is unpacked is what was packed, one term at a time and all at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.engines.whoosh.field_arrays import WIDTH, FieldArrays, FieldPacker, Postings
from searchsvc.engines.whoosh.frequency_rows import FrequencyRow
from searchsvc.engines.whoosh.packing import starts_of, width_for
from searchsvc.engines.whoosh.vocabulary import PairTerms, TextTerms, find, merged, merged_pairs

terms = st.binary(min_size=1, max_size=6)
documents = st.sets(st.one_of(st.integers(0, 700), st.integers(0, 65_535)), min_size=1, max_size=12)
positions = st.sets(st.one_of(st.integers(0, 40), st.integers(0, 200_000)), min_size=1, max_size=20)
often = st.integers(1, 600).map(lambda count: set(range(count)))
fields = st.dictionaries(terms, st.dictionaries(st.integers(0, 65_535), positions, min_size=1, max_size=9))
small_fields = st.dictionaries(terms, st.dictionaries(st.integers(0, 11), positions | often, min_size=1))
"""Of a dozen documents, so that many of the terms are rows, some with great frequencies."""

sized_fields = st.tuples(fields, st.just(65_536)) | st.tuples(small_fields, st.just(12))


def packed(field: dict[bytes, dict[int, set[int]]], size: int = 65_536) -> FieldArrays:
    """Return a field of the postings {term: {document: positions}}, packed in two runs."""
    names = sorted(field)
    packer = FieldPacker(size, positions=True)
    for run in (names[: len(names) // 2], names[len(names) // 2 :]):
        rows = [(document, sorted(found)) for name in run for document, found in sorted(field[name].items())]
        packer.add(
            Postings(
                np.array([len(field[name]) for name in run], np.int64),
                np.array([document for document, _ in rows], np.int64),
                np.array([len(found) for _, found in rows], np.int64),
                np.array([place for _, found in rows for place in found], np.int64),
            )
        )
    text = TextTerms.of(names)
    arrays = {f"f.{name}": array for name, array in packer.arrays().items()}
    arrays |= {"f.text": text.text, "f.ends": text.ends}
    return FieldArrays("f", arrays, {WIDTH: width_for(size), "pairs": {}})


@given(sized_fields)
def test_what_is_unpacked_is_what_was_packed(sized: tuple[dict[bytes, dict[int, set[int]]], int]) -> None:
    field, size = sized
    found = packed({name: rows for name, rows in field.items() if rows}, size)
    names = sorted(name for name, rows in field.items() if rows)
    assert list(found.terms) == names
    for number, name in enumerate(names):
        rows = sorted(field[name].items())
        assert found.find(name) == number
        assert found.count(number) == len(rows)
        assert found.documents(number).tolist() == [document for document, _ in rows]
        assert found.frequencies(number).tolist() == [len(places) for _, places in rows]
        row = found.row(number)
        assert (row is not None) == (4 * len(rows) >= size)
        if row is not None:
            frequencies = [len(field[name].get(document, ())) for document in range(size)]
            assert row.exact().tolist() == frequencies
            assert row.at(np.arange(size)[::2]).tolist() == frequencies[::2]
            weighted, mask = np.empty(size, np.float32), np.empty(size, bool)
            row.weighted_into(0.5, weighted)
            row.mask_into(mask)
            assert (weighted.tolist(), mask.tolist()) == (
                [0.5 * each for each in frequencies],
                [each > 0 for each in frequencies],
            )
        assert found.positions(number).tolist() == [place for _, places in rows for place in sorted(places)]
        some = rows[::2]
        counts, places = found.positions_in(number, np.array([document for document, _ in some], np.int32))
        assert counts.tolist() == [len(places) for _, places in some]
        assert places.tolist() == [place for _, found in some for place in sorted(found)]


@given(sized_fields, st.data())
def test_a_run_of_terms_is_its_terms(
    sized: tuple[dict[bytes, dict[int, set[int]]], int], data: st.DataObject
) -> None:
    field, size = sized
    found = packed({name: rows for name, rows in field.items() if rows}, size)
    first = data.draw(st.integers(0, len(found.terms)))
    last = data.draw(st.integers(first, len(found.terms)))
    run = found.run(first, last)
    numbers = range(first, last)
    assert run.counts.tolist() == [found.count(number) for number in numbers]
    assert run.documents.tolist() == [each for number in numbers for each in found.documents(number).tolist()]
    assert run.frequencies.tolist() == [
        each for number in numbers for each in found.frequencies(number).tolist()
    ]
    assert run.positions is not None
    assert run.positions.tolist() == [each for number in numbers for each in found.positions(number).tolist()]


def test_common_terms_are_rows_frequent_documents_take_a_byte_each_and_rare_ones_two() -> None:
    common = packed({b"a": {document: {0} for document in range(0, 60_000, 3)}})
    assert len(common._documents) == 0
    assert common.row(0) is not None
    rows = {document: {0} for document in range(0, 60_000, 5)}
    assert len(packed({b"a": rows})._documents) == len(rows)
    assert len(packed({b"a": {5: {0}, 65_535: {0}}})._documents) == 4
    assert packed({b"a": {255: {0}, 510: {0}, 511: {0}}}).documents(0).tolist() == [255, 510, 511]


def test_documents_beyond_two_bytes() -> None:
    rows = {number: {0} for number in (1, 70_000, 4_000_000)}
    assert packed({b"a": rows}, size=5_000_000).documents(0).tolist() == sorted(rows)


syllables = st.lists(st.sampled_from(["1", "10", "1a", "a", "ab", "b", "đ"]), min_size=1, unique=True)


@given(syllables, st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6))), terms)
def test_pairs_sort_and_are_found_as_their_bytes(
    names: list[str], places: list[tuple[int, int]], other: bytes
) -> None:
    parts = TextTerms.of(sorted(name.encode() for name in names))
    chosen = [(one % len(parts), two % len(parts)) for one, two in places]
    first, second = np.array(chosen, np.int64).reshape(-1, 2).T
    pairs = PairTerms(np.unique(PairTerms.key_of(first, second, parts.joint_ranks)), parts, parts.joint_ranks)
    texts = sorted({parts[one] + b"_" + parts[two] for one, two in chosen})
    assert list(pairs) == texts == [pairs[number] for number in range(len(pairs))]
    for text in [*texts, other, other + b"_", b"_", b"a_zz"]:
        assert pairs.find(text) == find(pairs, text) == (texts.index(text) if text in texts else None)


@given(st.lists(st.lists(terms, unique=True).map(sorted), max_size=3), st.data())
def test_merged_terms(lists: list[list[bytes]], data: st.DataObject) -> None:
    chosen = [
        data.draw(st.none() | st.lists(st.booleans(), min_size=len(each), max_size=len(each)))
        for each in lists
    ]
    masks = [None if each is None else np.array(each, bool) for each in chosen]
    found, maps = merged(list(zip([TextTerms.of(each) for each in lists], masks, strict=True)))
    kept = [
        {name for name, wanted in zip(each, mask or [True] * len(each), strict=True) if wanted}
        for each, mask in zip(lists, chosen, strict=True)
    ]
    assert list(found) == sorted(set().union(*kept))
    for each, names, numbers in zip(lists, kept, maps, strict=True):
        assert (np.diff(numbers) >= 0).all()
        assert all(found[int(numbers[place])] == name for place, name in enumerate(each) if name in names)


def test_merged_pairs_over_other_parts() -> None:
    one, two = TextTerms.of([b"1", b"b"]), TextTerms.of([b"10", b"b"])
    key = PairTerms.key_of
    sources = [
        (PairTerms(key(np.array([0]), np.array([1]), one.joint_ranks), one, one.joint_ranks), None),
        (PairTerms(key(np.array([0]), np.array([1]), two.joint_ranks), two, two.joint_ranks), None),
    ]
    parts, part_maps = merged([(one, None), (two, None)])
    pairs, maps = merged_pairs(sources, parts, part_maps)
    assert list(pairs) == [b"10_b", b"1_b"]
    assert [numbers.tolist() for numbers in maps] == [[1], [0]]


def test_starts() -> None:
    assert starts_of(np.array([2, 0, 3])).tolist() == [0, 2, 2, 5]


@given(
    st.dictionaries(st.integers(0, 1_099), st.integers(1, 300) | st.integers(1, 5), max_size=400),
    st.sets(st.integers(0, 1_099), max_size=12),
    st.integers(1_100, 1_300),
)
def test_occurrences_before_a_document(frequencies: dict[int, int], wanted: set[int], size: int) -> None:
    documents = np.array(sorted(frequencies), np.int64)
    row = FrequencyRow.of(documents, np.array([frequencies[number] for number in documents.tolist()]), size)
    expected = [
        sum(often for number, often in frequencies.items() if number < each) for each in sorted(wanted)
    ]
    assert row.before(np.array(sorted(wanted), np.int64)).tolist() == expected
