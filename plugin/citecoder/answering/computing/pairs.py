"""Two codes on one day: whether an edit stands between them, which code takes the modifier, and on what evidence."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from citecoder.answering.asked import written_codes
from citecoder.answering.computing.finding import Finding
from citecoder.answering.together import only_lists, tellings
from citecoder.answers import Sentence
from citecoder.retrieval.columns import codes_of
from citecoder.rules.edition_passages import pair_cites

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.model import Passage
    from citecoder.rules.edits import PairEdit

_MOST = 6
"""Codes of one question whose pairs are looked at."""
_BARE = 4
"""Words of a question that is nothing but two codes with something between them."""
_SEPARATE = "cms-modifier-59/separate-service"
_OWN = "same-day-pairs/"
"""Passages of two codes or kinds of codes each."""
_MEANING = "cms-ncci-ptp-2024q3/indicator-meaning"
_OTHERS = ("payer-differences/medicare-rules-on-other-payers-claims",)
_RANK = {"0": 0, "1": 1}
_LEFT_OUT = re.compile(r"\b(?:without|instead of|rather than|in place of|but not)\s*$", re.IGNORECASE)


def pair(asked: Asked, desk: Desk) -> Finding | None:
    """Say what the pair edits hold between the codes that a question names."""
    if not 2 <= len(_codes(asked)) <= _MOST or not _wants_pair(asked):
        return None
    edits = desk.engine.edits.on(asked.on)
    if asked.on < edits.editions.ncci.edition:
        return None  # what was in force before the table's own day is told by passages, if at all
    rows = [row for a, b in _pairs(asked) if (row := edits.row(a, b)) is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: _RANK.get(row.indicator, 2))
    free = [row for row in rows if not row.in_force(asked.on)]
    bound = [row for row in rows if row.in_force(asked.on)]
    told = [sentence for row in bound for sentence in _told(row, asked, desk)]
    told += _told_free(free, asked, desk)
    values = {"pairs": [_value(row, asked) for row in rows], "edition": _edition(desk, asked)}
    return Finding("pair", (*dict.fromkeys(told), *_payers_own(asked, desk)), values, complete=False)


def _wants_pair(asked: Asked) -> bool:
    """Tell whether two codes are asked about together, and not which of them is right."""
    bare = "beside" in asked.wants and "compare" not in asked.wants and len(asked.own.split()) <= _BARE
    return bare or "together" in asked.wants or (asked.is_yes_no and {"beside", "covered"} <= asked.wants)


def _codes(asked: Asked) -> tuple[str, ...]:
    """Return the services asked about, and the codes of others that are written out; "without 97140" names none."""
    named = dict.fromkeys((*asked.services, *asked.codes))
    return tuple(code for code in named if not _is_left_out(asked.own, code))


def _is_left_out(text: str, code: str) -> bool:
    at = text.upper().find(code)
    return at >= 0 and _LEFT_OUT.search(text, 0, at) is not None


def _pairs(asked: Asked) -> Iterator[tuple[str, str]]:
    """Yield the pairs that are asked about: of "A with B or C" not B with C."""
    apart = asked.alternatives if len(_codes(asked)) > len(asked.alternatives) else frozenset()
    return ((a, b) for a, b in combinations(_codes(asked), 2) if not {a, b} <= apart)


def _told_free(rows: Sequence[PairEdit], asked: Asked, desk: Desk) -> list[Sentence]:
    """Say in one sentence which of the pairs no edit binds."""
    if not rows:
        return []
    pairs = ", nor between ".join(f"{row.column1} and {row.column2}" for row in rows)
    said = (
        f"No pair edit is in force between {pairs} (NCCI edition of {_edition(desk, asked)}), so they may stand "
        f"together without a modifier for it."
    )
    return [Sentence(said, tuple(dict.fromkeys(cite for row in rows for cite in _cites(row, asked, desk))))]


def _told(row: PairEdit, asked: Asked, desk: Desk) -> list[Sentence]:
    edition = f"NCCI edition of {_edition(desk, asked)}"
    cites = _cites(row, asked, desk)
    if not row.separable:
        said = f"{row.column1} and {row.column2} are never paid together, whatever the modifier (indicator 0, {edition}): {row.column1} is the code that is paid."
        return [Sentence(said, (*cites, _MEANING))]
    said = (
        f"It depends: {row.column1} with {row.column2} is a pair edit (indicator 1, {edition}), so both are paid only if they were "
        f"separate, and the modifier 59 or X then goes on {row.column2}, the column 2 code."
    )
    evidence = "The note has to show what set the two apart: another region, or separate times."
    return [Sentence(said, (*cites, _MEANING)), Sentence(evidence, (_SEPARATE,))]


def _edition(desk: Desk, asked: Asked) -> str:
    return desk.engine.edits.on(asked.on).editions.ncci.edition.isoformat()


def _cites(row: PairEdit, asked: Asked, desk: Desk) -> tuple[str, ...]:
    """Return the passage that tells of this very pair: the imported table's own, else the digest that names both."""
    edits = desk.engine.edits.on(asked.on)
    both = [
        p
        for p in desk.engine.store.select(code=row.column1)
        if _names(p, row) and not only_lists(p, row.pair)
    ]
    both.sort(
        key=lambda p: (
            not row.pair <= set(written_codes(p.lead or "")),
            not p.id.startswith(_OWN),
            -tellings(p, row.pair),
        )
    )
    return pair_cites(edits, row, tuple(p.id for p in both[:1]) or (_MEANING,))


def _names(passage: Passage, row: PairEdit) -> bool:
    return (
        passage.source.authority == "regulator"
        and row.pair <= codes_of(passage)
        and passage.id.startswith((_OWN, "cms-ncci"))
    )


def _value(row: PairEdit, asked: Asked) -> dict[str, object]:
    return {
        "column1": row.column1,
        "column2": row.column2,
        "indicator": row.indicator or None,
        "in_force": row.in_force(asked.on),
    }


def _payers_own(asked: Asked, desk: Desk) -> tuple[Sentence, ...]:
    """Add that a named payer's use of these edits is not known, where it isn't."""
    payer = desk.engine.payers.get(asked.payer or "")
    if payer is None or payer.edits == "ncci":
        return ()
    name = "the payer" if "not named" in payer.name else payer.name
    said = f"Whether {name} applies these edits is not known here; another payer than Medicare does so only if its own policy says so."
    return (Sentence(said, _OTHERS),)
