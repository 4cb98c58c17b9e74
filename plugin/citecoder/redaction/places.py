"""Where somebody lives or is treated: streets, cities, counties, postal codes, named facilities. States stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from citecoder.redaction.marking import Found
from citecoder.redaction.tokens import ordinary
from citecoder.redaction.wording import Wording

_CAPITALISED = r"(?:(?:St|Mt|Ft|Dr)\.|[A-Z][\w'’]*(?:-[A-Z][\w'’]*)?)"
_BOX = re.compile(r"\b(?:P\.?[ \t]?O\.?[ \t]?)Box[ \t]{1,2}#?\d{1,8}", re.IGNORECASE)
_ZIP_LABEL = re.compile(
    r"\b(?:zip|zip ?code|postal code)\b[ \t]{0,2}[:#]?[ \t]{0,2}(?P<zip>\d{5}(?:-\d{4})?)\b", re.IGNORECASE
)
_ZIP_LONG = re.compile(r"(?<![\w-])\d{5}-\d{4}(?![\w-])")
_ZIP = re.compile(r",?[ \t]{1,3}(?P<zip>\d{5}(?:-\d{4})?)(?![\w-]|\.\d)")
_STATE = re.compile(r"(?:,[ \t]{0,2}|[ \t]{1,2})(?P<state>[A-Z]{2})\b")
_TITLE_RUN = re.compile(rf"{_CAPITALISED}(?:[ \t]{{1,2}}{_CAPITALISED}){{0,3}}")
_TAIL = re.compile(rf"(?<![\w'’-]){_CAPITALISED}(?:[ \t]{{1,2}}{_CAPITALISED}){{0,3}}$")
_ROAD = re.compile(
    rf"(?<![\w'’-])(?:{_CAPITALISED}[ \t]){{1,3}}(?:Highway|Hwy|Road|Rd|Avenue|Ave|Boulevard|Blvd|Parkway|Pkwy|Lane|Turnpike|Expressway|Freeway)\b(?![ \t]?[a-z]*ing\b)"
)
_SITE = re.compile(
    rf"(?<![\w'’-])(?P<name>(?:{_CAPITALISED}[ \t]){{1,3}})(?:Elem|HS|ED|ER|DMV|Transit|Rec|Y|YMCA|YWCA|Mall|Airport|Beach|Lake|Library|Jr High|VA|VAMC|ISD|USD"
    r"|office|clinic|location|campus|branch|casino|fair|refinery|symphony|campground|library|plant|mine|store|marina|airport|church|mall|pool|beach|marathon|elementary|hospital|gym)\b"
)
_COUNTY = re.compile(
    rf"(?<![\w'’-])(?:{_CAPITALISED}[ \t]){{1,2}}(?:County|COUNTY|Parish|PARISH|Township|TOWNSHIP|Borough|county|township)\b(?! (?:health dept|nurse))"
)
_CODE_BEHIND = re.compile(
    r"(?:,?[ \t]{1,3}|,|\^)(?:[A-Z]{2}(?:,?[ \t]{1,3}|\^))?(?P<zip>\d{5}(?:-\d{4})?)(?![\w-]|\.\d|[ \t]?x)"
)
_BEHIND = re.compile(
    rf",[ \t](?P<town>{_CAPITALISED}(?:[ \t]{_CAPITALISED}){{0,2}})(?:,?[ \t]{{1,2}}(?P<zip>\d{{5}}(?:-\d{{4}})?)(?![\w-]|\.\d|[ \t]?x)|(?=[ \t]*(?:[.,;)\n]|$)))"
)
_WITHIN = re.compile(
    r"\b(?:in|from|near|to|at|of|outside|around|via)[ \t](?P<town>[A-Z][a-z]{3,24})(?![\w'’-]|[ \t][A-Z])"
)
_STRANGE = re.compile(r"(?<![\w-])(?:in|from|near)[ \t](?P<town>[A-Z][a-z]{3,24})(?![\w'’-])")
_JOINING = frozenset({"of", "the", "and"})
_HEADED = re.compile(
    r"[ \t]+(?:test|scale|position|sign|protocol|technique|method|score|index|format|machine|brand|style)\b"
)
_ADDRESSED = re.compile(
    r"(?:address|addr|lives at|resides at|home at|living at|located at|residence|moved to|mail to|at)[ \t:]{0,3}$",
    re.IGNORECASE,
)


def find_places(text: str, folded: str, wording: Wording) -> Iterator[Found]:
    """Yield the places of a text below the state."""
    for pattern in (_BOX, _ZIP_LONG):
        yield from (Found("geo", *match.span()) for match in pattern.finditer(text))
    yield from (Found("geo", *match.span("zip")) for match in _ZIP_LABEL.finditer(text))
    named = [*_streets(text, wording), *_named_places(text, folded, wording)]
    yield from named
    ends = {place.end for place in named}
    for match in _BEHIND.finditer(text):
        if (
            wording.states.find(match["town"].lower())
            or match["town"] in wording.state_letters
            or match["town"].lower() in wording.generic
        ):
            continue
        if match.start() in ends or (match["zip"] and _known(match["town"], wording)):
            town = re.sub(r"[ \t]+[A-Z]{2}$", "", match["town"])
            yield Found("geo", match.start("town"), match.start("town") + len(town))
            if match["zip"]:
                yield Found("geo", *match.span("zip"))
    for place in named:
        if code := _CODE_BEHIND.match(text, place.end):
            yield Found("geo", *code.span("zip"))


def _named_places(text: str, folded: str, wording: Wording) -> Iterator[Found]:
    yield from (Found("geo", *match.span()) for match in _ROAD.finditer(text))
    for match in _COUNTY.finditer(text):
        if not _plain(match.group().split()[0], wording, first=True):
            yield Found("geo", *match.span())
    yield from _sites(text, wording)
    yield from _towns_within(text, wording)
    yield from _before_states(text, folded, wording)
    yield from _after_leads(text, folded, wording)
    yield from _known_cities(text, folded, wording)
    yield from _strange_towns(text, wording)
    yield from _facilities(text, folded, wording)


@lru_cache(maxsize=4)
def _street_pattern(
    streets: tuple[str, ...], compass: tuple[str, ...], dwellings: tuple[str, ...]
) -> re.Pattern[str]:
    ends, sides, parts = (
        "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        for words in (streets, compass, dwellings)
    )
    return re.compile(
        rf"(?<![\w./$#-])\d{{1,6}}[A-Za-z]?[ \t]{{1,2}}(?:(?:{sides})\b\.?[ \t]{{1,2}})?"
        rf"(?P<middle>(?:[A-Za-z0-9][\w'’-]{{0,24}}\.?[ \t]{{1,2}}){{1,4}}?)(?P<end>{ends})\b\.?(?:[ \t](?:{sides})\b)?"
        rf"(?P<unit>,?[ \t]{{1,2}}(?:(?:{parts})\b\.?|#)[ \t]?#?[ \t]?[\w-]{{1,6}})?",
        re.IGNORECASE,
    )


def _streets(text: str, wording: Wording) -> Iterator[Found]:
    pattern = _street_pattern(wording.streets, wording.compass, wording.dwellings)
    for match in pattern.finditer(text):
        middle = match["middle"].split()
        before = text[max(0, match.start() - 20) : match.start()]
        addressed = _ADDRESSED.search(before) is not None
        capital = all(
            word[0].isupper() or word[0].isdigit() or word in _JOINING for word in (*middle, match["end"])
        )
        if any(re.search(r"\d{5}|[^.]{4}\.$", word) for word in middle):
            continue
        if any(word in wording.unlike_streets - _JOINING for word in middle) or middle[0].lower() in {
            "y",
            "yr",
        }:
            continue
        rare = match["end"].lower() in wording.rare_streets
        closed = match["unit"] or re.match(
            r"\.?[ \t]*(?:,[ \t]*[A-Z][a-z]|\n)", text[match.end() : match.end() + 6]
        )
        ordinary = all(word.lower() in wording.ordinary for word in middle)
        if addressed or (capital and not (rare and ordinary and not closed)):
            yield Found("geo", *match.span())


def _before_states(text: str, folded: str, wording: Wording) -> Iterator[Found]:
    """Yield the city before a state, and the postal code after it."""
    states = [
        (m.start(), m.start("state"), m.end())
        for m in _STATE.finditer(text)
        if m["state"] in wording.state_letters
    ]
    states += [(start, start, end) for _, start, end in wording.states.find(folded)]
    for start, named, end in states:
        code = _ZIP.match(text, end)
        if code:
            yield Found("geo", *code.span("zip"))
        before = text[max(0, start - 60) : start].rstrip(", \t")
        comma = "," in text[len(before) + max(0, start - 60) : named]
        tail = _TAIL.search(before)
        if tail is None or not (comma or code or end - named > 2):
            continue
        offset = max(0, start - 60)
        city = tail.group()
        if wording.credentials.find(city.split()[-1].lower()) and city.split()[-1].isupper():
            continue
        first = _first_of_city(city, wording, sure=code is not None)
        short = end - named == 2 and text[named:end].lower() in wording.degrees
        if first is None or (
            short
            and code is None
            and not _known(city[first:], wording)
            and not _led(before, tail.start(), wording)
        ):
            continue
        yield Found("geo", offset + tail.start() + first, offset + tail.end())


def _first_of_city(city: str, wording: Wording, *, sure: bool) -> int | None:
    """Return where the city begins in a run of capitalised words, or None where it is none."""
    starts = [match.start() for match in re.finditer(r"\S+", city)]
    if any(_known(city[start:], wording) for start in starts):
        return next(start for start in starts if _known(city[start:], wording))
    words = [word.strip(".").lower() for word in city.split()]
    kept = len(words)
    while kept and (words[kept - 1] not in wording.never and words[kept - 1] not in wording.proper):
        kept -= 1
    if kept == len(words):
        return None
    plain = all(word in wording.ordinary and word not in wording.openings for word in words[kept:])
    return None if plain and not sure else starts[kept]


def _known(city: str, wording: Wording) -> bool:
    found = wording.cities.find(city.lower())
    return bool(found) and found[0][1] == 0 and found[0][2] == len(city)


def _led(before: str, at: int, wording: Wording) -> bool:
    return re.search(r"\b(?:in|from|to|of|near|at)[ \t]+$", before[:at]) is not None


def _after_leads(text: str, folded: str, wording: Wording) -> Iterator[Found]:
    """Yield what stands after words such as "lives in"."""
    for lead, _, end in wording.place_leads.find(folded):
        gap = re.compile(r"[ \t:]{1,3}").match(text, end - lead.endswith(":"))
        run = _TITLE_RUN.match(text, gap.end()) if gap else None
        if gap is None:
            continue
        if run is None:
            known = next(
                (hit for hit in wording.cities.find(folded[gap.end() : gap.end() + 30]) if hit[1] == 0), None
            )
            if known and " in" in lead:
                yield Found("geo", gap.end(), gap.end() + known[2])
            continue
        words = run.group().split()
        kept = 0
        while (
            kept < len(words)
            and kept < (2 if lead.endswith(" of") else 4)
            and (lead.endswith("p of") or _may_be_place(words[kept], wording, lead))
        ):
            kept += 1
        if kept:
            length = len(re.match(rf"(?:\S+\s+){{{kept - 1}}}\S+", run.group()).group())  # type: ignore[union-attr]
            place = run.group()[:length].rstrip(".")
            if not wording.states.find(place.lower()):
                yield Found("geo", run.start(), run.start() + len(place))


def _may_be_place(word: str, wording: Wording, lead: str) -> bool:
    low = word.strip(".").lower()
    if (
        (word.isupper() and len(word) <= 4)
        or low in wording.proper
        or low in wording.never
        or low in wording.generic
    ):
        return False
    return (
        "in" in lead.split() or "to" in lead.split() or "from" in lead.split() or low not in wording.ordinary
    )


def _sites(text: str, wording: Wording) -> Iterator[Found]:
    """Yield the names of offices, schools and the like ("Willow Glen Elem", "Hazard office")."""
    for match in _SITE.finditer(text):
        words = match["name"].split()
        while words and (
            _plain(words[0], wording, first=False)
            or (_opening(words, wording) and not (_known(words[0], wording) and match.group()[-3:].islower()))
        ):
            words = words[1:]
        if not words or any(word.isupper() for word in words):
            continue
        own = " ".join(words)
        low = own.lower()
        strange = any(not ordinary(word.lower(), wording) for word in words)
        eponym = len(words) == 1 and low in wording.eponyms
        if (len(words) > 1 or strange or _known(own, wording)) and not eponym:
            end = match.end("name") - 1
            yield Found("geo", end - len(own), end)


def _opening(words: list[str], wording: Wording) -> bool:
    """Whether the first of several capitalised words is a common one that only opens a sentence."""
    return len(words) == 1 and words[0].lower() in wording.ordinary


def _towns_within(text: str, wording: Wording) -> Iterator[Found]:
    """Yield towns that are common words or names besides, with a capital after "in", "from" or "near"."""
    for match in _WITHIN.finditer(text):
        low = match["town"].lower()
        lists = (wording.proper, wording.never, wording.generic, wording.eponym_heads)
        if (low in wording.eponyms and match.group()[0] not in "inf") or wording.states.find(low):
            continue
        if (
            not any(low in words for words in lists)
            and _known(match["town"], wording)
            and not _HEADED.match(text, match.end())
        ):
            yield Found("geo", *match.span("town"))


def _known_cities(text: str, folded: str, wording: Wording) -> Iterator[Found]:
    """Yield cities that are known, written with capitals, unless they are common words or begin a test's name."""
    for city, start, end in wording.cities.find(folded):
        written = text[start:end]
        low = city.lower()
        if low in wording.proper or any(hit[1:] == (0, len(low)) for hit in wording.states.find(low)):
            continue
        if (
            not written[0].isupper()
            or (written.split()[-1][0].islower() and "'" not in written)
            or _abbreviates(written, wording)
        ):
            continue
        following = re.compile(r"[ \t]+([A-Za-z]+)").match(text, end)
        if following and (
            following[1].lower() in wording.eponym_heads
            or following[1].lower()
            in {
                "j",
                "ii",
                "naming",
                "diagnostic",
                "developmental",
                "assessment",
            }
        ):
            continue
        if all(
            any(
                word.strip(".") in words
                for words in (wording.ordinary, wording.given, wording.eponyms, wording.surnames)
            )
            for word in low.split()
        ):
            before = text[max(0, start - 24) : start]
            if " " in low and not _all_proper(low, wording):
                yield Found("geo", start, end)
                continue
            if (
                not re.search(r"\b(?:in|from|to|near|of|at|outside)[ \t]+$", before)
                or low in wording.eponyms & wording.ordinary
            ):
                continue
            if low in wording.ordinary:
                continue
        yield Found("geo", start, end)


def _abbreviates(written: str, wording: Wording) -> bool:
    """Whether a word in capitals is rather an abbreviation, or the word of a text in capitals, than a town."""
    if not written.isupper() or written == "NYC":
        return False
    low = written.lower()
    return len(written) < 6 or any(
        word in wording.eponyms or word in wording.surnames or ordinary(word, wording) for word in low.split()
    )


def _all_proper(low: str, wording: Wording) -> bool:
    return all(
        word in wording.never or word in wording.generic or word in wording.eponyms for word in low.split()
    )


def _strange_towns(text: str, wording: Wording) -> Iterator[Found]:
    """Yield words that no list knows, with a capital, after "in", "from" or "near"."""
    for match in _STRANGE.finditer(text):
        town = match["town"]
        low = town.lower()
        lists = (wording.proper, wording.never, wording.eponyms, wording.given, wording.eponym_heads)
        if any(low in words for words in lists) or ordinary(low, wording) or _HEADED.match(text, match.end()):
            continue
        yield Found("geo", *match.span("town"))


def _facilities(text: str, folded: str, wording: Wording) -> Iterator[Found]:
    """Yield facilities with a name of their own ("Sunrise Rehab Center"), not the kinds of facility."""
    for _, start, end in wording.facilities.find(folded):
        if not text[start].isupper() or text[start:end].isupper():
            continue
        offset = max(0, start - 60)
        tail = re.search(
            rf"(?<![\w'’-])(?:{_CAPITALISED}(?:[ \t]of)?[ \t]{{1,2}}){{1,4}}$", text[offset:start]
        )
        if tail is None:
            continue
        words = tail.group().split()
        drop = 0
        while drop < len(words) and _plain(words[drop], wording, first=_opens(text, offset + tail.start())):
            drop += 1
        own = [w for w in words[drop:] if not _plain(w, wording, first=False)]
        if own and not (len(own) == 1 and own[0].strip(".").lower() in wording.eponyms | wording.never):
            skipped = sum(len(word) for word in words[:drop]) + drop
            yield Found("geo", offset + tail.start() + skipped, end)


def _opens(text: str, at: int) -> bool:
    return re.search(r"(?:^|[\n.:;!?•*-])[ \t]*$", text[max(0, at - 4) : at]) is not None


def _plain(word: str, wording: Wording, *, first: bool) -> bool:
    low = re.sub(r"['’]s$", "", word.strip(".").lower())
    if all(part in wording.generic for part in low.split("-")):
        return True
    return (
        low in wording.generic
        or low in wording.never
        or low in wording.proper
        or (first and low in wording.ordinary)
    )
