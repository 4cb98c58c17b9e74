"""How far a name goes from the word that it begins with."""

from __future__ import annotations

import re

from citecoder.redaction.tokens import Tokens, Word

MOST = 4  # words of one name
SPACE = re.compile(r"[ \t]{1,2}|\.[ \t]{0,2}|[ \t][\"“]|[\"”][ \t]")
BLANK = re.compile(r"[ \t]{1,2}")
COMMA = re.compile(r"[ \t]?,[ \t]{0,3}")
ENDED = re.compile(r"[ \t]*(?:$|\n|[,.;()|/\"]|[ \t]{2}|-{1,2}[ \t]|\d)")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii"})
PARTICLES = frozenset(
    {"de", "la", "van", "der", "von", "del", "bin", "al", "el", "dos", "da", "di", "le", "du", "st", "san"}
)
_SHORTENED = frozenset({"wm", "chas", "geo", "jos", "thos", "robt", "jas", "jr", "sr", "st"})


def may_be_part(tokens: Tokens, word: Word, *, lower: bool = False) -> bool:
    """Tell whether a word can be part of a name that something announces."""
    if tokens.barred(word):
        return False
    listed = tokens.given(word) or tokens.surname(word)
    if word.text[0].isupper():
        return listed or not tokens.ordinary(word)
    plain = word.low in tokens.wording.foremost and word.low not in tokens.wording.also_said
    return lower and listed and (plain or not tokens.ordinary(word))


def is_initial(word: Word) -> bool:
    """Whether a word is one capital letter."""
    return len(word.text) == 1 and word.text.isupper()


def reach(tokens: Tokens, i: int, *, comma: bool = False, lower: bool = False) -> int:
    """Return the number of the word after the name that begins at word ``i``; ``i`` where none does.

    Args:
        tokens: the text.
        i: the word that the name may begin with.
        comma: the family name may come first, with a comma behind it.
        lower: words that a list of names holds may be in small letters.
    """
    words = tokens.words
    j = i
    commas = 0
    while j < len(words) and j - i < MOST:
        if j > i and SPACE.fullmatch(tokens.gap(j)) is None:
            commas += 1
            if not comma or commas > 1 or not _first_after_comma(tokens, i, j):
                break
        if (j > i and _ends_before(tokens, j)) or not _goes_on(tokens, i, j, lower=lower):
            break
        j += 1
    while j - 1 > i and is_initial(words[j - 1]) and tokens.after(j - 1, 1) != ".":
        if ENDED.match(tokens.after(j - 1)):
            break
        j -= 1
    return j


def _first_after_comma(tokens: Tokens, i: int, j: int) -> bool:
    """Whether word ``j`` is the given name after "Alvarez, "."""
    word = tokens.words[j]
    if COMMA.fullmatch(tokens.gap(j)) is None or is_credential(tokens, j):
        return False
    return tokens.given(word) or is_initial(word) or (j == i + 1 and may_be_part(tokens, word))


def _ends_before(tokens: Tokens, j: int) -> bool:
    """Whether the name ended with the word before ``j``: a full stop, a degree or the letters of a state follow."""
    before, word = tokens.words[j - 1], tokens.words[j]
    if tokens.gap(j).startswith(".") and len(before.text) > 2 and before.low not in _SHORTENED:
        return True
    if word.title and not is_initial(word):
        return False
    return is_credential(tokens, j) or _letters_only(before, word)


def _goes_on(tokens: Tokens, i: int, j: int, *, lower: bool) -> bool:
    """Whether word ``j`` is part of the name that begins at word ``i``."""
    word, after = tokens.words[j], tokens.after(j)
    following = tokens.words[j + 1] if j + 1 < len(tokens.words) else None
    if word.text == "I" and after[:1] == " " and after[1:2].islower():
        return False
    if may_be_part(tokens, word, lower=lower) or (is_initial(word) and not word.loud):
        return True
    if (j > i and word.low in _SUFFIXES) or _given_though_barred(tokens, j):
        return True
    if following is None:
        return False
    pointed = lower and len(word.text) == 1 and after[:1] == "." and tokens.surname(following)
    particle = word.low in PARTICLES and (
        following.low in PARTICLES or (following.text[0].isupper() and may_be_part(tokens, following))
    )
    return pointed or particle


def _given_though_barred(tokens: Tokens, j: int) -> bool:
    """Whether "Will" or "May" is a given name: at the end of what a field holds, or before a family name."""
    word = tokens.words[j]
    if not word.text[0].isupper() or not tokens.given(word) or len(word.text) < 3:
        return False
    if ENDED.match(tokens.after(j)):
        return word.title
    if j + 1 >= len(tokens.words) or not tokens.words[j + 1].text[0].isupper():
        return False
    family = tokens.words[j + 1]
    return tokens.surname(family) and (
        not tokens.ordinary(family) or ENDED.match(tokens.after(j + 1)) is not None
    )


def _letters_only(before: Word, word: Word) -> bool:
    """Whether a word is the letters of a state or of a degree: capitals that follow a word with small letters."""
    return before.title and len(before.text) > 1 and word.text.isupper() and 2 <= len(word.text) <= 3


def is_credential(tokens: Tokens, i: int) -> bool:
    """Whether a credential begins at word ``i``."""
    word = tokens.words[i]
    hits = tokens.wording.credentials.find(tokens.text[word.start : word.end + 6].lower())
    return bool(hits) and hits[0][1] == 0 and word.text.isupper()


def named(tokens: Tokens, i: int, j: int) -> tuple[int, int] | None:
    """Return the span of words ``i`` to ``j`` as a name; None where all of them are common words in a sentence."""
    if j <= i:
        return None
    words = tokens.words[i:j]
    if all(is_initial(word) for word in words):
        return None
    if all(tokens.ordinary(word) or is_initial(word) for word in words) and not ENDED.match(
        tokens.after(j - 1)
    ):
        return None
    if any(tokens.eponym(word) for word in words[-1:]) and tokens.headed(j - 1):
        return None
    return words[0].start, words[-1].end


def says(tokens: Tokens, i: int) -> bool:
    """Whether word ``i`` is what only a person does."""
    if i >= len(tokens.words) or tokens.words[i].low not in tokens.wording.reports:
        return False
    return BLANK.fullmatch(tokens.gap(i)) is not None
