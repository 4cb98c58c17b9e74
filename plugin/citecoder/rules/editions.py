"""Editions of the edit tables: when each is in force, which one answers for a day, and what a site imported.

CMS replaces its tables every quarter, so an edition is in force from its date to the end of that quarter. The pair
tables keep the first and the last day of every edit, so an imported one answers for earlier days as well.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter

from citecoder.model import Confidence
from citecoder.paths import DataRoots, find_files
from citecoder.rules.typed import Closed, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "knowledge/edits/imported"

TableName = Literal["ncci", "mue"]
Setting = Literal["practitioner", "hospital", "dme", "medicaid", "changes", "unknown"]
Origin = Literal["file name", "header", "option"]
"""Where the date of an imported edition was read."""


@dataclass(frozen=True, slots=True)
class ImportedFile(Closed):
    """A file that an edition was read from, by its name alone, with its hash and its counts of rows."""

    name: str
    sha256: str
    rows_read: int
    rows_kept: int
    rows_bad: int = 0


@dataclass(frozen=True, slots=True)
class Import(Closed):
    """The record of one imported edition: ``<FOLDER>/<table>-<edition>.yaml``.

    Attributes:
        setting: whose table the files say they are; ``unknown`` when they don't say.
        rows: the name of the CSV file beside the record.
        code_set: the hash of the code numbers that rows were kept for.
    """

    table: TableName
    edition: date
    edition_from: Origin
    setting: Setting
    rows: Annotated[str, Field(pattern=r"^[\w.-]+\.csv$")]
    imported_on: date
    code_set: str
    files: tuple[ImportedFile, ...]

    @property
    def id(self) -> str:
        """The name that removes it again."""
        return f"{self.table}-{self.edition.isoformat()}"

    @property
    def article(self) -> str:
        """The id of the source that its passages belong to."""
        return f"cms-{self.id}"

    @property
    def confidence(self) -> Confidence:
        """How sure it is which edition of which table this is: less when only the person says so."""
        said = self.edition_from != "option" and self.setting == "practitioner"
        return "high" if said else "medium"


@dataclass(frozen=True, slots=True)
class Edition(Closed):
    """Which table was read, when it was in force, and what was not read.

    Attributes:
        cites: the passages that say so.
        earlier: passages for values that an older edition alone holds, by the month of that edition.
        imported: the record, when a site imported the edition.
    """

    edition: date
    source: str
    cites: tuple[str, ...]
    table: str | None = None
    note: str | None = None
    earlier: dict[str, tuple[str, ...]] = field(default_factory=dict)
    imported: Import | None = None

    @property
    def ends(self) -> date:
        """The last day of the quarter that the edition belongs to."""
        return quarter_end(self.edition)

    @property
    def dated(self) -> bool:
        """Whether each row says from when to when it was in force, as in CMS's own pair tables."""
        return self.imported is not None and self.imported.table == "ncci"

    def covers(self, day: date) -> bool:
        """Tell whether this edition may speak for a day."""
        return day <= self.ends and (self.dated or self.edition <= day)

    def nearness(self, day: date) -> tuple[bool, bool, int, bool]:
        """Return the key that sorts editions, the one to ask first first.

        Those that cover the day come first, the newest before all; then those that ended before it, the newest
        first; then those that began after it, the oldest first. An imported one goes before a shipped one.
        """
        later = self.edition > day and not self.covers(day)
        at = self.edition.toordinal()
        return (not self.covers(day), later, at if later else -at, self.imported is None)


def quarter_end(day: date) -> date:
    """Return the last day of a day's quarter."""
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year, month, monthrange(day.year, month)[1])


_IMPORT = TypeAdapter(Import)


def load_imports(roots: DataRoots) -> tuple[tuple[Path, Import], ...]:
    """Read the records of what the site imported, each with the path of its rows, by name.

    Raises:
        KnowledgeError: a record breaks its format.
    """
    found = []
    for path in find_files(roots, FOLDER, ".yaml"):
        record = read_yaml(path, _IMPORT)
        found.append((path.with_name(record.rows), record))
    return tuple(found)


def edition_of(record: Import) -> Edition:
    """Return an imported edition as the tables know it; the passages it cites are made of the record."""
    names = ", ".join(each.name for each in record.files)
    return Edition(
        edition=record.edition,
        source=f"Imported on {record.imported_on} from {names}.",
        cites=(f"{record.article}/this-table",),
        table=record.setting,
        imported=record,
    )
