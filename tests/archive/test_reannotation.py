"""Annotations made again after the rules changed."""

from dataclasses import replace

from tests.archive.drafts import FOUND, NOTHING_FOUND, draft, mention, put

NEW = replace(FOUND, fingerprint="rules 2", codes=(mention("01-KL/TW"),))


def test_only_stale_ones_are_made_again_and_only_changed_ones_count(archive):
    put(archive, draft("Một", id="a"), draft("Hai", id="b"), found=FOUND)
    put(archive, draft("Ba", id="c"), found=replace(FOUND, fingerprint="rules 2"))
    asked, steps = [], []

    def annotate(one):
        asked.append(one)
        return NEW if one.id == "a" else replace(FOUND, fingerprint="rules 2")

    assert archive.stale_annotations("rules 2") == 2
    assert archive.reannotate(annotate, "rules 2", batch=1, progress=steps.append) == 1
    assert asked == [draft("Một", id="a"), draft("Hai", id="b")]
    assert steps == [1, 1]
    assert archive.stale_annotations("rules 2") == 0
    assert archive.get("a").annotations == NEW
    assert archive.get("b").annotations == replace(FOUND, fingerprint="rules 2")
    assert [one.id for batch in archive.changes(3) for one in batch] == ["a"]
    assert archive.latest_change() == archive.get("a").change == 4
    assert [archive.get(one).change for one in "bc"] == [2, 3]
    assert archive.get("a").version == 1


def test_again_does_nothing(archive):
    put(archive, draft(id="a"), found=FOUND)
    assert archive.reannotate(lambda _: NEW, "rules 2") == 1
    assert archive.reannotate(lambda _: NOTHING_FOUND, "rules 2") == 0
    assert archive.get("a").annotations == NEW


def test_fingerprint_is_the_one_asked_for_so_that_the_work_ends(archive):
    put(archive, *(draft(id=str(n)) for n in range(5)))
    archive.reannotate(lambda _: replace(NEW, fingerprint="of another run"), "rules 2", batch=2)
    assert archive.stale_annotations("rules 2") == 0


def test_earlier_versions_keep_what_was_found_then(archive):
    put(archive, draft("Một", id="a"), found=FOUND)
    put(archive, draft("Hai", id="a"), found=FOUND)
    assert archive.reannotate(lambda _: NEW, "rules 2") == 1
    assert archive.get("a", 1).annotations == FOUND
    assert archive.get("a", 2).annotations == NEW


def test_version_that_was_replaced_meanwhile_is_left_alone(archive):
    put(archive, draft("Một", id="a"), found=FOUND)

    def annotate(_):
        put(archive, draft("Hai", id="a"), found=NOTHING_FOUND)  # another process imports
        return NEW

    assert archive.reannotate(annotate, "rules 2") == 0
    assert archive.get("a").annotations == NOTHING_FOUND
    assert archive.get("a", 1).annotations == FOUND
    assert archive.stale_annotations("rules 2") == 1


def test_more_articles_than_one_list_of_ids_holds(archive):
    put(archive, *(draft(f"Tin {n}", id=str(n)) for n in range(1100)), found=FOUND)
    assert archive.reannotate(lambda _: NEW, "rules 2", batch=1100) == 1100
    assert archive.get("1099").annotations == NEW
