"""Markup, transcripts of chats, data and code in a note, and what stands after its end: the bounds of each.

A page's or an export's own tags are no markup in this sense; their content is the note's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from citecoder.notes.spans import fold

Stretch = tuple[int, int, bool]
"""Start, end, and whether it is to be warned of."""

_TAG = re.compile(
    r"(?:<|&lt;)(?P<shut>/?)(?P<name>[A-Za-z_][\w:.-]{0,40})(?P<rest>(?:[ \t\n]+[^<>]{0,300})?)(?P<own>/?)(?:>|&gt;)"
)
_COMMENT = re.compile(r"(?:<!--|&lt;!--)(?P<body>.*?)(?:--!?>|--&gt;|(?P<open>\Z))", re.DOTALL)
_OFFICE = re.compile(r"\s*(?:\[if\b|<!\[endif|StartFragment|EndFragment)", re.IGNORECASE)
_OTHER_COMMENT = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?(?!xml\b)[a-z].*?(?:\?>|\n|\Z)|/\*.*?(?:\*/|\n[ \t]*\n|\Z)", re.DOTALL
)
_FENCE = re.compile(
    r"(?m)^[ \t]*(```+|~~~(?!~))[^\n]*\n?(?:.*?^[ \t]*\1[^\n]*$|.*?(?=\n[ \t]*\n)|.*\Z)|(?<!`)```.*?```",
    re.DOTALL,
)
_DATA = re.compile(
    r"\{\s*(?:\"[^\"\n]{1,60}\"|'[^'\n]{1,60}'|(?i:role|codes?|units|minutes|services?|system|content|action|cpt|suggestions|output))\s*:"
    r"|\[\s*\{\s*[\"'\w]|\[\s*\"[^\"\n]{1,80}\"\s*,"
)
_FRONT = re.compile(
    r"(?m)^---[ \t]*\n(?P<body>(?:[ \t]*(?:-[ \t]+|#[^\n]*|[\w \"'-]{1,40}:)[^\n]*\n){1,40})(?:---|\.\.\.)[ \t]*$"
)
_MACHINE_KEY = re.compile(
    r"(?mi)^[ \t-]*[\"']?(?:role|system|instructions?|output|codes?|units|cpt|model|prompt|override|services|billing|task|action|content|expected|suggestions|result)[\"']?\s*:"
)
_CALL = re.compile(
    r"\b[a-z]+(?:_[a-z]+)+\s?\([^\n]*|\b[a-z]+\.[a-z_]+\([^\n]*|\b[a-z]{2,12}(?:[A-Z][a-z]+)+\([^\n]*|(?m:^[ \t]*#!/[^\n]*)"
    r"|\b(?:INSERT INTO|DELETE FROM|UPDATE \w+ SET|SELECT [^\n]{1,60} FROM|DROP TABLE)\b[^\n]*"
    r"|(?m:^[ \t]*[a-z_]{2,30} ?=+ ?[\[{\"'][^\n]*)"
    r"|(?m:^[ \t]*(?:def|function|import|const|let|var|return) [\w.]+ ?[(=\[{][^\n]*)"
)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_KEY = re.compile(
    r"[\s#*_\[(>-]{0,12}(?P<key>[A-Za-z][\w'/() ]{0,60}?)[\s*_\])]{0,6}(?::|[-–—]\s|=\s|(?=\r?\n|\Z))"
)
_SIGNED = re.compile(
    r"\b(?:sign(?:ed|ature)|electronically|co-?signed|[CS]?PTA?|DPT|COTA?|OTR|OTA|CCC|SLPA?|DC|LAT|ATC|license|lic)\b"
)
_MINUTES = re.compile(r"\d\s?(?:min|m\b|')|\d{5}", re.IGNORECASE)
_LEVEL = re.compile(
    r"(?i)\b(?:min|mod|max|cga|sba|contact guard|standby|x ?[12]|total) ?(?:a\b|assist)|\bnone\b|\bn/?a\b"
)
_INLINE_KEY = re.compile(
    r"(?:(?<=[.!?;)\"”\]>]\s)|(?<=\s\s))(?P<key>[A-Z][A-Za-z'/ ]{0,40}?)[ \t]{0,4}:(?=\s)"
)
_ASIDE = re.compile(r"\s*\([^()]*\)?")
_LEFT_OPEN = re.compile(r"(?::|\b(?:following|below|these|follows))\W*\Z", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")
_FEW_WORDS = 3  # beside a marker; more are its turn
_FEW_TAGS = 6  # an export has more
_LONGEST_DATA = 20_000


@dataclass(frozen=True)
class Marks:
    """What tells markup and its like, compiled from knowledge/lexicon/foreign.yaml.

    Attributes:
        foreign, page, whole: names of elements, in lower case.
        exported: those of ``foreign`` that an export of a record may hold.
        unseen: attributes that keep an element's content from being shown.
        speaker: a line that opens with a speaker of a chat; group ``role``.
        sure: speakers that no note has.
        token, closing: control tokens of language models; those that end a turn.
        end: a line that says that the note ends; ``set_off``: the same within a line.
        label: a line's label for what software is told or is to say.
        headers: headers of a note's sections, in lower case.
    """

    foreign: frozenset[str]
    page: frozenset[str]
    whole: frozenset[str]
    exported: frozenset[str]
    unseen: re.Pattern[str]
    speaker: re.Pattern[str]
    heading: re.Pattern[str]
    sure: frozenset[str]
    speakers: frozenset[str]
    token: re.Pattern[str]
    closing: re.Pattern[str]
    end: re.Pattern[str]
    set_off: re.Pattern[str]
    label: re.Pattern[str]
    headers: Mapping[str, str]


def compile_marks(data: Mapping[str, Any], headers: Mapping[str, str], filled: Callable[[str], str]) -> Marks:
    """Compile the words; ``filled`` puts lists of words into a pattern."""
    tags, roles, tokens, ends = data["tags"], data["roles"], data["tokens"], data["ends"]
    named = "|".join(sorted(map(re.escape, {*roles["sure"], *roles["other"]}), key=len, reverse=True))
    speakers = "|".join(map(re.escape, roles["speakers"]))
    taken = {fold(r) for r in (*roles["sure"], *roles["other"])}
    return Marks(
        foreign=frozenset(tags["foreign"]),
        page=frozenset(tags["page"]),
        whole=frozenset(tags["whole"]),
        exported=frozenset(tags["exported"]),
        unseen=re.compile(tags["unseen"], re.IGNORECASE),
        speaker=re.compile(rf"(?mi)^[ \t]*(?:<\w{{1,8}}>)?[\W_]{{0,6}}(?P<role>{named})(?:\s?\(\w+\))?[\])>*_]{{0,3}}[ \t]*(?::+|>(?=[ \t]))[*_]{{0,2}}"),
        heading=re.compile(rf"(?mi)^[ \t]*(?:#{{2,6}}[ \t]*|\*\*|=+[ \t]*|-{{2,}}[ \t]*)(?P<role>{speakers})(?:\*\*)?[ \t]*(?:message|prompt|input|turn|output|note|notice|override)?[ \t]*(?::|[=#*-]+|$)"),
        sure=frozenset(fold(r) for r in roles["sure"]),
        speakers=frozenset(fold(r) for r in roles["speakers"]),
        token=re.compile(tokens["any"], re.IGNORECASE),
        closing=re.compile(tokens["closing"], re.IGNORECASE),
        end=re.compile(rf"(?mi)^(?P<lead>[^\w\n]*)(?:{ends})[^\w\n]*$"),
        set_off=re.compile(rf"(?i)(?:(?<![=\-*#~_])[=\-*#~_]{{2,80}}|[\[<({{])[ \t/]*(?:{ends})[ \t]*(?:[=\-*#~_]{{2,}}|[\]>)}}])|(?m:^)[ \t]*(?:{ends})[.:!;](?=[ \t])"),
        label=re.compile(rf"(?mi)^[ \t]*[\W_]{{0,6}}(?:{filled(data['labels'])})[\])*_ \t]{{0,6}}(?::|—|–|--)"),
        headers={h: s for h, s in headers.items() if h not in taken},
    )  # fmt: skip


def carried(marks: Marks, text: str) -> Iterator[Stretch]:
    """Yield what markup, tokens, chats, data, code and ends of the note carry; stretches may overlap."""
    if "<" in text or "&lt;" in text or "/*" in text:
        yield from _comments(marks, text)
        yield from _elements(marks, text)
    yield from _transcripts(marks, text)
    yield from _data(text)
    yield from _code(text)
    yield from _labelled(marks, text)
    yield from _after_the_end(marks, text)


def resumes_at(marks: Marks, text: str, start: int, end: int) -> bool:
    """Tell whether a note's section begins with the words from ``start`` on."""
    key = _KEY.match(text, start, min(end, start + 90))
    return key is not None and _is_header(marks, key["key"])


def _is_header(marks: Marks, key: str) -> bool:
    plain = fold(_ASIDE.sub("", key).strip())
    return plain in marks.headers


def _section_starts(marks: Marks, text: str, start: int, end: int) -> Iterator[int]:
    """Yield where a note's sections begin between two offsets, at a line's beginning or after a sentence."""
    at = text.find("\n", start, end)
    while 0 <= at < end - 1:
        if resumes_at(marks, text, at + 1, end):
            yield at + 1
        at = text.find("\n", at + 1, end)


def _paragraph_end(marks: Marks, text: str, start: int) -> int:
    """Return where the paragraph ends: at an empty line, at a header of a note's section, or with the text."""
    gap = _BLANK_LINE.search(text, start)
    stop = gap.start() if gap else len(text)
    return min(
        (next(_section_starts(marks, text, start, stop), stop), _inline_section(marks, text, start, stop))
    )


def _told_until(marks: Marks, text: str, start: int) -> int:
    """Return the end of the line that begins before ``start``; of the paragraph, where the line says what follows."""
    stop = text.find("\n", start)
    line = text[start : len(text) if stop < 0 else stop].strip()
    if not line or _LEFT_OPEN.search(line):
        return _paragraph_end(marks, text, start)
    return min(
        len(text) if stop < 0 else stop, _inline_section(marks, text, start, stop if stop >= 0 else len(text))
    )


def _inline_section(marks: Marks, text: str, start: int, stop: int) -> int:
    found = (m.start() for m in _INLINE_KEY.finditer(text, start, stop) if _is_header(marks, m["key"]))
    return next(found, stop)


def _comments(marks: Marks, text: str) -> Iterator[Stretch]:
    for match in _COMMENT.finditer(text):
        stop = match.end() if match["open"] is None else _paragraph_end(marks, text, match.start())
        yield match.start(), stop, not _OFFICE.match(match["body"]) and bool(match["body"].strip())
    for match in _OTHER_COMMENT.finditer(text):
        yield *match.span(), True


def _elements(marks: Marks, text: str) -> Iterator[Stretch]:
    """Yield elements that a note would not hold, with their content, and what follows the note's own end tag."""
    exported = (
        text.lstrip().startswith("<") and text.rstrip().endswith(">") and len(_TAG.findall(text)) > _FEW_TAGS
    )
    opened: set[str] = set()
    passed = 0
    for tag in _TAG.finditer(text):
        name = fold(tag["name"])
        if tag["shut"]:
            if tag.end() > passed and _closes_the_note(marks, name, opened):
                passed = _rest_end(marks, text, tag.end())
                yield from _rest(text, tag.end(), passed)
            continue
        opened.add(name)
        kind = _kind(marks, name, tag["rest"], exported=exported)
        if not kind:
            continue
        shut = re.compile(rf"(?i)(?:<|&lt;)/\s*{re.escape(name)}\s*(?:>|&gt;)").search(
            text, tag.end(), tag.end() + _LONGEST_DATA
        )
        if shut and not tag["own"]:
            yield tag.start(), shut.end(), True
        elif kind == "foreign" and not tag["own"]:
            yield tag.start(), _paragraph_end(marks, text, tag.end()), True
        elif "=" in tag["rest"]:
            yield tag.start(), tag.end(), True


def _closes_the_note(marks: Marks, name: str, opened: set[str]) -> bool:
    """Tell whether an end tag is the whole note's, or of an element that never began."""
    if name in marks.whole:
        return name not in marks.page
    return name not in opened and name not in marks.page


def _kind(marks: Marks, name: str, attributes: str, *, exported: bool) -> str:
    """Return what an element is: foreign by its name or its style, unknown, or nothing of note."""
    if marks.unseen.search(attributes):
        return "foreign"
    if name in marks.foreign and not (exported and name in marks.exported):
        return "foreign"
    if name in marks.page or name in marks.whole or name in marks.headers:
        return ""
    return "" if exported else "unknown"


def _rest_end(marks: Marks, text: str, start: int) -> int:
    return next(_section_starts(marks, text, start, len(text)), len(text))


def _rest(text: str, start: int, stop: int) -> Iterator[Stretch]:
    """Yield the lines from an end of the note on; signatures are left."""
    for line in _LINE.finditer(text, start, stop):
        words = line.group()
        if any(c.isalnum() for c in words) and (not _SIGNED.search(words) or _MINUTES.search(words)):
            yield *line.span(), True


def _after_the_end(marks: Marks, text: str) -> Iterator[Stretch]:
    for pattern in (marks.end, marks.set_off):
        passed = 0
        for match in pattern.finditer(text):
            if match.end() > passed:
                passed = _rest_end(marks, text, match.end())
                yield from _rest(text, match.end(), passed)


def _transcripts(marks: Marks, text: str) -> Iterator[Stretch]:
    """Yield turns of a chat: from the first marker to the end of the last one's words."""
    found = [(m.start(), m.end(), "token", m) for m in marks.token.finditer(text)]
    found += [(m.start(), m.end(), fold(m["role"]), m) for m in marks.speaker.finditer(text)]
    headed = [(m.start(), m.end(), "heading", m) for m in marks.heading.finditer(text)]
    found = sorted((*found, *headed), key=lambda m: m[:2])
    for group in _grouped(marks, text, found):
        kinds = {kind for _, _, kind, _ in group}
        sure = kinds & (marks.sure | {"token", "heading"})
        chat = len(kinds & marks.speakers) > 1 and not any(_is_staff(text, end) for _, end, _, _ in group)
        if sure or chat:
            start, (_, last_end, _, last) = group[0][0], group[-1]
            ends = marks.closing.fullmatch(last.group()) is not None and len(group) > 1
            yield start, last_end if ends else _last_turn(marks, text, group), True
        else:
            yield from (_turn(text, s, e) for s, e, kind, _ in group if _is_told(text, e, kind))


def _last_turn(marks: Marks, text: str, group: list[Any]) -> int:
    """Return the end of the last turn: of its line where the whole chat is one line or one turn, else of its paragraph."""
    start, end, kind, _ = group[-1]
    if len(group) > 1 and "\n" not in text[group[0][0] : end]:
        return _turn(text, start, end)[1]
    here = len(text[end : _turn(text, end, end)[1]].split()) > _FEW_WORDS
    lone = len(group) == 1 and (here or kind not in ("token", "heading"))
    return _told_until(marks, text, end) if lone else _paragraph_end(marks, text, end)


def _grouped(marks: Marks, text: str, found: list[Any]) -> Iterator[list[Any]]:
    """Yield runs of markers; two sections of a note between two markers part them."""
    group: list[Any] = []
    for marker in found:
        if group and len(list(_section_starts(marks, text, group[-1][1], marker[0]))) > 1:
            yield group
            group = []
        group.append(marker)
    if group:
        yield group


def _turn(text: str, start: int, end: int) -> Stretch:
    stop = text.find("\n", end)
    return start, len(text) if stop < 0 else stop, True


def _is_told(text: str, end: int, role: str) -> bool:
    """Tell whether a lone speaker's line gives minutes or codes, as no line about a person or a system does."""
    line = text[end : _turn(text, end, end)[1]]
    return role in (
        "system",
        "assistant",
        "user",
        "admin",
        "administrator",
        "operator",
        "function",
        "agent",
    ) and bool(_MINUTES.search(line) and not _SIGNED.search(line) and not _LEVEL.search(line))


def _is_staff(text: str, end: int) -> bool:
    line = text[end : _turn(text, end, end)[1]]
    return _SIGNED.search(line) is not None or _LEVEL.search(line) is not None


def _data(text: str) -> Iterator[Stretch]:
    """Yield objects and lists of data, unless the whole text is one."""
    at = 0
    while match := _DATA.search(text, at):
        end = _closed(text, match.start())
        if (
            text[: match.start()].strip()
            or text[end:].strip()
            or re.search(r"[\"']role[\"']\s*:", match.group())
        ):
            yield match.start(), end, True
        at = max(end, match.end())
    for front in _FRONT.finditer(text):
        if _MACHINE_KEY.search(front["body"]):
            yield *front.span(), True


def _closed(text: str, start: int) -> int:
    """Return the end of what a bracket opens; where it stays open, the end of the paragraph."""
    depth = 0
    for at in range(start, min(len(text), start + _LONGEST_DATA)):
        depth += (text[at] in "{[") - (text[at] in "}]")
        if not depth:
            return at + 1
    gap = _BLANK_LINE.search(text, start)
    return gap.start() if gap else len(text)


def _code(text: str) -> Iterator[Stretch]:
    for match in _FENCE.finditer(text) if "```" in text or "~~~" in text else ():
        if text[: match.start()].strip() or text[match.end() :].strip():
            yield *match.span(), True
    for match in _CALL.finditer(text):
        yield *match.span(), True


def _labelled(marks: Marks, text: str) -> Iterator[Stretch]:
    for match in marks.label.finditer(text):
        yield match.start(), _told_until(marks, text, match.end()), True
