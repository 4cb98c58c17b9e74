"""Names that something announces: a field, a title, a role beside them, a credential behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.redaction.extent import (
    COMMA,
    ENDED,
    MOST,
    SPACE,
    is_credential,
    is_initial,
    may_be_part,
    named,
    reach,
    says,
)
from citecoder.redaction.tokens import Tokens, Word

_FIELD = re.compile(
    r"[ \t]{0,3}(?:\([^()\n]{0,20}\)[ \t]?)?(?:\.{0,12}[:#=]|--?|–|—|\[)[ \t]{0,8}(?:(?:dr|mr|mrs|ms|miss|prof)\b\.?[ \t]{0,2})?",
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
_WILL = re.compile(
    r"(?:Will|May)\b(?:[ \t][A-Z]\.)?(?:[ \t](?:de|la|van|von|der|del|di|da|al|bin|du|le))*(?:[ \t][A-Z][\w'’-]{1,24})?(?=[ \t]*(?:$|[\n,(|;]|[ \t]{2}))",
    re.MULTILINE,
)
_WHOLE = re.compile(r"[A-Z][^\W\d_]{1,20},[ \t]?[A-Z][^\W\d_]{1,20}\b(?:[ \t][A-Z]\b\.?)?")
_EMPLOYER = re.compile(
    r"\b(?:employer|employed (?:by|at)|works (?:at|for)|worked (?:at|for))[ \t]{0,2}:?[ \t]{1,3}(?=[A-Z])",
    re.IGNORECASE,
)


def _in_fields(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the values of fields: "Patient: …", "Signed by: …"."""
    for _, start, end in tokens.wording.labels.find(folded):
        sign = _FIELD.match(tokens.text, end)
        if sign is None or not _heads(tokens.text, start, sign.group()):
            continue
        if will := _WILL.match(tokens.text, sign.end()):
            yield will.span()
            continue
        if (whole := _WHOLE.match(tokens.text, sign.end())) and _listed_whole(tokens, whole):
            yield whole.span()
            continue
        i = tokens.at(sign.end())
        if i < len(tokens.words) and tokens.words[i].start <= sign.end() + 1:
            span = named(tokens, i, reach(tokens, i, comma=True, lower=True))
            if span:
                yield span
                yield from _further(tokens, tokens.at(span[1]))
            elif (initials := _INITIALS.match(tokens.text, sign.end())) and _signs(folded[start:end]):
                yield initials.span()


def _listed_whole(tokens: Tokens, match: re.Match[str]) -> bool:
    """Whether what a field holds is "FAMILY, GIVEN", though both are common words ("MAY, WILL R")."""
    first = tokens.at(match.start())
    words = tokens.words[first : tokens.at(match.end())]
    return len(words) > 1 and tokens.surname(words[0]) and tokens.given(words[1])


def _signs(label: str) -> bool:
    return "sign" in label or "initial" in label


def _heads(text: str, start: int, sign: str) -> bool:
    """A dash makes a field only at the head of a line; a colon does anywhere."""
    return (
        ":" in sign
        or "=" in sign
        or "#" in sign
        or (
            text[max(0, start - 2) : start].strip(" \t*•-") in {"", "\n"}
            and (start == 0 or "\n" in text[max(0, start - 6) : start])
        )
    )


def _further(tokens: Tokens, i: int) -> Iterator[tuple[int, int]]:
    """Yield names joined to one by "and", "/" or "&"."""
    if i < len(tokens.words) and tokens.words[i].low == "and" and re.fullmatch(r"[ \t]", tokens.gap(i)):
        i += 1
    elif i >= len(tokens.words) or re.fullmatch(r"[ \t]?[/&][ \t]?", tokens.gap(i)) is None:
        return
    if (
        i < len(tokens.words)
        and (span := named(tokens, i, reach(tokens, i)))
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
            span = named(tokens, i, reach(tokens, i, comma=True, lower=True))
            if span and (sure or reach(tokens, i) > i + 1):
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
        j = reach(tokens, i + 1, lower=True)
        if j == i + 1 and (_titled(tokens, i + 1) or _surely_titled(tokens, i)):
            j += 1
        if j > i + 1 and not (tokens.eponym(tokens.words[i + 1]) and tokens.headed(i + 1)):
            yield tokens.words[i + 1].start, tokens.words[j - 1].end
            yield from _further(tokens, j)


def _surely_titled(tokens: Tokens, i: int) -> bool:
    """Whether a title is one that only a name follows ("Mr. May", "MRS SPRING")."""
    title, word = tokens.words[i], tokens.words[i + 1]
    if (
        title.low not in {"mr", "mrs", "ms", "dr", "mx", "miss"}
        or title.text.islower()
        or not word.text[0].isupper()
    ):
        return False
    return (tokens.given(word) or tokens.surname(word) or word.title) and word.low not in {
        "the",
        "her",
        "his",
        "on",
    }


def _titled(tokens: Tokens, i: int) -> bool:
    """A word after a title is a name though it is a common one, unless it goes on as a sentence does."""
    word = tokens.words[i]
    known = tokens.surname(word) or tokens.given(word) or not tokens.ordinary(word)
    return (
        known
        and word.low not in tokens.wording.proper
        and (word.title or is_initial(word) or (word.loud and not tokens.ordinary(word)))
    )


def _after_roles(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield names beside a relation, a profession or "Pt"."""
    for said, start, end in tokens.wording.roles.find(folded):
        group = "clinician" if tokens.text[start:end] == "PT" else said
        gap = _BESIDE.match(tokens.text, end + (folded[end : end + 1] == "." and group != "relation"))
        i = tokens.at(gap.end()) if gap else len(tokens.words)
        if gap is None or i >= len(tokens.words) or tokens.words[i].start != gap.end() or gap.end() == end:
            continue
        j = _beside(tokens, i, group, gap.group().strip())
        if j > i:
            yield tokens.words[i].start, tokens.words[j - 1].end
            yield from _further(tokens, j)


def _beside(tokens: Tokens, i: int, group: str, sign: str) -> int:
    """Return the number of the word after the name that begins at word ``i`` beside a role; ``i`` where none does."""
    word = tokens.words[i]
    if _beside_though_common(tokens, i, group, sign):
        return max(i + 1, reach(tokens, i))
    if is_credential(tokens, i) or (not word.capital and tokens.eponym(word)):
        return i
    j = reach(tokens, i, lower=True)
    if j == i and word.text.islower() and word.low in tokens.wording.foremost:
        j = i + 1
    if j == i or _of_a_test(tokens, j - 1):
        return i
    common = tokens.ordinary(word) and not (j > i + 1 and not tokens.ordinary(tokens.words[i + 1]))
    if common and not _named_though_common(tokens, word, group, sign):
        return i
    listed = tokens.given(word) or (tokens.surname(word) and not word.capital)
    if not word.title and not (listed or (group == "relation" and not word.capital)):
        return i
    lone = group == "clinician" and tokens.eponym(word) and j == i + 1
    return i if lone and not says(tokens, j) else j


def _beside_though_common(tokens: Tokens, i: int, group: str, sign: str) -> bool:
    """Whether a common word beside a role is a name by its capital ("roommate Rain", "Lifeguard Storm", "WIFE GRACE")."""
    word = tokens.words[i]
    if sign not in {"", ",", "("} or tokens.barred(word) or len(word.low) < 3 or is_credential(tokens, i):
        return False
    if (tokens.headed(i) and group != "relation") or tokens.eponym(word) or not word.text[0].isupper():
        return False
    listed = tokens.given(word) or tokens.surname(word)
    role = tokens.words[i - 1].text if i else ""
    if word.loud:
        return group == "relation" and tokens.given(word) and not sign
    if role.isupper() and not (tokens.given(word) and not sign and ENDED.match(tokens.after(i))):
        return False
    if not word.title or word.low in tokens.wording.before:
        return False
    following = re.match(r"[ \t]+[A-Z][a-z]", tokens.after(i)) is not None
    return (listed or (group == "relation" and not sign)) and not (
        following and tokens.ordinary(word) and group != "relation"
    )


def _of_a_test(tokens: Tokens, i: int) -> bool:
    word = tokens.words[i]
    return tokens.headed(i) and (tokens.eponym(word) or tokens.ordinary(word))


def _named_though_common(tokens: Tokens, word: Word, group: str, sign: str) -> bool:
    """Whether a common word is a name beside a role: "his wife, Joy", "pt maria"."""
    if group == "relation" and word.title and tokens.given(word) and sign in {"", ",", "("}:
        return True
    plain = tokens.wording.foremost - tokens.wording.also_said
    return group != "clinician" and word.low in plain and not sign.strip("(")


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
        while first > 0 and last + 1 - first < MOST and _signing(tokens, first - 1, last):
            first -= 1
        while first <= last and (
            (is_initial(tokens.words[first]) and first == last)
            or (not is_initial(tokens.words[first]) and tokens.barred(tokens.words[first]))
        ):
            first += 1
        if first > last:
            continue
        words = tokens.words[first : last + 1]
        names = [word for word in words if tokens.given(word) or tokens.surname(word)]
        strange = [word for word in words if not tokens.ordinary(word) and not is_initial(word)]
        comma = "," in tokens.text[tokens.words[last].end : start]
        pair = len(words) == 2 and tokens.given(words[0]) and tokens.surname(words[1])
        comma = "," in tokens.text[tokens.words[last].end : start]
        pair = pair or (comma and tokens.surname(words[-1]) and _preceded(tokens, first))
        if (
            not strange
            and not (pair and not any(map(tokens.barred, words)))
            and not ((len(names) > 1 or (names and is_initial(words[0]))) and comma)
        ):
            continue
        if (
            len(words) == 1
            and not (words[0].title and (names or comma) and not tokens.eponym(words[0]))
            and not (words[0].loud and names)
        ):
            continue
        yield words[0].start, words[-1].end


def _preceded(tokens: Tokens, i: int) -> bool:
    """Whether word ``i`` has another beside it that may be a given name."""
    if i == 0 or tokens.gap(i) != " ":
        return False
    before = tokens.words[i - 1]
    return (
        before.title
        and before.opens
        and not tokens.barred(before)
        and before.low not in tokens.wording.before
    )


def _signing(tokens: Tokens, i: int, last: int) -> bool:
    word = tokens.words[i]
    if i < last:
        gap = tokens.gap(i + 1)
        if SPACE.fullmatch(gap) is None and not (
            COMMA.fullmatch(gap) and i == last - 1 and tokens.given(tokens.words[last])
        ):
            return False
        if gap.startswith(".") and len(word.text) > 2:
            return False
    if is_initial(word):
        return not is_credential(tokens, i)
    return word.text[0].isupper() and not is_credential(tokens, i) and may_be_part(tokens, word)


def _employers(tokens: Tokens, _: str) -> Iterator[tuple[int, int]]:
    """Yield who somebody works for: employers are identifiers as relatives are."""
    for match in _EMPLOYER.finditer(tokens.text):
        i = j = tokens.at(match.end())
        while (
            j < len(tokens.words)
            and j - i < MOST
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


def _before_roles(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield names before a relation in brackets: "IVY ROSE (MOTHER)", "Will (grandson)"."""
    for said, start, _ in tokens.wording.roles.find(folded):
        if said != "relation" or not folded[:start].endswith("("):
            continue
        i = last = tokens.at(start) - 1
        if last < 0 or re.fullmatch(r"[ \t]{0,2}\(", tokens.text[tokens.words[last].end : start]) is None:
            continue
        while i > 0 and i > last - 2 and tokens.gap(i) == " " and _listed_capital(tokens, i - 1):
            i -= 1
        if _listed_capital(tokens, last):
            yield tokens.words[i].start, tokens.words[last].end


def _listed_capital(tokens: Tokens, i: int) -> bool:
    word = tokens.words[i]
    return word.text[0].isupper() and (tokens.given(word) or tokens.surname(word)) and len(word.low) > 1


def announced_names(tokens: Tokens, folded: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the names of a text that something announces; they may overlap."""
    for way in (
        _in_fields,
        _after_leads,
        _after_titles,
        _after_roles,
        _before_credentials,
        _before_roles,
        _employers,
    ):
        yield from way(tokens, folded)
