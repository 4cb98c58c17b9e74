"""citecoder units, lookup, search, status: over the shipped knowledge, searched by keyword."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract import conforms

if TYPE_CHECKING:
    from tests.app.conftest import Run


def told(run: Run, verb: str, *arguments: str) -> dict[str, Any]:
    ran = run(verb, *arguments, "--json")
    assert (ran.code, ran.err) == (0, "")
    data: dict[str, Any] = json.loads(ran.out)
    conforms(data, verb)
    return data


def test_units_of_the_contract_example(run: Run) -> None:
    data = told(run, "units", "97110=33", "97140=7", "--payer", "medicare")
    assert data["method"] == "medicare_total_time"
    assert data["total_timed_minutes"] == 40
    assert data["units"] == {"97110": 2, "97140": 1}
    assert data["total_units"] == 3
    assert data["lines"] == [
        {"code": "97110", "units": 2, "modifiers": []},
        {"code": "97140", "units": 1, "modifiers": []},
    ]
    assert data["citations"]
    assert set(data["citations"]) == {passage["id"] for passage in data["passages"]}


@pytest.mark.parametrize(
    ("arguments", "method", "units", "total"),
    [
        (["--method", "midpoint"], "midpoint", {"97110": 2, "97140": 0}, 2),
        (["--payer", "commercial"], "midpoint", {"97110": 2, "97140": 0}, 2),
        (["--payer", "aetna"], None, {"97110": 2, "97140": None}, None),
        ([], None, {"97110": 2, "97140": None}, None),
        (["--payer", "nobody"], None, {"97110": 2, "97140": None}, None),
        (["--payer", "commercial", "--method", "medicare_total_time"], "medicare_total_time", {"97110": 2, "97140": 1}, 3),
    ],
    ids=str,
)  # fmt: skip
def test_the_method_is_the_payers_and_where_it_is_unknown_both_are_told(
    run: Run, arguments: list[str], method: str | None, units: dict[str, int | None], total: int | None
) -> None:
    data = told(run, "units", "97110=33", "97140=7", *arguments)
    assert (data["method"], data["units"], data["total_units"]) == (method, units, total)
    assert len(data["by_method"]) == (1 if method else 2)


def test_an_untimed_code_is_one_and_stays_outside_the_total(run: Run) -> None:
    data = told(run, "units", "97110=15", "97012=40", "--payer", "medicare")
    assert (data["units"], data["total_timed_minutes"], data["total_units"]) == (
        {"97110": 1, "97012": 1},
        15,
        1,
    )


def test_a_tie_goes_to_the_first_and_is_listed(run: Run) -> None:
    data = told(run, "units", "97110=20", "97116=20", "97140=8", "--payer", "medicare")
    assert data["total_units"] == 3
    assert data["units"] == {"97110": 1, "97116": 1, "97140": 1}
    tied = told(run, "units", "97116=10", "97110=10", "--payer", "medicare")
    assert (tied["units"], tied["ties"]) == ({"97116": 1, "97110": 0}, [["97116", "97110"]])


def test_assistant_minutes_split_a_line(run: Run) -> None:
    data = told(run, "units", "97110=30", "--assistant", "97110=15", "--payer", "medicare")
    assert sorted((line["units"], line["modifiers"]) for line in data["lines"]) == [(1, []), (1, ["CQ"])]
    occupational = told(
        run, "units", "97110=15", "--assistant", "97110=15", "--payer", "medicare", "--discipline", "OT"
    )
    assert occupational["lines"] == [{"code": "97110", "units": 1, "modifiers": ["CO"]}]


def test_units_in_a_batch(run: Run) -> None:
    sent = b'{"id": 1, "payer": "medicare", "minutes": {"97110": 15}}\n{"id": 2, "minutes": {"99999": 5}}\n{"id": 3, "minutes": {}}\n'
    ran = run("units", "--jsonl", "-", stdin=sent)
    first, second, third = (json.loads(line) for line in ran.out.splitlines())
    assert ran.code == 1
    assert (first["id"], first["units"]) == (1, {"97110": 1})
    assert (second["id"], second["error"]["code"]) == (2, "invalid_request")
    assert (third["id"], third["error"]["code"]) == (3, "invalid_request")


def test_units_for_a_person(run: Run) -> None:
    page = run("units", "97110=33", "97140=7", "--payer", "medicare").out.decode()
    assert "40 timed min · 3 timed units" in page
    assert "97110 ×2" in page
    both = run("units", "97110=33", "97140=7").out.decode()
    assert "97140 ×1|0" in both


def test_a_code_is_told_as_the_payer_sees_it(run: Run) -> None:
    alone = told(run, "lookup", "97140")
    assert (alone["timing"], alone["depth"], alone["payer"]["status"]) == ("timed15", "full", None)
    assert any(
        element["kind"] == "minutes" and element["severity"] == "required" for element in alone["elements"]
    )
    assert any(other["code"] == "97124" for other in alone["confused_with"])
    medicare = told(run, "lookup", "97014", "--payer", "medicare")
    assert (medicare["payer"]["status"], medicare["payer"]["substitute"]) == ("not_recognized", "G0283")
    assert told(run, "lookup", "97014", "--payer", "nobody")["payer"]["notes"]


def test_an_edit_is_told_from_both_sides(run: Run) -> None:
    here = next(edit for edit in told(run, "lookup", "97140")["edits"] if edit["with"] == "97012")
    there = next(edit for edit in told(run, "lookup", "97012")["edits"] if edit["with"] == "97140")
    assert {here["column"], there["column"]} == {1, 2}
    assert (here["indicator"], here["edition"]) == (there["indicator"], there["edition"])


def test_every_citation_of_a_lookup_is_among_its_passages(run: Run) -> None:
    data = told(run, "lookup", "97014", "--payer", "medicare")
    known = {passage["id"] for passage in data["passages"]}
    assert set(data["payer"]["citations"]) <= known
    assert {cite for element in data["elements"] for cite in element["citations"]} <= known


def test_a_disputed_article_is_shown_with_what_contradicts_it(run: Run) -> None:
    passages = told(run, "lookup", "97014")["passages"]
    disputed = [passage for passage in passages if passage["disputed"]]
    assert disputed
    assert {passage["disputed"]["by"] for passage in disputed} <= {passage["id"] for passage in passages}
    ranks = [passage["source"]["authority"] for passage in passages]
    assert ranks[0] != "article"


def test_a_code_for_a_person(run: Run) -> None:
    page = run("lookup", "g0283", "--payer", "medicare").out.decode()
    assert page.startswith("G0283  ")
    assert "DOCUMENTATION" in page
    assert "NOT TO BE CONFUSED WITH" in page


def test_search_says_why_a_passage_was_found(run: Run) -> None:
    data = told(
        run, "search", "gait training one on one", "--code", "97116", "-k", "3", "--date", "2026-05-01"
    )
    assert 0 < len(data["hits"]) <= 3
    scores = [hit["score"] for hit in data["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert data["hits"][0]["why"]["keyword"] > 0
    assert any("97116" in name for name in data["hits"][0]["why"]["filters"])


def test_search_for_a_person(run: Run) -> None:
    page = run("search", "group therapy", "-k", "1").out.decode()
    assert " 1  " in page
    assert "our summary" in page
    assert "Nothing found" in run("search", "zzzz qqqq").out.decode()


def test_status_tells_what_is_there(run: Run) -> None:
    data = told(run, "status")
    assert data["passages"] == sum(data["by_authority"].values()) > 100
    assert data["editions"]["ncci"]
    assert data["folders"]["site"].endswith("site")
    assert not data["tracing_allowed"]
    assert "codes, 17 payers" in run("status").out.decode()
    assert data["language_model"] is None


def test_status_names_the_language_model_and_what_it_lacks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODER_LLM", "nobody:some-model")
    data = told(run, "status")["language_model"]
    assert (data["name"], data["usable"]) == ("nobody:some-model", False)
    assert "nobody:some-model: CITECODER_LLM: no provider of this name" in run("status").out.decode()
