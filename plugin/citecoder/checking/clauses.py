"""A statement → clauses, each with the codes it speaks of, and whether what it says is asserted or denied.

Questions assert nothing; an error that is only reported ("a common mistake is …") is not the article's own claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from citecoder.checking.statements import CODE, Statement, codes_in

_SPLIT = re.compile(
    r"\s*(?:;|—|–(?=\s)|\s-\s|, (?:but|while|whereas|although|though|however|yet|so|because|since|which|unlike|not|rather than|instead of|and (?=it|is|does|do|are|cannot|can|must|may|should|never|not|has|requires?|needs?|only|its?|the|they|no))"
    r"|(?<!anything )(?<!Anything )(?<!nothing )\bbut\b|\b(?:whereas|although|though|however)\b"
    r"|\band (?=(?:it |that |they |this )?(?:does|is|are|do|cannot|can|must|may|should|never|not|has|have|requires?|needs?|will|earns?|counts?|pays?|covers?|takes?|wants?|uses?|asks?|prefers?|accepts?|rejects?|stays?)\b)|\botherwise\b)\s*",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"(?:since|because|even (?:if|though|when)|although|though|while|unlike[^,]*, which|unlike|once|where|as long as)\b[^,]*,\s*",
    re.IGNORECASE,
)
_NEGATOR = re.compile(
    r"\b(?:not|never|no|cannot|neither|nor|without|none|nothing|nobody|hardly|lacks?|skip|ignore|leave|wrong (?:choice|code|pick)|fails?|excludes?|excluded|forbid\w*|prohibit\w*|disallow\w*|rejects?|denies|den(?:y|ied)|refuses?|barred|ineligible|avoid|far from|leaves?(?= (?:\w+ ){1,4}alone)|leaves? out|anything but|by no means|left out of|kept out of|out of|rather than|instead of|outside|exempt|immune|free (?:of|from)|off limits|leaving)\b|\b\w+n['’]t\b",
    re.IGNORECASE,
)
_NO_NEGATOR = re.compile(
    r"\bnot (?:only|just|merely|simply|to mention|unlike|uncommon|surprising\w*|limited to|necessarily)\b|\bno (?:more|fewer|less|later|sooner) than\b|\bno matter\b|\bwhether or not\b|\bno doubt\b"
    r"|\bwithout (?:exception|a doubt|question|question)\b|\bno exceptions?\b|\bmake no mistake\b|\bthere is no question\b|\bnot a problem\b|\bif not\b|\bor not\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:it(?: is|['’]s)(?: simply| just)? (?:not (?:true|correct|accurate|the case|right|so)|untrue|false|incorrect|wrong|inaccurate|a myth|a misconception|a mistake|an error)(?: to (?:say|claim|state|think|believe|assume|treat|write|suggest))?(?: that)?"
    r"|(?:it (?:isn['’]t (?:true|correct|accurate|the case|right|so)|would be (?:wrong|incorrect|false|a mistake) to (?:say|think|claim|assume)|would not be (?:true|right|correct|accurate) to (?:say|claim|state)))(?: to (?:say|claim|state|think))?(?: that)?"
    r"|nobody should (?:say|think|claim|assume) that|do(?: not|n['’]t) (?:think|believe|assume|be fooled)(?: that)?|never (?:assume|think|believe)(?: that)?)\b",
    re.IGNORECASE,
)
_SAID_FALSE = re.compile(
    r"\b(?:is|are) (?:a |an )?(?:\w+ )?(?:myth|misconception|untrue|false|incorrect|not (?:true|correct|accurate|the case)|wrong|inaccurate|mistaken|mistake|error)\s*\.?$|\bmakes no sense\b|\bis (?:a |an )?(?:\w+ )?(?:error|mistake)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:myths?|misconceptions?|mistaken(?:ly)?|incorrectly|erroneous(?:ly)?|falsely|wrongly|(?:common|frequent|typical|costly|classic|big|biggest) (?:mistakes?|errors?|pitfalls?|trap)|mistake is|confus\w+ (?:about|over|whether)|assuming|assumes?|(?:some|many|few|other)? ?(?:people|billers|clinics|coders|therapists|providers|clinicians|practices|blogs?|(?:web|Q&A )?sites?|articles?|sources|folks|vendors|forums?|posts?) (?:\w+ )?(?:believe|think|assume|say|claim|insist|suppose|treat|argue|will tell|suggest|recommend|advise|list|call|describe|show)|some (?:believe|think|say|claim|assume|argue)|is often (?:thought|believed|assumed|mistaken)|rumou?r|used to be|formerly|in the past|years ago|previously|before (?:19|20)\d\d|until (?:19|20)\d\d|outdated|old (?:rule|advice)|you (?:may|might|will|'ll)?(?: have)?(?: also| often| still)? (?:hear|heard|read|see)|(?:my|your|the|our) (?:software|EMR|EHR|biller|boss|vendor|system|manager) (?:says|claims|tells|lists|insists)|you (?:will|can|may) (?:still )?find (?:\w+ )?(?:blogs?|sites?|pages?|people|articles?|advice|posts?)|withdrew|withdrawn|misrepresent\w+|(?:as of|in|from|since) (?:\w+ )?20\d\d,? (?:\w+ ){0,3}(?:denied|deleted|asked|made)|supposedly|allegedly|once (?:put|said|asked|required|wanted|denied)|(?:does|do|did) not (?:say|tell|state|mention))\b",
    re.IGNORECASE,
)
_RESUMED = re.compile(
    r"[,;.—–]\s*(?:but|however|in (?:fact|reality|truth)|actually|yet|when in fact|the truth is)\b",
    re.IGNORECASE,
)
_CONTRARY = re.compile(
    r"^(?:contrary to [^,]+|despite (?:popular|common|what)[^,]*|unlike what [^,]*|as (?:most|any|many|every|you)\b[^,]*\b(?:tell|know|say|confirm|agree|aware)\w*(?: you)?),\s*",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:unlike|not|never|nor|rather than|instead of|as opposed to|opposed to|versus|vs\.?|compared (?:to|with)|in contrast (?:to|with)|contrast(?:s|ed)? with|different from|differs from|distinct from|distinguish\w*(?: it)? from|confus\w+ (?:it )?with|mistaken for|mistake (?:it )?for|other than|except(?: for)?|separate from|see|sibling|counterpart|cousin|neighbou?r)\s+(?:(?:as|under|the|its|CPT|HCPCS|code|codes|with|for|from|to|other|attended|unattended|sibling|related|in|case|of)\s+){0,4}$",
    re.IGNORECASE,
)
_BETWEEN_LISTED = re.compile(
    r"^[\s,/&()]*(?:and|or|through|to|thru|-|–|plus)?[\s,]*(?:also\s+)?(?:CPT|HCPCS|codes?)?\s*$",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"\b(?:this|the|that|these|such|said) (?:\w+ ){0,3}?(?:codes?|service|procedure|modality|intervention|technique|treatment|evaluation|exercises?|therapy|line|component|test|CPT)\b|\bit\b|\bits\b|\bthey\b|^(?:timing|attendance|units?|billing|modifiers?|time|documentation|who|medicare|payers?|description|service|areas?|regions?|definition)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:these|those) (?:\w+ ){0,2}?codes\b|\b(?:this|the|that|these|said) (?:\w+ ){0,2}?(?:code|service|procedure|modality|evaluation|exercises|CPT)\b(?! (?:set|description|range|family))",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\s*(?:it|this|used|describes|covers|reports|represents|bill|for)\b|\s*not\b", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\b(?:these|those|such) (?:\w+ )?(?:modalities|services|techniques|interventions|procedures)\b|"
    r"\b(?:the|those|such|both|two|three|four|five|your|all) (?:\w+[ -]){0,2}(?<!these )codes\b|(?<!these )\bcodes\b|\b(?:code|one) instead\b|\b(?:that|those|these|such) (?:\w+ )?(?:treatments|machines)\b"
    r"|\b(?:other|different|another|separate|additional|related|most|many|some|all|several|various) (?:\w+ ){0,2}(?:codes?|services|modalities|procedures|interventions|treatments)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^[^.;:]{0,14}:\s*(?:no|never|none|not|n/a|excluded|exempt|does not)\b[^.;]{0,25}\.?$|^(?:(?!\b(?:when|if|because|unless|where|which|just|that|who)\b)[^,;:]){0,45}?\b(?:is|are|was|be|do|does|can|may|must|should|will|would|has)\s?(?:not|n['’]t|never|no)\b|^(?:(?!\b(?:when|if|because|unless|where|which|just|that|who)\b)[^,;:]){0,40}\b(?:cannot|can['’]t|never|isn['’]t|aren['’]t|doesn['’]t|don['’]t|unnecessary|optional|not|excludes?|leaves? out|omits?|skips?)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^)]{0,120}\)")
_FAILS_WITHOUT = re.compile(
    r"^no\b.*,\s*no\b|^(?:if|when|unless|without)\b.*\bnot\b.*,.*\b(?:not|never|cannot)\b|\bwithout\b.*\b(?:deni\w+|reject\w*|return\w*|bundle[sd]?|not (?:be )?(?:paid|payable|processed)|incomplete|fails?|bounce\w*|unpaid)\b",
    re.IGNORECASE,
)
_THEN_NOT = re.compile(
    r"((?:when|if|for|whenever|where)\b[^,]*,)[^,]*\b(?:is|are|should|can|may|must)\s?(?:not|never|n['’]t)\b[^,]*\b(?:used?|bill\w*|report\w*|cod\w+|right|correct|matching|apply|applies|part|the)\b|((?:when|if)\b[^,]*,)(?:[^,]*\boff the table|\s*(?:leave|skip|exclude|ignore)\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\W*(?:(?:yes|no)\W+)?(?:but )?(?:only )?(?:if|when|unless|provided|as long as)\b", re.IGNORECASE
)
_UNLIKE = re.compile(r"\s*unlike\b", re.IGNORECASE)
_FEW = 2
_LIST_WORDS = 4
_REACH = 90


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a statement.

    Attributes:
        text: its words.
        start: where it begins in the document.
        codes: the codes it speaks of; empty when it speaks of none.
        explicit: whether it writes them itself, and does not only refer to them.
        referred: whether it points at them ("this code"); without either, only the heading says whose words these are.
        flipped: what it says is denied as a whole ("it is not true that …").
        statement: the statement that it is a piece of.
    """

    text: str
    start: int
    codes: tuple[str, ...]
    explicit: bool
    flipped: bool
    statement: Statement
    referred: bool = True

    def denied(self, start: int, end: int) -> bool:
        """Tell whether words at ``start:end`` of the clause are denied: an odd number of negations reach them."""
        masked = _NO_NEGATOR.sub(lambda m: "#" * len(m[0]), self.text)
        masked = _ASIDE.sub(lambda m: "#" * len(m[0]) if not m.start() <= start < m.end() else m[0], masked)
        before = _within_reach(masked[max(0, start - _REACH) : start])
        if (
            re.match(r"[^,;()]{0,40}\(\s*(?:CPT |HCPCS )?(?:code )?(?:\d{5}|[A-Z]\d{4})", masked[end:])
            and "(" not in before[-2:]
        ):
            before = ""  # an apposition names what the code is, whatever is said of it
        if re.search(r"\b(?:is|are)(?: not|n['’]t)\.?\s*$", masked[end:]):
            return not self.flipped
        count = len(_NEGATOR.findall(before))
        then = _THEN_NOT.match(masked)
        if then and end <= max(then.end(1), then.end(2)):
            count += 1
        if count and _FAILS_WITHOUT.search(masked):
            count += 1
        if not count and _AFTER.match(masked[end:]):
            count = 1
        return (count % 2 == 1) != self.flipped


def _within_reach(before: str) -> str:
    """Cut off negations that don't reach the end: they stop at a colon, and at a comma unless a list goes on behind it."""
    before = re.split(r"[:;]", before)[-1]
    found = list(_NEGATOR.finditer(before))
    for match in reversed(found):
        rest = before[match.end() :]
        comma = rest.find(",")
        if comma < 0:
            continue
        relative = re.search(r"\b(?:who|that|which)\s*$", before[: match.start()])
        listed = (
            not CODE.search(rest[:comma])
            and len(rest[:comma].split()) <= _LIST_WORDS
            and not relative
            and match[0].casefold() not in ("no", "without")
        )
        if not listed or re.search(
            r"\b(?:is|are|has|takes?|does|can|may|must|needs?|requires?|earns?|counts?|pays?)\b", rest[comma:]
        ):
            return before[match.end() + comma :]
    return before


@dataclass(frozen=True, slots=True)
class Carried:
    """What the sentence before spoke of, for "it" and "this code"; ``foreign``: of a code that isn't in the set."""

    codes: tuple[str, ...] = ()
    block: int = -1
    foreign: bool = False


def whole(statement: Statement, found: Sequence[Clause]) -> Clause:
    """Return a statement as one clause, for what only the whole of it says.

    Args:
        statement: what was cut.
        found: its clauses, at least one.
    """
    text = _DENIED.sub(lambda m: " " * len(m[0]), statement.text)
    first = found[0]
    return Clause(
        text, statement.start, first.codes, first.explicit, first.flipped, statement, first.referred
    )


def clauses(statement: Statement, known: frozenset[str], carried: Carried) -> list[Clause]:
    """Cut a statement into the clauses that assert something.

    Args:
        statement: not a question.
        known: the codes of the code set.
        carried: what the sentence before spoke of.
    """
    text, start = statement.text, statement.start
    contrary = _CONTRARY.match(text)
    if contrary:
        text, start = text[contrary.end() :], start + contrary.end()
    elif _lead_is_reported(statement):
        return []
    denied = _DENIED.search(text)
    flipped = bool(denied) or bool(_SAID_FALSE.search(text))
    reported = _REPORTED.search(text) if not denied else None
    if reported and flipped:
        return []  # "many believe that …, but that is wrong": nothing of it is the article's own
    if reported:
        resumed = _RESUMED.search(text, reported.start())
        if not resumed:
            return []
        text, start = text[resumed.end() :], start + resumed.end()
    if denied:
        text = text[: denied.start()] + " " * len(denied[0]) + text[denied.end() :]
    return list(_with_subjects(text, start, statement, known, carried, flipped=flipped))


def _lead_is_reported(statement: Statement) -> bool:
    lead = statement.lead
    return bool(
        statement.kind == "item"
        and re.search(
            r"\b(?:mistakes?|errors?|pitfalls?|myths?|misconceptions?|avoid|don['’]t|do not|never)\b",
            lead,
            re.IGNORECASE,
        )
    )


def _with_subjects(
    text: str, start: int, statement: Statement, known: frozenset[str], carried: Carried, *, flipped: bool
) -> Iterator[Clause]:
    subject: tuple[str, ...] = ()
    later = written_codes(text, known)
    for piece, at in _pieces(text):
        written = _own_codes(piece, known, subject)
        if _UNLIKE.match(piece) or (not later and _asked_of_some(piece, statement)):
            continue  # says something of what the subject is not, or of some cases only
        if written and not _in_anothers_row(statement, written):
            subject = written
            yield Clause(piece, start + at, written, True, flipped, statement)
        elif CODE.search(piece) and not codes_in(piece, known):
            subject = ()  # a code that isn't in the set: what is said of it is not judged
        else:
            row = statement.row_codes[:1] if written else ()
            codes, points = row or _unwritten(piece, subject, later), True
            if not (row or subject or (later and not _ANAPHOR.search(piece))):
                codes = _referred(piece, statement, known, carried)
                points = _points(piece, codes, statement, carried)
            if codes:
                yield Clause(piece, start + at, codes, False, flipped, statement, points)


def _own_codes(piece: str, known: frozenset[str], subject: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes that a piece is about; codes in parentheses only explain other words once there is a subject."""
    written = written_codes(piece, known)
    plain = written_codes(_ASIDE.sub(" ", piece), known) if subject else written
    return written if not subject or set(written) & set(plain) else ()


def _unwritten(piece: str, subject: tuple[str, ...], later: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of a piece that writes none: those before it in the sentence, or the one it comes to."""
    if subject:
        return () if _of_others(piece) else subject
    return later if len(later) == 1 else ()


def _asked_of_some(piece: str, statement: Statement) -> bool:
    """Tell whether a piece opens with "only if", or an answer with "yes, when"."""
    condition = _CONDITION.match(piece)
    return bool(condition) and (statement.kind == "answer" or "only" in condition[0].casefold())  # type: ignore[index]


def _in_anothers_row(statement: Statement, written: tuple[str, ...]) -> bool:
    """Tell whether a cell writes a code while its row is another's ("| 97014 | Not valid, use G0283 |")."""
    row = statement.row_codes[:1]
    return statement.kind == "cell" and bool(row) and written[0] not in row


def _of_others(piece: str) -> bool:
    """Tell whether a piece speaks of other codes at large."""
    return bool(_OTHERS.search(piece)) and not _POINTS.search(piece)


def _points(piece: str, codes: tuple[str, ...], statement: Statement, carried: Carried) -> bool:
    """Tell whether a piece points at its codes, by words or by where it stands."""
    same = carried.block == statement.block and codes == carried.codes and _ANAPHOR.search(piece)
    opens = statement.headed and _OPENS.match(piece)
    return bool(_POINTS.search(piece) or same or opens) or statement.kind in ("cell", "answer")


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    at = 0
    leading = _SUBORDINATE.match(text)
    if leading:
        yield text[: leading.end()], 0
        at = leading.end()
    for gap in _SPLIT.finditer(text, at):
        if text[at : gap.start()].strip():
            yield text[at : gap.start()], at
        at = gap.start() if re.search(r"unlike|not|rather|instead", gap[0], re.IGNORECASE) else gap.end()
    if text[at:].strip():
        yield text[at:], at


def written_codes(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return the codes that a text speaks of: those it writes, without those it only sets apart."""
    aside: set[str] = set()
    listed_after = False
    last_end = 0
    for match in CODE.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if _CONTRAST.search(before) or (
            listed_after and _BETWEEN_LISTED.match(text[last_end : match.start()])
        ):
            aside.add(match[0])
            listed_after = True
        else:
            listed_after = False
        last_end = match.end()
    return tuple(c for c in codes_in(text, known) if c not in aside)


def listed_together(text: str, codes: Sequence[str]) -> bool:
    """Tell whether the codes stand in one list ("97110, 97112 and 97530"), so that a claim is about each."""
    found = [m for m in CODE.finditer(text) if m[0] in codes]
    return all(_BETWEEN_LISTED.match(text[a.end() : b.start()]) for a, b in pairwise(found))


def _referred(piece: str, statement: Statement, known: frozenset[str], carried: Carried) -> tuple[str, ...]:
    """Return the codes that a piece speaks of without writing them."""
    if statement.row_codes:
        return statement.row_codes
    if _of_others(piece):
        return ()
    if carried.foreign and carried.block == statement.block:
        return ()
    led = codes_in(statement.lead, known)
    if led and statement.kind in ("item", "answer"):
        return led
    if 0 < len(carried.codes) <= _FEW and carried.block == statement.block and _ANAPHOR.search(piece):
        return carried.codes
    if len(statement.governed_by) == 1:
        return statement.governed_by
    return ()


def cell_denies(clause: Clause) -> bool:
    """Tell whether a table's cell answers its column with no."""
    return clause.statement.kind == "cell" and bool(
        re.match(r"(?:no|none|never|not|does not|exempt|excluded|off)\b", clause.text, re.IGNORECASE)
    )
