"""Which texts of queries may be kept, and in what spelling. The primary entrypoint is `kept_text`."""

import re
import unicodedata

LONGEST = 80
"""Characters of a text that is kept; a longer one is something pasted, perhaps a letter."""

_MOST_DIGITS = 8
"""A date has eight digits; telephone, identity and account numbers have nine and more."""

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s.\-()]{1,3}(?=\d)")
_DIGITS = re.compile(rf"\d{{{_MOST_DIGITS + 1}}}")
_ADDRESS = re.compile(r"@|://|\bwww\.")


def kept_text(text: str) -> str | None:
    """Return the query `text` in the spelling under which it is counted; None if it must not be kept.

    '  Nghị  Quyết ' -> 'nghị quyết'. Not kept: nothing, what is long, and what looks like an e-mail or web
    address, or like a telephone, identity or account number.
    """
    if len(text) > 4 * LONGEST:
        return None
    normal = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    if not normal or len(normal) > LONGEST or not normal.isprintable():
        return None
    if _ADDRESS.search(normal) or _DIGITS.search(_BETWEEN_DIGITS.sub("", normal)):
        return None
    return normal
