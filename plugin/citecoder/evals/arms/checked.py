"""One line of an arm's output → an answer, or nothing where the line answers no task that waits."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from citecoder.evals.outcomes import Answer

if TYPE_CHECKING:
    from collections.abc import Container

    from citecoder.evals.outcomes import Verb

MOST_UNITS = 999
LONGEST_ANSWER = 100_000
"""Characters of an answer beyond which it is none: nobody reads it, and every expression of a key would run over it."""
_LISTS = {"suggest": "suggestions", "search": "hits"}


def checked_answer(
    verb: Verb, line: bytes, waiting: Container[str], *, measured_ms: float | None
) -> Answer | None:
    """Return the answer that a line is; None for a line that is no JSON object or names no task that waits."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("id"), str) or told["id"] not in waiting:
        return None
    return answer_of(verb, str(told["id"]), told, measured_ms=measured_ms)


def answer_of(verb: Verb, task: str, told: dict[str, Any], *, measured_ms: float | None) -> Answer:
    """Return the answer that a response is: refused where it says so, invalid where it breaks the contract."""
    if told.get("error") is not None:
        return Answer(task, "refused", why=f"the arm answered with error {_name_of(told['error'])}")
    if (wrong := broken(verb, told)) is not None:
        return Answer(task, "invalid", why=wrong)
    reported = (told.get("engine") or {}).get("elapsed_ms") if isinstance(told.get("engine"), dict) else None
    return Answer(task, "answered", told, ms=reported if isinstance(reported, int | float) else measured_ms)


def _name_of(error: Any) -> str:
    """Return the name of an error where it looks like one: anything else may be note text."""
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and re.fullmatch(r"[a-z][a-z0-9_.-]{0,39}", code) else "unnamed"


def broken(verb: Verb, told: dict[str, Any]) -> str | None:
    """Say what of a response can't be scored; None where all that is scored is there in the contract's shape."""
    usage = (told.get("engine") or {}).get("usage") if isinstance(told.get("engine") or {}, dict) else "?"
    if not isinstance(usage or {}, dict):
        return "engine is no object, or its usage is none"
    if verb == "units":
        return None if isinstance(told.get("units"), dict) else "the answer has no object units"
    if verb == "ask":
        return _broken_answer(told)
    items = told.get(_LISTS[verb])
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        return f"the answer has no list {_LISTS[verb]} of objects"
    if verb == "search":
        passages = [each.get("passage") for each in items]
        good = all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in passages)
        return None if good else "a hit has no passage with an id"
    for at, each in enumerate(items):
        if (wrong := _broken_line(each)) is not None:
            return f"suggestions[{at}]: {wrong}"
    return _broken_lists(told)


def _broken_answer(told: dict[str, Any]) -> str | None:
    text = told.get("answer")
    if not isinstance(text, str) or len(text) > LONGEST_ANSWER:
        return f"answer is no text of at most {LONGEST_ANSWER:,} characters"
    if not isinstance(told.get("abstained"), bool):
        return "abstained is neither true nor false"
    for key, needed in (("sentences", "text"), ("passages", "id"), ("conflicts", "claim")):
        items = told.get(key) or []
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            return f"{key} is no list of objects"
        if not all(isinstance(each.get(needed), str) for each in items):
            return f"{key} without {needed}"
    for each in told.get("sentences") or ():
        cited = each.get("citations") or []
        if not isinstance(cited, list) or not all(isinstance(one, str) for one in cited):
            return "citations is no list of ids"
    return None


def _broken_lists(told: dict[str, Any]) -> str | None:
    for key in ("missing", "not_coded", "passages", "met", "warnings"):
        items = told.get(key) or []
        if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
            return f"{key} is no list of objects"
        if key in {"missing", "met"} and not all(isinstance(each.get("kind"), str) for each in items):
            return f"{key} without a kind"
        if key == "passages" and not all(isinstance(each.get("id"), str) for each in items):
            return "a passage without an id"
    return None


def _broken_line(line: dict[str, Any]) -> str | None:
    if not isinstance(line.get("code"), str):
        return "no code"
    if not (
        line.get("units") is None or (isinstance(line["units"], int) and not isinstance(line["units"], bool))
    ):
        return "units is neither a whole number nor null"
    if line.get("units") is not None and not 0 <= line["units"] <= MOST_UNITS:
        return f"units is not between 0 and {MOST_UNITS}"
    confidence = line.get("confidence", 1.0)
    if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        return "confidence is not between 0 and 1"
    for span in line.get("evidence") or ():
        if (
            not isinstance(span, dict)
            or not isinstance(span.get("start"), int)
            or not isinstance(span.get("end"), int)
        ):
            return "evidence without whole numbers start and end"
        if not isinstance(span.get("quote"), str):
            return "evidence without a quote"
    for gap in line.get("missing") or ():
        if not isinstance(gap, dict) or not isinstance(gap.get("kind"), str):
            return "missing without a kind"
    return None
