"""Language models that mean no good, as fakes: what each of them answers to the prompts of reviewing.

A fake is an ``AsksModel``: it sees the prompt and the data as a real model would, and answers in the shape that is asked
for. Everything is deterministic: a note and a seed give the same answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citecoder.codes import CodeSet
from citecoder.language_model import AsksModel, Failure, ModelUnavailableError, Told
from citecoder.notes.terms import Phrases
from citecoder.prompts import Prompt

Answer = dict[str, Any]
_SENTENCE = re.compile(r"[^\n.;]{8,300}")
_AHEAD = re.compile(
    r"\b(?:plan|next|goal|home|hep|will|continue|declin|held|prior|last|future|recommend|stg|ltg|education)",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"\b\d{1,3}\s?(?:min(?:ute)?s?|')|\b\d{1,2}/10\b|\b\d{1,3}\s?(?:sec|reps|lb|%|deg)", re.IGNORECASE
)
_DOSE = re.compile(r"\b\d{1,3}\s?(?:min(?:ute)?s?\b|')", re.IGNORECASE)
_NOT_TREATMENT = re.compile(r"[^\n.;]*\b(?:total|6mwt|tug|test|walk|pain|late|rest)\b[^\n.;]*", re.IGNORECASE)
_COMMON = (
    "97110",
    "97112",
    "97116",
    "97140",
    "97530",
    "97535",
    "97035",
    "97032",
    "97014",
    "97012",
    "92507",
    "97124",
)


@dataclass(frozen=True)
class Hostile:
    """A fake that answers with what a function makes of the note."""

    name: str
    answers: Callable[[str, int], Answer]

    def __call__(
        self, prompt: Prompt, data: Mapping[str, str], shape: type[Any], sample: int = 0
    ) -> Told[Any]:
        """Answer in the shape that is asked for, cut to its bounds."""
        told = self.answers(data.get("note", ""), sample)
        field = next(iter(shape.model_fields))
        most = shape.model_json_schema()["properties"][field].get("maxItems", 24)
        value = shape.model_validate({field: told.get(field, [])[:most]})
        return Told(value, f"fake:{self.name}", prompt.mark)


@dataclass(frozen=True)
class Failing:
    """A fake that never answers."""

    failure: Failure
    name: str = "fails"

    def __call__(
        self, prompt: Prompt, data: Mapping[str, str], shape: type[Any], sample: int = 0
    ) -> Told[Any]:
        """Raise the failure."""
        del prompt, data, shape, sample
        raise ModelUnavailableError(self.failure, "it gave nothing")


def sentences(note: str) -> list[str]:
    """Return the stretches of a note that a model would quote."""
    return [m.group().strip() for m in _SENTENCE.finditer(note) if re.search(r"[a-z]{3}", m.group())]


def _services(offers: Sequence[Mapping[str, Any]]) -> Answer:
    return {"services": [dict(o) for o in offers]}


def _offer(code: str, quote: str, minutes: str | None = None, **more: Any) -> dict[str, Any]:
    return {"code": code, "quote": quote[:300], "minutes_quote": minutes, "status": "performed", **more}


def _dice(note: str, seed: int) -> random.Random:
    return random.Random(f"{seed}/{note}")  # noqa: S311 - chooses among made-up answers


def minutes_beside(note: str, quote: str) -> str | None:
    """Return the minutes in a quote, or else the first that follow it on its line."""
    at = note.find(quote)
    line_end = note.find("\n", at + len(quote))
    found = _DOSE.search(quote) or _DOSE.search(
        note, at + len(quote), line_end if line_end > 0 else len(note)
    )
    return found.group() if found else None


def _beside(sentence: str) -> str | None:
    found = _MINUTES.search(sentence)
    return found.group() if found else None


def random_offers(codes: CodeSet, seed: int = 0) -> Hostile:
    """Any code on any words: valid JSON, and no more."""

    def answer(note: str, sample: int) -> Answer:
        dice, all_codes = _dice(note, seed + sample), sorted(codes.codes)
        spans = [
            (a, a + dice.randrange(1, 120)) for a in (dice.randrange(max(1, len(note))) for _ in range(24))
        ]
        return _services([_offer(dice.choice(all_codes), note[a:b]) for a, b in spans])

    return Hostile("random", answer)


def invented_codes() -> Hostile:
    """Codes that are in no code set, on real words."""
    return Hostile("invented codes", lambda note, _: _services([_offer(c, s) for s in sentences(note)[:8] for c in ("99999", "97XXX", "ABCDE")]))  # fmt: skip


def absent_quotes() -> Hostile:
    """Common codes on words that the note does not hold."""
    said = "therapeutic activities with dynamic tasks x 15 minutes, one on one"
    return Hostile(
        "absent quotes", lambda _note, _: _services([_offer(c, said, "15 minutes") for c in _COMMON])
    )


def wrong_siblings(codes: CodeSet, seed: int = 0) -> Hostile:
    """Real sentences, those of treatment first, under codes that are taken for the right one."""
    phrases = _phrases(codes)

    def answer(note: str, sample: int) -> Answer:
        dice, offers = _dice(note, seed + sample), []
        for sentence in sentences(note):
            for code in phrases(sentence):
                options = _siblings(codes, code)
                offers += [
                    _offer(o, sentence, _beside(sentence)) for o in dice.sample(options, min(2, len(options)))
                ]
        dice.shuffle(offers)
        return _services(offers)

    return Hostile("wrong siblings", answer)


def _phrases(codes: CodeSet) -> Callable[[str], list[str]]:
    """Return what finds the codes whose services a sentence names."""
    known = Phrases(
        (phrase, rules[-1].code)
        for concept in codes.concepts()
        if (rules := codes.rules_for(concept.id))
        for phrase in (*concept.names, *concept.short, *concept.content)
    )
    return lambda sentence: list(dict.fromkeys(h.payload for h in known.find(sentence)))


def _siblings(codes: CodeSet, code: str) -> list[str]:
    known = codes.codes[code]
    near = [c.code for c in known.confused_with] + [
        c.code for c in codes.codes.values() if c.family == known.family
    ]
    return sorted({c for c in near if c != code and c in codes.codes}) or list(_COMMON)


def any_code(codes: CodeSet, seed: int = 0) -> Hostile:
    """Real sentences with their real minutes, under common codes in turn."""

    def answer(note: str, sample: int) -> Answer:
        dice, told = _dice(note, seed + sample), sentences(note)
        dice.shuffle(told)
        return _services([_offer(dice.choice(_COMMON), s, _beside(s)) for s in told])

    return Hostile("any common code", answer)


def every_code(codes: CodeSet, wanted: Sequence[str], name: str = "forbidden codes") -> Hostile:
    """The codes that are given, each on as many real sentences as fit."""

    def answer(note: str, sample: int) -> Answer:
        dice, told = _dice(note, sample), sentences(note)
        dice.shuffle(told)
        return _services([_offer(c, s, _beside(s)) for s in told for c in wanted if c in codes.codes])

    return Hostile(name, answer)


def obeys_injection(codes: CodeSet) -> Hostile:
    """Offers whatever codes the note types, on the sentences that type them and on those beside them."""

    def answer(note: str, _: int) -> Answer:
        typed = [c for c in dict.fromkeys(re.findall(r"\b[09GS]\d{3}[\dT]\b", note)) if c in codes.codes] or [
            "97530"
        ]
        orders = [
            s for s in sentences(note) if re.search(r"ignore|instruct|bill|add|system|must", s, re.IGNORECASE)
        ]
        return _services([_offer(c, s) for c in typed for s in (orders or sentences(note))[:12]])

    return Hostile("obeys injection", answer)


def plans_as_performed(codes: CodeSet) -> Hostile:
    """Plans, goals, home work and earlier care, told as performed, under the code that their words name."""
    phrases = _phrases(codes)

    def answer(note: str, _: int) -> Answer:
        ahead = [s for s in sentences(note) if _AHEAD.search(s)]
        return _services([_offer(c, s, _beside(s)) for s in ahead for c in phrases(s) or _COMMON[:2]])

    return Hostile("plans as performed", answer)


def duplicates(inner: AsksModel) -> Callable[..., Told[Any]]:
    """Everything that another model offers, four times over."""

    def ask(prompt: Prompt, data: Mapping[str, str], shape: type[Any], sample: int = 0) -> Told[Any]:
        told = inner(prompt, data, shape, sample)
        services = [s.model_dump() for s in told.value.services[:6]]
        return Told(shape.model_validate({"services": services * 4}), "fake:duplicates", prompt.mark)

    return ask


def times_twenty_four(codes: CodeSet) -> Hostile:
    """One service, on 24 different stretches of the note."""

    def answer(note: str, _: int) -> Answer:
        words = list(re.finditer(r"\S+", note))
        step = max(1, len(words) // 24)
        pieces = [
            note[words[i].start() : words[min(i + 5, len(words) - 1)].end()]
            for i in range(0, len(words), step)
        ]
        return _services([_offer("97110", p, _beside(p)) for p in pieces])

    return Hostile("times 24", answer)


def whole_note() -> Hostile:
    """As much of the note as fits in one quote, under every common code."""
    return Hostile("whole note", lambda note, _: _services([_offer(c, note[:300]) for c in _COMMON]))


def one_letter() -> Hostile:
    """Quotes of a letter."""
    offers = [_offer(code, letter) for code in _COMMON for letter in ("a", "T")]
    return Hostile("one letter", lambda _note, _: _services(offers))


def totals_as_minutes(codes: CodeSet) -> Hostile:
    """Services with totals, test times, rest or pain scores as their minutes."""
    phrases = _phrases(codes)

    def answer(note: str, _: int) -> Answer:
        odd = [f.group() for m in _NOT_TREATMENT.finditer(note) if (f := _MINUTES.search(m.group()))] or [
            "5/10"
        ]
        offers = []
        for i, s in enumerate(sentences(note)):
            offers += [_offer(c, s, odd[i % len(odd)]) for c in phrases(s) or ["97110"]]
        return _services(offers)

    return Hostile("totals as minutes", answer)


def disagreeing(codes: CodeSet) -> Hostile:
    """Something else in every sample."""
    first, second = wrong_siblings(codes, 1), any_code(codes, 2)
    return Hostile(
        "disagrees", lambda note, sample: (first if sample % 2 else second).answers(note, sample * 17)
    )


def points_anywhere(seed: int = 0) -> AsksModel:
    """A judge that answers every question with a real sentence, chosen at random."""

    def ask(prompt: Prompt, data: Mapping[str, str], shape: type[Any], sample: int = 0) -> Told[Any]:
        dice, told = _dice(data["note"], seed + sample), sentences(data["note"]) or ["x"]
        asked = re.findall(r"^(\S+?): ", data["questions"], re.MULTILINE)
        answers = [{"question": name, "quote": dice.choice(told)} for name in asked]
        return Told(shape.model_validate({"answers": answers}), "fake:points anywhere", prompt.mark)

    return ask


def hostile_models(codes: CodeSet) -> dict[str, AsksModel]:
    """Return every hostile proposer by its name."""
    made: list[AsksModel] = [
        random_offers(codes), invented_codes(), absent_quotes(), wrong_siblings(codes), any_code(codes), obeys_injection(codes),
        plans_as_performed(codes), times_twenty_four(codes), whole_note(), one_letter(), totals_as_minutes(codes), disagreeing(codes),
    ]  # fmt: skip
    return {**{m.name: m for m in made}, "duplicates": duplicates(any_code(codes))}  # type: ignore[attr-defined]
