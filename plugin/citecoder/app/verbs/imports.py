"""import: a person's own current CMS tables, and their licensed descriptors, into the site's folder."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from citecoder import wire
from citecoder.adapters import descriptors as licensed
from citecoder.adapters.cms_tables import FileRead, read_table
from citecoder.adapters.edition_folder import imports_in, remove_edition, write_edition
from citecoder.adapters.table_files import sha256
from citecoder.errors import InputError
from citecoder.rules.editions import Import, ImportedFile, Origin, Setting, TableName, quarter_end

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from citecoder.app.wiring import Parts

DESCRIPTORS = "descriptors"
"""The name that removes the descriptors."""

_KIND = {"ncci": "pair table", "mue": "table of daily limits"}
_WRONG: dict[Setting, str] = {
    "hospital": "the hospital table, and therapists bill by the practitioner table",
    "dme": "the table of equipment suppliers, and therapists bill by the practitioner table",
    "medicaid": "a Medicaid table, and the rules here are Medicare's",
    "changes": "a report of changes and not the whole table",
}


class Licence(NamedTuple):
    """What a person states when they import descriptors."""

    edition: str | None
    licensee: str
    expires: date | None


# --- tables ----------------------------------------------------------------------------------------


def import_table(
    parts: Parts,
    kind: TableName,
    files: Sequence[Path],
    edition: date | None = None,
    *,
    force: bool = False,
    step: Callable[[], None] = lambda: None,
) -> wire.ImportResponse:
    """Import all files of one edition of a table; they replace what was imported of that edition before.

    Args:
        parts: the shared parts.
        kind: which table.
        files: CMS's files as downloaded; all parts of the table together.
        edition: the first day of the edition, when the files don't tell it or tell it wrongly.
        force: take a table that says it is not the practitioner table.
        step: called after every thousandth row.

    Raises:
        InputError: a file can't be read or is the wrong table, no row concerns a code known here, or the
            edition can't be told.
    """
    hashes = {path: sha256(path) for path in files}
    _check_twice(hashes)
    known = _known(parts, kind, hashes, edition)
    if known is not None:
        return wire.ImportResponse(outcome="unchanged", tables=[_told(known)])
    codes = frozenset(parts.codes.codes)
    read = {path: read_table(path, kind, codes, step) for path in files}
    record = _record(parts, kind, read, hashes, edition, force=force)
    rows = _rows(kind, record.edition, [row for each in read.values() for row in each.kept])
    if not rows:
        raise InputError(
            f"{_names(files)}: no row concerns a code known here; is a part of the table missing, or is it another table?"
        )
    before = {each.id for each in imports_in(parts.settings.site)}
    record = write_edition(parts.settings.site, record, rows)
    return wire.ImportResponse(
        outcome="replaced" if record.id in before else "imported",
        tables=[_told(record)],
        bad_rows=[each for one in read.values() for each in one.named],
        warnings=_warnings(record, read.values(), edition),
    )


def _known(parts: Parts, kind: TableName, hashes: dict[Path, str], edition: date | None) -> Import | None:
    """Return the import of the very same files for the same codes, if there is one."""
    wanted = sorted(hashes.values())
    for record in imports_in(parts.settings.site):
        same = record.table == kind and sorted(each.sha256 for each in record.files) == wanted
        if same and record.code_set == _code_set(parts.codes.codes) and edition in (None, record.edition):
            return record
    return None


def _record(
    parts: Parts,
    kind: TableName,
    read: dict[Path, FileRead],
    hashes: dict[Path, str],
    edition: date | None,
    *,
    force: bool,
) -> Import:
    setting = _setting(kind, read, force=force)
    day, origin = (edition, "option") if edition else _edition(kind, read)
    return Import(
        table=kind,
        edition=day,
        edition_from=origin,  # type: ignore[arg-type]  # "option" or an Origin
        setting=setting,
        rows="none.csv",  # named by the folder that writes it
        imported_on=datetime.now(UTC).date(),
        code_set=_code_set(parts.codes.codes),
        files=tuple(
            ImportedFile(each.name, hashes[path], each.rows_read, len(each.kept), each.bad)
            for path, each in read.items()
        ),
    )


def _setting(kind: TableName, read: dict[Path, FileRead], *, force: bool) -> Setting:
    for path, each in read.items():
        if each.setting in _WRONG and not force:
            raise InputError(
                f"{path}: this is {_WRONG[each.setting]}; give the practitioner {_KIND[kind]}, or --force to take it all the same",
                "--force",
            )
    told = {each.setting for each in read.values()} - {"unknown"}
    if len(told) > 1:
        raise InputError(
            f"{_names(read)}: files of different tables ({', '.join(sorted(told))}); import one at a time"
        )
    return told.pop() if told else "unknown"


def _edition(kind: TableName, read: dict[Path, FileRead]) -> tuple[date, Origin]:
    found = {day: origin for each in read.values() for day, origin in each.editions.items()}
    if not found:
        raise InputError(
            f"{_names(read)}: neither the name nor the header tells the edition; give --edition, such as --edition 2026Q4",
            "--edition",
        )
    if len(found) > 1:
        days = ", ".join(sorted(day.isoformat() for day in found))
        raise InputError(
            f"{_names(read)}: several editions are told ({days}); import one edition's files, or say which with --edition",
            "--edition",
        )
    return next(iter(found.items()))


def _rows(kind: TableName, edition: date, kept: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows of the site's file, each once, in an order that a diff can follow."""
    if kind == "ncci":
        return sorted(set(kept))
    limits = {code: (code, units, mai, edition.isoformat(), "high", why) for code, units, mai, why in kept}
    return [limits[code] for code in sorted(limits)]


def _warnings(record: Import, read: Collection[FileRead], given: date | None) -> list[str]:
    told = {day for each in read for day in each.editions}
    found = []
    if given and told and told != {given}:
        days = ", ".join(sorted(map(str, told)))
        found.append(f"--edition says {given}; the files say {days}. {given} is recorded, as you said.")
    if record.setting == "unknown":
        found.append("The files don't say whose table they are; they are taken as the practitioner table.")
    parts = [int(n) for each in record.files for n in re.findall(r"[-_]f(\d)(?!\d)", each.name.lower())]
    if record.table == "ncci" and parts and sorted(parts) != list(range(1, max(parts) + 1)):
        found.append(
            "Parts are missing by the names (f1, f2, …): give all files of the edition in one command."
        )
    elif record.table == "ncci" and parts == [1]:
        found.append(
            "Only part f1 was given; CMS publishes several: give all files of the edition in one command."
        )
    return found


def _check_twice(hashes: dict[Path, str]) -> None:
    twice = [digest for digest, count in Counter(hashes.values()).items() if count > 1]
    if twice:
        same = [path for path, digest in hashes.items() if digest == twice[0]]
        raise InputError(f"{_names(same)}: the same file; give each part once")


def _code_set(codes: Collection[str]) -> str:
    return hashlib.sha256(" ".join(sorted(codes)).encode()).hexdigest()[:12]


def _names(paths: Collection[Path]) -> str:
    return ", ".join(str(path) for path in paths)


# --- descriptors -----------------------------------------------------------------------------------


def import_descriptors(parts: Parts, path: Path, licence: Licence) -> wire.ImportResponse:
    """Import licensed descriptors in place of those before; the caller has made sure that the licence was accepted.

    Raises:
        InputError: the file can't be read, or the edition or the licence's end can't be used.
    """
    today = datetime.now(UTC).date()
    edition = licence.edition or _year_in(path)
    expires = licence.expires or date(int(edition), 12, 31)
    if expires < today:
        raise InputError(
            f"the licence ended on {expires}; import the current edition, or give --expires YYYY-MM-DD",
            "--expires",
        )
    codes = {code for code, each in parts.codes.codes.items() if each.system == "CPT"}
    before = parts.descriptors
    told = licensed.read_descriptors(path, codes)
    new = licensed.Descriptors(
        edition=edition, licensee=licence.licensee, accepted_on=today, expires=expires,
        statement=licensed.STATEMENT, file=path.name, sha256=sha256(path), rows_read=told.rows_read,
        code_set=_code_set(codes), texts=told.texts,
    )  # fmt: skip
    if before is not None and replace(before, accepted_on=today) == new:
        return wire.ImportResponse(outcome="unchanged", descriptors=_licence(before))
    licensed.write_descriptors(parts.settings.site, new)
    by_year = (
        [] if licence.expires else [f"The licence is taken to end on {expires}; --expires says otherwise."]
    )
    return wire.ImportResponse(
        outcome="replaced" if before else "imported",
        descriptors=_licence(new),
        bad_rows=told.named,
        warnings=by_year,
    )


def _year_in(path: Path) -> str:
    years = set(re.findall(r"(?<!\d)20\d\d(?!\d)", path.name))
    if len(years) != 1:
        raise InputError(
            f"{path}: its name does not tell the edition of CPT; give --edition, such as --edition 2026",
            "--edition",
        )
    return str(years.pop())


# --- what is there ---------------------------------------------------------------------------------


def listed(parts: Parts) -> wire.ImportResponse:
    """Return what the site imported so far."""
    held = parts.descriptors
    return wire.ImportResponse(
        outcome="listed",
        tables=[_told(record) for record in imports_in(parts.settings.site)],
        descriptors=_licence(held) if held else None,
    )


def remove(parts: Parts, import_id: str) -> wire.ImportResponse:
    """Take an import away.

    Raises:
        InputError: nothing of that name was imported.
    """
    site = parts.settings.site
    gone = (
        licensed.remove_descriptors(site)
        if import_id == DESCRIPTORS
        else re.fullmatch(r"(?:ncci|mue)-[\d-]+", import_id) is not None and remove_edition(site, import_id)
    )
    if not gone:
        raise InputError(
            f"--remove {import_id[:40]!r}: nothing of that name was imported; `citecoder import --list` shows names",
            "--remove",
        )
    return listed(parts).model_copy(update={"outcome": "removed"})


def _told(record: Import) -> wire.ImportedTable:
    return wire.ImportedTable(
        id=record.id,
        table=record.table,
        edition=record.edition,
        edition_from=record.edition_from,
        setting=record.setting,
        current_until=quarter_end(record.edition),
        imported_on=record.imported_on,
        files=[wire.ImportSource.model_validate(each, from_attributes=True) for each in record.files],
    )


def _licence(held: licensed.Descriptors) -> wire.DescriptorLicence:
    return wire.DescriptorLicence(
        edition=held.edition,
        licensed_to=held.licensee,
        accepted_on=held.accepted_on,
        expires=held.expires,
        valid=held.valid(datetime.now(UTC).date()),
        codes=len(held.texts),
        file=held.file,
        sha256=held.sha256,
    )
