"""The HTML report as a file: whole in itself, closed to others, and not to be broken out of by what a note says."""

from __future__ import annotations

import json
import re
import stat
from typing import TYPE_CHECKING, Any

import pytest

from citecoder.errors import InputError
from citecoder.evals.reports.write import embedded, write_comparison, write_report
from tests.evals.report_runs import HOSTILE, MARKED, write_run, write_set

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    base = tmp_path_factory.mktemp("reports")
    place = write_set(base)
    arms = ("rules", "command:<b>other</b>", "http:third")
    return [
        write_run(base / f"run-{n}", place, seed=n, arm=arm, fail=["case-003"] if n == 1 else [])
        for n, arm in enumerate(arms)
    ]


def page_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


@pytest.fixture(scope="module")
def page(runs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("one") / "report.html"
    write_report(path, runs[1:2])
    return page_of(path)


def test_the_file_is_readable_by_its_owner_alone(runs: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("open to all")
    path.chmod(0o644)
    write_report(path, runs[:1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_fetched_and_nothing_else_may_run(page: str) -> None:
    assert "http:" not in re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
    assert not re.search(
        r"<(link|img|iframe|object|embed|base)\b|\ssrc=|@import|url\((?!#)", without_data(page)
    )
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]


def without_data(page: str) -> str:
    return re.sub(r'(<script type="application/json"[^>]*>).*?</script>', r"\1", page, flags=re.DOTALL)


def test_a_hostile_note_stays_data(page: str) -> None:
    assert page.count("</script>") == 2  # the data's and the page's own
    assert HOSTILE[:20] not in page
    shown = {case["id"]: case for case in data_of(page)["cases"]}
    assert shown["hostile"]["note"].startswith(HOSTILE)
    assert shown["marked"]["note"] == MARKED


def test_a_hostile_name_of_an_arm_stays_text(page: str) -> None:
    assert "<b>other" not in page
    assert "command:&lt;b&gt;other&lt;/b&gt;" in page


@pytest.mark.parametrize("char", ["<", ">", "&", "\u2028", "\u2029"])
def test_what_could_end_the_data_is_written_as_an_escape(char: str) -> None:
    told = embedded({"note": f"a{char}b"})
    assert char not in told
    assert json.loads(told) == {"note": f"a{char}b"}


def test_numbers_that_json_does_not_have_are_told_as_nothing() -> None:
    assert embedded([float("nan"), {"a": (float("inf"), 1)}, "\ud83d"]) == '[null,{"a":[null,1]},"\\ud83d"]'


def test_the_head_says_that_notes_are_shown_and_what_was_not_answered(page: str) -> None:
    assert "This report shows the text of the evaluated notes." in page
    assert "1 not answered; no figure counts them" in page
    assert "no answer within 60 s" in page


def test_what_was_not_counted_is_a_dash_and_no_usage_is_told_as_such(page: str) -> None:
    assert without_data(page).count("not reported") >= 3
    assert '<td class="number">–</td>' in page


@pytest.mark.slow
def test_two_runs_stand_before_and_after(runs: list[Path], tmp_path: Path) -> None:
    write_report(tmp_path / "two.html", runs[:2])
    write_comparison(tmp_path / "same.html", *runs[:2])
    page = page_of(tmp_path / "two.html")
    assert page == page_of(tmp_path / "same.html")
    told = data_of(page)
    assert 'id="differences"' in page
    assert {"fixed", "broken", "changed", "left_out"} <= set(told["comparison"])
    before = told["cases"][0]["before"]
    assert "answer" in before
    assert "note" not in before  # the note is told once


def test_an_arm_that_answered_nothing_is_still_reported_beside_the_other(tmp_path: Path) -> None:
    place = write_set(tmp_path, 2)
    failing = write_run(tmp_path / "failing", place, fail=["hostile", "marked", "case-000", "case-001"])
    write_report(tmp_path / "two.html", [write_run(tmp_path / "good", place), failing])
    page = page_of(tmp_path / "two.html")
    assert "Not compared:" in page
    assert "4 not answered" in page


def test_three_runs_are_a_column_each(runs: list[Path], tmp_path: Path) -> None:
    write_report(tmp_path / "three.html", runs)
    page = page_of(tmp_path / "three.html")
    assert re.findall(r'<th scope="col" class="number">(\w) · ', page) == ["A", "B", "C"]
    assert data_of(page)["comparison"] is None


def test_runs_of_two_suites_are_refused(runs: list[Path], tmp_path: Path) -> None:
    place = write_set(tmp_path, 3)
    gaps = write_run(tmp_path / "gaps", place, suite="gaps")
    with pytest.raises(InputError, match=r"different suites \(coding, gaps\)"):
        write_report(tmp_path / "no.html", [runs[0], gaps])


def test_no_run_and_a_file_that_cannot_be_written_are_told(runs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run"):
        write_report(tmp_path / "no.html", [])
    with pytest.raises(InputError, match="can't be written"):
        write_report(tmp_path / "absent" / "no.html", runs[:1])
