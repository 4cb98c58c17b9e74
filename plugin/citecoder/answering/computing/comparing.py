"""What sets codes apart: what each of them is, as the code set has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answering.computing.timing import timed_how
from citecoder.answers import Sentence
from citecoder.checking.claims import described

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.codes import Code

_MOST = 3
"""Codes that one answer tells apart."""


def difference(asked: Asked, desk: Desk) -> Finding | None:
    """Say what each of the codes is whose difference is asked for."""
    known = desk.engine.codes.codes
    codes = [known[code] for code in asked.codes if code in known]
    if "compare" not in asked.wants or "together" in asked.wants or not 2 <= len(codes) <= _MOST:
        return None
    if len(codes) < len(asked.codes):
        return None
    told = tuple(Sentence(_told(code), code.cites) for code in codes)
    return Finding("difference", told, {"codes": [code.code for code in codes]}, complete=False)


def _told(code: Code) -> str:
    how = timed_how(code)
    return f"{described(code)}; it {how}." if how else f"{described(code)}."
