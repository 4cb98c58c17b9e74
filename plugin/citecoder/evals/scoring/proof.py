"""Evidence and citations of one answer: do its words stand in the note, and do its sources speak of what they back.

- *Verbatim*: every quote of a line stands in the note at its offsets.
- *Evidence* against labelled quotes: a quote is found where a predicted one overlaps it.
- *Citations*: recall is the share of statements (lines, their reasons, gaps, refusals) with a citation that is shown
  and is about the statement; precision the share of citations that are. *About*: the passage names the code, or shares
  two words of substance with the statement. It shows that the source is to the point; it does not prove the sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citecoder.evals.cases import Case
    from citecoder.evals.scoring.claim import Claim

SHARED_WORDS = 2
_WORD = re.compile(r"[a-z]{5,}")
_COMMON = frozenset(
    {"about", "there", "these", "those", "which", "where", "service", "services", "their", "other"}
)


def judge(case: Case, response: Mapping[str, Any], claim: Claim) -> Counter[str]:
    """Return the counts of one answer."""
    counts: Counter[str] = Counter()
    shown = {each["id"]: each for each in response.get("passages") or ()}
    for line in response.get("suggestions") or ():
        counts["lines"] += 1
        counts["lines_cited"] += bool(line.get("citations")) and set(line["citations"]) <= set(shown)
        counts["lines_verbatim"] += _verbatim(line.get("evidence") or [], case.note)
        for gap in line.get("missing") or ():
            counts["line_gaps"] += 1
            counts["line_gaps_cited"] += bool(gap.get("citations")) and set(gap["citations"]) <= set(shown)
    for text, code, citations in _statements(response):
        apt = [shown_id for shown_id in citations if _about(shown.get(shown_id), text, code)]
        counts["statements"] += 1
        counts["statements_cited"] += bool(apt)
        counts["citations"] += len(citations)
        counts["citations_apt"] += len(apt)
    counts.update(_labelled_evidence(case, claim))
    return counts


def _verbatim(evidence: list[dict[str, Any]], note: str) -> bool:
    return bool(evidence) and all(note[each["start"] : each["end"]] == each["quote"] for each in evidence)


def _statements(response: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (sentence, code, citations) for everything that an answer claims by a source."""
    for line in response.get("suggestions") or ():
        reasons = line.get("reasons") or [
            {"text": line.get("rationale") or "", "citations": line.get("citations")}
        ]
        for reason in reasons:
            yield reason.get("text") or "", line["code"], list(reason.get("citations") or ())
        for gap in line.get("missing") or ():
            yield (
                f"{gap.get('label') or ''} {gap.get('why') or ''}",
                line["code"],
                list(gap.get("citations") or ()),
            )
    for gap in response.get("missing") or ():
        yield f"{gap.get('label') or ''} {gap.get('why') or ''}", "", list(gap.get("citations") or ())
    for each in response.get("not_coded") or ():
        if each.get("citations"):  # a refusal by the note's own words needs no source
            yield each.get("explanation") or "", each.get("code") or "", list(each["citations"])


def _about(passage: Mapping[str, Any] | None, text: str, code: str) -> bool:
    if passage is None:
        return False
    body = str(passage.get("text") or "")
    if code and (code in body or code in (passage.get("codes") or ())):
        return True
    heading = " ".join(passage.get("heading") or ()) if isinstance(passage.get("heading"), list) else ""
    return len(_words(text) & _words(f"{body} {heading}")) >= SHARED_WORDS


def _words(text: str) -> set[str]:
    """Return words of substance, cut to five letters so that their endings don't matter."""
    return {word[:5] for word in _WORD.findall(text.lower()) if word not in _COMMON}


def _labelled_evidence(case: Case, claim: Claim) -> Iterator[str]:
    for gold in case.codes:
        hit = claim.hits.get(gold.code)
        if hit is None or not gold.evidence:
            continue
        said = [(e["start"], e["end"]) for line in claim.lines[hit] for e in line.get("evidence") or ()]
        places = [list(occurrences(quote, case.note)) for quote in gold.evidence]
        for of_quote in places:
            yield "quotes"
            if any(_overlap(span, place) for span in said for place in of_quote):
                yield "quotes_found"
        for span in said:
            yield "spans"
            if any(_overlap(span, place) for of_quote in places for place in of_quote):
                yield "spans_labelled"


def occurrences(quote: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield every place where a quote stands."""
    at = text.find(quote)
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + 1)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
