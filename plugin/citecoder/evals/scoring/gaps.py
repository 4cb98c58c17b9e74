"""Documentation verdicts of one answer against the labels of its case.

Two views. *Asked for*: is a kind that is lacking asked for, and is one that is there left alone; a gap of the note may
be told on any line, and a gap of a code on its alternatives too. *Confusion*: the verdict of the labels against the
verdict of the answer (``met``, ``not_met``, ``cannot_tell``, or ``silent`` where it says nothing of that kind).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from citecoder.evals.scoring.claim import in_scope, predicted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citecoder.evals.cases import Case, GoldGap

Flags = dict[str, dict[str, dict[str, Any]]]
"""Code or ``note`` → kind → the gap that is asked for."""

SAID = ("met", "not_met", "cannot_tell", "silent")


def judge(case: Case, response: Mapping[str, Any]) -> tuple[Counter[str], dict[str, Any]]:
    """Return the counts, and what was not asked for or asked for in vain."""
    flags, lines = flagged(response), predicted(response)
    counts: Counter[str] = Counter()
    missed, needless = [], []
    for gap in case.gaps:
        codes = _codes_of(case, gap)
        if not _scored(gap, codes, lines):
            continue
        if gap.verdict in {"not_met", "cannot_tell", "missing"}:
            if gap.severity == "required":
                asked = _is_asked(gap, codes, flags)
                counts["gap_asked" if asked else "gap_missed"] += 1
                counts[f"{'gap_asked' if asked else 'gap_missed'}@{gap.kind}"] += 1
                missed += [] if asked else [(gap.code, gap.kind)]
        elif gap.code == "note" or gap.code in lines:
            counts["present"] += 1
            flag = flags.get(gap.code, {}).get(gap.kind)
            if flag and flag.get("severity", "required") == "required":
                counts["present_asked"] += 1
                counts[f"present_asked@{gap.kind}"] += 1
                needless.append((gap.code, gap.kind))
    counts.update(_confusion(case, response, lines))
    return counts, {"gaps_missed": missed, "gaps_needless": needless}


def flagged(response: Mapping[str, Any]) -> Flags:
    """Return what an answer asks for, by code (or ``note``) and kind; of two of one kind the later."""
    found: Flags = defaultdict(dict)
    for gap in response.get("missing") or ():
        found["note"][gap["kind"]] = gap
    for line in response.get("suggestions") or ():
        for gap in line.get("missing") or ():
            found[line["code"]][gap["kind"]] = gap
    return dict(found)


def _codes_of(case: Case, gap: GoldGap) -> list[str]:
    """Return the code of a gap and its alternatives."""
    alternatives = [other for line in case.codes if line.code == gap.code for other in line.alt_codes]
    return [gap.code, *alternatives]


def _scored(gap: GoldGap, codes: list[str], lines: Mapping[str, Any]) -> bool:
    """A gap of a code counts only where the code, or an alternative of it, is suggested."""
    return gap.code == "note" or any(code in lines for code in codes)


def _is_asked(gap: GoldGap, codes: list[str], flags: Flags) -> bool:
    if gap.kind in flags.get("note", {}) or any(gap.kind in flags.get(code, {}) for code in codes):
        return True
    return gap.code == "note" and any(gap.kind in kinds for kinds in flags.values())


def _confusion(case: Case, response: Mapping[str, Any], lines: Mapping[str, Any]) -> Iterator[str]:
    """Yield a key ``verdict:<labels>:<answer>``, in all and for each kind, for every verdict that is scored."""
    said = verdicts(response)
    for gap in case.gaps:
        codes = _codes_of(case, gap)
        if gap.verdict in {"missing", "not_needed"} or not _scored(gap, codes, lines):
            continue
        found = next((said[code, gap.kind] for code in codes if (code, gap.kind) in said), None)
        if found is None and gap.code == "note":
            found = next((verdict for (_, kind), verdict in said.items() if kind == gap.kind), None)
        yield f"verdict:{gap.verdict}:{found or 'silent'}"
        yield f"verdict@{gap.kind}:{gap.verdict}:{found or 'silent'}"


def verdicts(response: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return one verdict for each code (or ``note``) and kind; a kind that is partly met can't be told."""
    parts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for scope, holder in _holders(response):
        for each in holder.get("met") or ():
            parts[scope, each["kind"]].add("met")
        for each in holder.get("missing") or ():
            parts[scope, each["kind"]].add(each.get("verdict", "not_met"))
    return {key: one.pop() if len(one) == 1 else "cannot_tell" for key, one in parts.items()}


def _holders(response: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "note", response
    for line in response.get("suggestions") or ():
        if in_scope(line["code"]):
            yield line["code"], line
