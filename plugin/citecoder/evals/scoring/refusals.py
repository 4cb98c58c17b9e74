"""Services that may not be billed: was the reason for leaving them out the right one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from citecoder.evals.scoring.claim import predicted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citecoder.evals.cases import Case


def judge(case: Case, response: Mapping[str, Any]) -> Counter[str]:
    """Return, over labelled refusals with a code: kept off the claim, told, and told with the labelled reason."""
    counts: Counter[str] = Counter()
    billed = set(predicted(response))
    told: dict[str, set[str]] = {}
    for each in response.get("not_coded") or ():
        if each.get("code"):
            told.setdefault(each["code"], set()).add(str(each.get("reason")))
    wanted = {line.code for line in case.codes}
    for gold in case.not_coded:
        if gold.code is None or gold.code in wanted:
            continue
        counts["refusals"] += 1
        counts["refusals_kept_off"] += gold.code not in billed
        counts["refusals_told"] += gold.code in told
        counts["refusals_reason"] += gold.reason in told.get(gold.code, ())
    return counts
