"""``understand``: a question in the light of the turns before it.

A turn that goes on with the one before ("and for Medicare?") is completed from it: what it names replaces what was
named, the rest stays. A turn with a matter of its own stands alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from citecoder.answering.amounts import Amounts
from citecoder.answering.asked import YEAR, Asked, Hearing, payer_in, read_turn
from citecoder.retrieval.columns import CODE

if TYPE_CHECKING:
    from citecoder.answering.wording import Wording
    from citecoder.answers import Question

_TOPICS = frozenset({"units", "together", "threshold", "timing", "limit", "covered", "tier", "missing"})
"""What a turn may ask for of its own: then what the turn before asked for is over."""
_FRESH = re.compile(
    r"\b(?:another|other|different|next|new|second) (?:\w+ ){0,2}(?:patient|pt|client|case|claim)\b|^\W*now (?:a|an|my) ",
    re.IGNORECASE,
)
"""Words of a turn that begins anew."""
_ADDS = re.compile(r"\b(?:add(?:ed|ing)?|plus|also|as well|too|on top|and)\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(?:longer|shorter|less|fewer|more|drop(?:ped)?|without|minus|remove|skip(?:ped)?|leave out|all of (?:it|them)|half|\d+ of (?:them|it|those))\b",
    re.IGNORECASE,
)
"""Words by which a turn changes minutes told before in a way that is not worked out here."""
_FEW = 7
"""Words below which a turn that points back is no question of its own."""
_READ_BACK = 8
"""Turns of the asker that a question may rest on; a chat that is longer is read from there."""
_READ_OF_TURN = 4_000
"""Code points of an earlier turn that are read, from its end: there the question stands."""


def understand(question: Question, hearing: Hearing) -> Asked:
    """Read a question in the light of what was said before.

    Args:
        question: the question; its fields stand for what its words don't say, and a payer that they name outranks the field.
        hearing: the words and codes that are known.
    """
    asked: Asked | None = None
    said = [turn.content for turn in question.history if turn.role == "user" and turn.content.strip()]
    for content in said[-_READ_BACK:]:
        asked = _after(asked, read_turn(content[-_READ_OF_TURN:], hearing), hearing)
    asked = _after(asked, read_turn(question.text, hearing), hearing)
    on = question.date_of_service or asked.on
    return replace(
        asked,
        payer=payer_in(question.text, hearing) or question.payer or asked.payer,
        payers=asked.payers | ({question.payer} if question.payer else frozenset()),
        discipline=question.discipline or asked.discipline,
        on=on,
        past=on.year < hearing.today.year,
        day_named=asked.day_named or question.date_of_service is not None,
        note=question.note,
    )


def _after(before: Asked | None, now: Asked, hearing: Hearing) -> Asked:
    """Complete a turn from the one before, if it goes on with it."""
    if _FRESH.search(now.own):
        return now
    told = before is not None and _tells_who(before, now, hearing.wording)
    if before is None or not (told or _goes_on(before, now, hearing.wording)):
        return now
    return replace(
        now,
        text=f"{_without(before, now)} {now.matter}",
        codes=now.codes or before.codes,
        services=before.services if told else _joined_services(before, now),
        concepts=now.concepts or before.concepts,
        payer=now.payer or (None if now.method else before.payer),
        payers=now.payers | before.payers,
        on=now.on if now.day_named else before.on,
        day_named=now.day_named or before.day_named,
        method=now.method or (None if now.payer else before.method),
        discipline=now.discipline or before.discipline,
        amounts=_by_assistant(before, now) if told else _joined_amounts(before, now),
        wants=now.wants if now.wants & _TOPICS else now.wants | before.wants,
        continues=True,
    )


_PART = re.compile(
    r"(?<![\d$.,])(\d{1,3})\s*(?:min\w*\s*)?(?:out )?of (?:the |those |these |his |her )?(?:\d{5}\b|\d{1,3} ?min|min)",
    re.IGNORECASE,
)
"""A part of minutes told before: "8 of the 97110 minutes"."""
_NOT_PLAIN = re.compile(
    r"\b(?:all but|half|most|rest|some|few|one|two|three|four|five|six|seven|eight|nine|ten) of\b|\ball but\b|\b(?:half|rest)\b",
    re.IGNORECASE,
)
"""Parts that are told in words."""


def _goes_on(before: Asked, now: Asked, wording: Wording) -> bool:
    words = len(now.own.split())
    others = bool(set(now.codes) - set(before.codes) - set(before.services))
    names = bool(now.codes or now.concepts)
    if (
        words <= _FEW
        and (now.codes or now.payer or now.day_named or now.amounts.total)
        and not now.opens_yes_no
    ):
        return True
    opens = bool(wording.opens.match(now.own))
    points = bool(wording.points.search(now.own))
    bare = now.amounts.total is not None and not names and not now.payer
    return (
        (bare and words <= 2 * _FEW)
        or (words <= 3 and not now.wants & _TOPICS)
        or (opens and (words <= 2 * _FEW or points))
        or (points and not others and (words <= 2 * _FEW or not names))
    )


def _tells_who(before: Asked, now: Asked, wording: Wording) -> bool:
    """Tell whether a turn says that an assistant gave a service whose minutes were told: "the PTA did the 97140"."""
    theirs = bool(now.services) and set(now.services) <= set(before.amounts.minutes)
    parts = not now.amounts.minutes or (
        _PART.search(now.own) is not None and not wording.therapists.search(now.own)
    )
    return theirs and parts and bool(wording.assistants.search(now.own))


def _without(before: Asked, now: Asked) -> str:
    """Return the earlier question without the codes and the years that this turn replaces."""
    text = before.text
    if now.codes and len(now.codes) >= len(before.codes):
        text = CODE.sub("", text)
    return YEAR.sub("", text) if now.day_named else text


def _joined_services(before: Asked, now: Asked) -> tuple[str, ...]:
    if "together" in now.wants and len(now.services) == 1 and before.services and "units" not in before.wants:
        return tuple(dict.fromkeys((before.services[0], *now.services)))
    return now.services or before.services


def _by_assistant(before: Asked, now: Asked) -> Amounts:
    """Let the minutes of the services that this turn names be the assistant's, or the part of them that it tells.

    A part of several services, or one that is more than the whole, is not plain.
    """
    whole = {code: before.amounts.minutes[code] for code in now.services}
    part = _PART.search(now.own)
    if _NOT_PLAIN.search(now.own):
        return replace(before.amounts, plain=False)
    if part is None:
        return replace(before.amounts, assistant={**before.amounts.assistant, **whole})
    helped = dict.fromkeys(now.services, int(part[1]))
    plain = len(helped) == 1 and all(own <= whole[code] for code, own in helped.items())
    told = {**before.amounts.assistant, **helped} if plain else before.amounts.assistant
    return replace(before.amounts, assistant=told, plain=before.amounts.plain and plain)


def _joined_amounts(before: Asked, now: Asked) -> Amounts:
    """Let minutes of this turn replace those of the same service; a bare number goes to the only service."""
    old, new = before.amounts, now.amounts
    if new.total is not None and len(old.minutes) == 1:
        return Amounts(dict.fromkeys(old.minutes, new.total), plain=not _CHANGES.search(now.own))
    if new.total is not None and len(before.services) == 1 and not old.minutes and old.total is None:
        return Amounts({before.services[0]: new.total})
    if not new.minutes and new.total is None:
        return replace(old, plain=old.plain and not _CHANGES.search(now.own))
    if not set(new.minutes) & set(old.minutes) and not _ADDS.search(now.own):
        return new
    if _CHANGES.search(now.own):
        return replace(new, plain=False)
    return Amounts({**old.minutes, **new.minutes}, {**old.assistant, **new.assistant}, new.total)
