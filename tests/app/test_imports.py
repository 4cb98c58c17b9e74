"""citecoder import over the real engine: what is taken in, what then decides and is cited, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from citecoder import wire
from citecoder.adapters import edition_folder
from tests import published

if TYPE_CHECKING:
    from tests.app.conftest import Ask, Run

MASSAGE = "Manual therapy 15 min: grade III mobs R shoulder. Massage 15 min effleurage R shoulder."
TRACTION = "Mechanical traction lumbar 15 min. Manual therapy 15 min: lumbar PA mobs grade III."
ACTIVITY = "Manual therapy 15 min: grade III mobs R shoulder. Therapeutic activities 15 min: overhead lifting of boxes."
MANY = "Manual therapy 110 min: grade III mobs R shoulder."


@pytest.fixture
def review(ask: Ask) -> Reviewed:
    def reviewed(note: str, day: str) -> dict[str, Any]:
        return ask("suggest", "-", "--payer", "medicare", "--discipline", "PT", "--date", day, stdin=note)

    return reviewed


Reviewed = Callable[[str, str], dict[str, Any]]


@pytest.fixture
def pairs(tmp_path: Path) -> str:
    return str(published.ptp_text(tmp_path / "ccipra-v323r0-f1.TXT"))


@pytest.fixture
def limits(tmp_path: Path) -> str:
    return str(published.mue_csv(tmp_path / "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"))


def warned(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in told["warnings"] if each["kind"] == kind]


def passage(told: dict[str, Any], passage_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in told["passages"] if each["id"] == passage_id)
    return found


# --- taking in -------------------------------------------------------------------------------------


def test_a_table_of_pairs_is_imported_with_its_record(ask: Ask, pairs: str, tmp_path: Path) -> None:
    told = ask("import", "ncci", pairs)
    assert told["outcome"] == "imported"
    table = told["tables"][0]
    assert (table["id"], table["setting"], table["current_until"]) == (
        "ncci-2026-10-01", "practitioner", "2026-12-31",
    )  # fmt: skip
    assert (table["files"][0]["rows_read"], table["files"][0]["rows_kept"]) == (6, 5)
    assert len(table["files"][0]["sha256"]) == 64
    assert "f1" in told["warnings"][0]
    assert (tmp_path / "site" / "knowledge" / "edits" / "imported" / "ncci-2026-10-01.yaml").is_file()


@pytest.mark.slow
def test_what_is_told_of_imports_keeps_the_published_schema(ask: Ask, pairs: str, cpt: str) -> None:
    told = {
        "import": ask("import", "ncci", pairs),
        "status": (ask("import", "descriptors", cpt, "--edition", "2099", *published.LICENCE), ask("status"))[
            1
        ],
        "lookup": ask("lookup", "97140"),
    }
    schema = wire.schema()
    for verb, data in told.items():
        shape = {**schema["x-verbs"][verb]["response"], "$defs": schema["$defs"]}
        assert list(jsonschema.Draft202012Validator(shape).iter_errors(data)) == []


def test_the_same_files_again_are_unchanged_and_others_replace_the_edition(ask: Ask, pairs: str) -> None:
    ask("import", "ncci", pairs)
    assert ask("import", "ncci", pairs)["outcome"] == "unchanged"
    published.ptp_text(Path(pairs), published.PAIRS[:2])
    assert ask("import", "ncci", pairs)["outcome"] == "replaced"
    assert [each["id"] for each in ask("import", "--list")["tables"]] == ["ncci-2026-10-01"]


def test_the_parts_of_an_edition_are_imported_together(ask: Ask, tmp_path: Path) -> None:
    names = [tmp_path / f"ccipra-v323r0-f{n}.TXT" for n in (1, 2)]
    published.ptp_text(names[0], published.PAIRS[:2])
    published.ptp_text(names[1], published.PAIRS[2:])
    told = ask("import", "ncci", *map(str, names))
    assert [each["rows_kept"] for each in told["tables"][0]["files"]] == [2, 3]
    assert told["warnings"] == []


def test_status_names_what_was_imported(ask: Ask, pairs: str, limits: str) -> None:
    ask("import", "ncci", pairs)
    ask("import", "mue", limits)
    told = ask("status")
    assert [each["id"] for each in told["imports"]] == ["mue-2026-04-01", "ncci-2026-10-01"]


def test_an_import_is_removed_by_its_name(ask: Ask, real: Run, pairs: str, tmp_path: Path) -> None:
    ask("import", "ncci", pairs)
    assert ask("import", "--remove", "ncci-2026-10-01")["tables"] == []
    left = (tmp_path / "site" / "knowledge" / "edits" / "imported").glob("ncci*")
    assert list(left) == []
    again = real("import", "--remove", "ncci-2026-10-01")
    assert (again.code, "nothing of that name" in again.err) == (2, True)


@pytest.mark.slow
def test_an_import_that_is_killed_leaves_the_old_edition(
    ask: Ask, real: Run, pairs: str, monkeypatch: pytest.MonkeyPatch, review: Reviewed
) -> None:
    ask("import", "ncci", pairs)
    published.ptp_text(Path(pairs), published.PAIRS[3:])
    put = edition_folder._put

    def killed(path: Path, data: bytes) -> None:
        if path.suffix == ".yaml":
            raise KeyboardInterrupt
        put(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(edition_folder, "_put", killed)
        assert real("import", "ncci", pairs).code == 130
    told = review(MASSAGE, "2026-11-02")
    assert told["not_coded"][0]["citations"] == ["cms-ncci-2026-10-01/97140"]
    assert ask("import", "ncci", pairs)["outcome"] == "replaced"


# --- what then decides -----------------------------------------------------------------------------


@pytest.mark.slow
def test_an_imported_pair_decides_and_its_own_passage_is_cited(
    ask: Ask, pairs: str, review: Reviewed
) -> None:
    ask("import", "ncci", pairs)
    told = review(MASSAGE, "2026-11-02")
    refused = next(each for each in told["not_coded"] if each["code"] == "97124")
    assert (refused["reason"], refused["citations"]) == ("edit", ["cms-ncci-2026-10-01/97140"])
    cited = passage(told, "cms-ncci-2026-10-01/97140")
    assert "indicator 0): 97124 (from 1996-01-01)" in cited["text"]
    assert cited["source"]["locator"].endswith("edition 2026-10-01, imported file ccipra-v323r0-f1.TXT")
    assert warned(told, "stale_source") == []
    assert told["engine"]["editions"]["ncci"] == "2026-10-01"


@pytest.mark.slow
@pytest.mark.parametrize(("day", "asked"), [("2026-06-30", 0), ("2026-07-01", 1)])
def test_a_pair_decides_only_from_its_first_day(
    ask: Ask, pairs: str, review: Reviewed, day: str, asked: int
) -> None:
    ask("import", "ncci", pairs)
    told = review(ACTIVITY, day)
    assert len(warned(told, "ncci_edit")) == asked
    assert warned(told, "stale_source") == []


@pytest.mark.parametrize(
    ("day", "stale"),
    [("2024-06-30", 1), ("2024-07-01", 0), ("2024-09-30", 0), ("2024-10-01", 1), ("2026-11-02", 1)],
)
@pytest.mark.parametrize("note", [MASSAGE, TRACTION])
def test_the_shipped_pairs_say_once_that_they_are_of_another_quarter(
    review: Reviewed, note: str, day: str, stale: int
) -> None:
    told = warned(review(note, day), "stale_source")
    assert len(told) == stale
    assert all(each["level"] == "info" and each["citations"] for each in told)


@pytest.mark.parametrize(("day", "stale"), [("2025-02-03", 0), ("2026-12-31", 0), ("2027-01-01", 1)])
def test_an_imported_table_of_pairs_is_out_of_range_only_after_its_quarter(
    ask: Ask, pairs: str, review: Reviewed, day: str, stale: int
) -> None:
    ask("import", "ncci", pairs)
    told = warned(review(TRACTION, day), "stale_source")
    assert len(told) == stale
    assert all(each["citations"] == ["cms-ncci-2026-10-01/this-table"] for each in told)


def test_an_edition_out_of_range_that_decides_nothing_is_not_mentioned(review: Reviewed) -> None:
    assert warned(review("Therapeutic exercise 15 min: SLR 3x10 R knee.", "2026-11-02"), "stale_source") == []


@pytest.mark.slow
def test_limits_of_their_quarter_decide_and_are_cited(ask: Ask, limits: str, review: Reviewed) -> None:
    ask("import", "mue", limits)
    told = review(MANY, "2026-05-04")
    over = warned(told, "mue")[0]
    assert "the daily limit is 3" in over["message"]
    assert over["citations"] == ["cms-mue-2026-04-01/97140"]
    assert "At most 3 units of 97140 a day" in passage(told, over["citations"][0])["text"]
    assert warned(told, "stale_source") == []
    assert told["engine"]["editions"]["mue"] == "2026-04-01"
    later = review(MANY, "2026-11-02")
    assert "the daily limit is 6" in warned(later, "mue")[0]["message"]
    assert warned(later, "stale_source") == []


def test_two_tables_out_of_range_are_told_in_one_warning(review: Reviewed) -> None:
    told = warned(review(f"{MANY} Mechanical traction lumbar 15 min.", "2026-05-04"), "stale_source")
    assert len(told) == 1
    assert "pair table" in told[0]["message"]
    assert "daily limits" in told[0]["message"]


def test_lookup_names_the_edition_of_each_edit(ask: Ask, pairs: str) -> None:
    ask("import", "ncci", pairs)
    found = {
        each["with"]: each["edition"] for each in ask("lookup", "97140", "--date", "2026-11-02")["edits"]
    }
    assert (found["97530"], found["97018"]) == ("2026-10-01", "2024-07-01")


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("pairs.txt", [], "give --edition"),
        ("pairs-2026q3-v323.txt", ["--edition", "July"], "no edition; write a quarter"),
        ("ccioph-v323r0-f1.txt", [], "hospital table"),
        ("medicaid-2026q4.txt", [], "Medicaid table"),
    ],
)
def test_a_table_that_can_not_be_told_or_is_another_is_refused(
    real: Run, tmp_path: Path, name: str, options: list[str], told: str
) -> None:
    ran = real("import", "ncci", str(published.ptp_text(tmp_path / name)), *options)
    assert (ran.code, ran.out, told in ran.err, ran.err.count("\n")) == (2, b"", True, 1)


def test_a_forced_hospital_table_is_cited_as_what_it_is(ask: Ask, tmp_path: Path, review: Reviewed) -> None:
    ask("import", "ncci", str(published.ptp_text(tmp_path / "ccioph-v323r0-f1.txt")), "--force")
    cited = passage(review(MASSAGE, "2026-11-02"), "cms-ncci-2026-10-01/97140")
    assert "hospital table" in cited["source"]["locator"]
    assert cited["source"]["confidence"] == "medium"


def test_a_table_without_our_codes_is_refused(real: Run, tmp_path: Path) -> None:
    path = published.ptp_text(tmp_path / "ccipra-v323r0-f1.txt", published.PAIRS[-1:])
    ran = real("import", "ncci", str(path))
    assert (ran.code, "no row concerns a code" in ran.err) == (2, True)


def test_files_of_two_editions_are_refused(real: Run, pairs: str, tmp_path: Path) -> None:
    other = published.ptp_text(tmp_path / "ccipra-v322r0-f2.txt", published.PAIRS[:2])
    ran = real("import", "ncci", pairs, str(other))
    assert (ran.code, "several editions" in ran.err) == (2, True)


def test_a_stated_edition_that_the_name_contradicts_is_taken_and_told(ask: Ask, pairs: str) -> None:
    told = ask("import", "ncci", pairs, "--edition", "2026Q3")
    assert (told["tables"][0]["edition"], told["tables"][0]["edition_from"]) == ("2026-07-01", "option")
    assert any("the files say 2026-10-01" in each for each in told["warnings"])


def test_bad_rows_are_named_on_standard_error_and_the_rest_is_imported(real: Run, tmp_path: Path) -> None:
    rows = [("97140", "9712"), *published.PAIRS]
    ran = real("import", "ncci", str(published.ptp_text(tmp_path / "ccipra-v323r0-f1.txt", rows)))
    assert (ran.code, "line 7: column 2 is not a code" in ran.err) == (0, True)
    assert b"1 not" in ran.out


def test_list_and_remove_stand_alone(real: Run) -> None:
    assert real("import", "--list").out.strip() == b"nothing was imported"
    assert real("import", "--list", "ncci", "x").code == 2
    assert real("import", "--json").code == 2
