"""The lexicon: phrases of knowledge/lexicon and of the families' concepts → mentions in a text.

The one reader of knowledge/lexicon. Phrases match whole words, ignoring case, longest first; a concept's
``short`` abbreviations match their exact case. Long names of services tolerate a misspelling; drugs, tests
and codes never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import ahocorasick
from rapidfuzz import fuzz, process

from citecoder.errors import KnowledgeError
from citecoder.model import Mention, Span
from citecoder.notes.foreign import ForeignWords, compile_foreign
from citecoder.notes.learned import ReadingModel, load_reading_model
from citecoder.notes.spans import fold
from citecoder.notes.words import stem
from citecoder.paths import DataRoots, find_files
from citecoder.yaml_text import parse_yaml

_FUZZY_LETTERS = 9
_FUZZY_SCORE = 84.0
_FUZZY_WORD = 76.0
_BESIDE_MINUTES = re.compile(r"[\s:,x(–-]*\d{1,3}\s{0,24}(?:min|'|m\b)", re.IGNORECASE)
_MINUTES_AHEAD = re.compile(r"\d\s{0,24}(?:min|'|m\b)", re.IGNORECASE)
_LISTED = re.compile(r"\b(?:US|MHP|IFC|MT|TE|ice|heat|packs?|stim|TENS)[\s,/+&]+$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z'/-]*")


class ConceptLike(Protocol):
    """What the lexicon needs of a family's concept."""

    @property
    def id(self) -> str:
        """The id of the concept."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the service."""
        ...

    @property
    def short(self) -> tuple[str, ...]:
        """Abbreviations that match their exact case."""
        ...

    @property
    def content(self) -> tuple[str, ...]:
        """Things done in it."""
        ...

    @property
    def only_with(self) -> tuple[str, ...]:
        """Phrases without any of which plain words are not taken for it."""
        ...


class Hit(NamedTuple):
    """A phrase found: what it stands for and where."""

    payload: Any
    start: int
    end: int


class Phrases:
    """A set of phrases, each with a payload, found in one pass over a text.

    Args:
        entries: (phrase, payload) pairs; a phrase given twice keeps its first payload.
        fold_case: match ignoring case.
    """

    def __init__(self, entries: Iterable[tuple[str, Any]], *, fold_case: bool = True) -> None:
        self._fold = fold_case
        self._automaton = ahocorasick.Automaton()
        self._size = 0
        for phrase, payload in entries:
            key = fold(phrase) if fold_case else phrase
            if key not in self._automaton:
                self._automaton.add_word(key, (key, payload))
                self._size += 1
        if self._size:
            self._automaton.make_automaton()

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """Return every whole-word occurrence between two offsets, in order, overlaps included."""
        if not self._size:
            return []
        stop = len(text) if end is None else end
        window = text[start:stop]
        window = fold(window) if self._fold else window
        hits = []
        for last, (key, payload) in self._automaton.iter(window):
            first, after = last - len(key) + 1, _whole(window, last - len(key) + 1, last + 1)
            if after:
                hits.append(Hit(payload, start + first, start + after))
        return sorted(hits, key=lambda h: (h.start, -h.end)) if len(hits) > 1 else hits


def _whole(text: str, start: int, end: int) -> int | None:
    """Return the end of the match when it is bounded by non-letters (a plural s is taken along)."""
    if start and text[start].isalnum() and text[start - 1].isalnum():
        return None
    if end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        plural = (
            text[end] == "s"
            and (end + 1 == len(text) or not text[end + 1].isalnum())
            and text[end - 1] != "s"
        )
        return end + 1 if plural and text[end - 1].isalpha() else None
    return end


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Keep the longest of overlapping hits, the earlier one first."""
    if not hits:
        return []
    base = min(h.start for h in hits)
    taken = bytearray(max(h.end for h in hits) - base)
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        first, last = hit.start - base, hit.end - base
        if not any(taken[first:last]):
            taken[first:last] = b"\x01" * (last - first)
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Everything that reading a note looks up. Compared by identity, so that what is derived from it can be kept."""

    services: Phrases
    shorts: Phrases
    lower_shorts: Phrases
    ambiguous: frozenset[str]
    fuzzy: Mapping[tuple[int, str], Mapping[str, str]]
    known_words: frozenset[str]
    not_services: Phrases
    compatible: Mapping[str, frozenset[str]]
    vocabulary: Mapping[str, Any]
    headers: Mapping[str, str]
    header_prefixes: tuple[tuple[str, str], ...]
    leads: Phrases
    delivered_sections: frozenset[str]
    cues: Phrases
    performed: Phrases
    regions: Phrases
    muscles: Phrases
    findings: Phrases
    finding_patterns: tuple[tuple[str, re.Pattern[str]], ...]
    facts: Phrases
    numbers: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...]
    roles: Phrases
    foreign: ForeignWords
    reading: ReadingModel
    only_with: Mapping[str, Phrases] = field(default_factory=dict)


def load_lexicon(
    roots: DataRoots,
    concepts: Sequence[ConceptLike],
    compatible: Mapping[str, Sequence[str]],
    reading: ReadingModel | None = None,
) -> Lexicon:
    """Compile knowledge/lexicon and the concepts' phrases, with the learned weights unless others are given.

    Raises:
        KnowledgeError: a file of knowledge/lexicon is missing or not a mapping.
    """
    words = _vocabulary(roots)
    sections = words["sections"]["sections"]
    findings = words["findings"]["findings"]
    headers = {h: s for s, d in sections.items() for h in d["headers"] if not h.endswith("…")}
    return Lexicon(
        services=Phrases(_service_entries(concepts, words["shorthand"]["words"])),
        shorts=Phrases(((s, (c.id, "name")) for c in concepts for s in c.short), fold_case=False),
        lower_shorts=Phrases((s.lower(), (c.id, "name")) for c in concepts for s in c.short),
        ambiguous=frozenset(words["shorthand"]["ambiguous"]),
        fuzzy=_fuzzy_index(concepts),
        known_words=frozenset(w for c in concepts for n in (*c.names, *c.content) for w in fold(n).split()),
        not_services=Phrases((p, "none") for p in words["not_services"]["phrases"]),
        compatible={key: frozenset(value) for key, value in compatible.items()},
        vocabulary=words,
        headers=headers,
        header_prefixes=tuple(
            (h[:-1], s) for s, d in sections.items() for h in d["headers"] if h.endswith("…")
        ),
        leads=Phrases((lead, s) for s, d in sections.items() for lead in d.get("leads", ())),
        delivered_sections=frozenset(s for s, d in sections.items() if d.get("delivered")),
        cues=Phrases(_merge_cues(words["status"]["reasons"])),
        performed=Phrases((w, "performed") for w in words["status"]["performed"]["words"]),
        regions=Phrases(_region_entries(words["regions"])),
        muscles=Phrases((m, fold(m)) for m in words["regions"]["muscles"]),
        findings=Phrases(_merge((p, name) for name, d in findings.items() for p in d.get("phrases", ()))),
        finding_patterns=tuple(
            (name, re.compile(p, re.IGNORECASE | re.MULTILINE if name != "signature" else re.MULTILINE))
            for name, d in findings.items()
            for p in d.get("patterns", ())
        ),
        facts=Phrases(
            (p, (fact, value))
            for fact, d in words["findings"]["facts"].items()
            for value, ps in d.items()
            for p in ps
        ),
        numbers=tuple(
            (name, frozenset(d["concepts"]), re.compile(p, re.IGNORECASE))
            for name, d in words["findings"].get("numbers", {}).items()
            for p in d["patterns"]
        ),
        foreign=compile_foreign(words["foreign"], headers),
        roles=Phrases((p, role) for role, ps in words["people"]["roles"].items() for p in ps),
        reading=reading or load_reading_model(roots),
        only_with={c.id: Phrases((p, p) for p in c.only_with) for c in concepts if c.only_with},
    )


def _vocabulary(roots: DataRoots) -> dict[str, Any]:
    found = {p.stem: parse_yaml(p.read_bytes()) for p in find_files(roots, "knowledge/lexicon", ".yaml")}
    needed = (
        "sections", "status", "regions", "findings", "visit", "people", "not_services", "shorthand", "foreign",
    )  # fmt: skip
    for name in needed:
        if not isinstance(found.get(name), dict):
            raise KnowledgeError(f"knowledge/lexicon/{name}.yaml is missing or is not a mapping")
    return found


def _service_entries(
    concepts: Sequence[ConceptLike], shorthand: Mapping[str, Sequence[str]]
) -> Iterable[tuple[str, Any]]:
    """Yield every phrase as written first, then its shortened forms: a phrase as written wins over a short form."""
    entries = [
        (p, (c.id, kind))
        for c in concepts
        for kind, ps in (("name", c.names), ("content", c.content))
        for p in ps
    ]
    yield from entries
    words = [
        (fold(long), re.compile(rf"(?<![\w-]){re.escape(fold(long))}(?![\w-])"), [fold(s) for s in shorts])
        for long, shorts in shorthand.items()
    ]
    for phrase, payload in entries:
        yield from ((variant, payload) for variant in _shortened(fold(phrase), words))


def _shortened(phrase: str, words: Sequence[tuple[str, re.Pattern[str], Sequence[str]]]) -> set[str]:
    """Return the phrase with one or two of its long words shortened; never a phrase of one short word."""
    variants = {phrase}
    for long, pattern, shorts in words:
        for known in list(variants):
            if long in known and pattern.search(known) and len(variants) < 80:
                variants |= {pattern.sub(short, known, count=1) for short in shorts}
    return {v for v in variants if " " in v or len(v) > 5} - {phrase}


def _merge(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, tuple[Any, ...]]]:
    """Collect the payloads of a phrase that stands in several lists."""
    merged: dict[str, tuple[Any, ...]] = {}
    for phrase, payload in pairs:
        merged[fold(phrase)] = (*merged.get(fold(phrase), ()), payload)
    return list(merged.items())


def _merge_cues(reasons: Mapping[str, Mapping[str, Sequence[str]]]) -> list[tuple[str, tuple[Any, ...]]]:
    return _merge(
        (phrase, (reason, side))
        for reason, sides in reasons.items()
        for side, phrases in sides.items()
        for phrase in phrases
    )


def _region_entries(regions: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for group in ("spine", "extremity"):
        for region, phrases in regions[group].items():
            yield from ((phrase, (group, region)) for phrase in phrases)


def shouting(text: str) -> bool:
    """Tell whether the note is written in capitals throughout, so that case says nothing."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 20 and sum(c.isupper() for c in letters) > 0.85 * len(letters)


def find_mentions(lexicon: Lexicon, text: str) -> tuple[Mention, ...]:
    """Return the services that a text speaks of, in order and without overlaps."""
    hits = [*lexicon.services.find(text), *_fuzzy_hits(lexicon, text)]
    loud = shouting(text)
    hits += [h for h in lexicon.shorts.find(text) if _short_counts(lexicon, text, h, loud=loud)]
    hits += [h for h in lexicon.lower_shorts.find(text) if _BESIDE_MINUTES.match(text, h.end)]
    hits += lexicon.not_services.find(text)
    return tuple(
        Mention(
            hit.payload[0],
            hit.payload[1],
            Span(hit.start, hit.end, text[hit.start : hit.end]),
            fold(text[hit.start : hit.end]),
        )
        for hit in longest(hits)
        if hit.payload != "none"
    )


def _short_counts(lexicon: Lexicon, text: str, hit: Hit, *, loud: bool) -> bool:
    """Tell whether an abbreviation is meant: where case says nothing, or it has another meaning, minutes must be near."""
    word = text[hit.start : hit.end]
    if word not in lexicon.ambiguous and not loud:
        return True
    if (
        word in lexicon.ambiguous
        and re.search(r"[a-z],\s{0,24}$", text[max(0, hit.start - 40) : hit.start])
        and not _LISTED.search(text[max(0, hit.start - 40) : hit.start])
    ):
        return False
    line_end = text.find("\n", hit.end)
    ahead = text[hit.end : min(hit.end + 70, line_end if line_end >= 0 else len(text))]
    if re.match(r"\s{0,24}[:-]?\s{0,24}\d{1,2}\b(?!\s{0,24}(?:x|/|#|lb))", ahead):
        return True
    return _MINUTES_AHEAD.search(ahead) is not None or (
        word in lexicon.ambiguous and _LISTED.search(text[max(0, hit.start - 40) : hit.start]) is not None
    )


def _fuzzy_index(concepts: Sequence[ConceptLike]) -> dict[tuple[int, str], dict[str, str]]:
    """Sort the long names by word count and first letter, so that few are compared with each window."""
    index: dict[tuple[int, str], dict[str, str]] = {}
    for concept in concepts:
        for name in concept.names:
            key = fold(name)
            if len(key) >= _FUZZY_LETTERS:
                index.setdefault((len(key.split()), key[0]), {})[key] = concept.id
    return index


def _fuzzy_hits(lexicon: Lexicon, text: str) -> list[Hit]:
    """Find misspelled names: windows of one to three words in which one word is in no phrase we know."""
    folded = fold(text)
    words = [m.span() for m in _WORD.finditer(text)]
    strange = [i for i, (start, end) in enumerate(words) if folded[start:end] not in lexicon.known_words]
    meant: dict[str, str | None] = {}  # a note says the same words again and again
    hits = []
    for size in (1, 2, 3):
        for i in sorted({i - k for i in strange for k in range(size) if 0 <= i - k <= len(words) - size}):
            start, end = words[i][0], words[i + size - 1][1]
            phrase = folded[start:end]
            if size == 1 and stem(phrase) in lexicon.reading.all_stems:
                continue  # "sprinting" is a word that notes use, and no misspelt "splinting"
            if phrase not in meant:
                meant[phrase] = _misspelt(lexicon.fuzzy.get((size, phrase[0]), {}), phrase)
            concept = meant[phrase]
            if concept is not None:
                hits.append(Hit((concept, "name"), start, end))
    return hits


def _misspelt(names: Mapping[str, str], phrase: str) -> str | None:
    """Return the concept of the long name that a phrase is a misspelling of."""
    if not names or len(phrase) < _FUZZY_LETTERS - 1 or phrase in names or "\n" in phrase or "/" in phrase:
        return None
    best = process.extractOne(phrase, names.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE)
    if best is None:
        return None
    pairs = zip(phrase.split(), best[0].split(), strict=False)
    return names[best[0]] if all(fuzz.ratio(a, b) >= _FUZZY_WORD for a, b in pairs) else None
