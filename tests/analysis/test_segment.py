"""`segment` against pyvi itself: on written texts, on random strings, on real paragraphs."""

import json
import lzma
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchsvc.analysis import pyvi_model
from searchsvc.analysis import segment as subject
from searchsvc.analysis.segment import Span, segment, segment_placed, segment_with_pyvi

TEXTS = [
    "Nghị quyết Đại hội đại biểu Đảng bộ tỉnh lần thứ XVII đã đề ra nhiều nhiệm vụ trọng tâm.",
    "HỘI NGHỊ BÁO CÁO VIÊN THÁNG 11/2021",
    "Thực hiện Chỉ thị số 05-CT/TW, ngày 15/5/2016 của Bộ Chính trị khoá XII",
    "Đồng chí TS.Nguyễn Văn An, ThS. Lê Thị Bình, Mr. Smith và Tp. Huế; UBND. TW. XIII.",
    "Chủ nghĩa xã hội, kinh tế thị trường định hướng xã hội chủ nghĩa ở châu Âu",
    "Liên hệ: banbientap@tinhdoan.example.vn, http://example.vn/tin,tuc hoặc gọi 0900.123.456!",
    "Dòng một nghị\nquyết dòng hai\n\n   dòng bốn\r\nhết",
    "Tổng số 1.000.000 đồng (tăng 12,5%) -> đạt >> ... ==> vượt kế_hoạch",
    "a@b.c@d.e.f @ x@ @y.z a.b.c@ a..b@c.d é.a@b.c TW.@b.c ->a@b.c 1.2@3.4 http://x@y.z",
    "nghi quyet dai hoi dang bo tinh",
    "Cán  bộ \u00a0 chủ chốt\t đảng   viên",
    "İstanbul ΑΣ ΟΔΟΣ ǅ ß ﬁ ½ ② 😀👍🏽 عربي",
    "cộng sản\u200b chủ nghĩa \u00ad xã hội",
    "http://quyết\0định word\0 \0",
    "______ ....... -------- !!!??? \u2028 \x1c \x85",
]

_PIECES = """
nghị quyết Đảng bộ xã hội chủ nghĩa Việt Nam TW Tp ThS uỷ ban công a b Đ é \u0301 Σ İ ५ 1 23 _ \0 😀
. ... , - > = : :// / @ ( " '
"""
_SPACES = (" ", " ", " ", "  ", "\n", "\u00a0", "\t")
mixtures = st.lists(st.sampled_from([*_PIECES.split(), *_SPACES]), max_size=60).map("".join)


def bare_words_of_pyvi(text: str) -> list[str]:
    """pyvi's words without joins and line breaks; another way than the spans of `segment_with_pyvi`."""
    from pyvi import ViTokenizer

    words = re.split(r" |_?\n_?", ViTokenizer.tokenize(text)) if text.strip() else []
    words = [word.replace("_", "") if word.strip("_") else "" for word in words]
    return [re.sub(r"(?<=\w)\.$", "", word) for word in words if word.strip()]


def bare_words(text: str, spans: list[Span]) -> list[str]:
    words = [re.sub(r"[\s_]", "", text[start:end]) for start, end in spans]
    return [word for word in words if word]


@pytest.mark.parametrize("text", TEXTS)
def test_written_texts_give_the_words_of_pyvi(text: str) -> None:
    spans = segment_placed(text)
    assert spans == segment_with_pyvi(text)
    assert bare_words(text, spans) == bare_words_of_pyvi(text)


@settings(max_examples=400, deadline=None)
@given(mixtures.map(lambda text: unicodedata.normalize("NFC", text)))
@example("TW.@b.c")
@example("a\n_b")
def test_random_mixtures_give_the_words_of_pyvi(text: str) -> None:
    assert segment_placed(text) == segment_with_pyvi(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_random_strings_give_the_words_of_pyvi(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert segment_placed(text) == segment_with_pyvi(text)


@settings(max_examples=200, deadline=None)
@given(mixtures)
def test_spans_are_in_order_and_cover_every_character_but_swallowed_stops(text: str) -> None:
    covered = set()
    last = 0
    for start, end in segment_placed(text):
        assert last <= start < end
        assert "\n" not in text[start:end]
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        covered.update(range(start, end))
        last = end
    missing = {text[at] for at in range(len(text)) if at not in covered and not text[at].isspace()}
    assert missing <= {"."}


def paragraphs(path: Path, count: int) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        articles = (json.loads(line) for line in lines)
        bodies = (str(article.get("body") or article.get("text")) for article in articles)
        found = (part for body in bodies for part in body.split("\n"))
        yield from islice((unicodedata.normalize("NFC", part) for part in found if part.strip()), count)


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["party_subset", "news_trends2024", "gov_legal_web"])
def test_real_paragraphs_give_the_words_of_pyvi(corpora: Path, name: str) -> None:
    count = 0
    for text in paragraphs(corpora / f"{name}.jsonl.xz", 2_000):
        assert segment_placed(text) == segment_with_pyvi(text), text
        count += 1
    assert count == 2_000


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in segment(text)]


def test_compounds_are_joined_in_either_tone_placement() -> None:
    assert words("Đảng ủy xã họp") == ["Đảng ủy", "xã", "họp"]
    assert words("Đảng uỷ xã họp") == ["Đảng uỷ", "xã", "họp"]
    assert words("cấp ủy viên") == words("cấp uỷ viên".replace("uỷ", "ủy"))


def test_full_stop_after_capitals_is_no_part_of_the_word() -> None:
    assert words("Ban Bí thư TW. Hết XIII.")[-3:] == ["TW", "Hết", "XIII"]
    assert words("Ở Tp. Huế...") == ["Ở", "Tp", "Huế", "..."]


def test_blank_texts_have_no_words() -> None:
    assert segment("") == segment("  \u00a0\t ") == segment("\n\n \n") == []


def test_no_word_spans_a_line_break() -> None:
    assert words("nghị\nquyết Đại\nhội chủ nghĩa") == ["nghị", "quyết", "Đại", "hội", "chủ nghĩa"]


HOSTILE = ["a", "a.", "A.", ".", "a@", "1_1a", "a@b.", "a.é@b.c", "->", "-", "xã hội "]


@pytest.mark.parametrize("text", [part * (200_000 // len(part)) for part in HOSTILE], ids=HOSTILE)
def test_long_lines_are_cut_in_linear_time(text: str) -> None:
    # pyvi's own pattern needs quadratic time, up to hours, for some of these; finishing is the point.
    spans = segment_placed(text)
    assert spans[0].start == 0
    assert spans[-1].end >= len(text) - 1


def test_memory_of_tokens_is_bounded() -> None:
    lexicon = subject._lexicon()
    assert lexicon is not None
    segment(" ".join(f"mã{number}" for number in range(2 * pyvi_model._MAX_ENTRIES)))
    segment("x" * 10_000)
    assert len(lexicon) <= pyvi_model._MAX_ENTRIES
    assert max(map(len, lexicon)) <= pyvi_model._MAX_CACHED_LENGTH


@pytest.fixture
def changed_pyvi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A pyvi whose model has one byte more than the known one."""
    installed = pyvi_model.installed_folder()
    assert installed is not None
    for name in pyvi_model.KNOWN_FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((installed / name).read_bytes())
    with (tmp_path / pyvi_model.MODEL).open("ab") as model:
        model.write(b"\n")
    monkeypatch.setattr(pyvi_model, "installed_folder", lambda: tmp_path)
    subject._load.cache_clear()
    yield tmp_path
    subject._load.cache_clear()


def test_another_pyvi_is_asked_itself(changed_pyvi: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        subject, "segment_with_pyvi", lambda text: asked.append(text) or segment_with_pyvi(text)
    )
    assert subject._lexicon() is None
    assert words("Nghị quyết Đảng ủy") == ["Nghị quyết", "Đảng ủy"]
    assert asked == ["Nghị quyết Đảng uỷ"]


def test_missing_files_mean_another_pyvi(tmp_path: Path) -> None:
    assert pyvi_model.load_lexicon(tmp_path) is None


def test_threads_that_start_together_agree() -> None:
    subject._load.cache_clear()
    expected = segment_with_pyvi(TEXTS[0])
    found: list[list[Span]] = []
    threads = [threading.Thread(target=lambda: found.append(segment_placed(TEXTS[0]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_neither_import_nor_use_loads_scikit_learn_or_pyvi() -> None:
    code = (
        "import sys; from searchsvc.analysis.segment import segment_placed; segment_placed('Nghị quyết');"
        "print([name for name in ('pyvi', 'sklearn', 'numpy', 'pycrfsuite') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
