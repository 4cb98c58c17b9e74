"""Words that no list knows: what is written like a name, and is no word of the language or of the field, is taken out.

When in doubt a word goes: what leaves the machine can't be called back, and a placeholder costs a reader little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.redaction.extent import is_credential
from citecoder.redaction.tokens import Tokens, Word, ordinary

_WRITTEN = re.compile(
    r"(?:Mc|Mac|O['’]|D['’]|De|Di|La|Le|Van|Fitz)?[^\W\d_a-z][^\W\d_A-Z]+(?:['’-][^\W\d_]+)*"
)
_LOUD_HYPHENED = re.compile(r"[^\W\d_a-z]{3,}-[^\W\d_a-z]{3,}")
RESULT = re.compile(
    r"(?:['’]s)?[ \t]{0,2}(?:[+(]?[+-][)]?(?=[\s,;.)/]|$)|\(?(?:neg|pos|\+)|[:=]?[ \t]?\d|[A-Z0-9]{1,4}\b[ \t]?[:=]?[ \t]?\d|[IVX]{1,4}\b|(?:was|is|are|were|mildly|weakly|strongly)?[ \t]?(?:neg(?:ative)?|pos(?:itive)?|absent|present|WNL|wnl)\b)",
)
_SMALL_BEFORE = re.compile(r"(?<![^\W_])(?:[a-z]{2,}|w/|@|&)[ \t]$")
_NEXT = re.compile(r"(?:['’]s\b)?(?:[.,;:)?!\"”/]|$|\n|[ \t]+(?:[a-z(&+\"“-]|\d{1,2}/\d))")
SHORTENED_GIVEN = frozenset(
    {"wm", "chas", "geo", "thos", "robt", "jas", "benj", "edw", "saml", "danl", "eliz"}
)
_TOWARDS = frozenset({"by", "with", "from", "per", "told", "asked", "via", "called", "saw", "named", "says"})
_PREFIXES = ("re", "un", "dis", "over", "under", "out", "mis", "trans", "sub", "super", "co")
_VOWEL = re.compile(r"[aeiouyàáâäãåèéêëìíîïòóôöõøùúûü]")
_MODALS = frozenset({"will", "may"})


def unlisted_names(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of words that are written like names and that no list explains."""
    for i, word in enumerate(tokens.words):
        if _unlisted(tokens, i) or _common_within(tokens, i) or _shortened(tokens, i):
            yield word.start, word.end
        elif word.low in _MODALS and _modal_name(tokens, i):
            yield word.start, tokens.words[i + 1].end


def _unlisted(tokens: Tokens, i: int) -> bool:
    """Whether a capitalised word is in no list of words; a test's or a device's is told by what follows it."""
    word = tokens.words[i]
    if tokens.barred(word) or tokens.ordinary(word) or len(word.low) < 3 or tokens.eponym(word):
        return False
    if _LOUD_HYPHENED.fullmatch(word.text) and not tokens.wording.forms_of(word.low):
        parts = word.low.split("-")
        return any(part in tokens.wording.surnames for part in parts)
    if not _WRITTEN.fullmatch(word.text) or not word.title:
        return False
    if "-" in word.low and all(_explained(tokens, part) for part in word.low.split("-")):
        return False
    if any(part[0].islower() for part in re.split("[-'’]", word.text)[1:] if part):
        return False
    if _made_of_known(tokens, word, tokens.after(i, 1)):
        return False
    if not _VOWEL.search(word.low) or tokens.wording.forms_of(word.low) or is_credential(tokens, i):
        return False
    return not (tokens.headed(i) or RESULT.match(tokens.after(i)))


def _made_of_known(tokens: Tokens, word: Word, after: str) -> bool:
    """Whether a word is a known one shortened ("Progr", "Impr.") or with a prefix ("Recalibrated")."""
    if tokens.given(word) or tokens.surname(word):
        return False
    if any(
        word.low.startswith(p) and ordinary(word.low[len(p) :], tokens.wording)
        for p in _PREFIXES
        if len(word.low) > len(p) + 3
    ):
        return True
    return (len(word.low) > 4 or after in {".", ":"}) and tokens.wording.begins_a_word(word.low)


def _explained(tokens: Tokens, part: str) -> bool:
    wording = tokens.wording
    return part in wording.ordinary or part in wording.proper or part in wording.eponyms


def _shortened(tokens: Tokens, i: int) -> bool:
    return tokens.words[i].title and tokens.words[i].low in SHORTENED_GIVEN and tokens.after(i, 1) == "."


def _modal_name(tokens: Tokens, i: int) -> bool:
    """Whether "Will" or "May" stands before a family name ("Will Frost", "May Lin")."""
    if i + 1 >= len(tokens.words) or not tokens.words[i].title or tokens.gap(i + 1) != " ":
        return False
    last = tokens.words[i + 1]
    if not last.title or last.loud or tokens.barred(last) or len(last.low) < 3 or tokens.headed(i + 1):
        return False
    return tokens.surname(last) or not tokens.ordinary(last)


def _common_within(tokens: Tokens, i: int) -> bool:
    """Whether a common word has a capital that only a name explains: within a sentence, among small letters."""
    word = tokens.words[i]
    if not word.title or word.loud or word.opens or len(word.low) < 3:
        return False
    if tokens.eponym(word):
        return _with_somebody(tokens, i)
    if word.low == "may" and re.match(r"[.;,)]", tokens.after(i, 1)):
        return True
    if _SMALL_BEFORE.search(tokens.text[max(0, word.start - 20) : word.start]) is None:
        return False
    if not _NEXT.match(tokens.after(i)) or tokens.headed(i):
        return False
    if word.low in _MODALS:
        return True
    return tokens.ordinary(word) and not tokens.barred(word) and _callable(tokens, word)


def _with_somebody(tokens: Tokens, i: int) -> bool:
    """Whether an eponym is somebody's given name: "by Otto."."""
    word = tokens.words[i]
    before = tokens.words[i - 1].low if i and tokens.gap(i) == " " else ""
    return before in _TOWARDS and tokens.given(word) and tokens.after(i, 1) in {".", ",", ";", ")"}


def _callable(tokens: Tokens, word: Word) -> bool:
    return tokens.given(word) or tokens.surname(word)
