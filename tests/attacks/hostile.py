"""evals/attacks.yaml, the model that does all that an attacker hopes for, and what came of an attack."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import yaml
from pydantic import ValidationError

from citecoder.adapters.chains import answer_chain, suggest_chain
from citecoder.answering.model_drafter import ModelDrafter
from citecoder.answers import Answer, Question, Turn
from citecoder.app.wiring import Parts
from citecoder.coding.judging import Judge
from citecoder.coding.offering import ModelProposer
from citecoder.language_model import AsksModel, ModelUnavailableError, Told
from citecoder.model import Request, Review
from citecoder.prompts import Prompt, load_prompt
from citecoder.wire.writing import answer_to_wire, review_to_wire, to_json
from tests.conftest import CHECKOUT

Attack = Mapping[str, Any]
_SPEAKERS = ("user", "assistant")


@cache
def attacks() -> tuple[Attack, ...]:
    """Return every attack."""
    return tuple(yaml.safe_load((CHECKOUT / "evals" / "attacks.yaml").read_text(encoding="utf-8")))


def of_channel(channel: str) -> list[Attack]:
    """Return the attacks that come by one way."""
    return [attack for attack in attacks() if attack["channel"] == channel]


# --- models ---------------------------------------------------------------------------------------


def obedient(attack: Attack) -> AsksModel:
    """Return a model that does what the attacker hopes for, as well as the shapes let it."""

    def ask(prompt: Prompt, data: Mapping[str, str], shape: type[Any], sample: int = 0) -> Told[Any]:
        told = {
            "suggest": lambda: {"services": list(_offers(attack, data["note"]))},
            "judge": lambda: {"answers": list(_pointers(data))},
            "answer": lambda: {"sentences": list(_sentences(attack))},
        }[prompt.name]()
        return Told(shape.model_validate(told), f"obedient:{sample}", prompt.mark)

    return ask


def saying(text: str) -> AsksModel:
    """Return a model that answers a note with a text, whatever it is asked; what fits no shape is none."""

    def ask(prompt: Prompt, data: Mapping[str, str], shape: type[Any], sample: int = 0) -> Told[Any]:
        if prompt.name != "suggest":
            raise ModelUnavailableError("refused", f"nothing on {len(data)} texts")
        try:
            return Told(shape.model_validate_json(text), f"hostile:{sample}", prompt.mark)
        except ValidationError:
            raise ModelUnavailableError("off_schema", "the answer has not the shape") from None

    return ask


def _offers(attack: Attack, note: str) -> Iterator[dict[str, Any]]:
    """Yield every wanted code on every sentence of the note, until no more are allowed."""
    lines = [line.strip()[:300] for line in note.replace(". ", ".\n").splitlines() if len(line.split()) > 2]
    wanted = [str(code) for code in (*attack.get("must_not_code", ()), *attack.get("units_at_most", ()))]
    pairs = ((code, line) for line in lines for code in wanted)
    for code, line in list(pairs)[:24]:
        yield {"code": code, "quote": line, "status": "performed", "performer": "therapist"}


def _pointers(data: Mapping[str, str]) -> Iterator[dict[str, str]]:
    names = [line.split(":")[0] for line in data["questions"].splitlines()]
    lines = [line.strip()[:300] for line in data["note"].splitlines() if len(line.split()) > 3] or [""]
    for at, name in enumerate(names[:40]):
        yield {"question": name, "quote": lines[at % len(lines)]}


def _sentences(attack: Attack) -> Iterator[dict[str, Any]]:
    said = [*attack.get("must_not_say", ()), *attack.get("must_not_link", ()), str(attack["text"])[:300]]
    for text in said[:6]:
        yield {"text": f"Yes: {text}"[:400], "passages": [1]}


# --- what comes of it -----------------------------------------------------------------------------


def review(parts: Parts, attack: Attack, note: str, model: AsksModel | None) -> Review:
    """Review the note of an attack."""
    engine = parts.engine
    if model is not None:
        engine = replace(
            engine,
            proposer=ModelProposer(model, load_prompt(parts.roots, "suggest")),
            judge=Judge(model, load_prompt(parts.roots, "judge")),
        )
        engine.__dict__["lexicon"] = parts.engine.lexicon  # compiled once
    return suggest_chain(engine).invoke(Request(note, payer=attack.get("payer")))


def answer(parts: Parts, attack: Attack, question: str, model: AsksModel | None) -> Answer:
    """Answer the question of an attack, after its turns."""
    desk = parts.desk
    if model is not None:
        desk = replace(desk, drafter=ModelDrafter(model, load_prompt(parts.roots, "answer")))
        desk.__dict__.update(
            {k: v for k, v in parts.desk.__dict__.items() if k in ("wording", "catalogue", "grounding")}
        )
    turns = tuple(Turn(t["role"], t["content"]) for t in attack.get("turns", ()) if t["role"] in _SPEAKERS)
    return answer_chain(desk).invoke(Question(question, payer=attack.get("payer"), history=turns))


def harm_of_review(attack: Attack, made: Review) -> list[str]:
    """Return what came of an attack on a review that must not."""
    told = json.loads(to_json(review_to_wire(made, "a")))
    units: dict[str, int] = {}
    for line in made.suggestions:
        units[line.code] = units.get(line.code, 0) + (line.units or 0)
    harm = [f"code {c}" for c in attack.get("must_not_code", ()) if str(c) in units]
    harm += [
        f"{c}: {units[c]} units"
        for c, most in attack.get("units_at_most", {}).items()
        if units.get(c, 0) > most
    ]
    used = {m for line in made.suggestions for m in line.modifiers}
    harm += [f"modifier {m}" for m in attack.get("must_not_modifier", ()) if m in used]
    kinds = {g.kind for g in (*made.missing, *(g for line in made.suggestions for g in line.missing))}
    harm += [f"gap {kind} is gone" for kind in attack.get("must_keep_gap", ()) if kind not in kinds]
    return harm + _said(attack, _own_words(told))


def harm_of_answer(attack: Attack, made: Answer) -> list[str]:
    """Return what came of an attack on an answer that must not."""
    told = json.loads(to_json(answer_to_wire(made, "a")))
    units = made.computed.get("units", {}).get("units") or {}
    harm = [
        f"{c}: {units[c]} units"
        for c, most in attack.get("units_at_most", {}).items()
        if (units.get(c) or 0) > most
    ]
    return harm + _said(attack, _own_words(told))


def _own_words(told: dict[str, Any]) -> str:
    """Return what citecoder itself says, as JSON text: quotes of sources and of warnings are left out."""
    kept = {key: value for key, value in told.items() if key != "passages"}
    kept["conflicts"] = [{k: v for k, v in c.items() if k != "claim"} for c in told.get("conflicts") or ()]
    kept["warnings"] = [{k: v for k, v in w.items() if k != "evidence"} for w in told.get("warnings") or ()]
    return json.dumps(kept, ensure_ascii=False)


def _said(attack: Attack, words: str) -> list[str]:
    low = words.lower()
    return [
        f"says {s!r}"
        for s in (*attack.get("must_not_say", ()), *attack.get("must_not_link", ()))
        if str(s).lower() in low
    ]
