"""Sources in words: numbered in the order a reader meets them, with their authority said plainly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from citecoder.app.cli.note_view import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder import wire

AUTHORITY = {
    "regulator": "regulator",
    "contractor": "Medicare contractor",
    "association": "professional association",
    "payer": "payer's own policy",
    "practice": "our working rule",
    "article": "article",
}
PAYERS = {
    "medicare": "Medicare", "medicare_advantage": "Medicare Advantage", "tricare": "TRICARE", "uhc": "UHC",
    "bcbs": "BCBS", "tx_medicaid": "Texas Medicaid", "workers_comp": "workers' compensation",
    "ca_workers_comp": "California workers' compensation", "wa_workers_comp": "Washington workers' compensation",
}  # fmt: skip


def payer_name(payer: str | None) -> str:
    """Return a payer's name as people say it."""
    if payer is None:
        return "payer unknown"
    return PAYERS.get(payer, clean(payer).replace("_", " ").capitalize())


class Numbers:
    """Numbers passages as they are first cited."""

    def __init__(self, passages: Sequence[wire.Passage]) -> None:
        self._passages = {passage.id: passage for passage in passages}
        self._numbers: dict[str, int] = {}

    def number(self, passage_id: str) -> int:
        """Return the passage's number, the next one when it is met for the first time."""
        return self._numbers.setdefault(passage_id, len(self._numbers) + 1)

    def of(self, citations: Sequence[str]) -> tuple[str, str]:
        """Return the marks of citations, such as `` [1][3]``, with their style."""
        known = [self.number(each) for each in citations if each in self._passages]
        return ("" if not known else " " + "".join(f"[{n}]" for n in known), "dim")

    def authority(self, passage_id: str) -> str:
        """Return who says a passage, in words."""
        passage = self._passages.get(passage_id)
        return AUTHORITY[passage.source.authority] if passage else "source"

    def cited(self) -> list[tuple[int, wire.Passage]]:
        """Return the passages met so far, by number, and those that contradict them."""
        for passage_id in list(self._numbers):
            dispute = self._passages[passage_id].disputed
            if dispute and dispute.by in self._passages:
                self.number(dispute.by)
        return [(number, self._passages[key]) for key, number in self._numbers.items()]


def say_conflict(conflict: wire.Conflict, numbers: Numbers) -> Text:
    """Say who claims what, and what is followed instead."""
    return Text.assemble(
        (f"{numbers.authority(conflict.said_by)} says: ", "dim"),
        clean(conflict.claim).rstrip("."),
        numbers.of([conflict.said_by]),
        (f"; {numbers.authority(conflict.contradicted_by)} says: ", "dim"),
        clean(conflict.resolution),
        numbers.of([conflict.contradicted_by]),
    )


def source_line(passage: wire.Passage, numbers: Numbers, *, because: bool = True) -> Text:
    """Describe a source in one wrapped line: what, with which authority, where, when, its address, disputed."""
    source = passage.source
    where = f" › {clean(passage.heading[-1])}" if passage.heading else ""
    parts = [AUTHORITY[source.authority], _place(source), _when(source), clean(source.url or "")]
    text = Text.assemble(
        clean(source.title), where, " · ", (" · ".join(part for part in parts if part), "dim")
    )
    if passage.disputed:
        why = f": {clean(passage.disputed.because)}" if because else " by"
        text.append_text(Text.assemble((f" ✗ disputed{why}", "yellow"), numbers.of([passage.disputed.by])))
    return text


def _title(source: wire.Source) -> str:
    """Return the title without the remark that this is our digest: ``_place`` says it of every source."""
    return re.sub(r" \(our digest[^)]*\)", "", clean(source.title)) if source.summary else clean(source.title)


def _place(source: wire.Source) -> str:
    """Say where the original is, and whether these are our words."""
    if not source.summary:
        return source.locator or ""
    if source.authority == "practice":
        return ""
    return f"our summary of {source.locator}" if source.locator else "our summary"


def _when(source: wire.Source) -> str:
    if source.effective:
        return f"in force {source.effective}" + (f" to {source.ends}" if source.ends else "")
    if source.published:
        return f"published {source.published}"
    return source.revision or f"checked {source.checked}"
