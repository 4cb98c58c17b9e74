"""CMS's tables in the layouts that CMS publishes, and everything that is not one of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from citecoder.adapters.cms_tables import FileRead, read_table
from citecoder.adapters.descriptors import read_descriptors
from citecoder.adapters.table_files import sha256
from citecoder.errors import InputError
from tests import published

CODES = {"97140", "97124", "97530", "97012", "97150", "97161"}
KEPT = [
    ("97140", "97124", "0", "active", "1996-01-01", "", "made up"),
    ("97140", "97530", "1", "active", "2019-01-01", "2019-12-31", "made up"),
    ("97140", "97530", "1", "active", "2026-07-01", "", "made up"),
    ("97012", "97140", "1", "active", "1996-01-01", "", "made up"),
    ("97150", "97140", "9", "deleted", "2005-01-01", "2005-01-01", "made up"),
]


def pairs(path: Path) -> FileRead:
    return read_table(path, "ncci", CODES)


def limits(path: Path) -> FileRead:
    return read_table(path, "mue", CODES)


def test_pairs_are_read_from_text_below_a_header_of_four_lines(tmp_path: Path) -> None:
    told = pairs(published.ptp_text(tmp_path / "ccipra-v322r0-f1.TXT"))
    assert told.kept == KEPT
    assert (told.rows_read, told.bad, told.setting) == (6, 0, "practitioner")
    assert told.editions == {date(2026, 7, 1): "file name"}


def test_pairs_are_read_from_a_workbook_whose_codes_are_numbers(tmp_path: Path) -> None:
    assert pairs(published.ptp_workbook(tmp_path / "ccipra-v322r0-f1.xlsx")).kept == KEPT


def test_a_zip_with_the_same_table_as_text_and_workbook_is_read_once(tmp_path: Path) -> None:
    text = published.ptp_text(tmp_path / "ccipra-v322r0-f1.TXT")
    book = published.ptp_workbook(tmp_path / "ccipra-v322r0-f1.xlsx")
    told = pairs(published.zipped(tmp_path / "medicare-ncci-2026q3.zip", book, text))
    assert told.kept == KEPT
    told = pairs(published.zipped(tmp_path / "book.zip", book))
    assert told.kept == KEPT


def test_pairs_are_read_from_csv_with_a_header_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs effective 07-01-2026.csv"
    head = "Column 1,Column 2,*=In existence prior to 1996,Effective Date,Deletion Date (*=no data),"
    head += '"Modifier\n0=not allowed 1=allowed",PTP Edit Rationale'
    path.write_text(f"{head}\n97140,97124,,19960101,*,0,\n", encoding="utf-16")
    told = pairs(path)
    assert told.kept == [("97140", "97124", "0", "active", "1996-01-01", "", "")]
    assert told.editions == {date(2026, 7, 1): "file name"}


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("ccipra-v313r0-f1.txt", date(2025, 10, 1)),
        ("medicare-ncci-2026q1-practitioner-ptp-edits-ccipra-v320r0-f1.txt", date(2026, 1, 1)),
        ("MCR_MUE_PractitionerServices_Eff_10-01-2026.txt", date(2026, 10, 1)),
        ("pairs-2026-10.txt", None),
        ("ccipra-v324r0-f1.txt", None),
    ],
)
def test_the_edition_is_read_from_the_name_where_it_is_plain(
    tmp_path: Path, name: str, edition: date | None
) -> None:
    found = pairs(published.ptp_text(tmp_path / name)).editions
    assert list(found) == ([edition] if edition else [])


@pytest.mark.parametrize(
    "said", ["effective 07/01/2026", "Effective July 1, 2026", "Effective Date: 2026-07-01"]
)
def test_the_edition_is_read_from_the_lines_above_the_header(tmp_path: Path, said: str) -> None:
    told = pairs(published.ptp_text(tmp_path / "t.txt", title=f"Practitioner PTP edits, {said}"))
    assert (told.editions, told.setting) == ({date(2026, 7, 1): "header"}, "practitioner")


def test_limits_are_read_below_a_notice_of_several_lines(tmp_path: Path) -> None:
    told = limits(published.mue_csv(tmp_path / "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"))
    assert told.kept == [("97140", "3", "3", "Clinical: Data"), ("97161", "1", "2", "Nature of Service")]
    assert (told.rows_read, told.setting) == (3, "practitioner")


@pytest.mark.parametrize(
    ("name", "title", "setting"),
    [
        ("ccioph-v322r0-f1.txt", "Edits", "hospital"),
        ("t.txt", "Outpatient hospital PTP edits", "hospital"),
        ("medicaid-ptp.txt", "Edits", "medicaid"),
        ("practitioner-additions-deletions-revisions.txt", "Edits", "changes"),
        ("t.txt", "Edits", "unknown"),
    ],
)
def test_a_table_says_whose_it_is(tmp_path: Path, name: str, title: str, setting: str) -> None:
    assert pairs(published.ptp_text(tmp_path / name, title=title)).setting == setting


def test_the_column_of_values_says_whose_limits_they_are(tmp_path: Path) -> None:
    header = (published.MUE_HEADER[0], "Outpatient Hospital Services MUE Values", *published.MUE_HEADER[2:])
    assert limits(published.mue_csv(tmp_path / "t.csv", header=header)).setting == "hospital"


def test_bad_rows_are_counted_and_the_first_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = [
        ("97140", "9712"),
        ("97140", "97124", "", "1996", "*", "0"),
        ("97140", "97124", "", "19960101", "*", "7"),
    ]
    told = pairs(published.ptp_text(tmp_path / "t.txt", [*bad, *[("?", "?")] * 9, *published.PAIRS]))
    assert told.kept == KEPT
    assert (told.rows_read, told.bad, len(told.named)) == (18, 12, 5)
    assert told.named[:3] == [
        "t.txt line 7: column 2 is not a code",
        "t.txt line 8: the effective date is not a date",
        "t.txt line 9: the modifier indicator is not 0, 1 or 9",
    ]


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("t.txt", b"", "empty"),
        ("t.txt", b"a\tb\r\n1\t2\r\n", "no known header"),
        ("t.zip", b"<!DOCTYPE html><html>", "web page.*licence"),
        ("t.xls", b"\xd0\xcf\x11\xe0rest", "password, or of the old"),
        ("t.zip", b"PK\x03\x04rest", "zip is damaged"),
        ("t.pdf", b"%PDF-1.4\n\x00\x01", "not a table"),
        ("t.csv", b'Column 1,Column 2,"' + b"x" * 200_000, "line.*not readable"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, told: str
) -> None:
    with pytest.raises(InputError, match=rf"t\.\w+.*{told}"):
        pairs(_written(tmp_path / name, data))


def test_a_zip_with_a_password_or_without_a_table_is_refused(tmp_path: Path) -> None:
    text = published.ptp_text(tmp_path / "t.txt")
    with pytest.raises(InputError, match="password; unpack"):
        pairs(published.locked(published.zipped(tmp_path / "locked.zip", text)))
    with pytest.raises(InputError, match="holds no"):
        pairs(published.zipped(tmp_path / "none.zip", _written(tmp_path / "read.me", b"hello")))


def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    book = published.ptp_workbook(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match="damaged"):
        pairs(_written(book, book.read_bytes()[:2000]))


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows below it"):
        pairs(published.ptp_text(tmp_path / "t.txt", []))


def test_a_table_of_limits_is_no_table_of_pairs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no known header; CMS's pair table"):
        pairs(published.mue_csv(tmp_path / "t.csv"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(InputError, match=r"no such file|is a directory"):
            sha256(path)


# --- descriptors -----------------------------------------------------------------------------------

OURS = {"97140": "Words of a licensed file, one", "97124": "Words, with a comma"}


@pytest.mark.parametrize(
    "text",
    [
        "CPT notice of the file\r\n\r\n97140\tWords of a licensed file, one\r\n97124\tWords, with a comma\r\n00100\tx\r\n",
        'code,descriptor\n97140,"Words of a licensed file, one"\n97124,"Words, with a comma"\n00100,x\n',
        "97140 Words of a licensed file, one\n97124 Words, with a comma\n00100 x\n",
        "Concept Id\tCPT Code\tLong Descriptor\n1\t97140\tWords of a licensed file, one\n2\t97124\tWords, with a comma\n3\t00100\tx\n",
    ],
)
def test_descriptors_are_read_from_lines_and_from_columns(tmp_path: Path, text: str) -> None:
    told = read_descriptors(_written(tmp_path / "d.txt", text.encode()), CODES)
    assert (told.texts, told.rows_read, told.bad) == (OURS, 3, 0)


def test_a_line_without_a_code_is_counted_and_a_second_text_is_not_taken(tmp_path: Path) -> None:
    told = read_descriptors(_written(tmp_path / "d.txt", b"97140\tone\nstray words\n97140\ttwo\n"), CODES)
    assert told.texts == {"97140": "one"}
    assert told.named == [
        "d.txt line 2: no code with a text",
        "d.txt line 3: a second text for one code; the first is kept",
    ]


def test_a_file_without_descriptors_of_our_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no descriptors"):
        read_descriptors(_written(tmp_path / "d.txt", b"hello\n"), CODES)
    with pytest.raises(InputError, match="none of its 1 codes"):
        read_descriptors(_written(tmp_path / "d.txt", b"00100\tx\n"), CODES)
