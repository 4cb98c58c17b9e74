"""Licensed descriptors: taken in with a licence, shown beside our own label, and to nobody after it has ended."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from citecoder.adapters import descriptors
from tests.published import DESCRIPTOR, LICENCE

if TYPE_CHECKING:
    from tests.app.conftest import Ask, Run


@pytest.mark.parametrize(
    "given", [[], ["--accept-licence"], ["--licensee", "Elm"], ["--licensee", " ", "--accept-licence"]]
)
def test_descriptors_need_a_licence_and_whose(real: Run, cpt: str, given: list[str]) -> None:
    ran = real("import", "descriptors", cpt, "--edition", "2026", *given)
    assert (ran.code, "American Medical Association" in ran.err) == (2, True)


def test_licensed_descriptors_are_shown_beside_our_own_label(ask: Ask, cpt: str, tmp_path: Path) -> None:
    before = ask("lookup", "97140")
    told = ask("import", "descriptors", cpt, "--edition", "2099", *LICENCE)
    assert told["descriptors"]["expires"] == "2099-12-31"
    assert "2099-12-31" in told["warnings"][0]
    found = ask("lookup", "97140")
    assert found["label"] == before["label"]
    assert before["descriptor"] is None
    assert found["descriptor"] == {
        "text": DESCRIPTOR, "edition": "2099", "licensed_to": "Elm Street Therapy", "expires": "2099-12-31",
    }  # fmt: skip
    assert ask("lookup", "97124")["descriptor"] is None
    assert ask("import", "descriptors", cpt, "--edition", "2099", *LICENCE)["outcome"] == "unchanged"


def test_descriptors_are_for_their_owner_alone_and_in_no_passage(ask: Ask, cpt: str, tmp_path: Path) -> None:
    ask("import", "descriptors", cpt, "--edition", "2099", *LICENCE)
    path = tmp_path / "site" / "licensed" / "cpt-descriptors.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert DESCRIPTOR not in json.dumps(ask("search", DESCRIPTOR))
    holding = [
        each for each in tmp_path.rglob("*") if each.is_file() and DESCRIPTOR.encode() in each.read_bytes()
    ]
    assert sorted(holding) == sorted([Path(cpt), path])


def test_after_the_licence_nothing_is_shown_and_status_says_so(
    ask: Ask, real: Run, cpt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("import", "descriptors", cpt, "--edition", "2099", *LICENCE)
    monkeypatch.setattr(descriptors.Descriptors, "valid", lambda *_: False)
    assert ask("lookup", "97140")["descriptor"] is None
    assert ask("status")["descriptors"]["valid"] is False
    assert b"ended on 2099-12-31" in real("status").out.replace(b"\n", b" ")


def test_a_licence_that_has_ended_is_not_taken(real: Run, cpt: str) -> None:
    ran = real("import", "descriptors", cpt, "--edition", "2020", *LICENCE)
    assert (ran.code, "ended on 2020-12-31" in ran.err) == (2, True)


def test_descriptors_are_removed_by_their_name(ask: Ask, cpt: str, tmp_path: Path) -> None:
    ask("import", "descriptors", cpt, "--edition", "2099", *LICENCE)
    assert ask("import", "--remove", "descriptors")["descriptors"] is None
    assert not (tmp_path / "site" / "licensed" / "cpt-descriptors.json").exists()
    assert ask("lookup", "97140")["descriptor"] is None
