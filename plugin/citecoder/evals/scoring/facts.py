"""One answer to one question against its key: facts, wrong statements, declines, conflicts, citations, length.

Facts and wrong statements are looked for in the answer without its marks. An answer that abstains states nothing,
whatever stands in it; what it must not say it must not say all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from citecoder.evals.questions import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citecoder.evals.questions import AnswerCase

_LETTERS = re.compile(r"[^\W_]")


def judge(case: AnswerCase, response: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
    """Return the counts of one answer, and what was wrong with it."""
    words, abstained = plain(response["answer"]), bool(response["abstained"])
    missed = [fact.fact for fact in case.must if abstained or not fact.stated_in(words)]
    wrong = [fact.fact for fact in case.must_not if fact.stated_in(words)]
    flagged = bool(response.get("conflicts"))
    counts: dict[str, float] = {"asked": 1, "answered": not abstained}
    if case.must_not:
        counts |= {"could_be_wrong": 1, "wrong": bool(wrong)}
    if case.decline:
        rightly = abstained and response.get("reason") in case.decline
        counts |= {"to_decline": 1, "declined": abstained, "declined_rightly": rightly}
        good = rightly and not wrong
    else:
        counts |= {"to_answer": 1, "declined_wrongly": abstained, "all_facts": not missed}
        counts |= {"to_answer_answered": not abstained}
        counts |= {"facts": len(case.must), "facts_stated": len(case.must) - len(missed)}
        good = not missed and not wrong and (flagged or case.conflict is None)
    counts |= _conflicts(case, flagged=flagged) | {"right": good}
    if not abstained:
        counts |= _proof(response) | {"words": len(words.split())}
    detail = {
        "facts_missed": missed, "wrong": wrong, "abstained": response.get("reason") if abstained else None,
        "conflict_flagged": flagged if case.conflict else None,
    }  # fmt: skip
    return counts, detail


def _conflicts(case: AnswerCase, *, flagged: bool) -> dict[str, float]:
    if case.conflict is not None:
        return {"with_conflict": 1, "flagged": flagged}
    return {"without_conflict": 1, "flagged_in_vain": flagged}


def _proof(response: Mapping[str, Any]) -> dict[str, float]:
    """Count sentences, and those with a citation whose citations are all shown.

    Words of the answer that stand in none of its sentences are one sentence more, and rest on nothing.
    """
    shown = {each["id"] for each in response.get("passages") or ()}
    sentences = response.get("sentences") or []
    cited = [each.get("citations") or [] for each in sentences]
    rest = plain(response["answer"])
    for each in sentences:
        rest = rest.replace(plain(each["text"]), "", 1)
    beside = bool(_LETTERS.search(rest))
    good = sum(bool(ids) and set(ids) <= shown for ids in cited)
    told = len(sentences) + beside
    return {"sentences": told, "sentences_cited": good, "whole_cited": good == told > 0}
