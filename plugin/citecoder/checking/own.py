"""Our own formats, made ready for a check: an article of ``knowledge/articles``, a code's file, a family's file.

Prose and data must not drift apart: what an article's section or a label says of a code is held against the same
facts as anybody's article. What a section marks as disputed is expected to be contradicted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from citecoder.checking.checker import check
from citecoder.checking.claims import Checked, Claim, Facts
from citecoder.checking.statements import CODE, line_of
from citecoder.yaml_text import parse_yaml

_FENCE = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_SECTION = re.compile(r"^(#{2,3} [^{\n]*)(\{[^\n]*\})[ \t]*$", re.MULTILINE)
_LEAD = re.compile(r'\blead:\s*"((?:[^"\\]|\\.)*)"')
_CODES = re.compile(r"\bcodes:\s*([^;}]*)")


class _Piece(NamedTuple):
    """A sentence of a data file, with the line it stands in."""

    text: str
    line: int


def is_own_article(text: str) -> bool:
    """Tell whether a text is an article in the format of ``knowledge/articles``."""
    fence = _FENCE.match(text)
    if fence is None:
        return False
    return all(re.search(rf"^{key}:", fence[0], re.MULTILINE) for key in ("id", "authority", "checked"))


def check_article(text: str, facts: Facts) -> Checked:
    """Check an article in our own format, each section under its own codes.

    Attributes of headings are no prose and are blanked, all but the codes; a section's ``lead`` is checked beside it.
    """
    plain = _SECTION.sub(_only_codes, _FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text))
    disputed = list(_disputed(text, facts.passages))
    claims = [c for c in check(plain, facts).claims if not _in_heading(plain, c.start)]
    for section in _SECTION.finditer(text):
        lead, codes = _LEAD.search(section[2]), _CODES.search(section[2])
        if lead:
            head = f"## {codes[1] if codes else ''}\n\n"
            at = section.start(2) + lead.start(1)
            found = check(head + lead[1].replace('\\"', '"'), facts).claims
            claims += [_moved(c, at - len(head), line_of(text, at), lead[1]) for c in found]
    marked = [replace(c, disputed=any(start <= c.start < end for start, end in disputed)) for c in claims]
    return Checked(tuple(sorted(marked, key=lambda c: (c.start, c.code, c.attribute))))


def check_data(text: str, facts: Facts) -> Checked:
    """Check the sentences of a code's or family's file: label, notes and why a rule decides as it does.

    A file that is no mapping of ours has no claims.
    """
    raw = parse_yaml(text)
    claims: list[Claim] = []
    for code, piece in _sentences(raw if isinstance(raw, dict) else {}, text):
        head = f"## {code}\n\n"
        claims += [
            _moved(c, 0, piece.line, piece.text)
            for c in check(head + piece.text, facts).claims
            if c.code == code
        ]
    return Checked(tuple(claims))


def _in_heading(text: str, at: int) -> bool:
    """Tell whether an offset stands in a heading: it names a passage and its codes, it claims nothing."""
    return text[text.rfind("\n", 0, at) + 1 :].startswith("#")


def _only_codes(match: re.Match[str]) -> str:
    """Blank a heading's attributes but its codes, at the same length."""
    codes = _CODES.search(match[2])
    kept = set() if codes is None else {codes.start(1) + m.start() for m in CODE.finditer(codes[1])}
    body = "".join(c if any(k <= i < k + 5 for k in kept) else " " for i, c in enumerate(match[2]))
    return match[1] + body


def _disputed(text: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where each section stands that is marked as disputed by a passage that exists."""
    heads = [m.start() for m in re.finditer(r"^#{2,3} ", text, re.MULTILINE)] + [len(text)]
    for start, end in pairwise(heads):
        first = text[start : text.find("\n", start)]
        by = re.search(r"\bdisputed-by:\s*([a-z0-9/#-]+)", first)
        if by and by[1] in known:
            yield start, end


def _sentences(raw: dict[str, Any], text: str) -> Iterator[tuple[str, _Piece]]:
    code = str(raw.get("code") or "")
    if code:
        for value in (raw.get("label"), raw.get("timing_note"), _note(raw)):
            if value:
                yield (
                    code,
                    _piece(
                        f"{code} is for {value}" if value == raw.get("label") else str(value),
                        str(value),
                        text,
                    ),
                )
    rules = raw.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and rule.get("code") and rule.get("because"):
            yield str(rule["code"]), _piece(str(rule["because"]), str(rule["because"]), text)


def _note(raw: dict[str, Any]) -> str | None:
    medicare = raw.get("medicare")
    return medicare.get("note") if isinstance(medicare, dict) else None


def _piece(sentence: str, value: str, text: str) -> _Piece:
    at = text.find(value[:25])
    return _Piece(sentence, line_of(text, max(at, 0)))


def _moved(claim: Claim, by: int, line: int, text: str) -> Claim:
    return Claim(
        line, max(0, claim.start + by), max(1, claim.end + by), text, claim.code, claim.attribute, claim.verdict,
        claim.because, claim.cites,
    )  # fmt: skip
