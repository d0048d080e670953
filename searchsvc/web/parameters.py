"""The parameters of requests, each declared once: checked here, described to others by `openapi`.

The primary entrypoint is `Parameters.read`. Unknown parameters are ignored, and so is a blank one, which a
form sends for a field left empty; a wrong one raises InvalidQuery that names it.
"""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from searchsvc.errors import InvalidQuery
from searchsvc.extract.days import FIRST_YEAR, LAST_YEAR
from searchsvc.queries import DateRange, Sort
from searchsvc.search import filtering
from searchsvc.search.completing import MAX_CHARS, MOST
from searchsvc.search.document_list import DocumentSort
from searchsvc.search.json_types import said
from searchsvc.search.service import MAX_PER_PAGE, SearchService
from searchsvc.search.steps import MAX_ASIS, known_asis

_PERIOD = re.compile(r"(?!0000)[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")
MAX_VALUES = 20
"""Values of one repeated parameter; more make no sense and cost time."""
MAX_NUMBER = 1_000_000
MAX_NAME_CHARS = 200
MAX_TEXT_CHARS = 20_000
"""Characters of a posted text that is looked through for codes."""
MAX_ADDRESS_CHARS = 1_000
"""Characters of such a text in an address; servers refuse long addresses (414)."""


class Parameters(BaseModel):
    """Base of the parameters of one operation. A name may end in `_` to be no keyword: `from_`."""

    defaults_set: ClassVar[tuple[str, ...]] = ()
    """The parameters whose defaults are settings of the same name."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=lambda name: name.rstrip("_"))

    @classmethod
    def read(cls, args: MultiDict[str, str], service: SearchService, **defaults: object) -> Self:
        """Return the parameters of an address; `defaults` stand for those not given. Raises InvalidQuery."""
        values: dict[str, object] = dict(defaults)
        for name, field in cls.model_fields.items():
            parameter = name.rstrip("_")
            given = args.getlist(parameter)
            if is_repeated(field):
                _check_number_of(given, parameter, field)
                values[parameter] = given
            elif given and (given[0].strip() or field.annotation is str):
                values[parameter] = given[0] if field.annotation is str else given[0].strip()
        return cls.checked(values, service)

    @classmethod
    def checked(cls, values: Mapping[str, object], service: SearchService) -> Self:
        """Return the parameters with these values. Raises InvalidQuery that names the wrong one."""
        try:
            return cls.model_validate(values, context=service)
        except ValidationError as error:
            first = error.errors()[0]
            wrong = str(first["loc"][0])
            field = next(each for name, each in cls.model_fields.items() if name.rstrip("_") == wrong)
            raise (_missing(wrong) if first["type"] == "missing" else refusal(wrong, field)) from error


def is_repeated(field: FieldInfo) -> bool:
    """Return whether a parameter may be given several times."""
    return get_origin(field.annotation) is tuple


def _check_number_of(given: list[str], parameter: str, field: FieldInfo) -> None:
    most = _bound(field, MaxLen)
    if most is not None and len(given) > most:
        raise refusal(parameter, field)


def refusal(parameter: str, field: FieldInfo) -> InvalidQuery:
    """Return the error that says what a parameter may be."""
    vi, en = _expected(field)
    return InvalidQuery(vi=f"{parameter}: {vi}.", en=f"{parameter}: {en}.", parameter=parameter)


def _missing(parameter: str) -> InvalidQuery:
    return InvalidQuery(
        vi=f"{parameter}: cần có giá trị.", en=f"{parameter}: a value is required.", parameter=parameter
    )


def _expected(field: FieldInfo) -> tuple[str, str]:
    if choices := ", ".join(_choices(field.annotation)):
        return f"chỉ nhận {choices}", f"one of {choices}"
    least, most, longest = (_bound(field, kind) for kind in (Ge, Le, MaxLen))
    if longest is not None:
        if is_repeated(field):
            return f"tối đa {longest} giá trị", f"at most {longest} values"
        return f"tối đa {longest} ký tự", f"at most {longest} characters"
    return f"phải là số nguyên từ {least} đến {most}", f"a whole number from {least} to {most} is expected"


def _choices(annotation: Any) -> tuple[str, ...]:
    """Return the values of an enumeration, of a Literal, or of either where it may be left out."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type):
        return tuple(annotation) if issubclass(annotation, StrEnum) else ()
    return tuple(choice for part in get_args(annotation) for choice in _choices(part))


def _bound(field: FieldInfo, kind: type[Ge] | type[Le] | type[MaxLen]) -> Any:
    slot = {Ge: "ge", Le: "le", MaxLen: "max_length"}[kind]
    return next((getattr(each, slot) for each in field.metadata if isinstance(each, kind)), None)


def _digits(value: object) -> object:
    # pydantic alone would take '1_0', '+1', ' 1.0' and numbers of any length.
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError("not a whole number")
    return int(text)


def _first_day(value: object) -> date | None:
    return filtering.first_day("from", str(value)) if value is not None else None


def _last_day(value: object) -> date | None:
    return filtering.last_day("to", str(value)) if value is not None else None


def _year_or_month(value: object) -> DateRange:
    text = str(value)
    if not _PERIOD.fullmatch(text):
        raise InvalidQuery(
            vi="period: phải là một năm (2022) hoặc một tháng (2022-01).",
            en="period: a year (2022) or a month (2022-01) is expected.",
            parameter="period",
        )
    return filtering.period(text)


def _units(values: object, info: ValidationInfo) -> tuple[str, ...]:
    return filtering.units(_texts(values), _service(info).registry)


def _codes(values: object) -> tuple[str, ...]:
    return filtering.codes(_texts(values))


def _collections(values: object, info: ValidationInfo) -> tuple[str, ...]:
    given = _texts(values)
    return filtering.collections(given, tuple(_service(info).collection_names) if given else ())


def _asis(values: object) -> tuple[str, ...]:
    return known_asis(_texts(values))


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list | tuple) else (str(values),)


def _service(info: ValidationInfo) -> SearchService:
    assert isinstance(info.context, SearchService)  # noqa: S101 - `read` and `checked` give it
    return info.context


# Validators stand last: what stands before them is checked after them, and is told in the JSON schema.
WHOLE = BeforeValidator(_digits)
_TEXT = WithJsonSchema({"type": "string"})
Page = Annotated[int, Field(ge=1, le=MAX_NUMBER), WHOLE]
PerPage = Annotated[int, Field(ge=1, le=MAX_PER_PAGE), WHOLE]


class SearchParameters(Parameters):
    """What a search is asked, by the pages and the API alike."""

    defaults_set = ("per_page",)

    q: Annotated[
        str,
        said(
            "Câu hỏi, có dấu hay không dấu; cụm từ trong ngoặc kép, từ loại trừ sau dấu trừ.",
            "The query, with or without accents; phrases in quotes, words to exclude after a minus.",
            examples=["nghị quyết 35-NQ/TW", "chuyen doi so"],
        ),
    ] = ""
    from_: Annotated[
        date | None,
        _TEXT,
        said(
            "Ngày đăng đầu tiên, viết YYYY-MM-DD hoặc D/M/YYYY, giờ Việt Nam; hoặc tháng, năm.",
            "First day of publication, YYYY-MM-DD or D/M/YYYY, in Vietnam; or a month, a year.",
            examples=["2022-01-07"],
        ),
        BeforeValidator(_first_day),
    ] = None
    to: Annotated[
        date | None,
        _TEXT,
        said("Ngày đăng cuối cùng.", "Last day of publication.", examples=["31/12/2022"]),
        BeforeValidator(_last_day),
    ] = None
    code: Annotated[
        tuple[str, ...],
        said(
            "Số hiệu văn bản mà bài phải dẫn; nhiều số hiệu: dẫn tất cả.",
            "Code of a document that articles must cite; several: all of them.",
            examples=["05-CT/TW"],
            max_length=MAX_VALUES,
        ),
        BeforeValidator(_codes),
    ] = ()
    unit: Annotated[
        tuple[str, ...],
        said(
            "Đơn vị đăng bài, theo mã hoặc tên, gồm cả đơn vị trực thuộc; nhiều đơn vị: một trong số đó.",
            "Unit that published, by slug or name, with the units under it; several: any of them.",
            examples=["tinh-uy"],
            max_length=MAX_VALUES,
        ),
        BeforeValidator(_units),
    ] = ()
    collection: Annotated[
        tuple[str, ...],
        said(
            "Bộ sưu tập; nhiều bộ: một trong số đó.",
            "Collection; several: any of them.",
            examples=["ban-tin"],
            max_length=MAX_VALUES,
        ),
        BeforeValidator(_collections),
    ] = ()
    sort: Annotated[
        Sort | None,
        said(
            "Thứ tự; mặc định là phù hợp nhất, khi không có câu hỏi là mới nhất.",
            "Order; by default by relevance, without a query newest first.",
        ),
    ] = None
    page: Annotated[Page, said("Trang, từ 1.", "Page of results, from 1.")] = 1
    per_page: Annotated[PerPage, said("Số kết quả một trang.", "Results on a page.")] = 10
    asis: Annotated[
        tuple[str, ...],
        said(
            f"Các bước hiểu câu hỏi bị tắt (query.interpreted.steps); chỉ {MAX_ASIS} giá trị đầu.",
            f"Steps of query.interpreted.steps to switch off; the first {MAX_ASIS} values count.",
        ),
        BeforeValidator(_asis),
    ] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        filtering.in_order(self.published)
        return self

    @property
    def published(self) -> DateRange:
        """The days of publication."""
        return DateRange(self.from_, self.to)


class SuggestParameters(Parameters):
    """What is being typed."""

    q: Annotated[
        str,
        said(
            f"Chữ đang gõ; quá {MAX_CHARS} ký tự thì không gợi ý.",
            f"The text being typed; beyond {MAX_CHARS} characters nothing is proposed.",
            examples=["nghi quy"],
        ),
    ] = ""
    limit: Annotated[
        int,
        said("Số gợi ý nhiều nhất.", "How many proposals at most.", ge=1, le=MOST),
        WHOLE,
    ] = 10


class ArticleParameters(Parameters):
    """Which version of an article."""

    version: Annotated[
        int | None,
        said(
            "Phiên bản của bài, từ 1; mặc định là bản hiện hành.",
            "Version of the article, from 1; by default the current one.",
            ge=1,
            le=MAX_NUMBER,
        ),
        WHOLE,
    ] = None


class CodesParameters(Parameters):
    """What is asked of the list of documents."""

    q: Annotated[
        str,
        said(
            "Phần đầu của số hiệu, hoặc số và các từ trong tên loại, tên cơ quan.",
            "Beginning of a code, or its number and words of the names of type and issuer.",
            examples=["35 nghị quyết"],
            max_length=MAX_NAME_CHARS,
        ),
    ] = ""
    type: Annotated[
        str,
        said("Loại văn bản, viết tắt.", "Type of document, abbreviated.", examples=["CT"], max_length=20),
    ] = ""
    issuer: Annotated[
        str,
        said(
            "Cơ quan ban hành, viết tắt; - là không rõ.",
            "Issuer, abbreviated; - for unknown.",
            examples=["TW"],
            max_length=60,
        ),
    ] = ""
    year: Annotated[
        int | None,
        said("Năm ban hành.", "Year of issue.", examples=[2016], ge=FIRST_YEAR, le=LAST_YEAR),
        WHOLE,
    ] = None
    sort: Annotated[
        DocumentSort,
        said(
            "cited: nhiều bài dẫn nhất trước; recent: mới được dẫn trước.",
            "cited: the most cited first; recent: those that the newest articles cite.",
        ),
    ] = DocumentSort.CITED
    page: Annotated[Page, said("Trang, từ 1.", "Page, from 1.")] = 1
    per_page: Annotated[PerPage, said("Số văn bản một trang.", "Documents on a page.")] = 50


class ListParameters(Parameters):
    """Which page of a list of articles."""

    defaults_set = ("per_page",)

    page: Annotated[Page, said("Trang, từ 1.", "Page, from 1.")] = 1
    per_page: Annotated[PerPage, said("Số bài một trang.", "Articles on a page.")] = 10


class OverviewParameters(Parameters):
    """Which articles of a dossier or a unit are listed on its page."""

    page: Annotated[Page, said("Trang, từ 1.", "Page, from 1.")] = 1
    period: Annotated[
        DateRange,
        said("Năm hoặc tháng đăng.", "Year or month of publication.", examples=["2022", "2022-01"]),
        BeforeValidator(_year_or_month),
    ] = DateRange()


class FeedParameters(Parameters):
    """How many articles a feed has."""

    limit: Annotated[int, said("Số bài nhiều nhất.", "How many articles at most.", ge=1, le=100), WHOLE] = 20


class NoParameters(Parameters):
    """Nothing is asked."""


_LOOKED_UP = said(
    "Văn bản cần tra các số hiệu trong đó.",
    "The text whose codes are looked up.",
    examples=["Thực hiện Chỉ thị số 05-CT/TW và Kết luận 01-KL/TW"],
)


class LookupParameters(Parameters):
    """A short text in an address, in which codes are looked for."""

    text: Annotated[str, Field(max_length=MAX_ADDRESS_CHARS), _LOOKED_UP]


class LookupBody(Parameters):
    """A posted text, in which codes are looked for."""

    text: Annotated[str, Field(max_length=MAX_TEXT_CHARS), _LOOKED_UP]
