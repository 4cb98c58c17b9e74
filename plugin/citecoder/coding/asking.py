"""The pass that asks each thing once: questions that one answer of the clinician would settle become one.

Which questions those are is told by the elements: ``same_as`` names what the answer shows too, equal words ask the same,
and of one line the questions of one kind are put together. What a line is required to show stays on the line, so that
its status can be read there. Knows no notes and no verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from citecoder.codes import in_a_sentence
from citecoder.coding.draft import Draft, Line
from citecoder.model import Gap


def asked_once(draft: Draft) -> Draft:
    """Merge the questions of each line, then fold those of lines and visit that ask the same into the gravest."""
    draft = replace(draft, lines=tuple(replace(line, missing=_joined(line)) for line in draft.lines))
    same_as = _same_as(draft)
    for topic in dict.fromkeys(_topic(gap, same_as) for _, gap in _open(draft)):
        draft = _folded(draft, topic, same_as)
    return draft


def _joined(line: Line) -> tuple[Gap, ...]:
    """Put the questions of one kind about one line into one, which keeps the first one's id."""
    kept: dict[str, Gap] = {}
    mine = [replace(g, codes=(line.code.code,)) for g in line.missing]
    for gap in sorted(mine, key=lambda g: g.severity != "required"):
        key = gap.id if gap.kind == "other" or gap.where != "note" else gap.kind
        kept[key] = _with(kept[key], gap) if key in kept else gap
    return tuple(kept.values())


def _with(first: Gap, more: Gap) -> Gap:
    absent = first.verdict == more.verdict == "not_met"
    return replace(
        first, verdict="not_met" if absent else "cannot_tell", also=(*first.also, more.element), label=f"{first.label}; {in_a_sentence(more.label)}",
        why=f"{first.why} {more.why}", query=f"{first.query} {more.query}",
        citations=tuple(dict.fromkeys((*first.citations, *more.citations))),
    )  # fmt: skip


def _open(draft: Draft) -> list[tuple[Line | None, Gap]]:
    """Return the questions that the note should answer, with their lines: the visit's own come first."""
    own: list[tuple[Line | None, Gap]] = [(None, g) for g in draft.missing if g.where == "note"]
    return own + [(line, g) for line in draft.lines for g in line.missing if g.where == "note"]


def _same_as(draft: Draft) -> dict[str, str | None]:
    """Return, by element, the element that the answer to its question shows too."""
    elements = (*draft.policy.elements, *(e for line in draft.lines for e in line.code.elements))
    return {e.id: e.same_as for e in elements}


def _topic(gap: Gap, same_as: Mapping[str, str | None]) -> str:
    """Return what a question asks about: the element that its answer shows too, or else its words."""
    if gap.also:
        return gap.id  # several questions in one
    return same_as.get(gap.element) or (gap.element if gap.element in same_as.values() else gap.query)


def _last_to_go(asked: tuple[Line | None, Gap]) -> int:
    """Order questions: what a line requires, what the visit requires, what the visit should show, what a line should."""
    line, gap = asked
    return (0 if line else 1) if gap.severity == "required" else (3 if line else 2)


def _of_all(draft: Draft, topic: str, main: Gap) -> str:
    """Return the visit's own question where one line's would speak for several; what is required keeps its own."""
    visits = {e.id: e.query for e in draft.policy.elements}
    return main.query if main.severity == "required" else visits.get(topic, main.query)


def _folded(draft: Draft, topic: str, same_as: Mapping[str, str | None]) -> Draft:
    """Fold the recommended questions of one topic into the gravest of them, which names all the lines."""
    asked = [(line, gap) for line, gap in _open(draft) if _topic(gap, same_as) == topic]
    if len(asked) < 2:
        return draft
    _, main = min(asked, key=_last_to_go)
    gone = {g.id for line, g in asked if g.id != main.id and (g.severity == "recommended" or line is None)}
    folded = [gap for _, gap in asked if gap.id in gone]
    if not folded:
        return draft
    whole = replace(
        main,
        query=_of_all(draft, topic, main),
        codes=tuple(dict.fromkeys(c for g in (main, *folded) for c in g.codes)),
        also=tuple(dict.fromkeys((*main.also, *(g.element for g in folded if g.element != main.element)))),
        citations=tuple(dict.fromkeys(c for g in (main, *folded) for c in g.citations)),
    )

    def left(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
        return tuple(whole if g.id == main.id else g for g in gaps if g.id not in gone)

    lines = tuple(replace(line, missing=left(line.missing)) for line in draft.lines)
    return replace(draft, lines=lines, missing=left(draft.missing))
