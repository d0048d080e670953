"""Which documents articles cite: by code, apart by issue date."""

from datetime import date

from searchsvc.archive.records import CitedDocument
from searchsvc.articles import Annotations
from tests.archive.drafts import draft, mention, put


def citing(*mentions):
    return Annotations(fingerprint="rules 1", codes=mentions)


def test_documents_come_by_code_and_date_with_their_articles(archive):
    older, newer = date(2011, 12, 1), date(2017, 1, 16)
    put(archive, draft(id="a"), found=citing(mention("08-NQ/TW", issued=older), mention("05-CT/TW", 20)))
    put(archive, draft(id="b"), found=citing(mention("08-NQ/TW", issued=newer, term="XII")))
    put(
        archive,
        draft(id="c"),
        found=citing(mention("08-NQ/TW", issued=newer), mention("08-NQ/TW", 20, issued=newer)),
    )
    assert archive.documents_of(["08-NQ/TW", "99-NQ/TW"]) == [
        CitedDocument("08-NQ/TW", newer, "XII", 2),
        CitedDocument("08-NQ/TW", older, None, 1),
    ]
    assert archive.documents_of(["05-CT/TW"]) == [CitedDocument("05-CT/TW", None, None, 1)]
    assert archive.documents_of([]) == []


def test_only_current_versions_count(archive):
    put(archive, draft(id="a", body="Cũ."), found=citing(mention("08-NQ/TW")))
    put(archive, draft(id="a", body="Mới."), found=citing(mention("05-CT/TW")))
    assert archive.documents_of(["08-NQ/TW"]) == []
    assert archive.documents_of(["05-CT/TW"])[0].articles == 1


def test_the_codes_are_looked_up_by_their_index(archive):
    from searchsvc.archive.reading import _SELECT_DOCUMENTS

    with archive.database.reading() as connection:
        explain = "EXPLAIN QUERY PLAN"
        if connection.dialect.name == "postgresql":
            explain = "EXPLAIN"
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # there is next to nothing to read
        sql = _SELECT_DOCUMENTS.params(codes=["05-CT/TW"]).compile(
            connection.engine, compile_kwargs={"literal_binds": True}
        )
        plan = connection.exec_driver_sql(f"{explain} {sql}").all()
    assert any("ix_mentions_code" in row[-1] for row in plan)
