"""The texts of the engine benchmark: which documents, with which facts, and copies that are none."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.engines.corpus import write_corpus
from benchmarks.engines.facts import Facts
from benchmarks.engines.growing import grow
from benchmarks.engines.perturbing import Perturbing
from benchmarks.engines.preparing import layer_terms
from searchsvc.analysis.compounds import compounds, joins_fingerprint, word_joins
from searchsvc.analysis.normalize import clean
from searchsvc.analysis.pipelines import analyze
from searchsvc.analysis.tokens import tokenize
from searchsvc.archive.store import Archive
from searchsvc.extract.units import Registry
from searchsvc.fields import LAYERS
from searchsvc.ingest.importing import ImportOptions, import_paths

TEXT = "Hội nghị bàn về nông thôn mới. Đại biểu thảo luận sôi nổi; kết luận số 12345 được thông qua.\nBế mạc."


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    lines = [{"id": f"bài-{n}", "title": f"Bài {n}", "body": f"{TEXT}\n\n \nĐoạn {n}"} for n in range(20)]
    lines.append({"id": "bài-3", "title": "Bài 3", "body": "Cùng một mã, đọc một lần."})
    lines.append({"id": "trống", "title": "Không có gì", "body": " \n"})
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "tin_tuc.jsonl").write_text(text, "utf-8")
    return folder


def written(texts: Path, folder: Path, documents: int | None) -> list[dict[str, str]]:
    count = write_corpus(texts, folder, documents)
    files = sorted(folder.glob("*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    assert len(lines) == count
    return lines


def test_all_texts_come_once_with_their_paragraphs_in_a_row(texts: Path, tmp_path: Path) -> None:
    lines = written(texts, tmp_path / "all", None)
    assert [line["id"] for line in lines] == [f"bài-{n}" for n in range(20)]
    assert lines[3]["body"].endswith("Bế mạc.\nĐoạn 3")
    assert {line["collection"] for line in lines} == {"tin-tuc"}


def test_fewer_texts_are_a_part_of_more(texts: Path, tmp_path: Path) -> None:
    few, more = ({line["id"] for line in written(texts, tmp_path / str(count), count)} for count in (5, 12))
    assert few < more


@pytest.fixture
def archive(texts: Path, tmp_path: Path) -> Iterator[Archive]:
    """An archive of all texts, imported."""
    write_corpus(texts, tmp_path / "corpus", None)
    with Archive.open(f"sqlite:///{tmp_path / 'archive.db'}", create=True) as opened:
        options = ImportOptions(processes=1)
        import_paths([tmp_path / "corpus"], opened, Registry.load(), options=options)
        yield opened


def test_more_texts_than_there_are_bring_perturbed_copies(archive: Archive) -> None:
    assert grow(archive, 45, processes=2) == 45
    articles = [article for batch in archive.changes(0) for article in batch]
    ids = Counter(article.id for article in articles)
    assert len(ids) == 45
    assert Counter(id_.partition(".")[2] for id_ in ids) == {"": 20, "1": 20, "2": 5}
    assert len({article.body for article in articles}) > 40
    copies = [article for article in articles if "." in article.id]
    facts = Facts(Registry.load())
    assert all(article.published_text == facts.of(article.id).get("published") for article in copies)
    assert any(article.annotations.unit for article in copies)
    kept = archive.joins_of([article.body for article in copies], joins_fingerprint())
    for article in copies:
        assert len(kept[article.body]) == (len(tokenize(article.body)) + 7) // 8
        assert clean(article.body) == article.body


def joined_words(text: str, joins: bytes) -> Counter[str]:
    return Counter(token.text for token in compounds(text, tokenize(text), joins))


def test_a_copy_is_another_text_of_about_the_same_words() -> None:
    text = TEXT * 5
    copy = Perturbing(1).copy(text, word_joins(text))
    words, own = Counter(text.replace("\n", " ").split()), Counter(copy.text.split())
    assert copy.text != text
    assert own.total() == pytest.approx(words.total(), abs=5)
    assert 0.75 < (words & own).total() / words.total() < 1
    assert Perturbing(1).copy(text, word_joins(text)) == copy


def test_a_copy_has_the_words_of_its_original_but_those_with_an_exchanged_syllable() -> None:
    text = f"{TEXT} Ông H'Mông có 1.000 người, xã_hội ngày22.  Đoàn TP.HCM…\n\n" * 6
    joins = word_joins(text)
    copy = Perturbing(2).copy(text, joins)
    before, after = joined_words(text, joins), joined_words(copy.text, copy.joins)
    assert not after - before
    assert 0.7 < after.total() / before.total() < 1


def test_joins_of_another_text_are_refused() -> None:
    with pytest.raises(ValueError, match="1 bytes of joins for"):
        Perturbing(1).copy(TEXT, b"\0")


def test_the_terms_of_the_layers_are_those_of_the_analyzers() -> None:
    text = f"{TEXT}\nĐồng chí Nguyễn Văn A, H'Mông, 1.000 người; hoà bình, ﬁn Œuvre 越南"
    expected = {layer: [token.text for token in analyze(layer, text)] for layer in LAYERS}
    assert layer_terms(text, None) == expected
    assert layer_terms(text, word_joins(text)) == expected


def test_facts_hang_on_the_id_alone_and_have_the_stated_shares() -> None:
    facts = Facts(Registry.load())
    found = [facts.of(f"bài-{n}") for n in range(2000)]
    assert found[:3] == [facts.of(f"bài-{n}") for n in range(3)]
    undated = sum("published" not in one for one in found) / len(found)
    assert 0.02 < undated < 0.08
    units = Counter(one["unit"] for one in found if "unit" in one)
    assert 0.85 < units.total() / len(found) < 0.95
    assert len(units) > 10
    assert units.most_common(1)[0][1] > 3 * units.total() / len(units)


def test_a_folder_without_texts_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no \*\.jsonl\.xz"):
        write_corpus(tmp_path, tmp_path / "out", None)
