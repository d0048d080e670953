"""What a text that stands for one document says of it: '5 ct tw', 'Chỉ thị 05', 'NQ-TW4-XII', 'số 35'.

The primary entrypoint is `document_names`. It serves addresses and boxes where a person names one document;
`code_queries` reads the codes within a whole query.
"""

import re
from dataclasses import dataclass
from typing import Literal

from searchsvc.analysis.normalize import clean
from searchsvc.extract.code_forms import DocumentCode, canonical_number
from searchsvc.extract.code_queries import parse_query_code
from searchsvc.extract.codes import canonical, find_codes

MAX_CHARS = 200
"""The longest text that is read; no name of a document is longer."""

_NAMED_KEY = re.compile(r"(?i)nq-(?:tw(?P<plenum>[1-9]\d?)|[đd]h)-(?P<term>[ivx]{1,5})")
_NUMBER = re.compile(r"(?i)(?:(?:số|so)[ ]?)?(?P<number>\d{1,5}[a-zđ]?)(?:/(?P<year>(?:19|20)\d\d))?")


@dataclass(frozen=True, slots=True)
class DocumentName:
    """A document as far as a text names it; `text` is the one spelling of that.

    'code' is a whole code ('05-CT/TW'), 'fragment' the key of mentions without issuer ('05-CT',
    'NQ-ĐH-XIII'), 'number' a number alone ('35', '30/2020').
    """

    kind: Literal["code", "fragment", "number"]
    text: str


def document_names(text: str) -> tuple[DocumentName, ...]:
    """Return what the whole of `text` may name, the surest first; () if that is no document. Never raises."""
    if len(text) > MAX_CHARS:
        return ()
    cleaned = clean(text).strip(" \n.,;:()\"'“”/")
    whole = canonical(cleaned)
    names = [DocumentName("code", whole)] if whole else []
    names += [_of_code(code) for code in parse_query_code(cleaned)]
    key = _named_key(cleaned)
    if key:
        names.append(DocumentName("fragment", key))
    number = _NUMBER.fullmatch(cleaned)
    if number:
        names.append(DocumentName("number", number_text(number["number"], number["year"])))
    return tuple(dict.fromkeys(names))


def number_text(number: str, year: str | int | None) -> str:
    """Return a number and its year in one spelling: '5' → '05', '30', 2020 → '30/2020'."""
    return canonical_number(number) + (f"/{year}" if year else "")


def _of_code(code: DocumentCode) -> DocumentName:
    return DocumentName("code", code.code) if code.code else DocumentName("fragment", code.key)


def _named_key(text: str) -> str | None:
    """Return the key of a resolution named by plenum or congress, as `code_links.find_named` makes it."""
    written = _NAMED_KEY.fullmatch(text)
    if written:
        body = f"TW{written['plenum']}" if written["plenum"] else "ĐH"
        return f"NQ-{body}-{written['term'].upper()}"
    mentions = [mention for mention in find_codes(text) if mention.kind == "named"]
    spans_all = len(mentions) == 1 and (mentions[0].start, mentions[0].end) == (0, len(text))
    return mentions[0].key if spans_all else None
