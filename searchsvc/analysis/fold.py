"""Text without diacritics, letter for letter. The primary entrypoint is `fold`."""

from searchsvc.analysis.characters import FOLDED


class _FoldTable(dict[int, str | int]):
    """The letters that fold; any other character becomes its small letter."""

    def __missing__(self, code: int) -> str:
        # A few capitals (İ) have two small characters; the first keeps the length.
        return chr(code).lower()[0]


_TABLE = _FoldTable(FOLDED)
_TABLE.update({code: chr(code).lower() for code in range(0x80)})
_TABLE.update({code: code for code in range(0x2010, 0x2040)})


def fold(text: str) -> str:
    """Return NFC `text` lower-cased and without diacritics, same length: "Đà Nẵng" -> "da nang".

    Every accented Latin letter folds, not only the Vietnamese ones. A mark that NFC leaves by itself stays.
    """
    return text.lower() if text.isascii() else text.translate(_TABLE)
