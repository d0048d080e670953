"""The JSON objects that the API and `search --json` answer, as types: what is written here is what is sent.

`answer` makes them, mypy compares; `web.openapi` describes them to other programs, in both languages.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field

# pydantic reads the TypedDict of typing only from Python 3.12 on.
from typing_extensions import TypedDict

from searchsvc.results import StepKind, StepState
from searchsvc.search.completing import Kind


def said(vi: str, en: str, **more: Any) -> Any:
    """Return a pydantic field with its description in both languages; `more` goes to `Field`."""
    return Field(description=en, json_schema_extra={"x-description-vi": vi}, **more)


Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Count = Annotated[int, Field(ge=0)]
Link = Annotated[str, said("Địa chỉ trang.", "Address of the page.")]
ArticleId = Annotated[str, said("Mã bài, không đổi.", "Id of the article, which never changes.")]
Code = Annotated[str, said("Số hiệu chuẩn, ví dụ 05-CT/TW.", "Canonical code, such as 05-CT/TW.")]
Published = Annotated[
    Instant | None,
    said("Lúc đăng, theo ISO 8601; null nếu không rõ.", "When published, ISO 8601; null if unknown."),
]
Start = Annotated[
    Count,
    said("Vị trí ký tự đầu, đếm từ 0.", "First character, from 0, in Unicode code points."),
]
End = Annotated[Count, said("Vị trí sau ký tự cuối.", "Character after the last one.")]


class SegmentObject(TypedDict):
    """A piece of text; pieces in a row are the whole text."""

    text: str
    hit: Annotated[bool, said("Có khớp câu hỏi không.", "Whether the query matched it.")]


class UnitObject(TypedDict):
    """The unit that published an article."""

    slug: str
    name: str


FiltersObject = TypedDict(
    "FiltersObject",
    {
        "from": Annotated[Day, said("Ngày đầu.", "First day.")],
        "to": Annotated[Day, said("Ngày cuối.", "Last day.")],
        "code": list[str],
        "unit": list[str],
        "collection": list[str],
    },
    total=False,
)
FiltersObject.__doc__ = "Filters, under the names of the parameters; those not set are left out."


class OfferObject(TypedDict):
    """A narrower or surer query that a step offers."""

    means: str
    issued: NotRequired[Annotated[Day, said("Ngày ban hành văn bản.", "Issue date of the document.")]]
    term: NotRequired[Annotated[str, said("Khóa, nhiệm kỳ.", "Term of the committee.")]]
    count: NotRequired[Annotated[Count, said("Số bài sẽ tìm thấy.", "Articles that it finds.")]]
    q: str
    filters: FiltersObject


class StepObject(TypedDict):
    """One step of the interpretation."""

    kind: StepKind
    state: StepState
    text: str
    start: Annotated[
        Count,
        said(
            "Vị trí trong câu hỏi dạng NFC, mỗi chỗ một dấu cách.",
            "Place in the query in NFC with single spaces.",
        ),
    ]
    end: Count
    means: Annotated[list[str], said("Được hiểu là.", "What it is taken for.")]
    note: NotRequired[str]
    offers: list[OfferObject]
    asis: NotRequired[
        Annotated[
            str,
            said(
                "Giá trị tham số asis để tắt bước này.",
                "Value of the parameter `asis` that switches the step off.",
            ),
        ]
    ]


class InterpretedObject(TypedDict):
    """How the query was understood."""

    terms: Annotated[list[str], said("Các từ được tìm.", "The words that are looked for.")]
    codes: list[Code]
    filters: FiltersObject
    steps: list[StepObject]


class AskedObject(TypedDict):
    """The query and how it was understood."""

    q: str
    interpreted: InterpretedObject


class ResultObject(TypedDict):
    """One article found."""

    id: ArticleId
    title: str
    title_highlights: list[SegmentObject]
    snippets: Annotated[
        list[list[SegmentObject]], said("Các đoạn trích, không có HTML.", "Snippets, never HTML.")
    ]
    url: Annotated[str | None, said("Địa chỉ gốc của bài.", "Where the article was first published.")]
    link: Link
    published: Published
    unit: UnitObject | None
    collection: str
    codes: list[Code]
    score: Annotated[
        float,
        said(
            "Điểm; chỉ so được trong cùng một câu trả lời.",
            "Score; scores compare within one answer only.",
        ),
    ]


class FacetObject(TypedDict):
    """One value of a facet."""

    value: Annotated[str, said("Giá trị của tham số lọc.", "Value of the filter's parameter.")]
    label: str
    count: Annotated[Count, said("Số bài khi chọn giá trị này.", "Articles that choosing it gives.")]


class FacetsObject(TypedDict):
    """What the results may be narrowed to, the most frequent first, years newest first."""

    unit: list[FacetObject]
    code: list[FacetObject]
    year: list[FacetObject]
    collection: list[FacetObject]


class SuggestionObject(TypedDict):
    """Another query that does better."""

    q: str
    kind: Literal["accents", "spelling", "keyboard"]


class LooseningObject(TypedDict):
    """A way out of no results: what to let go of, and how many articles that gives."""

    drop: str
    value: str | None
    q: str
    filters: FiltersObject
    total: Count


class LinksObject(TypedDict):
    """The pages around this one, as addresses of the API; null where there is none."""

    first: str
    previous: str | None
    next: str | None
    last: str


class SearchAnswer(TypedDict):
    """One page of results, best first."""

    query: AskedObject
    total: Annotated[Count, said("Số bài tìm thấy.", "How many articles were found.")]
    page: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1)]
    sort: Literal["relevance", "newest", "oldest"]
    partial: Annotated[
        bool,
        said(
            "Không bài nào có đủ các từ; kết quả chỉ có một phần.",
            "No article has all the words; the results have a part of them.",
        ),
    ]
    took_ms: Annotated[float, said("Thời gian tìm, mili giây.", "Time of the search, milliseconds.")]
    generation: Annotated[str, said("Phiên bản của chỉ mục.", "The generation of the index.")]
    results: list[ResultObject]
    facets: FacetsObject
    suggestion: SuggestionObject | None
    loosenings: list[LooseningObject]


class SearchPageAnswer(SearchAnswer):
    """One page of results, best first, with the addresses of the pages around it."""

    links: LinksObject


class CompletionObject(TypedDict):
    """One proposal."""

    text: str
    kind: Kind
    label: str
    count: NotRequired[Annotated[Count, said("Số bài.", "Number of articles.")]]
    link: NotRequired[
        Annotated[str, said("Nơi đến khi chọn.", "Where choosing it leads; else search for `text`.")]
    ]


class SuggestAnswer(TypedDict):
    """Completions of what is being typed, grouped by kind."""

    q: str
    suggestions: list[CompletionObject]


class MentionObject(TypedDict):
    """A mention of a document in one part of an article."""

    part: Annotated[
        Literal["title", "summary", "body", "captions"],
        said(
            "Phần của bài; chú thích ảnh nối bằng dấu xuống dòng.",
            "Part of the article; captions are joined by line breaks.",
        ),
    ]
    start: Start
    end: End
    text: str
    kind: Literal["full", "partial", "named"]
    code: Annotated[
        str | None,
        said("Số hiệu chuẩn; null nếu chưa rõ cơ quan.", "Canonical code; null if the issuer is unknown."),
    ]
    issued: Annotated[Day | None, said("Ngày ban hành.", "Issue date.")]
    term: Annotated[str | None, said("Khóa, nhiệm kỳ.", "Term of the committee.")]


class VersionObject(TypedDict):
    """One version of an article as archived."""

    number: Annotated[int, Field(ge=1)]
    imported_at: Instant
    title: str


class SimilarObject(TypedDict):
    """A similar article."""

    id: ArticleId
    title: str
    link: Link
    published: Published


class CoCitedObject(TypedDict):
    """A document cited by the same articles."""

    code: Code
    count: Count


class ArticleObject(TypedDict):
    """One version of an article as archived, with its mentions of documents."""

    id: ArticleId
    version: Annotated[int, said("Phiên bản của bài, đếm từ 1.", "Version of the article, from 1.", ge=1)]
    title: str
    summary: str
    body: str
    captions: list[str]
    url: str | None
    link: Link
    published: Published
    unit: UnitObject | None
    author: str | None
    collection: str
    codes: list[Code]
    mentions: list[MentionObject]


class NeighboursObject(TypedDict):
    """Similar articles, best first, and documents cited together with the article's own."""

    similar: list[SimilarObject]
    co_cited: list[CoCitedObject]


class ArticleAnswer(ArticleObject, NeighboursObject):
    """One version of an article, all its versions, its mentions of documents and its neighbours."""

    versions: Annotated[
        list[VersionObject], said("Các phiên bản, cũ trước.", "All its versions, oldest first.")
    ]
