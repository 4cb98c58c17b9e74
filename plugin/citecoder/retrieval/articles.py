"""The one reader of ``knowledge/articles``: Markdown digests of sources → passages.

One ``##`` or ``###`` section is one passage, ``<article id>/<slug of heading>``. A section inherits the
article's front matter; an attribute list after its heading may narrow it:
``## Treatment note {codes: 97110 97140; locator: "§220.3.E"; confidence: high}``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from citecoder.errors import InputError, KnowledgeError
from citecoder.model import Authority, Confidence, Dispute, Passage, Source
from citecoder.paths import find_files
from citecoder.retrieval.frontmatter import slug, split_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from citecoder.paths import DataRoots

FOLDER = "knowledge/articles"

_REQUIRED = frozenset({"id", "title", "publisher", "authority", "confidence", "checked"})
_OPTIONAL = frozenset(
    {
        "locator",
        "url",
        "published",
        "effective",
        "ends",
        "revision",
        "supersedes",
        "payer",
        "read",
        "licence",
        "summary",
    }
)
_DATES = frozenset({"published", "effective", "ends", "checked"})
_ATTRIBUTES = frozenset(
    {
        "codes",
        "locator",
        "confidence",
        "effective",
        "ends",
        "lead",
        "answers",
        "disputed-by",
        "because",
        "unknown",
    }
)
_HEADING = re.compile(r"^(#{1,3})[ \t]+(.*?)[ \t]*(?:\{(.*)\}[ \t]*)?$", re.MULTILINE)
_ATTRIBUTE = re.compile(r'\s*([a-z-]+)\s*:\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))\s*(?:;|$)')
_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")


class _Section(NamedTuple):
    """A section as it stands in the file, before it is understood."""

    heading: tuple[str, ...]
    attributes: dict[str, str | None]
    text: str
    where: str


def load_passages(roots: DataRoots) -> tuple[Passage, ...]:
    """Read every article of the packaged folder and of the site's folder.

    Args:
        roots: the data folders; an article of the site replaces the packaged file of the same name.

    Returns:
        The passages by article name, in the order of each file.

    Raises:
        KnowledgeError: a file breaks the format, or a dispute names a passage that isn't there.
    """
    passages = tuple(p for path in find_files(roots, FOLDER, ".md") for p in read_article(path))
    _check_unique(passages)
    disputes = [p.disputed.by for p in passages if p.disputed]
    check_citations(disputes, passages)
    return passages


def read_article(path: Path) -> tuple[Passage, ...]:
    """Read one article.

    Raises:
        KnowledgeError: with the file and the key that is wrong.
    """
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    try:
        head, body = split_front_matter(text, str(path))
    except InputError as error:
        raise KnowledgeError(str(error)) from error
    source = _source(head, path)
    passages = tuple(_passage(section, source) for section in _sections(body, path))
    if not passages:
        raise KnowledgeError(f"{path}: no '##' section; every passage is one section with its text")
    return passages


def check_citations(ids: Iterable[str], passages: Iterable[Passage]) -> None:
    """Make sure that every cited id is a passage.

    Raises:
        KnowledgeError: naming all ids that dangle.
    """
    dangling = sorted(set(ids) - {p.id for p in passages})
    if dangling:
        raise KnowledgeError(
            f"{FOLDER}: no passage {', '.join(dangling)}; correct the citation or add the section to the article"
        )


# --- front matter --------------------------------------------------------------------------------


def _source(head: Mapping[str, Any], path: Path) -> Source:
    _check_keys(head, path)
    values = {key: _day(value, path, key) if key in _DATES else value for key, value in head.items()}
    if values["id"] != path.stem or slug(path.stem) != path.stem:
        raise KnowledgeError(f"{path}: key 'id' must be the file's name in lower case, '{slug(path.stem)}'")
    _check_choice(values["authority"], get_args(Authority), path, "authority")
    _check_choice(values["confidence"], get_args(Confidence), path, "confidence")
    if values["authority"] == "regulator" and not values.get("locator"):
        raise KnowledgeError(
            f"{path}: key 'locator' is compulsory for a regulator (where the original stands)"
        )
    if values["checked"] is None:
        raise KnowledgeError(f"{path}: key 'checked' must be the date when the source was read")
    values["summary"] = values.get("summary", True) is not False
    texts: dict[str, Any] = {key: None if value is None else _text(value) for key, value in values.items()}
    return Source(**texts)


def _text(value: Any) -> Any:
    return value if isinstance(value, str | bool | date) else str(value)


def _check_keys(head: Mapping[str, Any], path: Path) -> None:
    for key in sorted(head.keys() - _REQUIRED - _OPTIONAL):
        allowed = ", ".join(sorted(_REQUIRED | _OPTIONAL))
        raise KnowledgeError(f"{path}: unknown key '{key}' in the front matter; known are {allowed}")
    for key in sorted(_REQUIRED):
        if head.get(key) in (None, ""):
            raise KnowledgeError(f"{path}: key '{key}' is missing from the front matter")


def _check_choice(value: Any, choices: tuple[str, ...], path: Path | str, key: str) -> Any:
    if value not in choices:
        raise KnowledgeError(f"{path}: key '{key}' is '{value}'; it must be one of {', '.join(choices)}")
    return value


def _day(value: Any, path: Path | str, key: str) -> date | None:
    if value is None or value == "null":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise KnowledgeError(
            f"{path}: key '{key}' is '{value}'; write a date as YYYY-MM-DD or null"
        ) from None


# --- sections ------------------------------------------------------------------------------------


def _sections(body: str, path: Path) -> Iterator[_Section]:
    heads = [*_HEADING.finditer(body)]
    before = body[: heads[0].start()] if heads else body
    if before.strip():
        raise KnowledgeError(f"{path}: text before the first '##' heading belongs to no passage")
    parent = ""
    for head, following in zip_longest(heads, heads[1:]):
        level, title = len(head[1]), head[2]
        parent = title if level == 2 else parent
        text = body[head.end() : following.start() if following else None].strip()
        where = f"{path}, '{title}'"
        if text and level > 1:
            path_of_headings = (title,) if title == parent else (parent, title)
            yield _Section(path_of_headings, _attributes(head[3], where), text, where)
        elif text or (level > 1 and not (following and len(following[1]) > level)):
            raise KnowledgeError(f"{where}: a passage is a '##' or '###' heading with text below it")


def _attributes(written: str | None, where: str) -> dict[str, str | None]:
    """Read ``key: value; key: "value; quoted"``; a bare ``null`` takes back what the article says."""
    found: dict[str, str | None] = {}
    at = 0
    rest = (written or "").strip()
    while at < len(rest):
        match = _ATTRIBUTE.match(rest, at)
        if match is None or match.end() == at:
            raise KnowledgeError(
                f'{where}: can\'t read the attributes; write {{key: value; key: "value; quoted"}}'
            )
        key = match[1]
        if key not in _ATTRIBUTES:
            known = ", ".join(sorted(_ATTRIBUTES))
            raise KnowledgeError(f"{where}: unknown attribute '{key}'; known are {known}")
        bare = match[3] and match[3].strip()
        found[key] = (
            match[2].replace('\\"', '"') if match[2] is not None else (bare if bare != "null" else None)
        )
        at = match.end()
    return found


def _passage(section: _Section, article: Source) -> Passage:
    attributes, where = section.attributes, section.where
    source = replace(article, section=section.heading[-1])
    if "locator" in attributes:
        source = replace(source, locator=_locator(article.locator, attributes["locator"]))
    if "confidence" in attributes:
        level = _check_choice(attributes["confidence"], get_args(Confidence), where, "confidence")
        source = replace(source, confidence=level)
    if "effective" in attributes:
        source = replace(source, effective=_day(attributes["effective"], where, "effective"))
    if "ends" in attributes:
        source = replace(source, ends=_day(attributes["ends"], where, "ends"))
    return Passage(
        id=f"{article.id}/{slug(section.heading[-1])}",
        text=section.text,
        source=source,
        heading=section.heading,
        codes=_codes(attributes.get("codes") or "", where),
        disputed=_dispute(attributes, where),
        answers=tuple(a.strip() for a in (attributes.get("answers") or "").split("|") if a.strip()),
        lead=attributes.get("lead") or None,
        unknown=_check_choice(attributes.get("unknown", "false"), ("true", "false"), where, "unknown")
        == "true",
    )


def _locator(article: str | None, section: str | None) -> str | None:
    """Complete a section's locator: "§220.3.E" takes what stands before the article's own "§"."""
    if section and article and section.startswith("§") and not article.startswith("§"):
        return f"{article.split('§')[0].rstrip(' ,')} {section}"
    return section


def _codes(written: str, where: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(re.split(r"[\s,]+", written.strip()))) if written.strip() else ()
    for code in codes:
        if not _CODE.fullmatch(code):
            raise KnowledgeError(
                f"{where}: '{code}' under 'codes' is no procedure code; list them one by one"
            )
    return codes


def _dispute(attributes: Mapping[str, str | None], where: str) -> Dispute | None:
    by, because = attributes.get("disputed-by"), attributes.get("because")
    if not by and not because:
        return None
    if not by or not because:
        raise KnowledgeError(f"{where}: 'disputed-by' and 'because' belong together")
    return Dispute(by=by, because=because)


def _check_unique(passages: tuple[Passage, ...]) -> None:
    seen: set[str] = set()
    for passage in passages:
        if passage.id in seen:
            raise KnowledgeError(
                f"{FOLDER}: two sections make the passage {passage.id}; give one another heading"
            )
        seen.add(passage.id)
