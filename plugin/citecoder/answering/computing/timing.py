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
    "timed15": "{code} is timed: its unit is 15 minutes of one-on-one contact.",
    "untimed": "{code} is untimed: one unit a day, however long it took.",
    "per_session": "{code} is untimed: one unit a session, however long it took.",
    "per_day": "{code} is untimed: one unit a day, however long it took.",
}
_ATTENDED = {"one_on_one": "timed15", "constant": "timed15"}


def timing(asked: Asked, desk: Desk) -> Finding | None:
    """Tell how the one code that is asked about is timed."""
    code = desk.engine.codes.codes.get(asked.services[0]) if len(asked.services) == 1 else None
    if code is None or "timing" not in asked.wants or code.timing not in _SAID:
        return None
    if code.timing == "timed15" and code.attendance not in _ATTENDED:
        return None
    return Finding("timing", (_sentence(code),), {"code": code.code, "timing": code.timing}, complete=False)


def _sentence(code: Code) -> Sentence:
    return Sentence(_SAID[code.timing].format(code=code.code), code.timing_cites)
