"""Names that nothing announces: a given and a family name in a row, an initial before one, or a lone word that a list holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.redaction.extent import BLANK, COMMA, ENDED, SPACE, is_credential, is_initial, says
from citecoder.redaction.tokens import Tokens, Word
from citecoder.redaction.unlisted import RESULT

_PAIRED = re.compile(r"[ \t]{1,2}|\.[ \t]{1,2}")


def names_in_the_open(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield names that only their own look and the lists tell."""
    words = tokens.words
    i = 0
    while i < len(words):
        j = _open_name(tokens, i)
        if j > i:
            yield words[i].start, words[j - 1].end
        i = max(i + 1, j)


def _open_name(tokens: Tokens, i: int) -> int:
    """Return the number of the word after the name at word ``i``, or ``i``."""
    word = tokens.words[i]
    if is_initial(word):
        return i if word.loud else _initial_name(tokens, i)
    if word.text == "Will" and _full_will(tokens, i):
        return i + 2
    if tokens.barred(word) or len(word.low) < 2:
        return i
    pair = _pair(tokens, i)
    if pair > i:
        return pair
    if tokens.ordinary(word) or tokens.eponym(word) or tokens.headed(i) or not _lone_name(tokens, i):
        return i
    return i + 1 + (word.title and tokens.given(word) and _with_initial(tokens, i + 1))


def _lone_name(tokens: Tokens, i: int) -> bool:
    """Whether a word that is neither common nor a test's is a name by itself."""
    word = tokens.words[i]
    letters = len(word.low)
    if word.traits.ordinary and word.opens and tokens.after(i, 1) == ":":
        return False
    if tokens.given(word) and (letters > 2 if word.title else letters > 4 and not _mixed(word)):
        return True
    if not word.title or letters < 3:
        return False
    if RESULT.match(tokens.after(i)):
        return False
    return says(tokens, i + 1) or (letters > 3 and not word.opens and tokens.surname(word))


def _mixed(word: Word) -> bool:
    return not (word.text.islower() or word.text.isupper() or word.text.istitle())


def _with_initial(tokens: Tokens, i: int) -> bool:
    """Whether word ``i`` is the initial that stands for a family name ("Sofia M.")."""
    if i >= len(tokens.words) or not is_initial(tokens.words[i]) or tokens.gap(i) != " ":
        return False
    return tokens.after(i, 1) in {".", ",", ")", ""} and not is_credential(tokens, i)


def _full_will(tokens: Tokens, i: int) -> bool:
    """Tell "Will Park feels better": a given name that is mostly a verb, before a family name that does something."""
    if i + 1 >= len(tokens.words) or tokens.gap(i + 1) != " ":
        return False
    last = tokens.words[i + 1]
    acts = i + 2 < len(tokens.words) and tokens.words[i + 2].low in tokens.wording.does
    return (
        last.title
        and tokens.surname(last)
        and not tokens.barred(last)
        and (acts or ENDED.match(tokens.after(i + 1)) is not None)
    )


def _initial_name(tokens: Tokens, i: int) -> int:
    """Return where "S. Patel" ends: an initial with a point, then a family name."""
    words = tokens.words
    k = i + 1
    if k < len(words) and is_initial(words[k]) and re.fullmatch(r"\.[ \t]?", tokens.gap(k)):
        k += 1
    if k >= len(words) or re.fullmatch(r"\.[ \t]{0,2}", tokens.gap(k)) is None or not words[k].title:
        return i
    word = words[k]
    plain = tokens.ordinary(word) or tokens.barred(word) or len(word.low) < 2
    return i if plain or tokens.headed(k) else k + 1


def _pair(tokens: Tokens, i: int) -> int:
    """Given name and family name in a row, or the other way round with a comma between."""
    words = tokens.words
    if i + 1 >= len(words):
        return i
    first, second = words[i], words[i + 1]
    k = i + 1
    if (
        is_initial(second)
        and BLANK.fullmatch(tokens.gap(k))
        and k + 1 < len(words)
        and SPACE.fullmatch(tokens.gap(k + 1))
    ):
        k += 1
        second = words[k]
    if tokens.barred(second) or tokens.headed(k):
        return i
    gap = tokens.gap(k)
    cased = (first.title and second.title) or (
        first.text.isupper() and second.text.isupper() and len(second.text) > 1
    )
    small = first.text.islower() and second.text.islower()
    if _PAIRED.fullmatch(gap) and (k > i + 1 or not gap.startswith(".")):
        return k + 1 if _full_name(tokens, first, second, cased=cased, small=small) else i
    if COMMA.fullmatch(gap) and cased and k == i + 1:
        heads = first.opens and first.text.isupper() and second.text.isupper()
        if (
            first.opens
            and first.title
            and tokens.surname(first)
            and tokens.given(second)
            and not tokens.barred(first)
        ):
            apart = re.match(r"[ \t]{2}|[ \t]*(?:\n|\(|\||\d|$)", tokens.after(k))
            if apart and _heads_line(tokens, first):
                return k + 1
        surname = tokens.surname(first) or (not tokens.ordinary(first) and (first.title or heads))
        listed = first.opens and tokens.surname(first)
        strange = not tokens.ordinary(second) and (listed or not tokens.ordinary(first))
        plain = tokens.eponym(first) and tokens.eponym(second)
        if _names_a_state(tokens, second):
            return i
        if surname and tokens.given(second) and strange and not plain:
            middle = (
                k + 1 < len(words)
                and is_initial(words[k + 1])
                and re.fullmatch(r"[ \t]", tokens.gap(k + 1)) is not None
            )
            return k + 1 + middle
    return i


def _names_a_state(tokens: Tokens, word: Word) -> bool:
    """Whether a word is the name of a state."""
    return bool(tokens.wording.states.find(word.low))


def _heads_line(tokens: Tokens, word: Word) -> bool:
    return re.search(r"(?:^|\n)[ \t*#•-]*$", tokens.text[max(0, word.start - 8) : word.start]) is not None


def _full_name(tokens: Tokens, first: Word, second: Word, *, cased: bool, small: bool) -> bool:
    listed = tokens.given(first) and tokens.surname(second)
    if not listed:
        strange = not tokens.ordinary(second) and not tokens.ordinary(first)
        half = tokens.given(first) or (tokens.surname(second) and not tokens.eponym(first))
        return cased and first.title and strange and half and not tokens.eponym(second)
    common = tokens.ordinary(first) + tokens.ordinary(second)
    if small:
        strange = tokens.given(first) and not tokens.ordinary(second) and not tokens.eponym(second)
        return (common == 0 or strange) and len(first.low) > 2
    if not cased or (tokens.eponym(first) and tokens.eponym(second) and first.opens):
        return False
    if common == 2:
        return first.title and not first.opens and second.low not in tokens.wording.eponym_heads
    return common == 0 or (first.title and not (tokens.eponym(second) and tokens.ordinary(first)))
