"""An answer as one text with ``[n]`` marks and its sources below, and where the marks stand.

Clients show the text as Markdown: words of sources may form neither a link, nor an image, nor HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citecoder.wire.chat import Annotation, UrlCitation

if TYPE_CHECKING:
    from citecoder import wire

_LIVE = re.compile(r"!(?=\[)|(?<=\])[(:]|\\")
"""What begins an image or the address of a link, or takes the meaning of what follows."""
Link = Callable[[str], str]
"""From a passage's id to its address at this server."""


@dataclass(frozen=True, slots=True)
class Content:
    """A text in pieces, one a sentence and one for the sources; their offsets count code points of the whole."""

    pieces: tuple[str, ...]
    annotations: tuple[Annotation, ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)


def content_of(told: wire.AskResponse, link: Link) -> Content:
    """Write an answer.

    Args:
        told: the answer, or why there is none.
        link: makes the address of a passage whose source has none that is public.
    """
    cited = {
        passage.id: _citation(number, passage, link) for number, passage in enumerate(told.passages, start=1)
    }
    pieces: list[str] = []
    annotations: list[Annotation] = []
    at = 0
    for sentence in told.sentences:
        piece = f" {_plain(sentence.text)}" if pieces else _plain(sentence.text)
        marks = [cited[cite] for cite in sentence.citations if cite in cited]
        piece += " " if marks else ""
        for each in marks:
            annotations.append(each.at(at + len(piece)))
            piece += each.mark
        pieces.append(piece)
        at += len(piece)
    return Content((*pieces, *_sources(told, cited)), tuple(annotations))


@dataclass(frozen=True, slots=True)
class _Cited:
    mark: str
    title: str
    url: str

    def at(self, start: int) -> Annotation:
        """Tell where the mark stands."""
        return Annotation(
            url_citation=UrlCitation(
                start_index=start, end_index=start + len(self.mark), title=self.title, url=self.url
            )
        )


def _citation(number: int, passage: wire.Passage, link: Link) -> _Cited:
    source = passage.source
    title = ", ".join(_plain(part) for part in (source.title, source.section, source.locator) if part)
    return _Cited(f"[{number}]", title, _address(passage) or link(passage.id))


def _address(passage: wire.Passage) -> str | None:
    """Return the public address of a source that ships; whoever wrote an ingested one could have put any there."""
    url = passage.source.url
    return url if url and url.startswith("https://") and not passage.ingested else None


def _sources(told: wire.AskResponse, cited: dict[str, _Cited]) -> tuple[str, ...]:
    if not cited:
        return ()
    head = "Nearest passages" if told.abstained else "Sources"
    lines = "\n".join(
        f"{number}. {each.title}: {each.url}" for number, each in enumerate(cited.values(), start=1)
    )
    return (f"\n\n{head}:\n\n{lines}",)


def _plain(text: str) -> str:
    """Keep words in one line, and from coming alive in Markdown."""
    plain = _LIVE.sub(r"\\\g<0>", " ".join(text.split())).replace("<", "&lt;")
    return plain.replace("://", ":\u200b//").replace("www.", "www\u200b.")
