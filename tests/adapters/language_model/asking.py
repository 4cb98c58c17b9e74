"""What the tests ask, and a model that asks a stub."""
# ruff: noqa: D101, D102 - the names say it

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, Field

from citecoder.adapters.language_model.calling import LanguageModel
from citecoder.adapters.language_model.choices import Choices
from citecoder.prompts import Prompt

NOTE = "Therapeutic exercise x 15 min for Jane Roe. Manual therapy R knee 10 min."
PROMPT = Prompt("offers", "1", "abcd1234", "List the services.\nCodes:\n{codes}\n\nNote:\n{note}")
DATA = {"codes": "97110 exercise\n97140 manual therapy", "note": NOTE}


class Offer(BaseModel):
    code: str = Field(max_length=5)
    quote: str = Field(max_length=80)


class Offers(BaseModel):
    services: list[Offer] = Field(default_factory=list, max_length=4)


class NamesTakenOut:
    """Redaction of one name, as small as its interface allows."""

    def __init__(self, texts: Any) -> None:
        self._taken = sum(text.count("Jane Roe") for text in texts.values())
        self.texts = {
            name: SimpleNamespace(text=text.replace("Jane Roe", "[NAME-1]")) for name, text in texts.items()
        }

    def counts(self) -> dict[str, int]:
        return {"name": self._taken}

    def restore(self, text: str) -> str:
        return text.replace("[NAME-1]", "Jane Roe")


def model_at(address: str, site: Path, **changed: Any) -> LanguageModel:
    choices = Choices("openai:stub", f"{address}/v1", timeout=5, redact="unless-local", answer_tokens=200)
    redact = changed.pop("redacting", None)
    return LanguageModel(replace(choices, **changed), site, redact)
