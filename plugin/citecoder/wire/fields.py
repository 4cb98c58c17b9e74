"""What the contract's models are made of: closed lists, checked strings, and the two kinds of model."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    model_validator,
)

CONTRACT = "1"
MAX_NOTE = 200_000
"""Code points that a note may have unless the site sets another limit."""
MOST_FIELDS = 64
"""Fields of one object that are looked at; more than any request has."""
MOST_CODES = 100
"""Codes that one request may count minutes for."""
_LARGEST_ID = 2**63 - 1

Discipline = Literal["PT", "OT", "SLP", "DC"]
# fmt: off
ElementKind = Literal[
    "minutes", "total_timed_minutes", "total_treatment_minutes", "interventions", "body_region", "technique",
    "parameters", "attendance_level", "patient_response", "skilled_need", "goals", "plan_of_care",
    "certification", "progress_report", "complexity_components", "diagnosis", "baseline", "functional_link",
    "history", "prognosis", "referral", "frequency", "signature", "qualified_provider", "supervision",
    "assistant_minutes", "group_size", "spinal_level", "count", "equipment", "caregiver",
    "wound_measurement", "test_result", "report", "consent", "safety_check", "date_of_service", "other",
]
NotCodedReason = Literal[
    "planned", "deferred", "declined", "contraindicated", "home_program", "history", "other_date",
    "other_provider", "not_performed", "template", "not_described", "no_minutes", "below_minimum", "tie",
    "bundled", "edit", "payer_not_covered", "provider_not_qualified", "substituted", "outside_code_set",
    "unconfirmed",
]
WarningKind = Literal[
    "payer_substitution", "payer_unknown", "payer_method", "ncci_edit", "mue", "units", "billed_mismatch",
    "source_conflict", "stale_source", "time_conflict", "multiple_visits", "wrong_code_in_note",
    "typed_code_unsupported", "overlap", "injection", "provider", "supervision", "episode", "llm", "other",
]
# fmt: on


def _iso_date(value: object) -> object:
    """Let only ``YYYY-MM-DD`` through: a number or a time of day is not a date of service."""
    if isinstance(value, date) or value is None:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    raise ValueError("write the date as YYYY-MM-DD")


def blank_is_unknown(value: object) -> object:
    """Read an empty field as one that is absent."""
    return None if isinstance(value, str) and not value.strip() else value


def absent_is_empty(value: object) -> object:
    """Read null as an empty list."""
    return () if value is None else value


def few_codes(value: object) -> object:
    """Refuse too many codes before any of them is looked at: each wrong one would become an error of its own."""
    if isinstance(value, dict) and len(value) > MOST_CODES:
        raise ValueError(f"has more than {MOST_CODES} codes; send one day at a time")
    return value


def mapping(value: object) -> object:
    """Turn a tuple of pairs, the frozen form of a mapping, into a dict."""
    return dict(value) if isinstance(value, tuple) else value


def mapping_of_pairs(value: object) -> object:
    """Turn a tuple of (key, pairs) into a dict of dicts."""
    return {key: dict(pairs) for key, pairs in value} if isinstance(value, tuple) else value


def _upper(value: str) -> str:
    return value.upper()


def _whole_unicode(value: str) -> str:
    """Refuse half a surrogate pair: JSON can spell it, but it is no character and can't be written back."""
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError("holds half a surrogate pair, which is not a character; send the text as UTF-8")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Text = Annotated[str, AfterValidator(_whole_unicode)]
Name = Annotated[Text, Field(max_length=80)]
OptionalName = Annotated[Name | None, BeforeValidator(blank_is_unknown)]
CodeText = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{5}$"), AfterValidator(_upper)]
ModifierText = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{2}$"), AfterValidator(_upper)]
MinutesOf = dict[CodeText, Annotated[StrictInt, Field(ge=0, le=1440)]]
RequestId = (
    Annotated[StrictStr, Field(max_length=200), AfterValidator(_whole_unicode)]
    | Annotated[StrictInt, Field(ge=-_LARGEST_ID, le=_LARGEST_ID)]
    | None
)


class Asked(BaseModel):
    """What comes in: an unknown field is a mistake and is named."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, value: Any) -> Any:
        """Refuse a heap of fields as one mistake: each unknown one would become an error of its own."""
        if isinstance(value, dict) and len(value) > MOST_FIELDS:
            raise ValueError(f"has more than {MOST_FIELDS} fields; send those of the contract")
        return value


class Told(BaseModel):
    """What goes out: read from the nouns' attributes, written under the contract's names."""

    model_config = ConfigDict(
        from_attributes=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
