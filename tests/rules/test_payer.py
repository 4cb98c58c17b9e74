"""Payer files: which fact is in force on a date, and how a broken file is refused."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, packaged_root
from citecoder.rules.payer import (
    bundled_by,
    load_payers,
    method_fact_on,
    method_on,
    not_covered_by,
    only_codes_for,
    required_on,
    substitution_for,
    threshold_on,
    used_on,
)

if TYPE_CHECKING:
    from pathlib import Path

    from citecoder.rules.payer import MethodName, Payer

FULL = """
id: acme
name: Acme Health
methods:
  - {from: null, method: midpoint, confidence: medium, cites: [acme/old]}
  - {from: 2025-01-01, method: medicare_total_time, confidence: high, cites: [acme/new]}
  - {from: 2027-01-01, method: both, confidence: low, cites: []}
method_note: Counts changed in 2025.
substitutions:
  - {code: "97014", by: G0283, from: 2007-01-01, confidence: high, cites: [acme/stim], because: "It takes G0283."}
bundled:
  - {code: "97010", from: null, confidence: high, cites: [acme/packs], because: "Nothing extra is paid."}
not_covered:
  - {code: "97037", from: 2024-06-01, confidence: low, cites: [acme/laser], because: "Laser is excluded."}
only_for:
  - {discipline: DC, codes: ["98940"], confidence: medium, cites: [acme/dc], because: "Manipulation alone."}
plan_modifiers: {use: true, from: 2020-07-01, cites: [acme/gp], because: "Names the plan."}
assistant_modifiers: {use: null, from: null, confidence: null, cites: [], because: null}
active_cmt_modifier: {use: true, modifier: AT, codes: ["98940"], cites: [acme/at], because: "Active care."}
edits: ncci
mue: cms
thresholds:
  - {kind: kx, year: 2026, pt_slp: 2480, ot: 2480, confidence: medium, cites: [acme/kx]}
required_elements:
  - {element: minutes, from: 2025-09-24, confidence: medium, cites: [acme/minutes]}
notes:
  - {codes: ["97140"], level: info, text: "Records are often asked for.", cites: [acme/notes], confidence: medium}
"""
SMALL = "id: acme\nname: Acme Health\nmethods: [{from: null, method: both, confidence: low, cites: []}]\n"


def write(root: Path, text: str, name: str = "acme.yaml") -> DataRoots:
    path = root / "knowledge" / "payers" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return DataRoots(root)


@pytest.fixture
def acme(tmp_path: Path) -> Payer:
    return load_payers(write(tmp_path, FULL))["acme"]


@pytest.mark.parametrize(
    ("on", "method", "cites"),
    [
        (date(2024, 12, 31), "midpoint", ("acme/old",)),
        (date(2025, 1, 1), "medicare_total_time", ("acme/new",)),
        (date(2027, 3, 1), "both", ()),
    ],
)
def test_the_newest_method_that_has_begun_counts(
    acme: Payer, on: date, method: MethodName, cites: tuple[str, ...]
) -> None:
    assert method_on(acme, on) == method
    assert method_fact_on(acme, on).cites == cites


def test_before_any_known_method_both_are_shown(tmp_path: Path) -> None:
    text = SMALL.replace("{from: null, method: both, confidence: low, cites: []}",
                         "{from: 2025-01-01, method: midpoint, confidence: low, cites: [acme/x]}")  # fmt: skip
    assert method_on(load_payers(write(tmp_path, text))["acme"], date(2024, 1, 1)) == "both"


def test_a_fact_comes_with_its_passages_and_only_for_its_code_and_time(acme: Payer) -> None:
    on = date(2026, 5, 1)
    found = substitution_for(acme, "97014", on)
    assert (found.by, found.cites) == ("G0283", ("acme/stim",))
    assert substitution_for(acme, "97014", date(2006, 12, 31)) is None
    assert substitution_for(acme, "97035", on) is None
    assert bundled_by(acme, "97010", on).because == "Nothing extra is paid."
    assert not_covered_by(acme, "97037", on).confidence == "low"
    assert not_covered_by(acme, "97037", date(2024, 5, 31)) is None
    assert only_codes_for(acme, "DC", on).codes == ("98940",)
    assert only_codes_for(acme, "PT", on) is None


def test_modifier_use_is_true_false_before_its_start_or_unknown(acme: Payer) -> None:
    assert used_on(acme.plan_modifiers, date(2026, 5, 1)) is True
    assert used_on(acme.plan_modifiers, date(2020, 7, 1)) is True
    assert used_on(acme.plan_modifiers, date(2020, 6, 30)) is False
    assert used_on(acme.assistant_modifiers, date(2026, 5, 1)) is None
    assert used_on(acme.active_cmt_modifier, date(2026, 5, 1)) is True


def test_a_threshold_is_never_borrowed_from_another_year(acme: Payer) -> None:
    assert threshold_on(acme, "kx", date(2026, 5, 1)).ot == 2480
    assert threshold_on(acme, "kx", date(2027, 5, 1)) is None


def test_required_elements_begin_on_their_date(acme: Payer) -> None:
    assert [fact.element for fact in required_on(acme, date(2026, 1, 1))] == ["minutes"]
    assert required_on(acme, date(2025, 9, 23)) == ()


def test_what_a_file_leaves_out_is_unknown(tmp_path: Path) -> None:
    payer = load_payers(write(tmp_path, SMALL))["acme"]
    assert (payer.edits, payer.mue, payer.plan_modifiers.use) == ("unknown", "unknown", None)
    assert payer.substitutions == payer.notes == ()


def test_a_site_file_replaces_the_packaged_one(tmp_path: Path) -> None:
    write(tmp_path / "packaged", SMALL)
    write(tmp_path / "site", FULL)
    payers = load_payers(DataRoots(tmp_path / "packaged", tmp_path / "site"))
    assert payers["acme"].edits == "ncci"


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("method_note:", "method_remark:", "'method_remark' isn't known"),
        ('because: "Laser', 'becuase: "Laser', r"'not_covered\.0\.becuase' isn't known"),
        ("method: midpoint", "method: rule_of_8", r"'methods\.0\.method'"),
        ('code: "97010"', "code: 97010", r"'bundled\.0\.code'"),
        ("cites: [acme/packs]", "cites: []", r"'bundled\.0\.cites'"),
        ("cites: [acme/gp]", "cites: []", "plan_modifiers.cites is empty"),
        ("cites: [acme/new]", "cites: []", r"methods\.1\.cites is empty"),
        ("name: Acme Health", "", "'name' is missing"),
        ("from: 2007-01-01", "from: spring", r"'substitutions\.0\.from'"),
        ("id: acme", "id: acmy", "must be the file's name"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_name_and_key(
    tmp_path: Path, was: str, now: str, told: str
) -> None:
    assert was in FULL
    with pytest.raises(KnowledgeError, match=rf"acme\.yaml.*{told}"):
        load_payers(write(tmp_path, FULL.replace(was, now, 1)))


def test_no_payer_stands_in_two_files(tmp_path: Path) -> None:
    roots = write(tmp_path, SMALL)
    write(tmp_path, SMALL, "more/acme.yaml")
    with pytest.raises(KnowledgeError, match="two files"):
        load_payers(roots)


# --- the payer files that are shipped ------------------------------------------------------------

SHIPPED = DataRoots(packaged_root())
TOTAL_TIME = ["medicare", "medicare_advantage", "tricare", "uhc", "humana", "highmark"]
MIDPOINT = ["commercial", "other", "bcbs"]
BOTH = [
    "medicaid",
    "tx_medicaid",
    "workers_comp",
    "ca_workers_comp",
    "wa_workers_comp",
    "aetna",
    "cigna",
    "anthem",
]
IDS = [(payer, "medicare_total_time") for payer in TOTAL_TIME]
IDS += [(payer, "midpoint") for payer in MIDPOINT] + [(payer, "both") for payer in BOTH]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Payer]:
    payers = load_payers(SHIPPED)
    if not payers:
        pytest.skip("no payer files here")
    return payers


@pytest.mark.parametrize(("payer", "method"), IDS)
def test_a_shipped_payer_counts_units_as_the_contract_says(
    shipped: dict[str, Payer], payer: str, method: MethodName
) -> None:
    assert method_on(shipped[payer], date(2026, 5, 1)) == method


def test_medicare_facts(shipped: dict[str, Payer]) -> None:
    medicare, on = shipped["medicare"], date(2026, 5, 1)
    assert substitution_for(medicare, "97014", on).by == "G0283"
    assert bundled_by(medicare, "97010", on)
    assert not_covered_by(medicare, "98943", on)
    assert only_codes_for(medicare, "DC", on).codes == ("98940", "98941", "98942")
    assert used_on(medicare.assistant_modifiers, date(2019, 12, 31)) is False
    assert used_on(medicare.assistant_modifiers, on) is True
    assert threshold_on(medicare, "kx", on).pt_slp == 2480
