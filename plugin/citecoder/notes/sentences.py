"""A note → sentences with readable features, for the weights that hear an evaluation's components in plain words.

A sentence is one of a line, a row of a table or a bullet; lines that go on are joined, run-ons are cut. What a form
offers and no one ticked is blanked beforehand ("[ ] stable  [x] evolving" says evolving), length kept, so that offsets
stay the note's. A feature is a short word with a prefix: ``w:`` a stem, ``b:`` two in a row, ``f:`` first letters, ``c:``
how many items are listed, ``n:`` a number that counts ("three", "4+"), ``h:`` words of the label or header in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from citecoder.notes.spans import fold
from citecoder.notes.words import tokens

_TICK = re.compile(r"\[[xX✓]\]|\([xX✓]\)|☑|☒")
_UNTICKED = re.compile(
    r"(?:\[[ _]?\]|\( \)|☐)[^\n|]{0,80}?(?=\s{2}|\s?(?:\[[ _xX✓]?\]|\([ xX✓]\)|[☐☑☒])|[\n|]|$)", re.MULTILINE
)
_END = re.compile(r"(?:[.!?][\"”')\]]*\s{1,24}(?=[\"“(\[]?[A-Z0-9])|\s(?:new paragraph|period)\s)")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|dr|mr|mrs|ms|st|vs|approx|no|pt|incl|e\.g|i\.e|lat|wks?|ext|flex|abd)\.$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r",\s|;\s|\s(?=(?:and|but|so|which|that|he|she|we|i|with)\s)")
_LONGEST = 260  # characters; a run-on is no one sentence
_LABEL = re.compile(
    r"[ \t]{0,24}(?:[-*•\d.)]{1,4}[ \t]{1,8})?(?P<key>[^\n:=|→>.]{2,60}?)[ \t]{0,8}(?:[:=→|]|-{1,2}>|\.{3,}|-{2}|[ \t]-[ \t])"
)
_HEADER = re.compile(r"[^\w\n]{0,12}(?P<key>[A-Z][^\n]{2,59}?)[^\w\n)\"”]{0,12}$")
# A line of capitals tells nothing by itself.
_TITLE = re.compile(r"[^\w\n]{0,12}[A-Z][A-Z /&'-]{1,60}[^\w\n]{0,12}")
_ITEM = re.compile(r",\s|;\s|\s(?:and|&|\+|plus)\s|/|\(\d{1,2}\)|(?<!\S)\d{1,2}[.)]\s|\[[xX✓]\]|\s-\s")
_NUMBERED = re.compile(r"(?<!\S)\(?(\d{1,2})[.)](?=\s)|\((\d{1,2})\)(?=\s)|(?<=\s\s)(\d)(?=\s\D)")
_NUMBER = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        range(1, 11),
        strict=True,
    )
) | {"single": 1, "couple": 2, "both": 2, "trio": 3, "pair": 2, "zero": 0}
_N = rf"(\d{{1,2}}|{'|'.join(_NUMBER)})"
_THINGS = (
    r"(?:areas?|things?|items?|problems?|issues?|concerns?|limit\w*|deficits?|impairments?|elements?|structures?|systems?|"
    r"tasks?|activit\w+|skills?|trouble spots|identified|found|checked|noted|named|in all|listed|factors?|comorbid\w*|conditions?)"
)
_TOLD = re.compile(
    rf"\b{_N}\+?(?: or more)?(?: \w+){{0,2}}? {_THINGS}\b|\bn ?= ?(\d{{1,2}})\b|\((\d{{1,2}})\)\s?(?::|$)"
    rf"|\bthat (trio|pair)\b|(?:deficits?|limit\w*|areas?|elements?)\s?[:=|]\s?(\d{{1,2}})(?![.)]? \w|/)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?<![\w./-])(\d)(?:\s?-\s?\d)?\+?(?![\w./°%:-])")
_WAYS = {
    "same": (
        r"stable|steady|steadily|same (?:as|for|from|since|pattern|picture)|unchanged|"
        r"not (?:getting|chang)\w*|no (?:real )?change|baseline|plateau"
    ),
    "mending": (
        r"settl(?:ing|ed) (?:as|down|nicely|well)|heal(?:ing|ed) (?:well|as|on)|as expected|"
        r"on (?:schedule|track)|improv\w+|resolving|easing|better (?:each|every)|textbook|typical|"
        r"expected|uneventful|benign|predictable"
    ),
    "simple": (
        r"simple|straightforward|uncomplicated|plain|routine|obvious|easy|clear-cut|no surprises?|"
        r"nothing (?:un|sur|compl|else|tricky)\w*"
    ),
    "shifting": (
        r"evolv\w+|chang(?:ing|ed|es)\b|shift\w*|moving\b|spread\w*|progress(?:ing|ed|ive)\b|"
        r"wors(?:e|en\w*)\b|flar(?:ed|es|ing)|getting \w+er\b|crept|"
        r"not (?:yet )?settled|still (?:sorting|moving|open)|remains? to be seen"
    ),
    "unsure": (
        r"unstable|unpredict\w+|"
        r"(?:can(?:no|')t|can not|hard to|difficult to|could not|couldn't|impossible to|no way to|"
        r"no telling)(?: \w+){0,3} (?:predict|tell|say|forecast|know)\w*|"
        r"no (?:clear )?pattern|without (?:warning|pattern)|day to day|hour to hour|some days?|"
        r"comes? and goes?|swings?|varies|erratic|fluctuat\w+|labile"
    ),
    "weighed": (
        r"weigh\w*|consider\w*|compar\w+|cho(?:se|osing|ices?)|decid\w+|options?|alternatives?|"
        r"routes?|avenues?|approach\w*|balanc(?:ed|ing) |versus|\bvs\b|several|settled on|opted|"
        r"reasoning|judg\w+"
    ),
    "reworked": (
        r"rethought|rethink|redo(?:ne)?|rebuilt|re-?plan\w*|rewr[io]te?\w*|scrapped|"
        r"had to (?:stop|halt|change|alter|drop|cut|modify|adapt|help|give)|modif\w+|adapt\w+|"
        r"broken (?:up|down)|simplif\w+|enlarg\w+|shorten\w*"
    ),
    "helped": (
        r"max(?:imal|imum)?\b|mod(?:erate)? (?:a|assist)\w*|hand[- ]over[- ]hand|constant\w*|"
        r"cue(?:s|d|ing)\b|assist\w*|prompts?|physical (?:help|guid)\w*|for (?:him|her|them)\b"
    ),
    "unhelped": (
        r"no (?:help|assist\w*|cue\w*|prompt\w*|modif\w*|chang\w+|adapt\w*)|"
        r"nothing (?:was |had to be )?(?:modified|changed|altered|adapted)|"
        r"without (?:help|assist\w*|a cue|cue\w*|any)|unaided|independent\w*|"
        r"as (?:usual|printed|published|written|standard)|on (?:his|her|their) own"
    ),
    "nothing": (
        r"no (?:other|med\w*|issues?|factors?|comorbid\w*|pmh|condition\w*|"
        r"complicat\w*|barrier\w*|illness\w*)|"
        r"none|nil|nothing|neither|otherwise (?:well|healthy)|healthy|unremarkable|noncontributory|"
        r"not relevant|irrelevant|unrelated|n/a|neg(?:ative)?\b"
    ),
    "bears": (
        r"affect\w*|bear(?:s|ing)? on|limit(?:s|ing)? (?:how|what|the|his|her)|complicat(?:es|ed|ing)|"
        r"slow(?:s|ing)? (?:heal|recover|down|tissue|nerve)\w*|influenc\w*|impact\w*|"
        r"shap(?:e|es|ed)\b|plan(?:ned)? around|account for|allow(?:ance)? (?:for|in)|adds? (?:in)?to|"
        r"interfer\w*|change[sd]? (?:how|what)|get(?:s)? in the way|against (?:him|her)|factors?"
    ),
    "illness": (
        r"diabet\w*|dm\s?2?\b|copd|chf|heart (?:failure|disease|condition)|ckd|dialysis|esrd|stroke|"
        r"cva|depress\w*|anxi\w+|ptsd|dementia|obes\w+|bmi\b|osteopor\w+|neuropath\w+|hypertens\w+|"
        r"htn\b|a-?fib|cancer|arthritis|asthma|parkinson\w*|hearing loss|low vision|macular|smok\w+|"
        r"lives? alone|lupus|fibromyalg\w*|kidney|cad\b|epilep\w*|seizure\w*"
    ),
    "reviewed": (
        r"review\w*|records?|chart|summar\w+|letters?|reports?|interview\w*|histor(?:y|ies)|hx\b|"
        r"intake|story|background|profile|notes?\b"
    ),
    "wide": (
        r"extensive\w*|exhaustive|in depth|at length|complete|thorough\w*|everything|whole life|"
        r"detailed"
    ),
    "widened": r"expanded|wider|along with|additional\w*|beyond",
    "short": (
        r"brief\w*|short|quick|concise|limited to|focused|only (?:about|the)|just (?:the|about)|"
        r"minimal|glance"
    ),
    "lacking": (
        r"limits?\b|limited|limitations?|deficits?|impair\w*|trouble\w*|difficult\w*|problems?|"
        r"issues?|unable|cannot|can't|needs? help|concerns?|areas?|restrict\w*|weakness|loss"
    ),
    "goal": (
        r"(?:pt|patient|client) (?:will|would like|wants|is to)\b|goals?\b|[sl]tgs?\b|in order to|"
        r"hep\b|home (?:exercise )?program|education|exercises?\b"
    ),
    "before": (
        r"plof|prior (?:level|to|tx|treatment)|premorbid|previous(?:ly)? (?:level|independent)|"
        r"before (?:the|his|her|this|surgery|injury|onset|[A-Z][a-z]+)"
    ),
    "treated": (
        r"address\w*|to be treated|treating|work(?:ing)? on|worked on|targets?|targeted|aimed|list\b|"
        r"focus\w*|going after|involved|in play"
    ),
}
"""Ways to say what a grid asks: how the condition goes, what was weighed, what bears on care, how much was looked at."""
_KINDS = tuple((f"k:{name}", re.compile(rf"\b(?:{words})", re.IGNORECASE)) for name, words in _WAYS.items())
_WORDS_OF_LABEL = 8
_MOST = 8


@dataclass(frozen=True)
class Sentence:
    """A stretch of a note, with its features and the number of items that it lists."""

    start: int
    end: int
    features: tuple[str, ...]


def blank_unticked(text: str) -> str:
    """Return the text with the options of a form that were not ticked blanked, where others were; length is kept."""
    if not _TICK.search(text):
        return text
    return _UNTICKED.sub(lambda m: " " * len(m.group()), text)


def describe_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a note in order; ``text`` is what ``blank_unticked`` left."""
    found: list[Sentence] = []
    header: list[str] = []
    for start, end in _lines(text):
        line = text[start:end]
        label = _LABEL.match(line)
        named = [f"h:{w}" for w in tokens(label["key"])[:_WORDS_OF_LABEL]] if label else []
        heading = _heading(line)
        for n, (first, last) in enumerate(() if _TITLE.fullmatch(line) else _cut(text, start, end)):
            own = _own(text[first:last])
            if own:
                found.append(
                    Sentence(first, last, tuple(dict.fromkeys([*own, *named, *header, f"at:{min(n, 1)}"])))
                )
        header = heading or ([] if not line.strip() else header)
    return found


def _heading(line: str) -> list[str]:
    """Return the features of a line that is a header to those after it: short, and capitals or a colon at its end."""
    match = _HEADER.match(line.strip())
    if not match or not (line.rstrip().endswith((":", "-", "=")) or match["key"].isupper()):
        return []
    return [f"hl:{w}" for w in tokens(match["key"])[:_WORDS_OF_LABEL]]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a text; one that goes on in lower case is joined to a long one before it."""
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\r\n]*", text) if m.group().strip()]
    joined: list[tuple[int, int]] = []
    for start, end in lines:
        goes_on = (
            joined and text[start : start + 1].islower() and joined[-1][1] - joined[-1][0] > 60
            and text[joined[-1][1] : start].count("\n") == 1 and text[joined[-1][1] - 1] not in ".:;!?"
        )  # fmt: skip
        if goes_on:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    yield from joined


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a line; what is longer than any sentence is cut at clauses."""
    at = start
    for match in _END.finditer(text, start, end):
        if not _SHORT.search(text[max(at, match.start() - 8) : match.start() + 1]):
            yield from _pieces(text, at, match.end())
            at = match.end()
    yield from _pieces(text, at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        ends = [m.end() for m in _CLAUSE.finditer(text, start + _LONGEST // 2, start + _LONGEST)]
        cut = ends[-1] if ends else start + _LONGEST
        yield start, cut
        start = cut
    if text[start:end].strip():
        yield start, end


def count_items(words: str) -> int:
    """Return how many things the words count: the number told ("seven limits", "5+"), or else those listed."""
    told = _told(words)
    if told is not None:
        return told
    numbered = _run([int(m[1] or m[2] or m[3]) for m in _NUMBERED.finditer(words)])
    before, colon, after = words.partition(": ")
    lists = (before, after) if colon else (words,)
    return numbered if numbered > 1 else max(_listed(each) for each in lists)


def _told(words: str) -> int | None:
    """Return the number that a count tells: of "two things … (four tasks)" the first."""
    match = _TOLD.search(words)
    if match is None:
        return None
    number = next(g for g in match.groups() if g).lower()
    return int(number) if number.isdigit() else _NUMBER[number]


def _run(numbers: list[int]) -> int:
    """Return how far numbers go up one by one: those of a list do, measures don't."""
    last = 0
    for n in numbers:
        last += n == last + 1
    return last


def _listed(words: str) -> int:
    return sum(1 for part in _ITEM.split(words) if re.search(r"[A-Za-z]{3}", part))


def _own(words: str) -> list[str]:
    stems = tokens(words)
    plain = re.findall(r"[a-z]+", fold(words))
    found = [f"w:{w}" for w in stems] + [f"b:{a} {b}" for a, b in pairwise(stems)]
    found += [f"f:{w[:4]}" for w in stems if len(w) > 4]
    found += [f"n:{_NUMBER[w]}" for w in plain if w in _NUMBER]
    found += [f"n:{m.group().replace(' ', '')}" for m in _COUNTED.finditer(words)]
    if stems:
        found += [f"c:{min(count_items(words), _MOST)}", f"1:{stems[0]}"]
    for name, pattern in _KINDS:
        ways = len({m.group().lower() for m in pattern.finditer(words)})
        found += [name, f"{name}:{min(ways, 3)}"] if ways else []
    return found
