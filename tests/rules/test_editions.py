"""Which edition answers for a day, beside the shipped ones, and the passages that imported ones bring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.articles import load_passages
from citecoder.rules.edition_passages import edition_passages, mue_cites, pair_cites, rows_of
from citecoder.rules.editions import FOLDER, Edition, quarter_end
from citecoder.rules.edits import IMPORTED_MUE_COLUMNS, PAIR_COLUMNS, Edits, load_edits

RECORD = """table: {table}
edition: {edition}
edition_from: file name
setting: practitioner
rows: {table}-{edition}.csv
imported_on: 2026-11-22
code_set: abc
files: [{{name: made-up.zip, sha256: '00', rows_read: 9, rows_kept: 3}}]
"""
Load = Callable[..., Edits]


@pytest.fixture
def imported(tmp_path: Path) -> Load:
    """Lay imported editions over what ships: ``imported(("ncci", "2026-10-01", "97140,97124,0,active,,,"))``."""

    def load(*editions: tuple[str, str, str]) -> Edits:
        folder = tmp_path / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for table, edition, rows in editions:
            columns = PAIR_COLUMNS if table == "ncci" else IMPORTED_MUE_COLUMNS
            (folder / f"{table}-{edition}.csv").write_text(f"{','.join(columns)}\n{rows}\n")
            (folder / f"{table}-{edition}.yaml").write_text(RECORD.format(table=table, edition=edition))
        return load_edits(DataRoots(packaged_root(), tmp_path))

    return load


TWO_SPANS = "97140,97530,1,active,2019-01-01,2019-12-31,\n97140,97530,1,active,2026-07-01,,"


def test_an_edition_belongs_to_its_quarter() -> None:
    assert quarter_end(date(2026, 10, 1)) == date(2026, 12, 31)
    assert quarter_end(date(2024, 2, 29)) == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2024-06-30", False), ("2024-07-01", True), ("2024-09-30", True), ("2024-10-01", False)],
)
def test_a_shipped_edition_covers_its_quarter_alone(day: str, covered: bool) -> None:
    edition = Edition(date(2024, 7, 1), "a copy", ())
    assert edition.covers(date.fromisoformat(day)) is covered


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        ("2018-12-31", False),
        ("2019-12-31", True),
        ("2020-01-01", False),
        ("2026-06-30", False),
        ("2026-07-01", True),
    ],
)
def test_an_imported_pair_holds_on_the_days_of_its_rows(imported: Load, day: str, in_force: bool) -> None:
    edits = imported(("ncci", "2026-10-01", TWO_SPANS)).on(date.fromisoformat(day))
    assert (edits.between("97530", "97140") is not None) is in_force


def test_the_newest_pair_table_answers_for_earlier_days_too(imported: Load) -> None:
    edits = imported(("ncci", "2026-10-01", TWO_SPANS), ("ncci", "2026-07-01", TWO_SPANS))
    assert edits.on(date(2024, 8, 1)).editions.ncci.edition == date(2026, 10, 1)
    assert edits.on(date(2026, 8, 1)).editions.ncci.edition == date(2026, 10, 1)
    assert edits.on(date(2027, 2, 1)).editions.ncci.covers(date(2027, 2, 1)) is False


def test_a_pair_that_an_imported_table_does_not_name_is_answered_by_the_shipped_one(imported: Load) -> None:
    edits = imported(("ncci", "2026-10-01", TWO_SPANS)).on(date(2026, 11, 1))
    pair = edits.between("97140", "97124")
    assert pair is not None
    assert edits.edition_of(pair).edition == date(2024, 7, 1)


def test_an_edit_that_an_imported_table_ended_is_ended_though_the_shipped_one_has_it(imported: Load) -> None:
    edits = imported(("ncci", "2026-10-01", "97140,97124,0,active,1996-01-01,2026-06-30,"))
    assert edits.on(date(2026, 11, 1)).between("97140", "97124") is None
    assert edits.on(date(2026, 6, 30)).between("97140", "97124") is not None


def test_limits_of_each_quarter_lie_side_by_side(imported: Load) -> None:
    edits = imported(
        ("mue", "2026-07-01", "97140,5,3,2026-07-01,high,"),
        ("mue", "2027-01-01", "97140,7,3,2027-01-01,high,"),
    )
    units = {
        day: edits.on(date.fromisoformat(day)).mue("97140")
        for day in ("2026-08-01", "2026-11-01", "2027-03-31")
    }
    assert {day: limit and limit.units for day, limit in units.items()} == {
        "2026-08-01": 5, "2026-11-01": 6, "2027-03-31": 7,
    }  # fmt: skip


def test_before_all_editions_the_oldest_answers_and_after_all_the_newest(imported: Load) -> None:
    edits = imported(("mue", "2026-07-01", "97140,5,3,2026-07-01,high,"))
    for day, edition in ((date(2025, 1, 1), date(2026, 7, 1)), (date(2028, 1, 1), date(2026, 10, 1))):
        found = edits.on(day).editions.mue
        assert (found.edition, found.covers(day)) == (edition, False)


def test_a_shipped_limit_of_an_older_edition_cites_the_passage_of_that_edition(imported: Load) -> None:
    edits = imported().on(date(2026, 11, 1))
    limit = edits.mue("92610")
    assert limit is not None
    assert edits.edition_of_mue(limit).edition == date(2024, 7, 1)
    assert mue_cites(edits, limit) == ("cms-mue-2026q4/values-from-the-mid-2024-edition-only",)


def test_an_imported_edit_cites_a_passage_that_holds_its_row_and_names_its_file(imported: Load) -> None:
    edits = imported(("ncci", "2026-10-01", TWO_SPANS)).on(date(2026, 11, 1))
    pair = edits.between("97140", "97530")
    assert pair is not None
    cited = pair_cites(edits, pair, ("shipped/passage",))
    passage = next(each for each in edition_passages(edits) if each.id == cited[0])
    assert "97530 (from 2026-07-01)" in passage.text
    assert "97530 (from 2019-01-01 to 2019-12-31)" in passage.text
    assert (
        passage.source.locator
        == "CMS NCCI PTP practitioner table, edition 2026-10-01, imported file made-up.zip"
    )
    assert (passage.source.authority, passage.codes) == ("regulator", ("97140",))


def test_an_imported_limit_cites_a_passage_that_holds_it(imported: Load) -> None:
    edits = imported(("mue", "2027-01-01", "97140,7,3,2027-01-01,high,")).on(date(2027, 2, 1))
    limit = edits.mue("97140")
    assert limit is not None
    passage = next(each for each in edition_passages(edits) if each.id == mue_cites(edits, limit)[0])
    assert "At most 7 units of 97140 a day" in passage.text
    assert "2027-01-01 to 2027-03-31" in passage.text


def test_what_ships_is_cited_by_its_digests_and_by_the_very_row(imported: Load) -> None:
    edits = imported()
    pair = edits.between("97140", "97124")
    assert edition_passages(edits) == ()
    assert pair is not None
    row = "cms-ncci-ptp-2024q3/97140-97124"
    assert pair_cites(edits, pair, ("shipped/passage",)) == ("shipped/passage", row)
    told = rows_of(edits, load_passages(DataRoots(packaged_root())))(row)
    assert told is not None
    assert told.source.authority == "regulator"
    assert "97140 is the column 1 code, which is paid" in told.text
    assert "2024-07-01" in told.text
    assert "indicator 0" in told.text


def test_every_shipped_row_is_told_and_nothing_else_is(imported: Load) -> None:
    edits = imported()
    row_of = rows_of(edits, load_passages(DataRoots(packaged_root())))
    rows = [row for table in edits.pair_tables for found in table.rows.values() for row in found]
    for row in rows:
        told = row_of(f"cms-ncci-ptp-2024q3/{row.column1}-{row.column2}".lower())
        assert told is not None
        assert set(told.codes) == row.pair
        kind = {"none": "no pair edit", "deleted": "was deleted", "active": f"indicator {row.indicator}"}
        assert kind[row.status] in told.text
    assert row_of("cms-ncci-ptp-2024q3/97124-97140") is None
    assert row_of("other/97140-97124") is None


def test_a_record_whose_rows_are_gone_is_an_error_that_says_what_to_do(
    imported: Load, tmp_path: Path
) -> None:
    imported(("ncci", "2026-10-01", TWO_SPANS))
    (tmp_path / FOLDER / "ncci-2026-10-01.csv").unlink()
    with pytest.raises(KnowledgeError, match=r"missing.*--remove ncci-2026-10-01"):
        load_edits(DataRoots(packaged_root(), tmp_path))
