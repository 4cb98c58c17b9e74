"""What a document says of billing two codes for one patient on one day, held against the pair table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.checking.claims import Facts, Judged, Said
from citecoder.checking.clauses import Clause
from citecoder.checking.statements import CODE

_TOGETHER = re.compile(
    r"\b(?:(?:same|one|single) (?:day|date|session|visit|claim|encounter|service date)|on the (?:day|date) of|together|alongside|in conjunction|combined|pairs?|paired|pairing|edit\w*|NCCI|CCI|PTP|mutually exclusive|side by side|in addition to|\w*bundl\w+|next to|beside|not both|that day|modifiers?|(?<![\d–-])(?<!to )59|indicator|X[EPSU])\b"
    r"|\b(?:with|and|plus)\b[^.;]{0,60}\b(?:can|may|cannot|can['’]t|must not|never|should not)\b[^.;]{0,30}\b(?:bill|report|cod|claim|paid|used)",
    re.IGNORECASE,
)
_BILLED = re.compile(
    r"\b(?:bill\w*|report\w*|cod(?:e|ed|ing)|claim\w*|paid|pay\w*|submit\w*|edit\w*|pairs?|paired|NCCI|CCI|PTP|\w*bundl\w+|appear\w*|used?|combin\w+|exclusive|allow\w*|permitted|indicator|share|together|done|perform\w*|provid\w*|same day|modifier|59|needed|required)\b",
    re.IGNORECASE,
)
_IN_RANGE = re.compile(rf"{CODE.pattern}\s?(?:-|–|to|through)\s?{CODE.pattern}")
_MANY_PAIRS = re.compile(r"\b(?:same|other|most|many|all|some)\b[^.;]{0,30}\bpairs\b", re.IGNORECASE)
_WITH = re.compile(
    r"\b(?:with|same (?:day|date|visit|claim)|together|beside|alongside|pairs?|edits?|both|combined|NCCI|that day|this code and|and this code)\b",
    re.IGNORECASE,
)
_PARTNERS = re.compile(
    rf"\b(?:with|beside|over|under|than)\s+(?:CPT |code )*{CODE.pattern}(?:,|\s+(?:or|and))+\s*(?:CPT |code )*{CODE.pattern}"
)
_OTHER_PAYERS = re.compile(
    r"\b(?:private|commercial|some) (?:payers?|plans?|insurers?)|\b(?:aetna|anthem|cigna|humana|UHC|united ?healthcare|tricare|blue cross|BCBS)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:instead|rather than|in place of|in lieu|replace\w*|substitut\w*)\b", re.IGNORECASE
)
_BILL = r"(?:bill\w*|report\w*|cod(?:e|ed|ing)|paid|pay|claim\w*|together|same (?:day|date|claim|visit|session)|used?|combin\w+|submitted|appear|share|go|stand|be on)"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("indicator", r"\bindicator\b[^.;]{0,60}?(?<![\d-])([01])\b(?![\d-])"),
        ("locked", r"\b(?:not|n['’]t) (?:list|treat|show|carry)\b[^.;]{0,80}\bmodifier (?:59 )?can (?:override|bypass|unlock)"),
        ("free", r"\b(?:not|n['’]t|never) (?:link|pair|bundle|connect|list)\w*\b(?![^.;]{0,60}override)|\b(?:59|modifier) (?:adds|does|changes) nothing\b"),
        ("free", r"\bfreely\b|\b(?:modifier|59)(?: 59)? is (?:unnecessary|superfluous|not (?:needed|necessary|required))\b|\bno 59\b"),
        ("never", r"\b(?:modifier|59|X)(?: 59| modifier| or X modifier)* (?:does not|doesn['’]t|will not|won['’]t|cannot|can['’]t|never) (?:unlock|separate|override|bypass|help|unbundle|lift|change|rescue|fix|get|make)\w*|\bleave\b[^.;]{0,30}\boff\b"),
        ("never", r"\bwith or without (?:a )?(?:modifier|59)|\bmutually exclusive\b(?<!not mutually exclusive)"),
        (
            "unlocked",
            r"\b(?:unless\b|(?:can(?:not|['’]t)|not|never|n['’]t)\b[^.;]{0,90}\bwithout\b) (?:a |the |adding )?(?:\w+[ -]){0,3}(?:modifier|59|separate|distinct)",
        ),
        ("together", r"\b(?:not|n['’]t|never) (?:blocked|barred|mutually exclusive|off limits|ruled out|prohibited|forbidden|barred|edited against|locked|prevented)\b"),
        ("never", r"\bno modifier (?:\w+ )?(?:can|will|may|lets?|unlocks?|helps?|separates?|overrides?|gets?|breaks?|fixes|allows?|changes?|bypass\w*|unbundle\w*|makes?)\b|\beither\b.*\bnot both\b|\bnot both\b|\bone or the other\b"),
        (
            "unlocked",
            r"\b(?:(?:can|may|could) be (?:bypass\w*|overrid\w*|unbundled|lifted|separated|unlocked)|a? ?modifier (?:59 )?(?:can|may|will) (?:override|bypass|unlock|separate|unbundle|lift|break)|allowed? with (?:a )?(?:modifier |59|X\b))",
        ),
        (
            "never",
            rf"\b(?:(?:can(?:not|['’]t)|may not|must not|should not|shouldn['’]t|will not|won['’]t|do not|don['’]t|not allowed|not permitted|are not|is not|aren['’]t|isn['’]t|does not allow|doesn['’]t allow)\b(?! (?:need|require|an? (?:NCCI|CCI|edit|pair)))[^.;]{{0,70}}?\b{_BILL}\b|mutually exclusive|never\b|no modifier (?:\w+ )?(?:can|will|may|lets?|unlocks?|helps?|separates?|overrides?|gets?|breaks?|fixes|allows?|changes?|bypass\w*|unbundle\w*|makes?)|cannot be (?:unbundled|overridden|separated|bypassed|lifted)|(?:not )?even with (?:a )?(?:modifier|59)|hard edit|under (?:no|any) circumstances?|off limits|ruled out|prohibited|forbidden|barred|(?:whatever|regardless of|no matter) (?:the|which|what|any)? ?modifier|neither .{{0,30}}modifier|without any (?:modifier )?exception)",
        ),
        (
            "free",
            r"\b(?:no (?:active )?(?:NCCI |CCI |PTP |bundling )*(?:edit|conflict)s?(?: pair)?|(?:not|never) (?:an? |part of an? |in an? )?(?:NCCI |CCI |PTP )?(?:pair|edit|bundled|edited|subject to)\w*|free (?:of|from|to)|without (?:a |any |the |needing (?:a )?)?(?:need for (?:a )?)?(?:NCCI )?(?:modifier|59|edit)|no 59|(?:not|n['’]t) (?:link|pair|bundle|connect)\\w*|no modifier(?: 59)?(?: is)? (?:needed|required|necessary)|(?:do(?:es)? not|doesn['’]t|don['’]t|need not) (?:need|require|call for|carry|take) (?:a )?(?:modifier|59)|modifier (?:59 )?is(?: not|n['’]t|never) (?:needed|required|necessary)|edit[^.;|]{0,40}:\s*(?:none|no)\b|modifier (?:59 )?needed[^.;|]{0,20}:\s*no\b)",
        ),
        ("modifier", r"\b(?:modifier|(?<![\d–-])(?<!to )59|X[EPSU]\b|X-modifier|59-type|distinct|separate(?:ly)? (?:and distinct|regions?|areas?|sites?|time|services?|sessions?|encounters?)|truly separate|if separate)"),
        ("edit", r"\b(?:(?:NCCI|CCI|PTP|bundling) edits?|edits?|edited|bundles?|bundled|bundling|NCCI pair|tables? pairs?|as a pair)\b"),
        ("together", r"\b(?:may|can|could|will pay|allow\w*|permit\w*|fine|ok|okay|are (?:often|commonly|routinely)|is|free)\b"),
    )
)  # fmt: skip
_OF_MODIFIERS = re.compile(r"\bmodifiers?\b|(?<![\d–-])(?<!to )\b59\b|\bX[EPSU]\b", re.IGNORECASE)
_CLASSES = {
    # what is claimed → whether it is true of no edit, indicator 1, indicator 0
    "never": (False, False, True),
    "free": (True, False, False),
    "modifier": (False, True, False),
    "unlocked": (False, True, False),
    "edit": (False, True, True),
    "together": (True, None, False),
    "locked": (None, False, True),
}
_DENIED = {
    "together": "never",
    "never": "together",
    "free": "edit",
    "edit": "free",
    "modifier": "not_modifier",
    "unlocked": "not_modifier",
}
_NEGATED = re.compile(
    r"\b(?:not|never|no|cannot|skip|omit|drop)\b(?! (?:the )?same)|\b\w+n['’]t\b", re.IGNORECASE
)


def pair_of(clause: Clause, facts: Facts) -> tuple[str, ...]:
    """Return the two codes that a statement sets side by side, or nothing.

    One may be written and the other be that of the heading, of the table's row or of the question.
    """
    statement = clause.statement
    text = f"{statement.lead} {statement.text}" if statement.kind in ("cell", "answer") else statement.text
    written = dict.fromkeys(m[0] for m in CODE.finditer(text))
    codes = [c for c in written if c in facts.known or facts.edits.all_for(c)]
    if not codes and len(statement.row_codes) == 1 and len(statement.governed_by) == 1:
        codes = [*statement.governed_by, *(c for c in statement.row_codes if c not in statement.governed_by)]
    if not codes and len(statement.row_codes) == 2:
        return statement.row_codes
    other = (
        statement.row_codes
        or (clause.codes if not set(clause.codes) & set(codes) else ())
        or statement.governed_by
    )
    if _PARTNERS.search(text) and len(codes) > 1:
        return ()  # partners of one another code, not of each other
    if len(codes) == 1 and len(other) == 1 and other[0] != codes[0]:
        codes = [other[0], codes[0]]
    if _IN_RANGE.search(text) or _MANY_PAIRS.search(text):
        return ()
    if len(codes) == 2 and len(written) == 1 and not _WITH.search(text):
        return ()
    if not codes and len(clause.codes) == 2:
        return clause.codes
    return tuple(codes) if len(codes) == 2 else ()


def read_pairs(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a whole statement says of a pair.

    Args:
        clause: the statement as one clause.
        facts: what is known.
    """
    statement = clause.statement
    codes = pair_of(clause, facts)
    text = f"{statement.lead}: {clause.text}" if statement.kind == "cell" else clause.text
    first = re.search(
        r"\bwithout\b[^.;]{0,40}(?:modifier|59)[^.;]*\b(?:bundle|denied|deny|reject|not (?:be )?pa(?:y|id)|unpaid)",
        text,
        re.IGNORECASE,
    )
    if not codes or not _TOGETHER.search(text) or not _BILLED.search(text) or _INSTEAD.search(text):
        return
    if _OTHER_PAYERS.search(text) or (
        ";" in text and not all(c in text.split(";")[0] for c in codes if c in text)
    ):
        return
    text = text.split(";")[0] if clause.statement.kind != "cell" else text
    kind, match = next(((k, m) for k, p in _KINDS if (m := p.search(text))), ("", None))
    if first:
        kind, match = "modifier", first
    if match is None:
        return
    judged = _judged(facts, codes, kind, match, text, flipped=clause.flipped)
    code = next((c for c in codes if c in facts.known), codes[0])
    shift = len(text) - len(clause.text)
    start, end = max(0, match.start() - shift), max(1, match.end() - shift)
    yield Said("pairing", code, start, end, judged, denied=False)
    if _OF_MODIFIERS.search(text):
        yield Said("modifier", code, start, end, judged, denied=False)


def _judged(
    facts: Facts, codes: tuple[str, ...], kind: str, match: re.Match[str], text: str, *, flipped: bool
) -> Judged:
    one, two = codes
    row = facts.edits.between(one, two)
    edition = facts.edits.edition_of(row) if row else facts.edits.editions.ncci
    if row is None and not (
        facts.edits.row(one, two) or (facts.edits.all_for(one) and facts.edits.all_for(two))
    ):
        return Judged(None, f"The pair table read here says nothing of {one} with {two}.", ())
    state = 0 if row is None else 1 if row.separable else 2
    because = (
        f"The NCCI table of {edition.edition.isoformat()} has no edit between {one} and {two}.",
        f"NCCI pairs {one} and {two} with indicator 1: together only where truly separate, with 59 or an X modifier.",
        f"NCCI pairs {one} and {two} with indicator 0: never together, whatever the modifier.",
    )[state]
    if kind == "together" and re.match(r"(?:not|n['’]t|never)", match[0], re.IGNORECASE):
        return Judged((state < 2) != flipped, because, edition.cites)
    if kind == "indicator":
        true: bool | None = (match[1] == "1") == (state == 1) and state > 0
        negated = bool(_NEGATED.search(text[: match.end()]))
        return Judged(true if negated == flipped else not true, because, edition.cites)
    negated = (
        kind in ("edit", "modifier", "together")
        and bool(_NEGATED.search(text[max(0, match.start() - 45) : match.start()]))
        and "without" not in text[: match.start()].casefold()
    )
    if kind == "modifier" and re.match(
        r"^[^.;]{0,30}\b(?:not|n['’]t|never)\b", text[match.end() :], re.IGNORECASE
    ):
        negated = True
    meant = _DENIED[kind] if negated != flipped else kind
    true = {"not_modifier": (True, False, True)}.get(meant, _CLASSES.get(meant, (None, None, None)))[state]
    if meant == "not_modifier" and state == 0:
        true = None if kind == "unlocked" else True
    return Judged(true, because, edition.cites)
