"""Two layers over a text: marks of the query and links of documents, by their spans."""

from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles import CodeMention
from searchsvc.results import Segment
from searchsvc.web.runs import Run, linked, paragraphs


def mention(start: int, end: int, code: str | None = "05-CT/TW") -> CodeMention:
    return CodeMention("body", start, end, "", "full", code, "05-CT", "CT", "05")


def address_of(mention: CodeMention) -> str:
    return f"/codes/{mention.code}" if mention.code else ""


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(segment.text for run in runs for segment in run.segments)


def test_a_mark_that_overlaps_a_mention_is_cut_at_its_edges() -> None:
    segments = (Segment("Chỉ "), Segment("thị 05", hit=True), Segment("-CT/TW hôm nay"))
    runs = linked(segments, [mention(8, 16)], address_of)
    assert runs == (
        Run((Segment("Chỉ "), Segment("thị ", hit=True))),
        Run((Segment("05", hit=True), Segment("-CT/TW")), "/codes/05-CT/TW"),
        Run((Segment(" hôm nay"),)),
    )


def test_mentions_that_overlap_or_have_no_address_stay_text() -> None:
    segments = (Segment("0123456789"),)
    runs = linked(segments, [mention(4, 8), mention(2, 5), mention(2, 3), mention(9, 10, None)], address_of)
    assert [run.address for run in runs] == ["", "/codes/05-CT/TW", ""]
    assert [text_of((run,)) for run in runs] == ["01", "234", "56789"]


def test_a_link_across_a_paragraph_is_one_in_each() -> None:
    runs = linked((Segment("a\n\nb 05\n\nCT c\n\n \n\n"),), [mention(5, 11)], address_of)
    found = paragraphs(runs, "\n\n")
    assert [text_of(paragraph) for paragraph in found] == ["a", "b 05", "CT c"]
    assert [run.address for paragraph in found for run in paragraph if run.address] == ["/codes/05-CT/TW"] * 2


@given(
    st.lists(st.tuples(st.text("ab\n ", max_size=8), st.booleans()), max_size=8),
    st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60), st.booleans()), max_size=8),
)
def test_no_character_is_lost_added_or_remarked(
    pieces: list[tuple[str, bool]], spans: list[tuple[int, int, bool]]
) -> None:
    segments = tuple(Segment(text, hit) for text, hit in pieces)
    mentions = [mention(start, end, "05-CT/TW" if known else None) for start, end, known in spans]
    runs = linked(segments, mentions, address_of)

    def marks(each: tuple[Segment, ...]) -> list[tuple[str, bool]]:
        return [(letter, segment.hit) for segment in each for letter in segment.text]

    assert marks(tuple(segment for run in runs for segment in run.segments)) == marks(segments)
