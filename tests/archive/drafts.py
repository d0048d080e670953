"""Drafts and annotations whose defaults keep the archive's tests short, and strategies for any of them."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from searchsvc.articles import PARTS, VIETNAM_TIME, Annotations, CodeMention, Draft


def draft(title="Thường trực Tỉnh ủy làm việc", body="Nội dung làm việc.", **fields):
    """A draft of which only what matters is said."""
    return Draft(title=title, body=body, **fields)


def mention(code="05-CT/TW", start=0, **fields):
    """One mention of a directive."""
    return CodeMention(
        **{
            "part": "body",
            "start": start,
            "end": start + 8,
            "raw": code or "05-CT",
            "kind": "full",
            "code": code,
            "key": "05-CT",
            "type": "CT",
            "number": "05",
        }
        | fields
    )


NOTHING_FOUND = Annotations(fingerprint="rules 1")
FOUND = Annotations(
    published=datetime(2022, 1, 7, 9, 44, tzinfo=VIETNAM_TIME),
    unit="ban-tuyen-giao",
    codes=(
        mention(
            issued=date(2016, 5, 15), year=2016, issuer="TW", noun="chỉ thị", subject="học tập và làm theo"
        ),
        mention(None, 40, kind="partial", term="XII", issuer_phrase="Bộ Chính trị"),
    ),
    fingerprint="rules 1",
    warnings=(("Đơn vị lạ", "Unknown unit"),),
)


def put(archive, *drafts, found=NOTHING_FOUND):
    """Put drafts with the same annotations; return the outcomes' statuses."""
    return [outcome.status for outcome in archive.put([(one, found) for one in drafts])]


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
_optional = st.none() | _texts
_ids = st.text(
    st.characters(categories=["L", "N"], include_characters="-_.:"), min_size=1, max_size=12
).filter(lambda text: text not in (".", ".."))
_instants = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)

any_draft = st.builds(
    Draft,
    title=_texts,
    body=_texts,
    summary=_texts,
    captions=st.lists(_texts, max_size=2).map(tuple),
    id=st.none() | _ids,
    url=_optional,
    published=_optional,
    unit=_optional,
    author=_optional,
    collection=_optional,
    source=_texts,
    source_key=_optional,
)
any_mention = st.builds(
    CodeMention,
    part=st.sampled_from(PARTS),
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    raw=_texts,
    kind=st.sampled_from(["full", "partial", "named"]),
    code=_optional,
    key=_texts,
    type=_texts,
    number=_texts,
    year=st.none() | st.integers(1900, 2100),
    issuer=_optional,
    noun=_optional,
    issued=st.none() | st.dates(),
    term=_optional,
    issuer_phrase=_optional,
    subject=_optional,
)
any_annotations = st.builds(
    Annotations,
    published=st.none() | _instants,
    unit=_optional,
    codes=st.lists(any_mention, max_size=3).map(tuple),
    fingerprint=_texts,
    warnings=st.lists(st.tuples(_texts, _texts), max_size=2).map(tuple),
)
any_entry = st.tuples(any_draft, any_annotations)
