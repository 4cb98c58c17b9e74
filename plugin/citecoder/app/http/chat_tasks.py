"""What chat clients ask of a model for themselves, a title, tags, follow-up questions, told by its form.

Such a message is about a conversation and no question to the sources: it is answered from the conversation's own words,
and never searched for. The forms are those of Open WebUI's tasks, and plain requests for a title.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from citecoder.answering.turns import understand
from citecoder.answers import Question, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.app.wiring import Parts

READ = 20_000
"""Characters of a conversation that are read for a title or tags."""
TITLE_WORDS, TITLE_LENGTH, MOST_TAGS = 8, 60, 5
_HEAD = "### Task:"
_CONTEXT = "Respond to the user query using the provided context"
_FORMAT = re.compile(r'\{\s*"(title|tags|follow_ups|queries|text|prompt)"\s*:')
_EMPTY: dict[str, Any] = {"follow_ups": [], "queries": [], "text": "", "prompt": ""}
# How a task opens where it does not say its format; the first are told by the head, the others stand without one.
_HEADED = {
    "title": re.compile(r"\btitle\b", re.IGNORECASE),
    "tags": re.compile(r"\btags?\b", re.IGNORECASE),
    "follow_ups": re.compile(r"\bfollow[ -]?ups?\b", re.IGNORECASE),
    "queries": re.compile(r"\bsearch quer", re.IGNORECASE),
}
_ORDER = (
    r"\s*(?:please\s+)?(?:generate|create|write|give|provide|suggest|summari[sz]e|come up with|based on)\b"
)
_TALK = r"\b(?:conversation|chat|dialogue|discussion)\b"
_ALONE = {
    "title": re.compile(
        rf"{_ORDER}[^\n]{{0,120}}(?:\btitle\b[^\n]{{0,80}}{_TALK}|\bname (?:for|of) (?:the|this|our) {_TALK}"
        rf"|\b(?:the|this|our) {_TALK} an? (?:\w+ ){{0,3}}(?:title|name)\b)",
        re.IGNORECASE,
    ),
    "tags": re.compile(rf"{_ORDER}\s+\d+(?:\s?[-–]\s?\d+)?\s+(?:\w+\s+)?tags\b", re.IGNORECASE),
    "follow_ups": re.compile(
        rf"{_ORDER}[^\n]{{0,40}}\bfollow[ -]?up (?:questions|prompts)\b[^\n]{{0,120}}(?:{_TALK}|\buser\b)",
        re.IGNORECASE,
    ),
}
_SPEAKER = re.compile(r"^\s*(USER|HUMAN|ASSISTANT|AI)\s*:\s*", re.IGNORECASE | re.MULTILINE)
_WITHIN = ("Respond to the user query using the provided context", "</context>")


def question_in(text: str) -> str:
    """Return the question of a message that a client wrapped in its own instructions and uploaded context."""
    if not _wraps(text):
        return text
    asked = text.rpartition("</context>")[2]
    return asked.replace("<user_query>", "").replace("</user_query>", "").strip()


def _wraps(text: str) -> bool:
    return text.startswith(_HEAD) and _CONTEXT in text[:300] and "</context>" in text


def task_in(text: str, earlier: Sequence[str]) -> str | None:
    """Return which task of a client a message is (``title``, ``tags``, ``follow_ups`` …); None for a question.

    Without the head of a task, it is one only where there is a conversation to do it for.
    """
    opening = text[:400]
    if not text.startswith(_HEAD):
        if not earlier and "\n" not in text:
            return None
        return next((task for task, said in _ALONE.items() if said.match(opening)), None)
    if _wraps(text):
        return None
    form = _FORMAT.search(text)
    return form[1] if form else next((task for task, said in _HEADED.items() if said.search(opening)), None)


def task_reply(task: str, text: str, earlier: Sequence[str], parts: Parts) -> str:
    """Answer a task.

    Args:
        task: which one, as ``task_in`` says.
        text: the message, with the conversation in it or not.
        earlier: what the user said before it, the oldest first.
        parts: the codes, services and payers that tags are taken from.
    """
    said = _said(text) or [each[:READ] for each in earlier]
    if task == "title":
        told: Any = _title(said)
    else:
        told = _tags(said, parts) if task == "tags" else _EMPTY[task]
    plain = task == "title" and not _FORMAT.search(text)
    return told if plain else json.dumps({task: told}, ensure_ascii=False)


def _said(text: str) -> list[str]:
    """Return what the user said in the conversation that a message holds."""
    _, begun, history = text.rpartition("<chat_history>")
    if not begun:
        _, begun, history = text.partition("\n\n")
    pieces = _SPEAKER.split(history.partition("</chat_history>")[0][:READ])
    spoken = list(zip(pieces[1::2], pieces[2::2], strict=True))
    if not spoken:
        return [pieces[0].strip()] if pieces[0].strip() else []
    return [words.strip() for who, words in spoken if who.upper() in {"USER", "HUMAN"} and words.strip()]


def _title(said: Sequence[str]) -> str:
    """Return the first words of the first question."""
    words = re.sub(r"[#*_`<>\[\]\"]+", " ", said[0] if said else "").split()
    short = " ".join(words[:TITLE_WORDS])
    cut = short[:TITLE_LENGTH].rstrip(" ,;:-")
    return (
        f"{cut} …"
        if len(words) > TITLE_WORDS or len(cut) < len(short.rstrip(" ,;:-"))
        else cut or "Coding question"
    )


def _tags(said: Sequence[str], parts: Parts) -> list[str]:
    """Return the codes, services and the payer that were asked about."""
    if not said:
        return []
    *before, last = said
    asked = understand(
        Question(last, history=tuple(Turn("user", each) for each in before)), parts.desk.hearing()
    )
    codes = [code for code in asked.codes if code in parts.codes.codes]
    topics = [parts.codes.name_of(concept) for concept in asked.concepts]
    payer = parts.payers.get(asked.payer or "")
    return list(dict.fromkeys((*codes, *([payer.name] if payer else ()), *topics)))[:MOST_TAGS]
