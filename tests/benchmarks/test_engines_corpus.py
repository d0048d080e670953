"""The texts of the engine benchmark: which documents, with which facts, and copies that are none."""

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.engines.corpus import write_corpus
from benchmarks.engines.facts import Facts
from benchmarks.engines.perturbing import Perturbing
from benchmarks.engines.preparing import layer_terms
from searchsvc.analysis.compounds import word_joins
from searchsvc.analysis.pipelines import analyze
from searchsvc.extract.units import Registry
from searchsvc.fields import LAYERS

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


def test_more_texts_than_there_are_bring_perturbed_copies(texts: Path, tmp_path: Path) -> None:
    lines = written(texts, tmp_path / "many", 45)
    ids = Counter(line["id"] for line in lines)
    assert len(ids) == 45
    assert Counter(id_.partition(".")[2] for id_ in ids) == {"": 20, "1": 20, "2": 5}
    assert len({line["body"] for line in lines}) > 40
    assert lines == written(texts, tmp_path / "again", 45)


def test_a_copy_is_another_text_of_about_the_same_words() -> None:
    perturbing = Perturbing(1)
    perturbing.copy("Một đoạn khác hẳn để lấy âm tiết ra mà đổi chỗ trong bài sau")
    copy = perturbing.copy(TEXT * 5)
    words, own = Counter(TEXT.replace("\n", " ").split() * 5), Counter(copy.split())
    assert copy != TEXT * 5
    assert own.total() == pytest.approx(words.total(), abs=5)
    assert 0.75 < (words & own).total() / words.total() < 1
    assert Perturbing(1).copy(TEXT) == Perturbing(1).copy(TEXT)


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
