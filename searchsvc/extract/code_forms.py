"""One document code: its parts, its canonical form and its search keys.

The primary entrypoint is `DocumentCode`. Rules: reference §5.4 (canonical form) and §5.6 (search keys).
"""

import re
from dataclasses import dataclass

from searchsvc.analysis.fold import fold
from searchsvc.extract.code_tables import TYPES, issuer_code, issuer_series

_ASSEMBLY = re.compile(r"(QH|UBTVQH)(?:\d{1,2}|[IVX]{1,5})?$")
_PARTY_FORM = re.compile(r"(?P<number>[^-/]+)-(?P<type>[^-/]+)/(?P<issuer>.+)$")
_STATE_FORM = re.compile(r"(?P<number>[^-/]+)/(?:(?P<year>\d{4})/)?(?:(?P<type>[^-/]+)-)?(?P<issuer>[^/]+)$")
_LAW_TYPES = {"L": "QH", "NQ": "QH", "PL": "UBTVQH"}


@dataclass(frozen=True, slots=True)
class DocumentCode:
    """The parts of a code, each in canonical spelling.

    `type` is '' where the code has none ('24/2018/QH14', '512/UBND-VX'); `issuer` is None where only
    number and type are known; `party` chooses the order of the separators.
    """

    number: str
    type: str
    issuer: str | None = None
    year: int | None = None
    party: bool = False

    @property
    def code(self) -> str | None:
        """Return the canonical form, or None without an issuer: '05-CT/TW', '30/2020/NĐ-CP'."""
        if not self.issuer:
            return None
        if self.party and self.type:
            return f"{self.number}-{self.type}/{self.issuer}"
        tail = f"{self.type}-{self.issuer}" if self.type else self.issuer
        return "/".join(part for part in (self.number, self._year_text, tail) if part)

    @property
    def key(self) -> str:
        """Return what is known without the issuer: '35-NQ', '30/2020/NĐ'; else the whole code."""
        if not self.type:
            return self.code or self.number
        if self._year_text:
            return f"{self.number}/{self._year_text}/{self.type}"
        return f"{self.number}-{self.type}"

    @property
    def _year_text(self) -> str:
        # The Party counts through a committee's term: a year in its code is no part of the code's form.
        return "" if self.party or self.year is None else str(self.year)


def make_code(number: str, kind: str, issuer: str | None, year: int | None, dashed: bool) -> DocumentCode:
    """Return the code of parts as written; `dashed`: the separators are those of the Party ('-' then '/').

    An issuer that belongs to one side alone overrules swapped separators ('9/NQ-TW' → '09-NQ/TW').
    """
    series = issuer_series(issuer) if issuer else "both"
    state_only = bool(kind) and TYPES[kind].series == "state" and series != "party"
    party = (
        bool(kind) and not state_only and (series == "party" or (series == "both" and dashed and not year))
    )
    if kind == "DA" and issuer and issuer.split("-")[0] in {"TW", "TU"}:
        kind = "ĐA"  # unaccented; projects (DA) are not issued there
    return DocumentCode(canonical_number(number), kind, issuer, year, party)


def canonical_number(text: str) -> str:
    """Return a number with at least two digits, its letter kept: '5' → '05', '2162A' → '2162A'."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZđĐ")
    return digits.zfill(2) + text[len(digits) :]


def canonical_issuer(parts: list[str], joins: list[str]) -> str:
    """Return the issuer of its parts: 'TƯ' → 'TW', 'TTG' → 'TTg', 'BCA@BQP' → 'BCA-BQP', 'BNN&PTNT' kept."""
    text = canonical_part(parts[0])
    for join, part in zip(joins, parts[1:], strict=True):
        text += ("&" if join == "&" else "-") + canonical_part(part)
    return text


def canonical_part(part: str) -> str:
    """Return one abbreviation of an issuer in its usual spelling; an unknown one only loses its full stop."""
    known = issuer_code(part)
    if known:
        return known
    # Before any folding: TƯ is the centre, TU the province (reference §5.4).
    plain = part.rstrip(".").replace("TƯ", "TW").replace("Tw", "TW").replace("T.W", "TW")
    assembly = re.fullmatch(r"(?i)(qh|ubtvqh|hđnn|hđbt)(\d{1,2}|[ivx]{1,5})", plain)
    if assembly:
        return plain.upper()
    return issuer_code(plain) or (plain.upper() if plain.islower() else plain)


def read_canonical(code: str) -> DocumentCode | None:
    """Return the parts of a canonical code, None if the text is not one."""
    match = _PARTY_FORM.match(code)
    if match:
        return DocumentCode(match["number"], match["type"], match["issuer"], None, party=True)
    match = _STATE_FORM.match(code)
    if not match:
        return None
    kind = match["type"] or ""
    year = int(match["year"]) if match["year"] else None
    if kind and kind not in TYPES:  # a letter: 512/UBND-VX
        return DocumentCode(match["number"], "", f"{kind}-{match['issuer']}", year)
    return DocumentCode(match["number"], kind, match["issuer"], year)


def search_keys(code: str) -> tuple[str, ...]:
    """Return the index tokens of one canonical code, each without spaces (reference §5.6).

    '35-NQ/TW' → '35-nq/tw', '35-nq'; '30/2020/NĐ-CP' → also '30/2020/nđ', '30-nđ', '30/nđ-cp'; and
    each without diacritics. A law, '24/2018/QH14', gives '24/2018/qh'.
    """
    parts = read_canonical(code)
    keys = [code]
    if parts and parts.type:
        keys += [parts.key, f"{parts.number}-{parts.type}"]
        if parts.year:
            keys.append(f"{parts.number}/{parts.type}-{parts.issuer}")
    elif parts and parts.year and _ASSEMBLY.match(parts.issuer or ""):
        keys.append(f"{parts.number}/{parts.year}/{(parts.issuer or '').rstrip('0123456789IVX')}")
    lowered = [key.lower().replace(" ", "") for key in keys]
    return tuple(dict.fromkeys(lowered + [fold(key) for key in lowered]))


def query_keys(code: DocumentCode) -> tuple[str, ...]:
    """Return the tokens to look for, any of which means a match; those of `search_keys` that say the most.

    An unaccented issuer finds the accented one. A law named by number and year ('Luật 24/2018')
    looks for the National Assembly's number, which does not tell laws from resolutions.
    """
    keys = [code.code or code.key]
    if not code.issuer and code.year and code.type in _LAW_TYPES:
        keys.append(f"{code.number}/{code.year}/{_LAW_TYPES[code.type]}")
    lowered = [key.lower() for key in keys]
    return tuple(dict.fromkeys(lowered + [fold(key) for key in lowered]))
