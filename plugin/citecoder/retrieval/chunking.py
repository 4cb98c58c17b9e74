"""A user's document, Markdown or plain text → passages of about 80 to 1,200 characters.

An id is ``<article>/<heading-slug>`` and ``#2``, ``#3`` … within a section: it comes from headings and order, so it
survives a rewording of the text. Lists, tables and question–answer pairs stay whole; nothing is cut inside a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

from citecoder.errors import InputError
from citecoder.model import AUTHORITY_RANK, Authority, Passage, Source
from citecoder.retrieval.blocks import Block, answer_of, question_of, read_blocks
from citecoder.retrieval.frontmatter import slug, split_front_matter
from citecoder.retrieval.furniture import without_furniture
from citecoder.retrieval.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

SHORTEST = 80
LONGEST = 1200
NO_HEADING = "introduction"

_CODE_OR_RANGE = re.compile(r"\b(\d{5}|[A-Z]\d{4}|\d{4}[A-Z])(?:\s?(?:-|–|to|through)\s?(\d{5}))?\b")


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What the person who ingests says about a document; it wins over the document's front matter.

    Attributes:
        id: the article's id; else the front matter's, else the slug of the file's name.
        authority: only here may a document be raised above "payer".
    """

    id: str | None = None
    title: str | None = None
    publisher: str | None = None
    authority: Authority | None = None
    payer: str | None = None
    effective: date | None = None
    published: date | None = None
    url: str | None = None


class _Piece(NamedTuple):
    """Text on its way to becoming a passage. ``open``: it announces what follows ("… include:")."""

    text: str
    answers: tuple[str, ...] = ()
    whole: bool = False

    @property
    def open(self) -> bool:
        return self.text.rstrip().endswith(":")


class _Section(NamedTuple):
    heading: tuple[str, ...]
    blocks: list[Block]


def chunk_article(
    text: str,
    name: str,
    *,
    checked: date,
    known_codes: Collection[str] = frozenset(),
    options: IngestOptions | None = None,
) -> tuple[Passage, ...]:
    """Cut a document into passages.

    Args:
        text: the document, with or without front matter.
        name: its file name, which gives the id when nothing else does.
        checked: the day on which it is read in.
        known_codes: the procedure codes that may be recognised; other five-digit numbers are none.
        options: what the user says about the document.

    Returns:
        The passages in order, all ``ingested``, of low confidence, in the document's own words.

    Raises:
        InputError: the document has no text, or its front matter can't be read.
    """
    if "\x00" in text:
        raise InputError(f"{name}: not a text file; give Markdown or plain text")
    head, body = split_front_matter(text.removeprefix("\ufeff").replace("\r\n", "\n"), name)
    blocks = without_furniture(read_blocks(body))
    source = _source(head, options or IngestOptions(), name, checked, _title(blocks))
    passages = tuple(_passages(_sections(blocks), source, frozenset(known_codes)))
    if not passages:
        raise InputError(f"{name}: no text was found besides menus and headings; nothing to ingest")
    return passages


# --- sections and pieces -------------------------------------------------------------------------


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    """Group blocks under the path of headings above them."""
    path: list[tuple[int, str]] = []
    section = _Section((), [])
    for place, block in enumerate(blocks):
        if block.kind != "heading":
            section.blocks.append(block)
            continue
        yield section
        # In plain text all headings look alike: the one that opens the document is its title.
        level = 1 if place == 0 else block.level
        path = [*((depth, title) for depth, title in path if depth < level), (level, block.text)]
        section = _Section(tuple(title for _, title in path), [])
    yield section


def _passages(sections: Iterable[_Section], source: Source, known: frozenset[str]) -> Iterator[Passage]:
    owners: dict[str, tuple[str, ...]] = {}
    count: Counter[str] = Counter()
    for section in sections:
        base = _base_id(section.heading, owners)
        for piece in _pieces(section.blocks):
            count[base] += 1
            number = "" if count[base] == 1 else f"#{count[base]}"
            yield Passage(
                id=f"{source.id}/{base}{number}",
                text=piece.text,
                source=replace(source, section=section.heading[-1] if section.heading else ""),
                heading=section.heading,
                codes=_codes(piece.text, section.heading, known),
                answers=piece.answers,
                ingested=True,
            )


def _base_id(heading: tuple[str, ...], owners: dict[str, tuple[str, ...]]) -> str:
    """Return a slug that no other section has: with the parent's slug in front when two headings are alike."""
    base = (slug(heading[-1]) if heading else "") or NO_HEADING
    if owners.setdefault(base, heading) != heading and len(heading) > 1:
        base = f"{slug(heading[-2])}-{base}"
        owners.setdefault(base, heading)
    return base


def _pieces(blocks: Sequence[Block]) -> list[_Piece]:
    """Cut a section's blocks to size: what announces a list stays with it, scraps join their neighbour."""
    pieces: list[_Piece] = []
    for piece in (cut for block in blocks for cut in _cut(block) if cut.text.strip()):
        last = pieces[-1] if pieces else None
        if (
            last
            and (last.open or _are_scraps(last, piece))
            and len(last.text) + len(piece.text) < LONGEST + SHORTEST
        ):
            pieces[-1] = _Piece(
                f"{last.text}\n\n{piece.text}", last.answers + piece.answers, last.whole or piece.whole
            )
        else:
            pieces.append(piece)
    # What announces only the next heading says nothing by itself.
    if len(pieces) > 1 and pieces[-1].open and not pieces[-1].whole:
        last = pieces.pop()
        pieces[-1] = pieces[-1]._replace(text=f"{pieces[-1].text}\n\n{last.text}")
    return pieces


def _are_scraps(last: _Piece, piece: _Piece) -> bool:
    return min(len(last.text), len(piece.text)) < SHORTEST and not (last.answers and piece.answers)


def _cut(block: Block) -> list[_Piece]:
    if block.kind == "qa":
        question, answer = question_of(block), answer_of(block)
        return [
            _Piece(
                f"Q: {question}\nA: {answer}" if answer else question,
                (question,) if answer else (),
                whole=True,
            )
        ]
    if block.kind in ("list", "table"):
        return [_Piece(text, whole=True) for text in _packed(block.lines, "\n")]
    if len(block.text) <= LONGEST:
        return [_Piece(block.text)]
    return [_Piece(text) for text in _packed(sentences(" ".join(block.lines)), " ")]


def _packed(parts: Sequence[str], joint: str) -> list[str]:
    """Join whole parts to texts of at most the longest size, of about equal length. A longer part stays whole."""
    total = sum(len(part) + len(joint) for part in parts)
    aim = total / max(1, -(-total // LONGEST))
    texts: list[str] = []
    for part in parts:
        if texts and len(texts[-1]) < aim and len(texts[-1]) + len(joint) + len(part) <= LONGEST:
            texts[-1] += joint + part
        else:
            texts.append(part)
    return texts


def _codes(text: str, heading: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """Return the known codes of the text and of its own heading; failing that, those of the headings above."""
    for where in (" ".join((text, *heading[-1:])), " ".join(heading)):
        found = [code for match in _CODE_OR_RANGE.finditer(where) for code in _spelled(match, known)]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _spelled(found: re.Match[str], known: frozenset[str]) -> list[str]:
    first, last = found[1], found[2]
    if last and first.isdigit():
        return sorted(code for code in known if code.isdigit() and first <= code <= last)
    return [code for code in (first, last) if code in known]


# --- the source ----------------------------------------------------------------------------------


def _title(blocks: Sequence[Block]) -> str | None:
    return blocks[0].text if blocks and blocks[0].kind == "heading" else None


def _source(
    head: Mapping[str, Any], options: IngestOptions, name: str, checked: date, title: str | None
) -> Source:
    stem = PurePath(name).stem
    article = slug(options.id or str(head.get("id") or "") or stem)
    if not article:
        raise InputError(
            f"{name}: no id can be made of the file's name; give one with 'id:' in the front matter", "id"
        )
    payer = options.payer or _text(head, "payer")
    return Source(
        id=article,
        title=options.title or _text(head, "title") or title or stem,
        publisher=options.publisher or _text(head, "publisher") or "not stated",
        authority=_authority(head, options, payer, name),
        confidence="low",
        checked=checked,
        locator=_text(head, "locator"),
        summary=False,
        published=options.published or _day(head, "published", name),
        effective=options.effective or _day(head, "effective", name),
        ends=_day(head, "ends", name),
        revision=_text(head, "revision"),
        supersedes=_text(head, "supersedes"),
        url=options.url or _text(head, "url"),
        payer=payer,
        licence=_text(head, "licence"),
    )


def _authority(head: Mapping[str, Any], options: IngestOptions, payer: str | None, name: str) -> Authority:
    """A document ranks as its payer's word or as an article; it can't raise itself by its own front matter."""
    if options.authority:
        return options.authority
    usual: Authority = "payer" if payer else "article"
    claimed = _text(head, "authority") or usual
    if claimed not in get_args(Authority):
        known = ", ".join(get_args(Authority))
        raise InputError(f"{name}: 'authority' in the front matter must be one of {known}", "authority")
    return cast("Authority", claimed) if AUTHORITY_RANK[claimed] <= AUTHORITY_RANK["payer"] else usual


def _text(head: Mapping[str, Any], key: str) -> str | None:
    value = head.get(key)
    return None if value in (None, "") else str(value).strip()


def _day(head: Mapping[str, Any], key: str, name: str) -> date | None:
    value = head.get(key)
    if isinstance(value, datetime):
        return value.date()
    if value in (None, "") or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InputError(f"{name}: '{key}' in the front matter must be a date, YYYY-MM-DD", key) from None
