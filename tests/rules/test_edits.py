"""Pair edits and daily limits: small tables made here, then the shipped ones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, packaged_root
from citecoder.rules.edits import load_edits

if TYPE_CHECKING:
    from pathlib import Path

    from citecoder.rules.edits import Edits

PAIRS = """column1,column2,indicator,status,from,until,rationale
97140,97124,0,active,,,technique decides
97140,97012,1,active,,,separate regions only
29581,97140,1,active,2022-01-01,,"wraps, then hands"
97530,97116,9,deleted,,2020-10-01,withdrawn
97110,97140,,none,,,no edit found
"""
LIMITS = "code,units,mai,edition_checked,confidence\n97140,6,3,2026-10-01,high\n97161,1,2,2024-07,medium\nS8948,,,,low\n"
EDITIONS = """
ncci: {edition: 2024-07-01, table: practitioner, source: a copy, cites: [ncci/meaning], note: later quarters not read}
mue: {edition: 2026-10-01, source: a copy, cites: [mue/limits]}
"""


def write(
    root: Path, pairs: str | None = PAIRS, limits: str | None = LIMITS, editions: str | None = EDITIONS
) -> DataRoots:
    folder = root / "knowledge" / "edits"
    folder.mkdir(parents=True)
    for name, text in (("ncci_ptp.csv", pairs), ("mue.csv", limits), ("editions.yaml", editions)):
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return DataRoots(root)


@pytest.fixture
def edits(tmp_path: Path) -> Edits:
    return load_edits(write(tmp_path))


def test_an_active_pair_is_found_from_either_side_with_its_columns(edits: Edits) -> None:
    for pair in (edits.between("97124", "97140"), edits.between("97140", "97124")):
        assert (pair.column1, pair.column2, pair.indicator, pair.separable) == ("97140", "97124", "0", False)
    assert edits.between("97140", "97012").separable


def test_deleted_and_absent_pairs_are_no_edit_but_are_known(edits: Edits) -> None:
    assert edits.between("97530", "97116") is None
    assert edits.row("97116", "97530").until == date(2020, 10, 1)
    assert edits.between("97110", "97140") is None
    assert edits.row("97110", "97140").status == "none"
    assert edits.row("97110", "97035") is None


def test_a_code_is_no_pair_with_itself(edits: Edits) -> None:
    assert edits.between("97140", "97140") is None


def test_all_edits_of_a_code_come_by_partner_with_its_column(edits: Edits) -> None:
    found = [(pair.other("97140"), pair.column_of("97140")) for pair in edits.all_for("97140")]
    assert found == [("29581", 2), ("97012", 1), ("97124", 1)]
    assert edits.all_for("97116") == ()


def test_a_pair_keeps_its_start_and_commas_in_its_rationale(edits: Edits) -> None:
    pair = edits.between("29581", "97140")
    assert (pair.since, pair.rationale) == (date(2022, 1, 1), "wraps, then hands")


def test_daily_limits(edits: Edits) -> None:
    assert (edits.mue("97140").units, edits.mue("97140").mai) == (6, 3)
    assert edits.mue("97161").edition_checked == "2024-07"
    assert edits.mue("S8948") is None
    assert edits.mue("97530") is None


def test_editions_say_what_was_read(edits: Edits) -> None:
    assert edits.editions.ncci.edition == date(2024, 7, 1)
    assert edits.editions.ncci.note == "later quarters not read"
    assert edits.editions.mue.cites == ("mue/limits",)


def test_an_active_row_outweighs_a_deleted_one_of_the_same_pair(tmp_path: Path) -> None:
    rows = PAIRS + "97116,97530,1,active,2024-04-01,,back again\n97530,97116,9,deleted,,2020-01-01,again\n"
    assert load_edits(write(tmp_path, rows)).between("97530", "97116").column1 == "97116"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("97124,97140,1,active,,,other way round", "active twice"),
        ("97035,97035,1,active,,,x", "paired with itself"),
        ("97035,97032,9,active,,,x", "indicator must be 0 or 1"),
        ("97035,97032,5,active,,,x", r"line 7.*'indicator'"),
        ("97035,97032,1,dormant,,,x", r"line 7.*'status'"),
        ("97035,97032,1,active,July,,x", r"line 7.*'from'"),
        ("97035", r"line 7.*'column2' is missing"),
    ],
)
def test_a_broken_row_is_refused_with_its_place(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"ncci_ptp\.csv.*{told}"):
        load_edits(write(tmp_path, f"{PAIRS}{row}\n"))


@pytest.mark.parametrize(
    ("part", "name"), [("pairs", "ncci_ptp"), ("limits", "mue"), ("editions", "editions")]
)
def test_a_missing_table_is_an_error_not_an_empty_table(tmp_path: Path, part: str, name: str) -> None:
    with pytest.raises(KnowledgeError, match=f"{name}.*missing"):
        load_edits(write(tmp_path, **{part: None}))


def test_a_site_table_replaces_the_packaged_one(tmp_path: Path) -> None:
    packaged = write(tmp_path / "packaged").packaged
    site = write(tmp_path / "site", limits=LIMITS.replace("97140,6", "97140,4")).packaged
    assert load_edits(DataRoots(packaged, site)).mue("97140").units == 4


# --- the tables that are shipped -----------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Edits:
    roots = DataRoots(packaged_root())
    if not (roots.packaged / "knowledge" / "edits" / "ncci_ptp.csv").is_file():
        pytest.skip("no edit tables here")
    return load_edits(roots)


NEVER = [
    "97140/97124", "97150/97750", "97161/97164", "97161/97750", "97162/97755", "97163/97763", "97760/97763",
    "97761/97763", "98940/97161", "98942/97168", "98925/97140", "92526/97032", "92526/G0283", "92522/92523",
    "92607/97755", "92609/97755", "98980/97750", "98981/97750", "97545/97140", "20560/20561", "97161/97162",
    "90912/90901", "97164/97750", "97168/97763",
]  # fmt: skip
SEPARABLE = [
    "97140/97012", "97140/97018", "97140/97150", "97140/97750", "97140/97755", "97140/97760", "97140/97763",
    "97140/95992", "97140/98940", "98941/97112", "98941/97124", "G0283/97032", "97150/97110", "97164/97035",
    "97168/97535", "92507/97129",
]  # fmt: skip
NO_EDIT = [
    "97140/97530", "97530/97116", "97161/97140", "97161/97530", "97150/97161", "97164/97110", "97164/97140",
    "97164/97530", "97530/97535", "97161/97110", "97165/97530", "98940/97110", "98940/G0283", "97545/97110",
    "97150/97035",
]  # fmt: skip


@pytest.mark.parametrize("pair", NEVER)
def test_shipped_pair_that_never_goes_together(shipped: Edits, pair: str) -> None:
    assert shipped.between(*pair.split("/")).indicator == "0"


@pytest.mark.parametrize("pair", SEPARABLE)
def test_shipped_pair_that_a_modifier_may_separate(shipped: Edits, pair: str) -> None:
    assert shipped.between(*pair.split("/")).separable


@pytest.mark.parametrize("pair", NO_EDIT)
def test_shipped_pair_without_an_edit(shipped: Edits, pair: str) -> None:
    assert shipped.between(*pair.split("/")) is None


@pytest.mark.parametrize(
    ("code", "units", "mai"), [("97161", 1, 2), ("97140", 6, 3), ("97545", 1, 2), ("97010", 0, 3)]
)
def test_shipped_daily_limit(shipped: Edits, code: str, units: int, mai: int) -> None:
    limit = shipped.mue(code)
    assert (limit.units, limit.mai) == (units, mai)
