"""Imported editions → the passages that stand behind what they decide.

The passages are made of the record and the rows each time they are loaded, so they always say what the table in
force here says, and go when it is removed. A code's passage lists its rows: figures and dates, no CMS wording.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from citecoder.model import Passage, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from citecoder.rules.editions import Edition, Import
    from citecoder.rules.edits import Edits, LimitTable, Mue, PairEdit, PairTable

_TITLES = {"ncci": "NCCI procedure-to-procedure edits", "mue": "NCCI daily unit limits (MUE)"}
_LOCATORS = {"ncci": "CMS NCCI PTP", "mue": "CMS NCCI MUE"}
_GROUPS = {
    "0": "Never paid together, whatever the modifier (indicator 0)",
    "1": "Paid together only when truly separate, with 59 or an X modifier (indicator 1)",
    "9": "Deleted, never to be applied (indicator 9)",
}
_MAI = {
    1: "a limit of one claim line (indicator 1)",
    2: "a fixed limit of the day (indicator 2)",
    3: "a clinical limit of the day that records may overcome on appeal (indicator 3)",
}


def edition_passages(edits: Edits) -> tuple[Passage, ...]:
    """Return the passages of every imported edition; shipped editions have articles."""
    found: list[Passage] = []
    for pairs in edits.pair_tables:
        found += _of_pairs(pairs, pairs.edition.imported) if pairs.edition.imported else ()
    for limits in edits.limit_tables:
        found += _of_limits(limits, limits.edition.imported) if limits.edition.imported else ()
    return tuple(found)


def passage_of(edition: Edition, code: str) -> str | None:
    """Return the id of the passage that holds a code's rows in an imported edition; None for a shipped one.

    Args:
        edition: the edition that decided.
        code: the code, for a pair that of column 1.
    """
    return f"{edition.imported.article}/{code.lower()}" if edition.imported else None


def pair_cites(edits: Edits, edit: PairEdit, shipped: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands behind a pair edit: the imported table's own passage, else the shipped digests and the row."""
    edition = edits.edition_of(edit)
    own = passage_of(edition, edit.column1)
    return (own,) if own else (*shipped, _row_id(edition, edit))


def rows_of(edits: Edits, passages: Sequence[Passage]) -> Callable[[str], Passage | None]:
    """Return what tells the passage of a row of the shipped pair table by its id: rows are cited, never searched.

    Args:
        edits: the tables.
        passages: those that ship, among them the digest of the table.
    """
    shipped = next(table for table in edits.pair_tables if table.edition.imported is None)
    about = next((each for each in passages if each.id in shipped.edition.cites), None)
    rows = {_row_id(shipped.edition, row): row for found in shipped.rows.values() for row in found}

    def row(passage_id: str) -> Passage | None:
        found = rows.get(passage_id)
        return _row(shipped.edition, about.source, found) if found and about else None

    return row


def _row_id(edition: Edition, edit: PairEdit) -> str:
    article = edition.cites[0].partition("/")[0]
    return f"{article}/{edit.column1}-{edit.column2}".lower()


def _row(edition: Edition, source: Source, edit: PairEdit) -> Passage:
    pair = f"{edit.column1} and {edit.column2}"
    if edit.status == "none":
        told = f"{pair} have no row in it: no pair edit stands between the two."
    elif edit.status == "deleted":
        ended = f" on {edit.until}" if edit.until else ""
        told = f"the edit of {pair} was deleted{ended} and is no longer in force."
    else:
        told = (
            f"{edit.column1} is the column 1 code, which is paid, and {edit.column2} the column 2 code, which is denied "
            f"when both are billed. {_GROUPS[edit.indicator]}; the modifier stands on column 2."
            if edit.indicator == "1"
            else f"{edit.column1} is the column 1 code, which is paid, and {edit.column2} the column 2 code. {_GROUPS[edit.indicator]}."
        )
    text = f"In Medicare's practitioner table of pair edits in force on {edition.edition}, {told}"
    heading = f"{edit.column1} with {edit.column2}"
    return Passage(
        _row_id(edition, edit),
        text,
        replace(source, section=heading),
        heading=(heading,),
        codes=(edit.column1, edit.column2),
    )


def mue_cites(edits: Edits, limit: Mue) -> tuple[str, ...]:
    """Return what stands behind a daily limit."""
    edition = edits.edition_of_mue(limit)
    own = passage_of(edition, limit.code)
    return (own,) if own else edition.cites


def _of_pairs(table: PairTable, record: Import) -> Iterator[Passage]:
    rows = [row for found in table.rows.values() for row in found]
    yield _about(table.edition, record, len(rows))
    by_code: defaultdict[str, list[PairEdit]] = defaultdict(list)
    for row in rows:
        by_code[row.column1].append(row)
    for code in sorted(by_code):
        yield _passage(record, code, (code,), f"{_pair_head(record, code)} {_pair_text(by_code[code])}")


def _of_limits(table: LimitTable, record: Import) -> Iterator[Passage]:
    yield _about(table.edition, record, len(table.limits))
    for code, limit in sorted(table.limits.items()):
        yield _passage(record, code, (code,), _limit_text(table.edition, record, limit))


def _pair_head(record: Import, code: str) -> str:
    return (
        f"Pair edits that have {code} in column 1, the code that is paid when both are billed, "
        f"by the {_whose(record)} of {record.edition}."
    )


def _pair_text(rows: Iterable[PairEdit]) -> str:
    """Tell the rows of a code by indicator, and within it by the days that they were in force."""
    groups: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        began = f"from {row.since}" if row.since else "start not known"
        ended = f" to {row.until}" if row.until else ""
        groups[row.indicator][began + ended].append(row.column2)
    told = []
    for indicator in sorted(groups):
        spans = (f"{' '.join(sorted(codes))} ({when})" for when, codes in sorted(groups[indicator].items()))
        told.append(f"{_GROUPS[indicator]}: {'; '.join(spans)}.")
    return " ".join(told)


def _limit_text(edition: Edition, record: Import, limit: Mue) -> str:
    units = f"{limit.units} unit{'' if limit.units == 1 else 's'}"
    kind = f", {_MAI[limit.mai]}" if limit.mai in _MAI else ""
    return (
        f"At most {units} of {limit.code} a day for one patient and one provider{kind}, "
        f"by the {_whose(record)} in force {record.edition} to {edition.ends}."
    )


def _about(edition: Edition, record: Import, rows: int) -> Passage:
    span = "its rows carry their own dates" if edition.dated else "its values hold for that quarter"
    read = sum(each.rows_read for each in record.files)
    text = (
        f"The {_whose(record)}, edition of {record.edition}, is current until {edition.ends}; {span}. It was "
        f"imported on {record.imported_on} from {_names(record)}: {rows} of {read} rows concern codes known here. "
        f"The edition was read from the {record.edition_from}."
    )
    return _passage(record, "This table", (), text)


def _passage(record: Import, heading: str, codes: tuple[str, ...], text: str) -> Passage:
    section = heading.lower().replace(" ", "-")
    return Passage(
        f"{record.article}/{section}", text, _source(record, heading), heading=(heading,), codes=codes
    )


def _source(record: Import, section: str) -> Source:
    return Source(
        id=record.article,
        title=f"{_TITLES[record.table]}, {_setting(record)}, edition {record.edition} (imported here)",
        publisher="Centers for Medicare & Medicaid Services",
        authority="regulator",
        confidence=record.confidence,
        checked=record.imported_on,
        section=section,
        locator=f"{_LOCATORS[record.table]} {_setting(record)}, edition {record.edition}, imported file {_names(record)}",
        revision=f"edition {record.edition}, from the {record.edition_from}",
        licence="own words",
        read="the whole file that was imported; rows of codes known here are kept",
    )


def _setting(record: Import) -> str:
    return "table of an unnamed setting" if record.setting == "unknown" else f"{record.setting} table"


def _whose(record: Import) -> str:
    return f"imported {'PTP' if record.table == 'ncci' else 'MUE'} {_setting(record)}"


def _names(record: Import) -> str:
    return ", ".join(each.name for each in record.files)
