"""keys, audit, stats and records at the command line, over records of their own."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from citecoder import wire
from citecoder.adapters.records import Records
from citecoder.adapters.records.site_secret import site_secret
from citecoder.app.cli.keys import ScopeName
from citecoder.app.cli.stats import bar
from citecoder.app.settings import Settings
from citecoder.app.wiring import Parts
from citecoder.records import LOCAL, SCOPES, Decision
from tests.adapters.records.material import tamper, told
from tests.app.sample import NOTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.app.conftest import Run


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """The records that the command line finds in its site folder."""
    site = tmp_path / "site"
    made = Records(f"sqlite:///{site / 'records.sqlite'}", site_secret(site))
    yield made
    made.close()


def _fill(records: Records) -> None:
    for number in range(3):
        records.keep_review(told(f"visit-{number}"), NOTE, LOCAL)
    records.decide(Decision("visit-0", "line-97110", "accept"), LOCAL)
    records.decide(Decision("visit-1", "line-97110", "reject", "wrong_units"), LOCAL)
    records.decide(Decision("visit-0", "gap-1", "dismiss_gap"), LOCAL)


def test_a_key_is_made_and_its_token_stands_alone_on_standard_output(run: Run, records: Records) -> None:
    made = run("keys", "create", "front desk", "--scope", "suggest", "--scope", "metrics", "--expires", "90d")
    assert made.code == 0
    token = made.out.decode().strip()
    assert re.fullmatch(r"cite_[0-9a-f]{12}_[\w-]{43}", token)
    assert "not shown again" in made.err
    assert token not in made.err
    key = records.key_of(token)
    assert key is not None
    assert key.scopes == {"suggest", "metrics"}
    assert key.expires is not None
    assert timedelta(days=89) < key.expires - datetime.now(UTC) <= timedelta(days=90)


def test_every_scope_can_be_named() -> None:
    assert {each.value for each in ScopeName} == SCOPES


def test_a_key_works_through_the_day_it_names(run: Run, records: Records) -> None:
    token = run("keys", "create", "front desk", "--expires", "2099-01-31").out.decode().strip()
    assert records.key_of(token, datetime(2099, 1, 31, 23, 59, tzinfo=UTC)) is not None
    assert records.key_of(token, datetime(2099, 2, 1, tzinfo=UTC)) is None
    assert records.keys()[0].scopes == {"suggest", "ask", "sources", "decide"}


def test_keys_are_listed_and_revoked(run: Run, records: Records) -> None:
    assert "keys create" in run("keys", "list").err
    key, token = records.add_key("front desk", ["suggest"], None)
    assert key.id in run("keys", "list").out.decode()
    assert run("keys", "revoke", key.id).code == 0
    assert records.key_of(token) is None
    (listed,) = json.loads(run("keys", "list", "--json").out)["keys"]
    assert (listed["id"], listed["name"], listed["scopes"]) == (key.id, "front desk", ["suggest"])
    assert listed["revoked"] is not None
    assert "revoked" in run("keys", "list").out.decode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("keys", "create", "late", "--expires", "2020-01-01"), "past"),
        (("keys", "create", "odd", "--expires", "soon"), "90d"),
        (("keys", "create", ""), "printable name"),
        (("keys", "create", "odd", "--scope", "root"), "--scope"),
        (("keys", "revoke", "ffffffffffff"), "keys list"),
        (("audit", "verify", "--head", "7"), "NUMBER:HASH"),
        (("stats", "--since", "yesterday"), "90d"),
        (("records", "prune", "--before", ""), "--before"),
        (("records", "prune"), "--before"),
        (("records", "downgrade", "base"), "--yes"),
        (("records", "downgrade", "of_2031", "--yes"), "no migration"),
    ],
)
def test_wrong_usage_is_told_in_a_line(run: Run, arguments: tuple[str, ...], says: str) -> None:
    told = run(*arguments)
    assert (told.code, told.out) == (2, b"")
    assert says in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("keys", "list"), ("audit", "verify"), ("stats",), ("records", "prune", "--before", "30d")]
)
def test_a_site_without_records_says_so(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CITECODER_RECORDS", "off")
    told = run(*arguments)
    assert told.code == 2
    assert "CITECODER_RECORDS is off" in told.err


def test_records_that_can_not_be_reached_are_a_failure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODER_RECORDS", "postgresql://user:hush@127.0.0.1:1/records")
    told = run("stats")
    assert told.code == 1
    assert "refused" in told.err
    assert "hush" not in told.err


def test_audit_verify_prints_the_head_and_takes_it_back(run: Run, records: Records) -> None:
    _fill(records)
    told = run("audit", "verify")
    assert told.code == 0
    head = told.out.decode().strip()
    assert head == records.verify_audit().head
    assert "6 entries, all hold" in told.err
    records.add_key("more", ["suggest"], None)
    assert json.loads(run("audit", "verify", "--head", head, "--json").out)["holds"] is True


def test_audit_verify_names_what_was_changed(run: Run, records: Records) -> None:
    _fill(records)
    tamper(records, "UPDATE audit SET caller = 'mallory' WHERE number = 2")
    told = run("audit", "verify")
    assert told.code == 1
    assert "entry 2 was changed" in told.err
    as_json = run("audit", "verify", "--json")
    assert (as_json.code, json.loads(as_json.out)["holds"]) == (1, False)


def test_stats_show_shares_and_reasons(run: Run, records: Records) -> None:
    _fill(records)
    shown = run("stats").out.decode()
    assert "3 notes reviewed · 3 decisions" in shown
    row = next(line for line in shown.splitlines() if "97110" in line)
    assert "1 of 2 (50%)" in row
    assert "wrong units" in row
    assert "Area treated" in shown
    assert max(map(len, shown.splitlines())) <= 80
    as_json = json.loads(run("stats", "--since", "30d", "--json").out)
    first = as_json["codes"][0]
    assert (first["code"], first["accepted"], first["rejected"], first["reasons"]) == (
        "97110",
        1,
        1,
        {"wrong_units": 1},
    )
    assert json.loads(run("stats", "--since", "2099-01-01", "--json").out)["reviews"] == 0


@pytest.mark.parametrize(
    ("accepted", "edited", "rejected", "undecided"),
    [(1, 0, 0, 0), (1, 1, 1, 0), (997, 1, 1, 1), (0, 0, 0, 3), (7, 7, 7, 7)],
)
def test_a_bar_is_as_long_as_every_other_and_shows_all_that_occurred(
    accepted: int, edited: int, rejected: int, undecided: int
) -> None:
    line = wire.CodeStats(
        code="97110", suggested=accepted + edited + rejected + undecided, accepted=accepted, edited=edited,
        rejected=rejected, undecided=undecided, reasons={},
    )  # fmt: skip
    drawn = bar(line)
    assert len(drawn) == 20
    assert [mark in drawn for mark in "█▓░·"] == [
        count > 0 for count in (accepted, edited, rejected, undecided)
    ]


def test_prune_deletes_and_tells(run: Run, records: Records) -> None:
    _fill(records)
    assert "deleted 0 undecided reviews" in run("records", "prune", "--before", "1d").err
    told = json.loads(run("records", "prune", "--before", "2099-01-01", "--json").out)
    assert (told["reviews"], told["notes"]) == (1, 0)
    assert records.stats(None).reviews == 2


def test_tables_are_upgraded_and_taken_down(run: Run, records: Records) -> None:
    assert "are of this version" in run("records", "upgrade").err
    assert run("records", "downgrade", "base", "--yes").code == 0
    assert run("records", "upgrade").code == 0
    records.check()


def test_status_tells_where_records_lie_without_a_password(tmp_path: Path) -> None:
    def place(records: str) -> str | None:
        return Parts(Settings(site=tmp_path, records=records)).records_place

    assert place("sqlite") == str(tmp_path / "records.sqlite")
    assert place("postgresql://user:hush@host/name") == "postgresql://user@host/name"
    assert place("off") is None
    assert list(tmp_path.iterdir()) == []
