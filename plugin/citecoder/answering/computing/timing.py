"""Whether a code is timed, as the code set has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.codes import Code

_SAID = {
    "timed15": "is timed: its unit is 15 minutes of one-on-one contact",
    "untimed": "is untimed: one unit a day, however long it took",
    "per_session": "is untimed: one unit a session, however long it took",
    "per_day": "is untimed: one unit a day, however long it took",
}
_ATTENDED = {"one_on_one": "timed15", "constant": "timed15"}


def timing(asked: Asked, desk: Desk) -> Finding | None:
    """Tell how the one code that is asked about is timed."""
    code = desk.engine.codes.codes.get(asked.services[0]) if len(asked.services) == 1 else None
    how = timed_how(code) if code else None
    if code is None or how is None or "timing" not in asked.wants:
        return None
    sentence = Sentence(f"{code.code} {how}.", code.timing_cites)
    return Finding("timing", (sentence,), {"code": code.code, "timing": code.timing}, complete=False)


def timed_how(code: Code) -> str | None:
    """Return how a code is timed, for a sentence; None where the rule is not one of the plain ones."""
    if code.timing == "timed15" and code.attendance not in _ATTENDED:
        return None
    return _SAID.get(code.timing)
