"""Does a text tell of two codes together, or only of each with something else?"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from citecoder.answering.asked import written_codes
from citecoder.retrieval.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from citecoder.model import Passage

_LIST = re.compile(
    r"[A-Z0-9]\d{3}[A-Z0-9](?:(?:\s*[,/–-]\s*|\s*,?\s*(?:and|or|nor|to|through)\s+)[A-Z0-9]\d{3}[A-Z0-9])*"
)
"""Codes that stand side by side: "97110, 97112 or 97140"."""
_PARTS = re.compile(r"[,;]|\bnor\b", re.IGNORECASE)
"""What ends a thought between two codes."""


def tellings(passage: Passage, pair: AbstractSet[str]) -> int:
    """Count the sentences of a passage that tell of two codes together."""
    return sum(_tells_of(each, pair) for each in _sentences(passage))


def only_lists(passage: Passage, pair: AbstractSet[str]) -> bool:
    """Tell whether a passage names two codes only as members of longer lists.

    "97161 with 97110, 97112 or 97140" tells of each with an evaluation, and is no word on 97110 with 97140.
    """
    named = [each for each in _sentences(passage) if pair <= set(written_codes(each))]
    return bool(named) and not any(_tells_of(each, pair) for each in named)


def _sentences(passage: Passage) -> list[str]:
    return sentences(f"{passage.lead or ''} {passage.text}")


def _tells_of(sentence: str, pair: AbstractSet[str]) -> bool:
    lists = list(_LIST.finditer(sentence))
    codes = [set(written_codes(found[0])) for found in lists]
    if any(each == pair for each in codes):
        return True
    one, other = sorted(pair)
    return any(
        ((one in a and other in b) or (other in a and one in b))
        and not _PARTS.search(sentence[first.end() : second.start()])
        for (first, a), (second, b) in pairwise(zip(lists, codes, strict=True))
    )
