"""What comes in: the requests of every verb. An unknown field is a mistake and is named."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, StrictBool, StrictInt

from citecoder import model
from citecoder.answers import Speaker
from citecoder.records import Action, ReasonCode
from citecoder.wire.fields import (
    MOST_CODES,
    Asked,
    CodeText,
    Discipline,
    IsoDate,
    MinutesOf,
    ModifierText,
    Name,
    OptionalName,
    RequestId,
    Text,
    absent_is_empty,
    blank_is_unknown,
    few_codes,
)

MAX_QUESTION = 8_000
"""Code points that a question may have."""
MAX_TURN = 20_000
"""The same for an earlier turn."""
MAX_TURNS = 200
"""Earlier turns that a question may have."""


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("says nothing; write what you want to know")
    return text


_Modifiers = Annotated[tuple[Name, ...], Field(max_length=8, fail_fast=True)]


class BilledLine(Asked):
    """A line that already stands on the claim."""

    code: CodeText
    units: Annotated[StrictInt, Field(ge=0, le=999)] | None = None
    modifiers: Annotated[
        _Modifiers, BeforeValidator(absent_is_empty, json_schema_input_type=_Modifiers | None)
    ] = ()


class Context(Asked):
    """What the caller knows about the note as a document."""

    signed: StrictBool | None = None
    performed_by: OptionalName = None


class Episode(Asked):
    """What the caller knows about the episode of care."""

    visit_number: Annotated[StrictInt, Field(ge=1)] | None = None
    start: IsoDate | None = None
    certified_through: IsoDate | None = None
    last_progress_report: IsoDate | None = None
    charges_to_date: Annotated[float, Field(ge=0, strict=True)] | None = None


class SuggestRequest(Asked):
    """One note to review. Only ``note`` is needed; what is absent stays unknown."""

    id: RequestId = None
    note: Text
    payer: OptionalName = None
    discipline: Annotated[Discipline | None, BeforeValidator(blank_is_unknown)] = None
    date_of_service: IsoDate | None = None
    stage: Annotated[
        model.Stage,
        BeforeValidator(
            lambda value: "final" if value in (None, "") else value, json_schema_input_type=model.Stage | None
        ),
    ] = "final"
    billed: Annotated[
        tuple[BilledLine, ...],
        Field(max_length=200, fail_fast=True),
        BeforeValidator(
            absent_is_empty,
            json_schema_input_type=Annotated[tuple[BilledLine, ...], Field(max_length=200)] | None,
        ),
    ] = ()
    context: Context | None = None
    episode: Episode | None = None


class Edit(Asked):
    """What a line became by a person's hand; what is absent stayed as it was."""

    code: CodeText | None = None
    units: Annotated[StrictInt, Field(ge=0, le=999)] | None = None
    modifiers: Annotated[tuple[ModifierText, ...], Field(max_length=8, fail_fast=True)] | None = None


class DecisionRequest(Asked):
    """What a person decided on a line or a gap. ``comment`` is taken only where the site turned it on."""

    suggestion_id: Annotated[Text, Field(min_length=1, max_length=200)] | StrictInt
    line_id: Annotated[Text, Field(min_length=1, max_length=200)]
    action: Action
    reason_code: ReasonCode | None = None
    edit: Edit | None = None
    comment: Annotated[Text, Field(max_length=2000)] | None = None


class SearchRequest(Asked):
    """A question to the sources."""

    id: RequestId = None
    query: Annotated[
        Text, Field(min_length=1, max_length=2000, validation_alias=AliasChoices("query", "text"))
    ]
    code: CodeText | None = None
    payer: OptionalName = None
    authority: model.Authority | None = None
    date: IsoDate | None = None
    k: Annotated[StrictInt, Field(ge=1, le=100)] = 8


class LookupRequest(Asked):
    """One code to look up, seen by a payer on a date; today's rules without one."""

    code: CodeText
    payer: OptionalName = None
    date: IsoDate | None = None


class TurnAsked(Asked):
    """What was said before in a conversation."""

    role: Speaker
    content: Annotated[Text, Field(max_length=MAX_TURN)]


class AskRequest(Asked):
    """One question. Only ``question`` is needed; ``history`` is what was said before, the oldest first."""

    id: RequestId = None
    question: Annotated[Text, Field(min_length=1, max_length=MAX_QUESTION), AfterValidator(_says_something)]
    payer: OptionalName = None
    discipline: Annotated[Discipline | None, BeforeValidator(blank_is_unknown)] = None
    date_of_service: Annotated[
        IsoDate | None, Field(validation_alias=AliasChoices("date_of_service", "date"))
    ] = None
    history: Annotated[
        tuple[TurnAsked, ...],
        Field(max_length=MAX_TURNS, fail_fast=True),
        BeforeValidator(
            absent_is_empty,
            json_schema_input_type=Annotated[tuple[TurnAsked, ...], Field(max_length=MAX_TURNS)] | None,
        ),
    ] = ()
    note: Annotated[Text | None, BeforeValidator(blank_is_unknown)] = None


class UnitsRequest(Asked):
    """Minutes a code, to be turned into units."""

    id: RequestId = None
    payer: OptionalName = None
    method: model.Method | None = None
    minutes: Annotated[MinutesOf, Field(min_length=1, max_length=MOST_CODES), BeforeValidator(few_codes)]
    assistant_minutes: Annotated[
        MinutesOf,
        BeforeValidator(
            lambda value: {} if value is None else few_codes(value), json_schema_input_type=MinutesOf | None
        ),
    ] = Field(default_factory=dict)
    discipline: Discipline | None = None
    date: IsoDate | None = None
