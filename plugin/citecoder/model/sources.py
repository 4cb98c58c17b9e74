"""What a source says: passages, where they come from, and what a search found of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Authority = Literal["regulator", "contractor", "association", "payer", "practice", "article"]
Confidence = Literal["high", "medium", "low"]

AUTHORITY_RANK: dict[str, int] = {
    "regulator": 5, "contractor": 4, "association": 3, "payer": 2, "practice": 1, "article": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where a passage comes from. ``summary``: it is our own wording of the original at ``locator``."""

    id: str
    title: str
    publisher: str
    authority: Authority
    confidence: Confidence
    checked: date
    section: str = ""
    locator: str | None = None
    summary: bool = True
    published: date | None = None
    effective: date | None = None
    ends: date | None = None
    revision: str | None = None
    supersedes: str | None = None
    url: str | None = None
    payer: str | None = None
    licence: str | None = None
    read: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A passage's claim that a better source contradicts."""

    by: str
    because: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of a source. ``id`` is readable and stable: ``<article>/<heading-slug>[#n]``."""

    id: str
    text: str
    source: Source
    heading: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    disputed: Dispute | None = None
    answers: tuple[str, ...] = ()
    lead: str | None = None
    unknown: bool = False  # it says what no source here tells: an answer can't rest on it
    ingested: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found: the fused score and its parts, each in 0…1."""

    passage: Passage
    score: float
    keyword: float = 0.0
    vector: float = 0.0
    filters: tuple[str, ...] = ()
