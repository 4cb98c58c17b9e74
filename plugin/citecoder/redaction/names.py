"""Names of people: after what announces them, by their own look, and wherever else their parts stand.

No model: a word is a name on evidence. A field or a title before it, a credential or a signature beside it, a given name
and a family name in a row; a lone word only where a list holds it and no test, brand or common word is written so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from citecoder.redaction.announced import announced_names
from citecoder.redaction.marking import Found
from citecoder.redaction.neighbours import nicknames, stretched
from citecoder.redaction.tokens import Tokens, Word
from citecoder.redaction.unannounced import names_in_the_open
from citecoder.redaction.unlisted import unlisted_names
from citecoder.redaction.wording import Wording

_DOTTED = re.compile(r"(?<![\w.])[A-Z]\.[ \t]?[A-Z]\.(?:[ \t]?[A-Z]\.)?(?!\w)")
_CARETED = re.compile(
    r"(?<!\w)[^\W\d_]{2,24}(?:[ '’-][^\W\d_]{2,24}){0,2}\^[^\W\d_]{2,24}(?:\^[^\W\d_]{1,24})?(?=\^|[|~\s]|$)"
)
_SPELLED = re.compile(
    r"(?<![\w.'’-])(?:[^\W\d_](?:[ -]|, |\. )){3,}(?:(?:hyphen|dash|apostrophe|capital|space)[ -](?:[^\W\d_][ -]){1,20})*[^\W\d_](?![\w'’])"
)
_DID = frozenset(
    [
        "rode",
        "ran",
        "took",
        "gave",
        "went",
        "got",
        "made",
        "did",
        "brought",
        "thought",
        "kept",
        "left",
        "saw",
        "ate",
        "slept",
        "drank",
        "felt",
        "put",
        "let",
        "met",
        "says",
        "said",
    ]
)
_LOGIN = re.compile(r"(?<![\w@./-])(?P<head>[A-Za-z]{5,24})\d{0,4}(?:[_-][A-Za-z0-9]{1,12})?(?![\w@]|\.\w)")
_SIGNED_SHORT = re.compile(
    r"(?:[:/(|—–-][ \t]{0,12}|^[ \t]{0,4}|(?<=[.;] ))(?P<initials>[A-Z]{2,3}|[a-z]{2,3})(?=[ \t]*(?:$|[\n),;|/]|\d))",
    re.MULTILINE,
)
_INITIALS_FIELD = re.compile(
    r"\b(?:initials?|signed|/s/|pt\.?|patient|client|resident|student|mr\.?|mrs\.?|ms\.?|dr\.?|therapist|clinician|by|wife|husband|daughter|son|mother|father|mom|dad)[ \t]{0,2}(?P<sign>[:=-][ \t]{0,2}|[ \t])$",
    re.IGNORECASE,
)
_UNDOTTED = re.compile(
    r"\b(?:initials|initialed|/s/|pt initials|patient initials)\b[ \t]{0,2}(?:[:=-]|by)?[ \t]{0,2}(?P<initials>[A-Za-z]{2,3})\b"
)


def find_names(tokens: Tokens, folded: str) -> list[Found]:
    """Return the names of a text that something tells, without their further mentions."""
    found = [*announced_names(tokens, folded), *names_in_the_open(tokens), *unlisted_names(tokens)]
    marks = {wide for start, end in found if end > start for wide in (stretched(tokens, start, end),)}
    nicks = nicknames(tokens, marks)
    return [Found("name", start, end) for start, end in sorted({*marks, *nicks, *_fields_apart(tokens)})]


def _fields_apart(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield names as messages between systems and spelled dictation write them ("HOLLOWAY^SAGE", "n g u y e n")."""
    for match in _SPELLED.finditer(tokens.text):
        if _spells_a_name(tokens, match):
            yield match.span()
    for match in _CARETED.finditer(tokens.text) if "^" in tokens.text else ():
        words = tokens.words[tokens.at(match.start()) : tokens.at(match.end())]
        strange = [word for word in words if _may_name(tokens, word) or not tokens.ordinary(word)]
        if (
            strange
            and not any(map(tokens.barred, words))
            and words[-1].text not in tokens.wording.state_letters
        ):
            yield match.span()


def _spells_a_name(tokens: Tokens, match: re.Match[str]) -> bool:
    """Whether letters one by one make a name, or something before says that they do."""
    pieces = [re.sub(r"[^a-z]", "", piece) for piece in re.split("hyphen|dash|space", match.group().lower())]
    if any(
        piece in tokens.wording.surnames or piece in tokens.wording.given
        for piece in pieces
        if len(piece) > 3
    ):
        return True
    before = tokens.text[max(0, match.start() - 160) : match.start()].lower()
    joined = "".join(pieces)
    return len(joined) > 3 and (
        joined in before
        or re.search(r"(?:spell(?:ed|ing)?|last name|first name|that is|that['’]s)\W{1,3}$", before)
        is not None
    )


def _may_name(tokens: Tokens, word: Word) -> bool:
    return tokens.given(word) or tokens.surname(word)


def find_initials(text: str) -> Iterator[Found]:
    """Yield initials where a patient or a signature is named by them."""
    for match in _DOTTED.finditer(text):
        if _INITIALS_FIELD.search(text[max(0, match.start() - 24) : match.start()]):
            yield Found("name", *match.span())
    for match in _UNDOTTED.finditer(text):
        yield Found("name", *match.span("initials"))


def find_mentions(tokens: Tokens, people: Iterable[str], told: Iterable[str] = ()) -> Iterator[Found]:
    """Yield every further mention of the parts of names.

    Args:
        tokens: the text.
        people: names found in any text of the call.
        told: names that were known beforehand.
    """
    known = {part.lower() for name in told for part in re.findall(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*", name)}
    parts = known | {part for name in people for part in _parts(name, tokens.wording)}
    hyphened = {piece for part in parts if "-" in part for piece in part.split("-") if len(piece) > 2}
    for i, word in enumerate(tokens.words):
        if word.low not in parts and word.low not in hyphened and not _doubled(word, parts):
            continue
        if _mentioned(tokens, i, sure=word.low in known):
            yield Found("name", word.start, word.end)
    yield from _logins(tokens.text, parts)
    initials = {name for name in map(_dotted, chain(people, told)) if name}
    for match in _DOTTED.finditer(tokens.text) if initials else ():
        if re.sub(r"\s", "", match.group()) in initials:
            yield Found("name", *match.span())
    for match in _SIGNED_SHORT.finditer(tokens.text) if initials else ():
        if (
            match["initials"].lower() not in tokens.wording.proper
            and "".join(f"{letter}." for letter in match["initials"].upper()) in initials
        ):
            yield Found("name", *match.span("initials"))


def _logins(text: str, parts: set[str]) -> Iterator[Found]:
    """Yield user names made of an initial and a family name that the text tells ("kmendez")."""
    for match in _LOGIN.finditer(text):
        head = match["head"].lower()
        if head not in parts and (head[1:] in parts or head[2:] in parts):
            yield Found("other", *match.span())


def _doubled(word: Word, parts: set[str]) -> bool:
    return "-" in word.low and word.capital and any(piece in parts for piece in word.low.split("-"))


def _parts(name: str, wording: Wording) -> Iterator[str]:
    """Yield the words of a name that name the person alone."""
    for part in re.findall(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*", name.lower().replace("’", "'")):
        if (
            (part not in wording.never or part == "will")
            and part not in wording.titles
            and part not in {"van", "der", "den", "del", "las", "los", "von", "bin"}
        ):
            yield part


def _dotted(name: str) -> str:
    """Return the initials of a name, with points; nothing where it has one word."""
    words = re.findall(
        r"[^\W\d_]+",
        name.split(",")[1] + " " + name.split(",", maxsplit=1)[0] if name.count(",") == 1 else name,
    )
    return "".join(f"{word[0].upper()}." for word in words) if 2 <= len(words) <= 3 else ""


def _does(tokens: Tokens, i: int) -> bool:
    """Whether word ``i`` goes on as only a sentence about somebody does ("Prosper rode")."""
    word = tokens.words[i]
    if (
        not word.text.islower()
        or tokens.gap(i) != " "
        or word.low in {"of", "in", "on", "for", "with", "the", "or", "is"}
    ):
        return False
    return word.low.endswith(("ed", "es", "ts", "ks", "ns", "ys")) or word.low in _DID


def _mentioned(tokens: Tokens, i: int, *, sure: bool) -> bool:
    """Tell whether a word that is part of a known name means the person here."""
    word = tokens.words[i]
    if tokens.eponym(word) and tokens.headed(i):
        return False
    if tokens.barred(word):
        acts = i + 1 < len(tokens.words) and tokens.words[i + 1].low in tokens.wording.does
        return word.title and (acts or (not word.opens and sure))
    if tokens.ordinary(word):
        acts = i + 1 < len(tokens.words) and (
            tokens.words[i + 1].low in tokens.wording.does
            or tokens.words[i + 1].low == "to"
            or tokens.after(i, 2).lower() in {"'s", "’s"}
            or (word.title and _does(tokens, i + 1))
        )
        return (
            word.capital
            and (not word.opens or sure or acts)
            and (word.title or len(word.low) > 3)
            and not tokens.headed(i)
        )
    return len(word.low) > 2 or word.capital
