"""A short campaign of cases over every target, and that the harness sees what must not be."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st

from benchmarks.fuzzing.jobs import SHARES
from benchmarks.fuzzing.markup import judge
from benchmarks.fuzzing.running import Finding, Target, run

ROOT = Path(__file__).resolve().parents[2]
FEED = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'


@pytest.mark.slow
def test_a_short_campaign_finds_nothing() -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.fuzzing",
        "--cases",
        "1400",
        "--seed",
        "3",
        "--processes",
        "2",
    ]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    cases = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \| 0 \|", done.stdout, re.MULTILINE))
    assert cases.keys() == SHARES.keys()
    assert all(int(number) >= 14 for number in cases.values())


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", "<p onclick=x>"),
        ("text/html", "<p style=x>"),
        ("text/html", "<script>x</script>"),
        ("text/html", "<script src=//evil.example/x.js></script>"),
        ("text/html", "<img src=https://evil.example/x.png>"),
        ("text/html", "<a href='java\tscript:x'>"),
        ("text/html", "<a href=data:text/html,x>"),
        ("text/html", "<iframe></iframe>"),
        ("text/html", "<svg><animate></svg>"),
        ("text/html", "<meta http-equiv=refresh>"),
        ("text/html", '<script type="application/ld+json">{"a": </script>'),
        ("application/atom+xml", "<feed><title>a</feed>"),
        ("application/atom+xml", FEED.format('<title type="html">a</title>')),
        ("application/atom+xml", FEED.format('<link href="javascript:x"/>')),
        ("application/xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        ("application/json", "{"),
        ("application/problem+json", '{"a": NaN}'),
    ],
)
def test_an_answer_that_must_not_be_is_seen(kind: str, body: str) -> None:
    with pytest.raises(Finding):
        judge(kind, body.encode())


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "text/html",
            "<a href='/search?q=javascript:x'>&lt;script&gt;</a><script src=/static/x.js></script>",
        ),
        ("text/html", '<script type="application/ld+json">{"a": "<\\/script>"}</script>'),
        ("application/atom+xml", FEED.format('<title>&lt;b&gt;</title><link href="https://a.vn/"/>')),
        ("application/json", '{"a": "<script>"}'),
        ("text/plain", "<script>"),
    ],
)
def test_an_answer_that_may_be_is_left_alone(kind: str, body: str) -> None:
    judge(kind, body.encode())


def test_what_goes_wrong_with_a_case_is_told_with_the_shortest_one() -> None:
    def attempt(number: int) -> str:
        if number >= 1000:
            raise ValueError("too large")
        return "fine"

    tally = run(Target("numbers", st.integers(0, 100_000), attempt, 60.0), 50, 1)
    assert set(tally.findings) == {"numbers: ValueError: too large\n  1000"}
    assert tally.outcomes["finding"] == len(tally.findings)


def test_each_case_is_held_to_its_bounds() -> None:
    slow = run(Target("slow", st.just(1), lambda _: "fine", -1.0), 1, 1)
    assert "of the processor" in slow.findings[0]
    large = run(Target("large", st.just(1), lambda _: "fine", 60.0, -1), 1, 1)
    assert "more memory" in large.findings[0]
    usual = run(Target("usual", st.integers(), lambda _: "fine", 60.0), 20, 1)
    assert (usual.cases, usual.findings) == (20, [])
