"""The contract's JSON as pydantic models: the only place where it is made or read.

What comes in becomes a frozen ``model.Request``; what goes out is read straight off the frozen nouns.
Lists of values are closed, so a review that breaks the contract fails here and not at the reader's.
Error messages name the field and the rule, and never carry what stood in the field: notes are PHI.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from pydantic import StrictInt, StrictStr, ValidationError, computed_field
from pydantic.json_schema import models_json_schema

from citecoder import __version__, model
from citecoder.errors import InputError

CONTRACT = "1"
MAX_NOTE = 200_000
"""Code points that a note may have unless the site sets another limit."""

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

_Model = TypeVar("_Model", bound=BaseModel)


class TooLongError(InputError):
    """The note is longer than the limit (CLI exit 2, HTTP 413)."""


# --- small types ---------------------------------------------------------------------------------


def _iso_date(value: object) -> object:
    """Let only ``YYYY-MM-DD`` through: a number or a time of day is not a date of service."""
    if isinstance(value, date) or value is None:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    raise ValueError("write the date as YYYY-MM-DD")


def _blank_is_unknown(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _absent_is_empty(value: object) -> object:
    return () if value is None else value


def _pairs(value: object) -> object:
    """Turn a tuple of pairs, the frozen form of a mapping, into a dict."""
    return dict(value) if isinstance(value, tuple) else value


def _pairs_of_pairs(value: object) -> object:
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
OptionalName = Annotated[Name | None, BeforeValidator(_blank_is_unknown)]
CodeText = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{5}$"), AfterValidator(_upper)]
MinutesOf = dict[CodeText, Annotated[StrictInt, Field(ge=0, le=1440)]]
RequestId = Annotated[StrictStr, AfterValidator(_whole_unicode)] | StrictInt | None


class _Asked(BaseModel):
    """What comes in: an unknown field is a mistake and is named."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Told(BaseModel):
    """What goes out: read from the nouns' attributes, written under the contract's names."""

    model_config = ConfigDict(
        from_attributes=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )


# --- suggest: request ----------------------------------------------------------------------------


class BilledLine(_Asked):
    """A line that already stands on the claim."""

    code: CodeText
    units: Annotated[StrictInt, Field(ge=0, le=999)] | None = None
    modifiers: Annotated[tuple[Name, ...], BeforeValidator(_absent_is_empty)] = ()


class Context(_Asked):
    """What the caller knows about the note as a document."""

    signed: StrictBool | None = None
    performed_by: OptionalName = None


class Episode(_Asked):
    """What the caller knows about the episode of care."""

    visit_number: Annotated[StrictInt, Field(ge=1)] | None = None
    start: IsoDate | None = None
    certified_through: IsoDate | None = None
    last_progress_report: IsoDate | None = None
    charges_to_date: Annotated[float, Field(ge=0, strict=True)] | None = None


class SuggestRequest(_Asked):
    """One note to review. Only ``note`` is needed; what is absent stays unknown."""

    id: RequestId = None
    note: Text
    payer: OptionalName = None
    discipline: Annotated[Discipline | None, BeforeValidator(_blank_is_unknown)] = None
    date_of_service: IsoDate | None = None
    stage: Annotated[model.Stage, BeforeValidator(lambda value: value or "final")] = "final"
    billed: Annotated[tuple[BilledLine, ...], BeforeValidator(_absent_is_empty), Field(max_length=200)] = ()
    context: Context | None = None
    episode: Episode | None = None


# --- suggest: response ---------------------------------------------------------------------------


class Span(_Told):
    """A verbatim piece of the note, in Unicode code points."""

    start: int
    end: int
    quote: str


class Reason(_Told):
    """One sentence about a line, with what it stands on."""

    about: Literal["code", "timing", "units", "modifier", "substitution", "edit", "status"]
    text: str
    citations: list[str]
    evidence: list[Span]


class Gap(_Told):
    """A documentation element that the note does not show."""

    id: str
    element: str
    kind: ElementKind
    verdict: Literal["not_met", "cannot_tell"]
    severity: model.Severity
    where: model.Where
    label: str
    why: str
    query: str
    citations: list[str]


class Met(_Told):
    """A documentation element that the note or the request shows."""

    element: str
    kind: ElementKind
    source: Literal["note", "request"] = Field(alias="from")
    evidence: list[Span]


class Alternative(_Told):
    """A code that was considered and not chosen."""

    code: str
    why_not: str
    citations: list[str]


class Suggestion(_Told):
    """A verified line."""

    id: str
    code: str
    system: Literal["CPT", "HCPCS"]
    label: str
    discipline: Discipline | None
    units: int | None
    modifiers: list[str]
    status: Literal["supported", "needs_documentation"]
    confidence: Annotated[float, Field(ge=0, le=1)]
    origin: model.Origin
    evidence: list[Span]
    reasons: list[Reason]
    arithmetic: str
    citations: list[str]
    missing: list[Gap]
    met: list[Met]
    alternatives: list[Alternative]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rationale(self) -> str:
        """The reasons joined."""
        return " ".join(reason.text for reason in self.reasons)


class NotCoded(_Told):
    """A service that gets no line, and why."""

    code: str | None
    minutes: int | None
    evidence: list[Span]
    reason: NotCodedReason
    explanation: str
    citations: list[str]


class Warn(_Told):
    """Something the reader must know."""

    kind: WarningKind
    level: Literal["error", "warning", "info"]
    message: str
    codes: list[str]
    evidence: list[Span]
    citations: list[str]


class BilledVerdict(_Told):
    """A billed line beside what the note supports."""

    code: str
    billed: int | None
    supported: int | None
    verdict: Literal[
        "supported", "overbilled", "underbilled", "unsupported", "wrong_modifier", "missing_from_claim"
    ]
    explanation: str
    citations: list[str]


class Conflict(_Told):
    """Two passages that disagree, and which one this review follows."""

    claim: str
    said_by: str
    contradicted_by: str
    resolution: str


class Source(_Told):
    """Where a passage comes from."""

    id: str
    title: str
    publisher: str
    section: str
    locator: str | None
    summary: bool
    authority: model.Authority
    confidence: model.Confidence
    published: date | None
    effective: date | None
    ends: date | None
    revision: str | None
    checked: date
    url: str | None
    payer: str | None


class Dispute(_Told):
    """What contradicts a passage."""

    by: str
    because: str


class Passage(_Told):
    """A citable piece of a source."""

    id: str
    text: str
    source: Source
    heading: list[str]
    codes: list[str]
    disputed: Dispute | None
    ingested: bool


class Encounter(_Told):
    """The visit as the review understood it."""

    visit_type: model.VisitType
    discipline: Discipline | None
    payer: str | None
    date_of_service: date | None
    rules_as_of: date
    dates_found: list[date]
    timed_minutes: int | None
    total_minutes: int | None
    read_from: Annotated[dict[str, Literal["request", "note", "unknown"]], BeforeValidator(_pairs)]


class UnitsTable(_Told):
    """How units came about over the whole visit."""

    method: model.Method | None
    by_method: Annotated[dict[str, dict[str, int]], BeforeValidator(_pairs_of_pairs)]
    ties: list[list[str]]


class EngineInfo(_Told):
    """What made the answer."""

    contract: str = CONTRACT
    version: str = __version__
    knowledge: str | None = None
    editions: dict[str, str | None] = Field(default_factory=dict)
    prompt: str | None = None
    llm: str | None = None
    elapsed_ms: float | None = None


class SuggestResponse(_Told):
    """Everything that citecoder says about one note."""

    id: str | int
    note_length: int
    encounter: Encounter
    suggestions: list[Suggestion]
    missing: list[Gap]
    met: list[Met]
    not_coded: list[NotCoded]
    warnings: list[Warn]
    billed_review: list[BilledVerdict]
    conflicts: list[Conflict]
    passages: list[Passage]
    units: UnitsTable
    engine: EngineInfo


# --- search, lookup, units -----------------------------------------------------------------------


class SearchRequest(_Asked):
    """A question to the sources."""

    query: Annotated[Text, Field(min_length=1, max_length=2000, validation_alias=AliasChoices("query", "text"))]
    code: CodeText | None = None
    payer: OptionalName = None
    authority: model.Authority | None = None
    date: IsoDate | None = None
    k: Annotated[StrictInt, Field(ge=1, le=100)] = 8


class Why(_Told):
    """Why a passage was found."""

    keyword: float
    vector: float
    filters: list[str]


class Hit(_Told):
    """A passage that a search found."""

    passage: Passage
    score: float
    why: Why


class SearchResponse(_Told):
    """The best passages, best first."""

    hits: list[Hit]


class Validity(_Told):
    """When a code is valid; null is unknown."""

    begins: date | None = Field(alias="from")
    until: date | None


class PayerView(_Told):
    """What one payer says about a code."""

    id: str | None = None
    status: str | None = None
    substitute: str | None = None
    notes: list[str] = Field(default_factory=list)
    citations: list[str] = Field(default_factory=list)


class CodeElement(_Told):
    """A documentation element of a code."""

    id: str
    kind: ElementKind
    severity: model.Severity
    where: model.Where
    label: str
    why: str
    query: str
    citations: list[str]


class Confusable(_Told):
    """A code that is taken for this one."""

    code: str
    how_to_tell: str


class PairEdit(_Told):
    """A pair edit, seen from one of its codes."""

    other: str = Field(alias="with")
    column: Literal[1, 2]
    indicator: str
    edition: str | None


class UnitLimit(_Told):
    """The most units a day that an edit lets through."""

    units: int
    edition: str | None


class LookupResponse(_Told):
    """What is known about one code."""

    code: str
    system: Literal["CPT", "HCPCS"]
    label: str
    family: str
    timing: str
    attendance: str
    disciplines: list[str]
    valid: Validity
    payer: PayerView
    elements: list[CodeElement]
    confused_with: list[Confusable]
    edits: list[PairEdit]
    mue: UnitLimit | None
    depth: Literal["full", "basic"]
    passages: list[Passage]


class UnitsRequest(_Asked):
    """Minutes a code, to be turned into units."""

    id: RequestId = None
    payer: OptionalName = None
    method: model.Method | None = None
    minutes: Annotated[MinutesOf, Field(min_length=1, max_length=100)]
    assistant_minutes: Annotated[MinutesOf, BeforeValidator(lambda value: value or {})] = Field(
        default_factory=dict
    )
    discipline: Discipline | None = None
    date: IsoDate | None = None


class UnitsLine(_Told):
    """A claim line: a code may stand on two that differ in modifiers."""

    code: str
    units: int | None
    modifiers: list[str]


class UnitsResponse(_Told):
    """Units with their arithmetic. ``units`` is null where two methods differ and no payer decides."""

    id: str | int | None = None
    payer: str | None
    method: model.Method | None
    minutes: dict[str, int]
    total_timed_minutes: int
    units: dict[str, int | None]
    total_units: int | None
    by_method: dict[str, dict[str, int]]
    lines: list[UnitsLine]
    ties: list[list[str]]
    explanation: str
    citations: list[str]
    passages: list[Passage]


# --- ingest, status ------------------------------------------------------------------------------


class IngestedFile(_Told):
    """What became of one file, or of one removed article."""

    path: str | None
    article: str | None
    passages: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    error: str | None = None


class IngestResponse(_Told):
    """What an ingest did; a file that could not be read carries its reason."""

    files: list[IngestedFile]
    index: str | None


class StatusResponse(_Told):
    """What is installed and what the index holds."""

    version: str
    contract: str
    index: str
    passages: int
    by_authority: dict[str, int]
    ingested: int
    disputed: int
    codes: int
    payers: list[str]
    editions: dict[str, str | None]
    embeddings: str
    tracing_allowed: bool
    folders: dict[str, str]


# --- errors --------------------------------------------------------------------------------------


class FieldProblem(_Told):
    """One field that is wrong."""

    loc: list[str | int]
    msg: str


class Problem(_Told):
    """An error as ``application/problem+json`` (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)
    request_id: str | None = None


class LineError(_Told):
    """Why a line of a batch was not answered."""

    code: Literal["invalid_json", "invalid_request", "too_long", "failed"]
    message: str


class LineFailure(_Told):
    """What a batch writes for a line that it could not answer."""

    id: Any
    error: LineError


# --- reading -------------------------------------------------------------------------------------


def read_text(data: bytes, where: str) -> str:
    """Decode a note exactly as sent: UTF-8, no newline translation, nothing stripped.

    Args:
        data: the bytes as read.
        where: what to call them in the message (a file name, ``standard input``).

    Raises:
        InputError: the bytes are not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where} is not UTF-8 text (byte {error.start}); save it as UTF-8 and try again"
        ) from None


def read_json(data: bytes | str, where: str) -> Any:
    """Parse JSON strictly (no NaN, UTF-8 only).

    Raises:
        InputError: not JSON; the message gives the place and never the text.
    """
    text = read_text(data, where) if isinstance(data, bytes) else data
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{where} is not JSON ({place}); send one JSON object") from None
    except (ValueError, RecursionError):
        raise InputError(f"{where} is not JSON that can be read; send one plain JSON object") from None


def _no_constant(_: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def field_problems(errors: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    """Turn pydantic's errors into ours: the place and the rule, never the value that stood there."""
    return [FieldProblem(loc=[_safe(part) for part in error["loc"]], msg=_rule(error)) for error in errors]


def _safe(part: str | int) -> str | int:
    """Keep a field's name out of the message unless it looks like a field's name: a key may hold note text."""
    return part if isinstance(part, int) or re.fullmatch(r"[A-Za-z_][A-Za-z0-9_\-]{0,39}|[0-9A-Za-z]{5}", part) else "?"


def _rule(error: Mapping[str, Any]) -> str:
    """Say the rule that was broken in one clause."""
    if error["type"] == "extra_forbidden":
        return "is not a field of this request"
    if error["type"] == "string_unicode":
        return "holds characters that are not Unicode text"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def read(kind: type[_Model], raw: object) -> _Model:
    """Check a decoded JSON value against a request model.

    Raises:
        InputError: a field is missing, unknown or wrong; ``field`` names the first one.
    """
    if not isinstance(raw, dict):
        raise InputError("the request is not a JSON object; send {\"note\": …} with the fields of the contract")
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        problems = field_problems(error.errors(include_input=False, include_url=False, include_context=False))
        sentence = "; ".join(f"{'.'.join(map(str, each.loc))}: {each.msg}" for each in problems[:3])
        raise InputError(f"request field {sentence}", str(problems[0].loc[0])) from None


def read_request(raw: object, limit: int = MAX_NOTE) -> model.Request:
    """Read one suggest request.

    Args:
        raw: a decoded JSON object; unknown fields are refused, ``id`` is allowed.
        limit: code points that the note may have.

    Raises:
        InputError: a field is missing, unknown or wrong.
        TooLongError: the note has more code points than ``limit``.
    """
    return to_request(read(SuggestRequest, raw), limit)


def to_request(asked: SuggestRequest, limit: int = MAX_NOTE) -> model.Request:
    """Freeze a checked request into the noun that the engine takes."""
    if len(asked.note) > limit:
        raise TooLongError(
            f"note: {len(asked.note):,} characters, and at most {limit:,} are read; send one visit at a time", "note"
        )
    context = asked.context or Context()
    return model.Request(
        note=asked.note,
        payer=asked.payer,
        discipline=asked.discipline,
        date_of_service=asked.date_of_service,
        stage=asked.stage,
        billed=tuple(model.BilledLine(**line.model_dump()) for line in asked.billed),
        signed=context.signed,
        performed_by=context.performed_by,
        episode=model.Episode(**asked.episode.model_dump()) if asked.episode else None,
    )


# --- writing -------------------------------------------------------------------------------------


def review_to_wire(
    review: model.Review, request_id: str | int, elapsed_ms: float | None = None
) -> SuggestResponse:
    """Put a review into the contract's shape.

    Args:
        review: what the engine decided.
        request_id: the request's own id, or a fresh one.
        elapsed_ms: how long the review took; rounded to a tenth.
    """
    told = {name: getattr(review, name) for name in SuggestResponse.model_fields if name not in {"id", "engine"}}
    elapsed = None if elapsed_ms is None else round(elapsed_ms, 1)
    engine = EngineInfo.model_validate({**review.engine, "elapsed_ms": elapsed})
    return SuggestResponse.model_validate({**told, "id": request_id, "engine": engine})


def passages_to_wire(passages: Sequence[model.Passage]) -> list[Passage]:
    """Put passages into the contract's shape, in the order given."""
    return [Passage.model_validate(passage) for passage in passages]


def hits_to_wire(hits: Sequence[model.Hit]) -> SearchResponse:
    """Put search hits into the contract's shape, best first as given."""
    return SearchResponse(
        hits=[
            Hit(
                passage=Passage.model_validate(hit.passage),
                score=round(hit.score, 4),
                why=Why(keyword=round(hit.keyword, 4), vector=round(hit.vector, 4), filters=list(hit.filters)),
            )
            for hit in hits
        ]
    )


def to_json(told: BaseModel, *, lines: bool = False) -> str:
    """Write a model as JSON.

    Args:
        told: any model of this module.
        lines: one line of pure ASCII, so that no reader splits it at a line separator inside a quote;
            otherwise indented for reading.
    """
    data = told.model_dump(mode="json", by_alias=True)
    if lines:
        return json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)


# --- the published schema ------------------------------------------------------------------------

VERBS: dict[str, tuple[type[BaseModel] | None, type[BaseModel]]] = {
    "suggest": (SuggestRequest, SuggestResponse),
    "search": (SearchRequest, SearchResponse),
    "lookup": (None, LookupResponse),
    "units": (UnitsRequest, UnitsResponse),
    "ingest": (None, IngestResponse),
    "status": (None, StatusResponse),
    "problem": (None, Problem),
    "line_failure": (None, LineFailure),
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of every request and response; ``x-verbs`` says which is whose."""
    asked = [(pair[0], "validation") for pair in VERBS.values() if pair[0]]
    told = [(pair[1], "serialization") for pair in VERBS.values()]
    refs, definitions = models_json_schema([*asked, *told], ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    verbs: dict[str, dict[str, Any]] = {}
    for verb, (request, response) in VERBS.items():
        verbs[verb] = {"response": refs[(response, "serialization")]}
        if request is not None:
            verbs[verb]["request"] = refs[(request, "validation")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"citecoder contract {CONTRACT}",
        "x-verbs": verbs,
        **definitions,
    }


def write_schema(path: Path) -> None:
    """Write the schema to ``path`` (``plugin/docs/contract.schema.json`` in a checkout)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(schema(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
