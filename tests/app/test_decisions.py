"""Reviews are kept, decisions name them, and a database that is down stands in no clinician's way."""

from __future__ import annotations

import shutil
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.app.sample import NOTE
from tests.app.serving import served
from tests.app.test_http import problem_of
from tests.contract import conforms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("decisions")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with served(folder) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as made:
        yield made


def reviewed(client: httpx.Client, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = client.post("/v1/suggestions", json={"note": NOTE, **more}).json()
    return told


def decide(client: httpx.Client, **asked: Any) -> httpx.Response:
    return client.post("/v1/decisions", json={"action": "accept", **asked})


def test_a_line_is_accepted(client: httpx.Client) -> None:
    review = reviewed(client)
    line = review["suggestions"][0]
    answer = decide(client, suggestion_id=review["id"], line_id=line["id"])
    assert answer.status_code == 201
    told = answer.json()
    conforms(told, "decide")
    assert (told["code"], told["action"], told["suggestion_id"]) == (line["code"], "accept", review["id"])


def test_a_number_may_be_the_id_of_a_review(client: httpx.Client) -> None:
    review = reviewed(client, id=41)
    answer = decide(client, suggestion_id=41, line_id=review["suggestions"][0]["id"])
    assert answer.status_code == 201


def test_the_same_decision_sent_twice_is_one(client: httpx.Client) -> None:
    review = reviewed(client)
    asked = {"suggestion_id": review["id"], "line_id": review["suggestions"][1]["id"]}
    first, second = decide(client, **asked).json(), decide(client, **asked).json()
    assert first == second


def test_an_edit_and_a_dismissed_gap_are_kept(client: httpx.Client) -> None:
    review = reviewed(client)
    line = review["suggestions"][2]
    edited = decide(client, suggestion_id=review["id"], line_id=line["id"], action="edit", edit={"units": 2})
    assert edited.status_code == 201
    gap = line["missing"][0]["id"]
    told = decide(client, suggestion_id=review["id"], line_id=gap, action="dismiss_gap").json()
    assert (told["action"], told["code"]) == ("dismiss_gap", line["code"])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"action": "reject"}, "reason_code"),
        ({"action": "edit"}, "edit"),
        ({"action": "accept", "comment": "Jane"}, "comment"),
        ({"action": "perhaps"}, "action"),
        ({"action": "reject", "reason_code": "mood"}, "reason_code"),
    ],
)
def test_a_decision_without_what_it_needs_is_422(
    client: httpx.Client, asked: dict[str, Any], field: str
) -> None:
    review = reviewed(client)
    told = problem_of(
        decide(client, suggestion_id=review["id"], line_id=review["suggestions"][0]["id"], **asked), 422
    )
    assert told["errors"][0]["loc"] == ["body", field]
    assert "Jane" not in str(told)


@pytest.mark.parametrize("line", ["nothing", None])
def test_an_unknown_review_or_line_is_404_and_says_what_to_do(client: httpx.Client, line: str | None) -> None:
    review = reviewed(client)
    asked = (
        {"suggestion_id": review["id"], "line_id": line} if line else {"suggestion_id": "no", "line_id": "no"}
    )
    assert "again" in problem_of(decide(client, **asked), 404)["detail"]


def test_without_records_a_decision_is_503(tmp_path: Path) -> None:
    with served(tmp_path, records="off") as base, httpx.Client(base_url=base, trust_env=False) as client:
        review = reviewed(client)
        asked = {"suggestion_id": review["id"], "line_id": review["suggestions"][0]["id"]}
        assert "CITECODER_RECORDS" in problem_of(decide(client, **asked), 503)["detail"]
        assert client.get("/readyz").json()["parts"]["records"] == "off"
    assert not (tmp_path / "site").exists() or not list((tmp_path / "site").glob("records*"))


def not_kept(client: httpx.Client) -> float:
    lines = client.get("/metrics").text.splitlines()
    return float(
        next(line for line in lines if line.startswith("citecoder_reviews_not_kept_total")).split()[-1]
    )


@pytest.mark.slow
def test_a_database_that_goes_and_comes_back(tmp_path: Path) -> None:
    """The file is replaced by a folder, as a wrong mount would."""
    site = tmp_path / "site"
    with served(tmp_path) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        kept = reviewed(client)
        assert client.get("/readyz").status_code == 200
        away = tmp_path / "away"
        away.mkdir()
        files = list(site.glob("records.sqlite*"))
        assert files
        for file in files:
            shutil.move(file, away / file.name)
        (site / "records.sqlite").mkdir()
        lost = reviewed(client)
        assert lost["suggestions"], "the review is answered all the same"
        asked = {"suggestion_id": kept["id"], "line_id": kept["suggestions"][0]["id"]}
        told = problem_of(decide(client, **asked), 503)
        assert told["detail"]
        assert not_kept(client) >= 1
        time.sleep(1.1)
        ready = problem_of(client.get("/readyz"), 503)
        assert [each["loc"] for each in ready["errors"]] == [["records"]]
        (site / "records.sqlite").rmdir()
        for file in away.iterdir():
            shutil.move(file, site / file.name)
        assert decide(client, **asked).status_code == 201
        time.sleep(2.1)
        assert client.get("/readyz").status_code == 200
        again = reviewed(client)
        asked = {"suggestion_id": again["id"], "line_id": again["suggestions"][0]["id"]}
        assert decide(client, **asked).status_code == 201
        problem_of(decide(client, suggestion_id=lost["id"], line_id="line-97110"), 404)


@pytest.mark.slow
def test_a_postgresql_with_nobody_there_stands_in_no_ones_way(tmp_path: Path) -> None:
    address = "postgresql://nobody:hidden-word@127.0.0.1:1/none"
    with served(tmp_path, records=address) as base, httpx.Client(base_url=base, trust_env=False) as client:
        begun = time.monotonic()
        review = client.post("/v1/suggestions", json={"note": NOTE}, timeout=30).json()
        assert review["suggestions"]
        assert time.monotonic() - begun < 10
        told = problem_of(decide(client, suggestion_id="x", line_id="y"), 503)
        assert "hidden-word" not in str(told)
        ready = problem_of(client.get("/readyz", timeout=30), 503)
        assert "hidden-word" not in str(ready)


def test_a_kept_review_holds_no_words_of_the_note(folder: Path, client: httpx.Client) -> None:
    reviewed(client, id="words")
    with sqlite3.connect(folder / "site" / "records.sqlite") as connection:
        dumped = "\n".join(connection.iterdump())
    assert "words" in dumped
    assert "patellar" not in dumped
    assert "quad sets" not in dumped
