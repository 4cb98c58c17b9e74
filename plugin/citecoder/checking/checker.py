"""check(): a document in, its claims about codes with a verdict each, and what it leaves out.

No claim is judged by how it sounds or by how many repeat it: the code set, the edits and the payers' dated rules
decide, and a verdict without a passage behind it is no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from citecoder.checking import counting, guidance, identity, limits, modifiers, payers, providers, records
from citecoder.checking.claims import Checked, Claim, Facts, Judged, Omission, Said
from citecoder.checking.clauses import Carried, Clause, clauses, whole, written_codes
from citecoder.checking.omissions import omissions
from citecoder.checking.pairs import read_pairs
from citecoder.checking.statements import CODE, Statement, codes_in, line_of, read_statements

READERS = (
    identity.read,
    counting.read,
    limits.read,
    modifiers.read,
    providers.read,
    payers.read,
    payers.read_lists,
    records.read,
    guidance.read,
)
_YES = re.compile(
    r"^(?:yes|yep|correct|right|absolutely|indeed|true|definitely|certainly|of course|allowed|applies|required|always|billable)\b[,.!:;—–\s-]*",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^(?:no|nope|never|not at all|none|not allowed|not permitted|not required|not billable|not applicable|excluded|exempt|false|incorrect|wrong|absolutely not|definitely not)\b(?!\s+(?:modifier|edit|one|single|limit|more|units?|separate|other|code))[,.!:;—–\s-]*",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(
    r"^\W*(?:(?:so|and|but|then|under [^,]{2,30}|for [^,]{2,30}|on [^,]{2,30}|in [^,]{2,30}|when [^,]{2,40}|if [^,]{2,40})[, ]+)?(?:is|are|does|do|can|may|must|should|will|could|would|has|have)\b",
    re.IGNORECASE,
)


def check(text: str, facts: Facts) -> Checked:
    """Hold a document's claims about codes against what is known.

    Args:
        text: the document, plain text or Markdown. Offsets and lines of the claims are those of this text.
        facts: what is known.
    """
    statements = read_statements(text, facts.known)
    claims = _unique(claim for claim in _claims(text, statements, facts))
    return Checked(tuple(claims), tuple(_with_passages(omissions(text, statements, claims, facts), facts)))


def _claims(text: str, statements: list[Statement], facts: Facts) -> Iterator[Claim]:
    carried = Carried()
    for statement in statements:
        if statement.kind != "question" and len(statement.text) <= _LONGEST:
            yield from _of_statement(text, statement, facts, carried)
        codes = written_codes(statement.text, facts.known)
        if codes:
            carried = Carried(codes, statement.block)
        elif CODE.search(statement.text):
            carried = Carried((), statement.block, foreign=True)
        elif carried.block == statement.block - 1 and statement.kind in ("answer", "item"):
            carried = replace(carried, block=statement.block)


def _of_statement(text: str, statement: Statement, facts: Facts, carried: Carried) -> Iterator[Claim]:
    answered, statement = _answer(statement, facts)
    for clause in answered:
        for each in (*_said(clause, facts), *read_pairs(clause, facts)):
            yield _claim(text, statement, facts, each, statement.start, statement.start + len(statement.text))
    found = clauses(statement, facts.known, carried)
    if found:
        for each in read_pairs(whole(statement, found), facts):
            start = statement.start + each.start
            yield _claim(text, statement, facts, each, start, start + max(1, each.end - each.start))
    for clause in found:
        for each in _said(clause, facts):
            start, end = clause.start + each.start, clause.start + max(each.end, each.start + 1)
            yield _claim(text, statement, facts, each, start, end)


def _said(clause: Clause, facts: Facts) -> Iterator[Said]:
    if not _about_another(clause, facts):
        for read in READERS:
            yield from (said for said in read(clause, facts) if not _left_open(clause, said))


def _left_open(clause: Clause, said: Said) -> bool:
    """Tell whether words are only asked about ("whether …"), or explain a code that the clause isn't about."""
    aside = _ASIDE.match(clause.text[said.end :]) if said.attribute != "identity" else None
    foreign = aside is not None and aside[1] not in clause.codes
    return foreign or bool(_LEFT_OPEN.search(clause.text[: said.start]))


_ASIDE = re.compile(r"[^,;()]{0,40}\(\s*(?:CPT |HCPCS )?(?:code )?(\d{5}|[A-Z]\d{4}|\d{4}[A-Z])")
_LEFT_OPEN = re.compile(
    r"\b(?:asks?|unclear|unknown|certain|depends? on|determines?|decides?|know|settled|say|read)\b[^,;]*\bwhether\b[^,;]*$|^\W*whether\b(?=[^;]*\bis not (?:settled|known|clear|certain))[^,;]*$|\bwhether it\b[^,;]*$",
    re.IGNORECASE,
)


def _about_another(clause: Clause, facts: Facts) -> bool:
    """Tell whether a clause that points at no code speaks of a service that isn't the governing code's."""
    if clause.explicit or clause.referred:
        return False
    return any(
        not set(clause.codes) & (set(service.codes) | service.also)
        for _, _, service in facts.wording.named(clause.text)
    )


def _answer(statement: Statement, facts: Facts) -> tuple[list[Clause], Statement]:
    """Return the question's proposition as answered with yes or no, and the answer without that word.

    A table's cell that says yes or no answers its column in the same way.
    """
    asked = statement.kind == "answer" and bool(_ASKS_WHETHER.match(statement.lead))
    if not asked and not (statement.kind == "cell" and statement.lead):
        return [], statement
    yes, no = _YES.match(statement.text), _NO.match(statement.text)
    word = yes or no
    cell = statement.kind == "cell"
    if word is None or (
        cell and word.end() < len(statement.text) and not re.match(r"(?:yes|no)\b", word[0], re.IGNORECASE)
    ):
        return [], statement
    codes = (
        (statement.row_codes if cell else ())
        or codes_in(statement.lead, facts.known)
        or statement.governed_by
    )
    rest = replace(
        statement,
        text=" " * word.end() + statement.text[word.end() :],
        lead="",
        kind="sentence",
        row_codes=codes,
        governed_by=codes,
    )
    if not codes or (
        len(codes) > 1 and not statement.row_codes and not codes_in(statement.lead, facts.known)
    ):
        return [], rest
    question = statement.lead.rstrip(" ?") + (" allowed." if cell else ".")
    proposition = Clause(
        question,
        statement.start,
        codes if cell else written_codes(question, facts.known) or codes,
        bool(written_codes(question, facts.known)) and not cell,
        no is not None,
        replace(statement, lead="", kind="cell", text=question, row_codes=()),
    )
    return [proposition], rest


def _claim(text: str, statement: Statement, facts: Facts, said: Said, start: int, end: int) -> Claim:
    cites = tuple(c for c in said.judged.cites if c in facts.passages)
    judged = (
        said.judged
        if cites or said.judged.true is None
        else Judged(None, "No passage stands behind a verdict.", ())
    )
    return Claim(
        line=line_of(text, start),
        start=start,
        end=min(end, len(text)),
        text=" ".join(text[statement.start : statement.start + len(statement.text)].split()),
        code=said.code,
        attribute=said.attribute,
        verdict=judged.verdict(denied=said.denied),
        because=judged.because,
        cites=cites,
    )


_LONGEST = 2_000
"""Code points of a statement that is read; what is longer is no sentence, and reading it would take long."""
_RANK = {"contradicted": 0, "supported": 1, "unverifiable": 2}


def _unique(claims: Iterable[Claim]) -> list[Claim]:
    """Keep one claim for each sentence, code and attribute: the gravest; the first of equals."""
    kept: dict[tuple[int, str, str, str], Claim] = {}
    for claim in claims:
        key = (claim.line, claim.text, claim.code, claim.attribute)
        if key not in kept or _RANK[claim.verdict] < _RANK[kept[key].verdict]:
            kept[key] = claim
    return sorted(kept.values(), key=lambda c: (c.start, c.code, c.attribute))


def _with_passages(found: Iterable[Omission], facts: Facts) -> Iterator[Omission]:
    """Keep the omissions that a passage stands behind."""
    for omission in found:
        cites = tuple(c for c in omission.cites if c in facts.passages)
        if cites:
            yield replace(omission, cites=cites)
