"""A text cut into pieces (words, numbers, codes), each described for the tagger: how it is written, and what the lists say."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from citecoder.redaction.marking import Found
from citecoder.redaction.phrases import Phrases, fold
from citecoder.redaction.tokens import loud_lines, traits_of

if TYPE_CHECKING:
    from citecoder.redaction.wording import Wording

_ENDINGS = "com|org|net|edu|gov|io|example|test|invalid|jpe?g|png|dcm|gif|heic|tiff?|bmp|pdf|mp4|mov|wav|mp3"
_LINKED = re.compile(
    rf"[\w.+%-]{{1,64}}@[\w,-]{{1,64}}(?:[.,]\w{{1,24}}){{1,6}}"
    rf"|(?:https?|s?ftp|file)://[^\s\])>,;]{{0,200}}[^\s\])>,;.]"
    rf"|[\w.-]{{0,80}}\w\.(?:{_ENDINGS})\b(?:[./?=\w&-]{{0,120}}\w)?",
    re.IGNORECASE,
)
"""A mail address, a link, the name of a file or a host: one piece."""
_PIECE = re.compile(r"[^\W_]{1,40}(?:[-.'’/:#*_][^\W_]{1,40}){0,12}")
_JOINTS = re.compile(r"([-.'’/:#*_])")
_REPEATED = re.compile(r"(.)\1{2,}")
_TWICE = r"\1\1+"
_BLANK = re.compile(r"[ \t]+")
_OTHER_BLANK = re.compile(r"[^\S ]")
_LINE = re.compile(r"\s*\n\s*")
_DAY = re.compile(r"(\d{1,4})[-/.](\d{1,2})(?:[-/.](\d{2,4}))?")
_DIGIT = re.compile(r"\d")
_LONGEST = 12
_GAP = 80
_COLUMN = 8


class Piece(NamedTuple):
    """A word, a number or a code of a text: where it stands, and its features."""

    start: int
    end: int
    features: tuple[str, ...]


def describe(text: str, found: Sequence[Found], wording: Wording) -> list[Piece]:
    """Cut a text and describe its pieces.

    Args:
        text: any text.
        found: what the rules hold for identifiers in it.
        wording: what knowledge/redaction says.
    """
    ends = _cut(text)
    folded = fold(text)
    written = [text[start:end] for start, end in ends]
    low = [folded[start:end] for start, end in ends]
    ruled = _ruled(text, ends, found)
    listed = _listed(folded, wording)
    numbered = {
        at: label.kind for label, start, end in wording.numbers.find(folded) for at in range(start, end)
    }
    times = Counter(low)
    same: dict[str, set[str]] = {}
    for word, kind in zip(low, ruled, strict=True):
        same.setdefault(word, set()).add(kind)
    loud = loud_lines(text)
    starts = [start for start, _ in loud]
    looks: dict[str, tuple[str, ...]] = {}
    pieces = []
    for i, (start, end) in enumerate(ends):
        line = bisect_right(starts, start) - 1
        if written[i] not in looks:
            looks[written[i]] = tuple(_written(written[i], low[i], wording))
        features = [
            *looks[written[i]],
            *_around(text, ends, i),
            f"r={ruled[i]}",
            *(f"m={name}" for name, places in listed.items() if places[start]),
            f"col={min((start - starts[line]) // _COLUMN, _LONGEST)}",
        ]
        if start in numbered:
            features.append(f"nl={numbered[start]}")
        if loud[line][1]:
            features.append("loud")
        if times[low[i]] > 1:
            features += ["again", *sorted(f"ro={kind}" for kind in same[low[i]])]
        pieces.append(Piece(start, end, tuple(features)))
    return pieces


def _cut(text: str) -> list[tuple[int, int]]:
    ends: list[tuple[int, int]] = []
    at = 0
    for match in _LINKED.finditer(text):
        ends += _plain(text, at, match.start())
        ends.append(match.span())
        at = match.end()
    return ends + _plain(text, at, len(text))


def _plain(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a stretch without links: "Reed/Ortiz" is two pieces, "3/5/26", "PT-4471" and "O'Brien" are one."""
    ends = []
    for match in _PIECE.finditer(text, start, end):
        parts = _JOINTS.split(match.group())
        first = at = match.start()
        for left, joint, right in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            at += len(left)
            if not _one(left, joint, right):
                ends.append((first, at))
                first = at + 1
            at += 1
        ends.append((first, match.end()))
    return ends


def _one(left: str, joint: str, right: str) -> bool:
    """Tell whether a sign joins what stands around it to one piece."""
    if joint == ":":
        return left[-1].isdigit() and right[0].isdigit()
    if joint == "/":
        return not (left.isalpha() and right.isalpha())
    if joint == ".":
        return any(map(str.isdigit, left + right))
    return True


def _written(word: str, low: str, wording: Wording) -> Iterator[str]:
    """Yield how a piece is written, and what the lists of words say of it."""
    has_digit = _DIGIT.search(word) is not None
    shape = "".join(map(_sign, word))
    yield f"w={_DIGIT.sub('0', low)[:10] if has_digit else low}"
    yield f"s={_REPEATED.sub(_TWICE, shape)[:14]}"
    yield f"L={shape[:14]}"
    yield f"len={min(len(word), _LONGEST)}"
    if not has_digit:
        yield from (f"p2={low[:2]}", f"p3={low[:3]}", f"x2={low[-2:]}", f"x3={low[-3:]}")
        yield from _said(low, wording)
        return
    if day := _DAY.fullmatch(word):
        yield f"md={1 <= int(day[1]) <= 12:d}{1 <= int(day[2]) <= 31:d}{'y' if day[3] else ''}"
    if word.isdecimal():
        yield f"num={min(int(word), 100)}" if len(word) < 4 else f"dig{len(word)}"


def _sign(char: str) -> str:
    if char.isdigit():
        return "9"
    if char.isalpha():
        return "X" if char.isupper() else "x"
    return char


def _said(low: str, wording: Wording) -> Iterator[str]:
    traits = traits_of(low, wording)
    told = {
        "giv": traits.given, "sur": traits.surname, "ord": traits.ordinary, "bar": traits.barred, "epo": traits.eponym,
        "fore": low in wording.foremost, "tit": low in wording.titles, "str": low in wording.streets,
        "pro": low in wording.proper, "gen": low in wording.generic, "med": wording.forms_of(low),
    }  # fmt: skip
    return (f"t={name}" for name, holds in told.items() if holds)


def _around(text: str, ends: Sequence[tuple[int, int]], i: int) -> Iterator[str]:
    """Yield what stands between a piece and its neighbours."""
    start, end = ends[i]
    before = text[ends[i - 1][1] : start] if i else "\n"
    after = text[end : ends[i + 1][0]] if i + 1 < len(ends) else "\n"
    yield f"g={_short(before)}"
    yield f"h={_short(after)}"
    yield f"gc={''.join(sorted({char for char in before if not (char.isalnum() or char == '_' or char.isspace())}))}"


def _short(gap: str) -> str:
    gap = gap[:_GAP]
    return _OTHER_BLANK.sub("N", _BLANK.sub(" ", _LINE.sub("N", gap))[:4])


def _ruled(text: str, ends: Sequence[tuple[int, int]], found: Sequence[Found]) -> list[str]:
    """Return the kind of which the rules hold each piece, with a star where they hold it in part; ``-`` where none."""
    kinds: list[str | None] = [None] * len(text)
    for one in found:
        kinds[one.start : one.end] = [one.kind] * (one.end - one.start)
    told = []
    for start, end in ends:
        held = Counter(kinds[at] for at in range(start, end) if text[at].isalnum())
        kind = held.most_common(1)[0][0] if held else None
        told.append((kind or "-") + ("*" if len(held) > 1 else ""))
    return told


def _listed(folded: str, wording: Wording) -> Mapping[str, bytearray]:
    """Return for each list of phrases where the text holds one of them."""
    lists: dict[str, Phrases[str]] = {
        "city": wording.cities, "role": wording.roles, "label": wording.labels, "cred": wording.credentials,
        "state": wording.states, "plead": wording.place_leads, "lead": wording.leads, "fac": wording.facilities,
    }  # fmt: skip
    told = {}
    for name, phrases in lists.items():
        told[name] = places = bytearray(len(folded) + 1)
        for _, start, end in phrases.find(folded):
            places[start:end] = b"\x01" * (end - start)
    return told
