"""Which documents articles cite: by code, apart by issue date."""

from dataclasses import replace
from datetime import UTC, date, datetime

from searchsvc.archive.records import CitedCode, CitedDocument, CitedFragment, Wording
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
    from searchsvc.archive.citations import _SELECT_DOCUMENTS

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


def test_codes_and_fragments_come_with_their_articles_and_days(archive):
    early, late = datetime(2019, 1, 1, tzinfo=UTC), datetime(2021, 6, 1, tzinfo=UTC)
    put(archive, draft(id="a"), found=replace(citing(mention(), mention(start=20)), published=early))
    put(archive, draft(id="b"), found=replace(citing(mention(), mention(None, 20)), published=late))
    put(archive, draft(id="c"), found=citing(mention(None)))
    assert archive.cited_codes() == [CitedCode("05-CT/TW", 2, early, late)]
    assert archive.cited_fragments() == [CitedFragment("05-CT", "CT", 2, late, late)]


def test_codes_of_former_versions_and_of_articles_without_codes_are_not_there(archive):
    put(archive, draft(id="a", body="Cũ."), found=citing(mention(), mention(None, 20)))
    put(archive, draft(id="a", body="Mới."))
    assert (archive.cited_codes(), archive.cited_fragments(), archive.issue_years()) == ([], [], [])


def test_issue_years_count_articles(archive):
    for id, year in (("a", 2011), ("b", 2016), ("c", 2016)):
        day = date(year, 5, 15)
        put(archive, draft(id=id), found=citing(mention(issued=day), mention(start=20, issued=day)))
    assert sorted(archive.issue_years()) == [("05-CT/TW", 2011, 1), ("05-CT/TW", 2016, 2)]


def test_wordings_are_those_of_the_code_or_of_the_fragment(archive):
    put(archive, draft(id="a"), found=citing(mention(noun="chỉ thị"), mention(None, 20, term="XII")))
    put(archive, draft(id="b"), found=citing(mention(noun="chỉ thị"), mention("35-NQ/TW", 20)))
    assert archive.wordings_of_code("05-CT/TW") == [Wording("chỉ thị", None, None, None, None, 2)]
    assert archive.wordings_of_fragment("05-CT") == [Wording(None, None, None, None, "XII", 1)]
    assert archive.wordings_of_code("99-CT/TW") == []


def test_the_list_of_codes_walks_articles_and_mentions_side_by_side(archive):
    from searchsvc.archive import citations

    with archive.database.reading() as connection:
        if connection.dialect.name == "postgresql":
            return  # its planner chooses by what is in the tables
        for query in (citations._SELECT_CODES, citations._SELECT_YEARS):
            sql = query.compile(connection.engine, compile_kwargs={"literal_binds": True})
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
            assert plan[0] == "SCAN articles"
            assert plan[1].startswith("SEARCH mentions USING PRIMARY KEY")
