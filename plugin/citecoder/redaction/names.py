"""Names of people: after what announces them, by their own look, and wherever else their parts stand.

No model: a word is a name on evidence. A field or a title before it, a credential or a signature beside it, a given name
and a family name in a row; a lone word only where a list holds it and no test, brand or common word is written so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from citecoder.redaction.marking import Found
from citecoder.redaction.tokens import Tokens, Word
from citecoder.redaction.wording import Wording

_MOST = 4  # words of one name
_SPACE = re.compile(r"[ \t]{1,2}|\.[ \t]{0,2}")
_BLANK = re.compile(r"[ \t]{1,2}")
_PAIRED = re.compile(r"[ \t]{1,2}|\.[ \t]{1,2}")
_COMMA = re.compile(r"[ \t]?,[ \t]{0,3}")
_FIELD = re.compile(
    r"[ \t]{0,3}(?:\([^()\n]{0,20}\)[ \t]?)?(?:[:#=]|--?|–|—)[ \t]{0,8}(?:(?:dr|mr|mrs|ms|miss|prof)\b\.?[ \t]{0,2})?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:[ \t]{1,3}|[ \t]?[:,-][ \t]{0,3}\n{0,2}[ \t]{0,3})(?:(?:dr|mr|mrs|ms|miss|prof|the|his|her|pt|patient|wife|husband|daughter|son)\b\.?[ \t]{1,2}){0,2}",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[ \t]{0,2}(?:[(,:-]|\bis\b|\bnamed\b|,[ \t]?named)?[ \t]{0,2}\"?", re.IGNORECASE)
_TITLE_GAP = re.compile(r"\.?[ \t]{1,3}|\.")
_INITIALS = re.compile(
    r"[A-Z]\.[ \t]?[A-Z]\b\.?(?:[A-Z]\b\.?)?|[A-Z]{2,3}\b(?=[ \t]*(?:$|[\n,;)]))", re.MULTILINE
)
_EMPLOYER = re.compile(
    r"\b(?:employer|employed (?:by|at)|works (?:at|for)|worked (?:at|for))[ \t]{0,2}:?[ \t]{1,3}(?=[A-Z])",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\w.])[A-Z]\.[ \t]?[A-Z]\.(?:[ \t]?[A-Z]\.)?(?!\w)")
_INITIALS_FIELD = re.compile(
    r"\b(?:initials?|signed|/s/|pt\.?|patient|client|resident|student|mr\.?|mrs\.?|ms\.?|dr\.?|therapist|clinician|by|wife|husband|daughter|son|mother|father|mom|dad)[ \t]{0,2}(?P<sign>[:=-][ \t]{0,2}|[ \t])$",
    re.IGNORECASE,
)
_UNDOTTED = re.compile(
    r"\b(?:initials|initialed|/s/|pt initials|patient initials)\b[ \t]{0,2}(?:[:=-]|by)?[ \t]{0,2}(?P<initials>[A-Za-z]{2,3})\b"
)
_ENDED = re.compile(r"[ \t]*(?:$|\n|[,.;()|/\"]|[ \t]{2}|-{1,2}[ \t]|\d)")
_REPORTS = frozenset(
    "reports reported states stated says said denies denied arrived arrives complains complained verbalized verbalizes tolerated agreed rates wants asked enjoys lives".split()
)
_ALSO_SAID = frozenset(
    "hope faith grace joy frank dawn wade chuck pat penny jack nick rob bob rose reed ray bill kitty dolly olive clay colt duke"
    " trey crystal amber sandy ruby hazel iris curt dean earl ivy pearl daisy lily fern melody brandy candy gene carol".split()
)
_SHORTENED = frozenset({"wm", "chas", "geo", "jos", "thos", "robt", "jas", "jr", "sr", "st"})


def find_names(tokens: Tokens, folded: str) -> list[Found]:
    """Return the names of a text that something tells, without their further mentions."""
    ways = (_in_fields, _after_leads, _after_titles, _after_roles, _before_credentials, _employers)
    found = [span for way in ways for span in way(tokens, folded)]
    found += _in_the_open(tokens)
    return [Found("name", start, end) for start, end in sorted(set(found)) if end > start]


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
    hyphened = {piece for part in parts if "-" in part for piece in part.split("-") if len(piece) > 3}
    for i, word in enumerate(tokens.words):
        if word.low not in parts and word.low not in hyphened and not _doubled(word, parts):
            continue
        if _mentioned(tokens, i, sure=word.low in known):
            yield Found("name", word.start, word.end)
    initials = {name for name in map(_dotted, chain(people, told)) if name}
    for match in _DOTTED.finditer(tokens.text) if initials else ():
        if re.sub(r"\s", "", match.group()) in initials:
            yield Found("name", *match.span())


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
        r"[^\W\d_]+", name.split(",")[1] + " " + name.split(",")[0] if name.count(",") == 1 else name
    )
    return "".join(f"{word[0].upper()}." for word in words) if 2 <= len(words) <= 3 else ""


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
        )
        return (
            word.capital
            and (not word.opens or sure or acts)
            and (word.title or len(word.low) > 3)
            and not tokens.headed(i)
        )
    return len(word.low) > 2 or word.capital


# --- how far a name goes ----------------------------------------------------------------------------


def _may(tokens: Tokens, word: Word, *, lower: bool = False) -> bool:
    """Tell whether a word can be part of a name that something announces."""
    if tokens.barred(word):
        return False
    listed = tokens.given(word) or tokens.surname(word)
    if word.text[0].isupper():
        return listed or not tokens.ordinary(word)
    return lower and listed and not tokens.ordinary(word)


def _initial(word: Word) -> bool:
    return len(word.text) == 1 and word.text.isupper()


def _reach(tokens: Tokens, i: int, *, comma: bool = False, lower: bool = False) -> int:
    """Return the number of the word after the name that begins at word ``i``; ``i`` where none does."""
    words = tokens.words
    j = i
    commas = 0
    while j < len(words) and j - i < _MOST:
        gap = tokens.gap(j) if j > i else ""
        if j > i and _SPACE.fullmatch(gap) is None:
            first_last = comma and not commas and _COMMA.fullmatch(gap) and not _credential(tokens, j)
            if not (
                first_last
                and (tokens.given(words[j]) or _initial(words[j]) or (j == i + 1 and _may(tokens, words[j])))
            ):
                break
            commas += 1
        if (
            j > i
            and gap.startswith(".")
            and len(words[j - 1].text) > 2
            and words[j - 1].low not in _SHORTENED
        ):
            break  # a full stop
        if words[j].text == "I" and tokens.after(j, 1) == " " and tokens.after(j)[1:2].islower():
            break
        small = words[j].low in {
            "de",
            "la",
            "van",
            "der",
            "von",
            "del",
            "bin",
            "al",
            "el",
            "dos",
            "da",
            "di",
            "le",
            "du",
            "st",
            "san",
        }
        goes_on = (
            small
            and j + 1 < len(words)
            and _may(tokens, words[j + 1], lower=lower)
            and words[j + 1].text[0].isupper()
        )
        suffix = j > i and words[j].low in {"jr", "sr", "ii", "iii"}
        pointed = (
            lower
            and len(words[j].text) == 1
            and tokens.after(j, 1) == "."
            and j + 1 < len(words)
            and tokens.surname(words[j + 1])
        )
        if not (
            _may(tokens, words[j], lower=lower)
            or (_initial(words[j]) and not words[j].loud)
            or goes_on
            or suffix
            or pointed
        ):
            break
        if (
            j > i
            and (_initial(words[j]) or not words[j].title)
            and (_credential(tokens, j) or _letters_only(words[j - 1], words[j]))
        ):
            break
        j += 1
    while j > i and _initial(words[j - 1]) and j - 1 > i and not tokens.after(j - 1, 1) == ".":
        if _ENDED.match(tokens.after(j - 1)):
            break
        j -= 1
    return j


def _letters_only(before: Word, word: Word) -> bool:
    """Whether a word is the letters of a state or of a degree: capitals that follow a word with small letters."""
    return before.title and len(before.text) > 1 and word.text.isupper() and 2 <= len(word.text) <= 3


def _credential(tokens: Tokens, i: int) -> bool:
    word = tokens.words[i]
    hits = tokens.wording.credentials.find(tokens.text[word.start : word.end + 6].lower())
    return bool(hits) and hits[0][1] == 0 and word.text.isupper()


def _named(tokens: Tokens, i: int, j: int) -> tuple[int, int] | None:
    """Return the span of words ``i`` to ``j`` as a name; None where all of them are common words in a sentence."""
    if j <= i:
        return None
    words = tokens.words[i:j]
    if all(_initial(word) for word in words):
        return None
    if all(tokens.ordinary(word) or _initial(word) for word in words) and not _ENDED.match(
        tokens.after(j - 1)
    ):
        return None
    if any(tokens.eponym(word) for word in words[-1:]) and tokens.headed(j - 1):
        return None
    return words[0].start, words[-1].end


# --- what announces a name --------------------------------------------------------------------------


def _in_fields(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the values of fields: "Patient: …", "Signed by: …"."""
    for _, start, end in tokens.wording.labels.find(folded):
        sign = _FIELD.match(tokens.text, end)
        if sign is None or not _heads(tokens.text, start, sign.group()):
            continue
        i = tokens.at(sign.end())
        if i < len(tokens.words) and tokens.words[i].start <= sign.end() + 1:
            span = _named(tokens, i, _reach(tokens, i, comma=True, lower=True))
            if span:
                yield span
                yield from _further(tokens, tokens.at(span[1]))
            elif (initials := _INITIALS.match(tokens.text, sign.end())) and _signs(folded[start:end]):
                yield initials.span()


def _signs(label: str) -> bool:
    return "sign" in label or "initial" in label


def _heads(text: str, start: int, sign: str) -> bool:
    """A dash makes a field only at the head of a line; a colon does anywhere."""
    return (
        ":" in sign
        or "=" in sign
        or "#" in sign
        or text[max(0, start - 2) : start].strip(" \t*•-") in {"", "\n"}
        and (start == 0 or "\n" in text[max(0, start - 6) : start])
    )


def _further(tokens: Tokens, i: int) -> Iterator[tuple[int, int]]:
    """Yield names joined to one by "and", "/" or "&"."""
    if i < len(tokens.words) and tokens.words[i].low == "and" and re.fullmatch(r"[ \t]", tokens.gap(i)):
        i += 1
    elif i >= len(tokens.words) or re.fullmatch(r"[ \t]?[/&][ \t]?", tokens.gap(i)) is None:
        return
    if (
        i < len(tokens.words)
        and (span := _named(tokens, i, _reach(tokens, i)))
        and not tokens.ordinary(tokens.words[i])
    ):
        yield span


def _after_leads(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield names after "signed by", "spoke with" and the like, where no sign stands between."""
    for _, _, end in tokens.wording.leads.find(folded):
        gap = _LEAD.match(tokens.text, end)
        i = tokens.at(gap.end()) if gap else len(tokens.words)
        if gap and i < len(tokens.words) and tokens.words[i].start == gap.end():
            sure = not tokens.ordinary(tokens.words[i])
            span = _named(tokens, i, _reach(tokens, i, comma=True, lower=True))
            if span and (sure or _reach(tokens, i) > i + 1):
                yield span
                yield from _further(tokens, tokens.at(span[1]))
            elif (initials := _INITIALS.match(tokens.text, gap.end())) and folded[:end].endswith(
                ("signed by", "/s/")
            ):
                yield initials.span()


def _after_titles(tokens: Tokens, _: str) -> Iterator[tuple[int, int]]:
    """Yield names after a title."""
    for i, word in enumerate(tokens.words[:-1]):
        if word.low not in tokens.wording.titles or _TITLE_GAP.fullmatch(tokens.gap(i + 1)) is None:
            continue
        if (
            word.low
            in {"nurse", "doctor", "coach", "officer", "sr", "miss", "hon", "professor", "pastor", "fr"}
            and not tokens.words[i + 1].capital
        ):
            continue
        if word.low in {"miss", "sr", "ms"} and word.text.islower():
            continue
        j = _reach(tokens, i + 1, lower=True)
        if j == i + 1 and _titled(tokens, i + 1):
            j += 1
        if j > i + 1 and not (tokens.eponym(tokens.words[i + 1]) and tokens.headed(i + 1)):
            yield tokens.words[i + 1].start, tokens.words[j - 1].end
            yield from _further(tokens, j)


def _titled(tokens: Tokens, i: int) -> bool:
    """A word after a title is a name though it is a common one, unless it goes on as a sentence does."""
    word = tokens.words[i]
    known = tokens.surname(word) or tokens.given(word) or not tokens.ordinary(word)
    return (
        known
        and word.low not in tokens.wording.proper
        and (word.title or _initial(word) or (word.loud and not tokens.ordinary(word)))
    )


def _after_roles(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield names beside a relation, a profession or "Pt"."""
    for said, start, end in tokens.wording.roles.find(folded):
        group = "clinician" if tokens.text[start:end] == "PT" else said
        gap = _BESIDE.match(tokens.text, end + (folded[end : end + 1] == "." and group != "relation"))
        i = tokens.at(gap.end()) if gap else len(tokens.words)
        if gap is None or i >= len(tokens.words) or tokens.words[i].start != gap.end() or gap.end() == end:
            continue
        word = tokens.words[i]
        if _credential(tokens, i) or (not word.capital and tokens.eponym(word)):
            continue
        j = _reach(tokens, i, lower=True)
        if j == i and word.text.islower() and word.low in tokens.wording.foremost:
            j = i + 1
        if (
            j == i
            or tokens.headed(j - 1)
            and (tokens.eponym(tokens.words[j - 1]) or tokens.ordinary(tokens.words[j - 1]))
        ):
            continue
        if tokens.ordinary(word) and not (j > i + 1 and not tokens.ordinary(tokens.words[i + 1])):
            listed = (
                group == "relation"
                and tokens.given(word)
                and word.title
                and gap.group().strip() in {"", ",", "("}
            )
            plain = (
                group != "clinician"
                and word.low in tokens.wording.foremost - _ALSO_SAID
                and not gap.group().strip(" \t(")
            )
            if not (listed or plain):
                continue
        if group != "relation" and not word.title and not (tokens.given(word) or tokens.surname(word)):
            continue
        if not word.title and word.capital and not tokens.given(word):
            continue
        if group == "clinician" and tokens.eponym(word) and j == i + 1 and not _says(tokens, j):
            continue
        yield word.start, tokens.words[j - 1].end
        yield from _further(tokens, j)


def _before_credentials(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield names before a credential: "Kim Nguyen, PT, DPT"."""
    for _, start, end in tokens.wording.credentials.find(folded):
        if not tokens.text[start:end].replace("h", "").replace("sy", "").replace("d", "").isupper():
            continue
        last = tokens.at(start) - 1
        if (
            last < 0
            or re.fullmatch(
                r"[ \t]{0,2},?[ \t]{1,2}|,|\.,?[ \t]", tokens.text[tokens.words[last].end : start]
            )
            is None
        ):
            continue
        first = last + 1
        while first > 0 and last + 1 - first < _MOST and _signing(tokens, first - 1, last):
            first -= 1
        while first <= last and (
            _initial(tokens.words[first])
            and first == last
            or not _initial(tokens.words[first])
            and tokens.barred(tokens.words[first])
        ):
            first += 1
        if first > last:
            continue
        words = tokens.words[first : last + 1]
        names = [word for word in words if tokens.given(word) or tokens.surname(word)]
        strange = [word for word in words if not tokens.ordinary(word) and not _initial(word)]
        comma = "," in tokens.text[tokens.words[last].end : start]
        if not strange and not (len(names) > 1 and comma):
            continue
        if (
            len(words) == 1
            and not (words[0].title and (names or comma) and not tokens.eponym(words[0]))
            and not (words[0].loud and names)
        ):
            continue
        yield words[0].start, words[-1].end


def _signing(tokens: Tokens, i: int, last: int) -> bool:
    word = tokens.words[i]
    if i < last:
        gap = tokens.gap(i + 1)
        if _SPACE.fullmatch(gap) is None and not (
            _COMMA.fullmatch(gap) and i == last - 1 and tokens.given(tokens.words[last])
        ):
            return False
        if gap.startswith(".") and len(word.text) > 2:
            return False
    if _initial(word):
        return not _credential(tokens, i)
    return word.text[0].isupper() and not _credential(tokens, i) and _may(tokens, word)


def _employers(tokens: Tokens, _: str) -> Iterator[tuple[int, int]]:
    """Yield who somebody works for: employers are identifiers as relatives are."""
    for match in _EMPLOYER.finditer(tokens.text):
        i = j = tokens.at(match.end())
        while (
            j < len(tokens.words)
            and j - i < _MOST
            and tokens.words[j].title
            and not tokens.barred(tokens.words[j])
        ):
            if j > i and re.fullmatch(r"[ \t]|[ \t]?&[ \t]?", tokens.gap(j)) is None:
                break
            j += 1
        if (
            j > i
            and tokens.words[i].start == match.end()
            and not (j == i + 1 and tokens.ordinary(tokens.words[i]))
        ):
            yield tokens.words[i].start, tokens.words[j - 1].end


# --- names that nothing announces -------------------------------------------------------------------


def _in_the_open(tokens: Tokens) -> Iterator[tuple[int, int]]:
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
    words = tokens.words
    word = words[i]
    if _initial(word):
        return _initial_name(tokens, i) if not word.loud else i
    if word.text == "Will" and _full_will(tokens, i):
        return i + 2
    if tokens.barred(word) or len(word.low) < 2:
        return i
    pair = _pair(tokens, i)
    if pair > i:
        return pair
    if tokens.ordinary(word) or tokens.headed(i):
        return i
    eponym = tokens.eponym(word)
    if tokens.given(word) and not eponym:
        if word.title and len(word.low) > 2:
            return i + 1 + _with_initial(tokens, i + 1)
        if len(word.low) > 4 and (not word.text[0].isupper() or word.text.isupper()):
            return i + 1
    if word.title and not word.opens and tokens.surname(word) and not eponym and len(word.low) > 3:
        return i + 1
    if word.title and _says(tokens, i + 1) and len(word.low) > 2 and not eponym:
        return i + 1
    return i


def _with_initial(tokens: Tokens, i: int) -> bool:
    """Whether word ``i`` is the initial that stands for a family name ("Sofia M.")."""
    if i >= len(tokens.words) or not _initial(tokens.words[i]) or tokens.gap(i) != " ":
        return False
    return tokens.after(i, 1) in {".", ",", ")", ""} and not _credential(tokens, i)


def _full_will(tokens: Tokens, i: int) -> bool:
    """ "Will Park feels better": a given name that is mostly a verb, before a family name that does something."""
    if i + 1 >= len(tokens.words) or tokens.gap(i + 1) != " ":
        return False
    last = tokens.words[i + 1]
    acts = i + 2 < len(tokens.words) and tokens.words[i + 2].low in tokens.wording.does
    return (
        last.title
        and tokens.surname(last)
        and not tokens.barred(last)
        and (acts or _ENDED.match(tokens.after(i + 1)) is not None)
    )


def _initial_name(tokens: Tokens, i: int) -> int:
    """ "S. Patel": an initial with a point, then a family name."""
    words = tokens.words
    k = i + 1
    if k < len(words) and _initial(words[k]) and re.fullmatch(r"\.[ \t]?", tokens.gap(k)):
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
        _initial(second)
        and _BLANK.fullmatch(tokens.gap(k))
        and k + 1 < len(words)
        and _SPACE.fullmatch(tokens.gap(k + 1))
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
    if _COMMA.fullmatch(gap) and cased and k == i + 1:
        heads = first.opens and first.text.isupper() and second.text.isupper()
        surname = tokens.surname(first) or (not tokens.ordinary(first) and (first.title or heads))
        strange = not tokens.ordinary(first) and not tokens.ordinary(second)
        plain = tokens.eponym(first) and tokens.eponym(second)
        if surname and tokens.given(second) and strange and not plain:
            middle = (
                k + 1 < len(words)
                and _initial(words[k + 1])
                and re.fullmatch(r"[ \t]", tokens.gap(k + 1)) is not None
            )
            return k + 1 + middle
    return i


def _full_name(tokens: Tokens, first: Word, second: Word, *, cased: bool, small: bool) -> bool:
    listed = tokens.given(first) and tokens.surname(second)
    if not listed:
        strange = not tokens.ordinary(second) and not tokens.ordinary(first)
        half = tokens.given(first) or (tokens.surname(second) and not tokens.eponym(first))
        return cased and first.title and strange and half and not tokens.eponym(second)
    common = tokens.ordinary(first) + tokens.ordinary(second)
    if small:
        return common == 0 and len(first.low) > 2
    if not cased or (tokens.eponym(first) and tokens.eponym(second) and first.opens):
        return False
    if common == 2:
        return first.title and not first.opens and second.low not in tokens.wording.eponym_heads
    return common == 0 or (first.title and not (tokens.eponym(second) and tokens.ordinary(first)))


def _says(tokens: Tokens, i: int) -> bool:
    """Whether word ``i`` is what a person does, in the words of a report."""
    return (
        i < len(tokens.words)
        and tokens.words[i].low in _REPORTS
        and _BLANK.fullmatch(tokens.gap(i)) is not None
    )


def spans_of(found: Sequence[Found], text: str) -> list[str]:
    """Return the words of what was found."""
    return [text[one.start : one.end] for one in found]
