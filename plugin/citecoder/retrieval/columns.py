"""What hits are filtered by, as one number for each passage, so that a filter costs the same at any size.

Payer, date and authority rules are masks over these columns; the vector store is never asked to filter.
"""

from __future__ import annotations

import json
import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from citecoder.model import AUTHORITY_RANK, Passage

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

CODE = re.compile(r"\b(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])\b")
NO_PAYER = -1
FILE = "columns.npz"
_NEVER = 4_000_000
"""Later than any date's ordinal."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a hit must satisfy; None asks nothing.

    Attributes:
        code: the passage is about this code.
        payer: the passage speaks of this payer or of none in particular.
        authority: the source's authority.
        on: the passage is in force on this day: begun by then (or start unknown) and not yet superseded.
        disputed: a better source contradicts the passage, or none does.
    """

    code: str | None = None
    payer: str | None = None
    authority: str | None = None
    on: date | None = None
    disputed: bool | None = None

    def names(self) -> tuple[str, ...]:
        """Return each filter in words, as a hit reports it."""
        return tuple(
            f"{label} {value}"
            for label, value in (
                ("about", self.code),
                ("for payer", self.payer),
                ("authority", self.authority),
                ("in force", self.on and self.on.isoformat()),
            )
            if value
        )


def codes_of(passage: Passage) -> frozenset[str]:
    """Return the codes that a passage is about: those it declares and those its words name."""
    return frozenset(passage.codes) | frozenset(CODE.findall(" ".join((*passage.heading, passage.text))))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of all passages, in their order.

    Attributes:
        rank: the authority's rank (``AUTHORITY_RANK``).
        payer: the place of the source's payer in ``payers``, or ``NO_PAYER``.
        begins: the ordinal of the first day in force; 0 when unknown.
        ends: the ordinal of the day from which the passage is superseded.
        ingested: whether a user read it in.
        disputed: whether a better source contradicts it.
        payers: the payers' ids.
        codes: code → the places of the passages about it, ascending.
    """

    rank: NDArray[np.int8]
    payer: NDArray[np.int32]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    ingested: NDArray[np.bool_]
    disputed: NDArray[np.bool_]
    payers: tuple[str, ...]
    codes: dict[str, NDArray[np.int32]]

    def admitted(self, wanted: Wanted) -> NDArray[np.bool_]:
        """Return for each passage whether it satisfies every filter."""
        mask = np.ones(len(self.rank), np.bool_)
        if wanted.code is not None:
            mask &= self._marked(self.about(wanted.code))
        if wanted.payer is not None:
            mask &= (self.payer == NO_PAYER) | (self.payer == self.payer_place(wanted.payer))
        if wanted.authority is not None:
            mask &= self.rank == AUTHORITY_RANK.get(wanted.authority, -1)
        if wanted.on is not None:
            day = wanted.on.toordinal()
            mask &= (self.begins <= day) & (day < self.ends)
        if wanted.disputed is not None:
            mask &= self.disputed == wanted.disputed
        return mask

    def about(self, code: str) -> NDArray[np.int32]:
        """Return the places of the passages about a code."""
        return self.codes.get(code, np.zeros(0, np.int32))

    def payer_place(self, payer: str) -> int:
        """Return what stands in ``payer`` for this payer; a number that stands nowhere when no passage has it."""
        return self.payers.index(payer) if payer in self.payers else len(self.payers)

    def _marked(self, places: NDArray[np.int32]) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.rank), np.bool_)
        mask[places] = True
        return mask

    def save(self, folder: Path) -> None:
        """Write the columns into a folder."""
        names = {"payers": self.payers, "codes": list(self.codes)}
        lengths = np.array([len(places) for places in self.codes.values()], np.int64)
        np.savez(
            folder / FILE,
            rank=self.rank, payer=self.payer, begins=self.begins, ends=self.ends,
            ingested=self.ingested, disputed=self.disputed, lengths=lengths,
            places=np.concatenate([np.zeros(0, np.int32), *self.codes.values()]),
            names=np.frombuffer(json.dumps(names).encode(), np.uint8),
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> Columns:
        """Read what ``save`` wrote.

        Raises:
            OSError, ValueError, KeyError: it can't be read.
        """
        with np.load(folder / FILE) as stored:
            names = json.loads(stored["names"].tobytes())
            parts = np.split(stored["places"], np.cumsum(stored["lengths"])[:-1]) if names["codes"] else []
            kept = {key: stored[key] for key in ("rank", "payer", "begins", "ends", "ingested", "disputed")}
        return cls(**kept, payers=tuple(names["payers"]), codes=dict(zip(names["codes"], parts, strict=True)))


class ColumnCollector:
    """Takes passages one by one and keeps a few numbers of each."""

    def __init__(self) -> None:
        self._rank, self._flags = array("b"), array("b")
        self._payer, self._begins, self._ends = array("i"), array("i"), array("i")
        self._payers: dict[str, int] = {}
        self._codes: dict[str, array[int]] = {}

    def add(self, passage: Passage) -> None:
        """Take the next passage."""
        source, place = passage.source, len(self._rank)
        self._rank.append(AUTHORITY_RANK[source.authority])
        self._flags.append(passage.ingested + 2 * (passage.disputed is not None))
        self._payer.append(
            NO_PAYER if source.payer is None else self._payers.setdefault(source.payer, len(self._payers))
        )
        self._begins.append(source.effective.toordinal() if source.effective else 0)
        self._ends.append(source.ends.toordinal() if source.ends else _NEVER)
        for code in codes_of(passage):
            self._codes.setdefault(code, array("i")).append(place)

    def columns(self) -> Columns:
        """Return the columns of what was taken."""
        flags = np.array(self._flags, np.int8)
        return Columns(
            rank=np.array(self._rank, np.int8),
            payer=np.array(self._payer, np.int32),
            begins=np.array(self._begins, np.int32),
            ends=np.array(self._ends, np.int32),
            ingested=flags % 2 == 1,
            disputed=flags >= 2,
            payers=tuple(self._payers),
            codes={code: np.array(self._codes[code], np.int32) for code in sorted(self._codes)},
        )
