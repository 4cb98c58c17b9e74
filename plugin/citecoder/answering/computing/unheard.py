"""Codes that nothing here speaks of: said, rather than let a passage about another code answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk

_PROCEDURE = re.compile(r"9(?!9[2-4])\d{4}")
"""Procedure codes of the chapter that therapy codes stand in; visits of physicians, 992xx to 994xx, are left aside."""


def unheard_of(asked: Asked, desk: Desk) -> Finding | None:
    """Abstain where a code is named that neither the code set nor a passage knows."""
    unheard = [code for code in asked.codes if _PROCEDURE.fullmatch(code) and not desk.knows(code)]
    if not unheard:
        return None
    said = f"{' and '.join(unheard)} is no code that the sources here speak of: see whether its digits are right."
    return Finding("codes", (Sentence(said),), {"unknown": unheard}, "not_in_sources")
