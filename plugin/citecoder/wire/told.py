"""What goes out of the other verbs, and of whatever goes wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from citecoder import model
from citecoder.answers import Abstention
from citecoder.checking.claims import Attribute, Verdict
from citecoder.records import Action, ReasonCode, Scope
from citecoder.wire.fields import ElementKind, Told, mapping
from citecoder.wire.review import Conflict, EngineInfo, Passage, Span


class Why(Told):
    """Why a passage was found."""

    keyword: float
    vector: float
    filters: list[str]


class Hit(Told):
    """A passage that a search found."""

    passage: Passage
    score: float
    why: Why


class SearchResponse(Told):
    """The best passages, best first."""

    id: str | int | None = None
    hits: list[Hit]


class Sentence(Told):
    """One sentence of an answer, with what it rests on."""

    text: str
    citations: list[str]


class AskResponse(Told):
    """An answer, or why there is none."""

    id: str | int
    answer: str
    abstained: bool
    reason: Abstention | None
    sentences: list[Sentence]
    evidence: list[Span]
    passages: list[Passage]
    computed: dict[str, Any]
    conflicts: list[Conflict]
    as_of: date
    engine: EngineInfo


class Validity(Told):
    """When a code is valid; null is unknown."""

    begins: date | None = Field(alias="from")
    until: date | None


class PayerView(Told):
    """What one payer says about a code."""

    id: str | None = None
    status: str | None = None
    substitute: str | None = None
    notes: list[str] = Field(default_factory=list)
    citations: list[str] = Field(default_factory=list)


class CodeElement(Told):
    """A documentation element of a code."""

    id: str
    kind: ElementKind
    severity: model.Severity
    where: model.Where
    label: str
    why: str
    query: str
    citations: list[str]


class Confusable(Told):
    """A code that is taken for this one."""

    code: str
    how_to_tell: str


class PairEdit(Told):
    """A pair edit, seen from one of its codes."""

    other: str = Field(alias="with")
    column: Literal[1, 2]
    indicator: str
    edition: str | None


class UnitLimit(Told):
    """The most units a day that an edit lets through."""

    units: int
    edition: str | None


class Descriptor(Told):
    """The official descriptor, where the site imported its licensed file and the licence holds."""

    text: str
    edition: str
    licensed_to: str
    expires: date


class LookupResponse(Told):
    """What is known about one code. ``label`` is always in our own words."""

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
    descriptor: Descriptor | None = None
    passages: list[Passage]


class UnitsLine(Told):
    """A claim line: a code may stand on two that differ in modifiers."""

    code: str
    units: int | None
    modifiers: list[str]


class UnitsResponse(Told):
    """Units with their arithmetic. ``units`` is null where two methods differ and no payer decides."""

    id: str | int | None = None
    payer: str | None
    method: model.Method | None
    minutes: dict[str, int]
    total_timed_minutes: int
    units: dict[str, int | None]
    total_units: int | None
    by_method: dict[model.Method, dict[str, int]]
    lines: list[UnitsLine]
    ties: list[list[str]]
    explanation: str
    citations: list[str]
    passages: list[Passage]


class IngestedFile(Told):
    """What became of one file, or of one removed article."""

    path: str | None
    article: str | None
    passages: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    error: str | None = None
    remarks: list[str] = Field(default_factory=list)


class IngestResponse(Told):
    """What an ingest did; a file that could not be read carries its reason."""

    files: list[IngestedFile]
    index: str | None


class CheckedClaim(Told):
    """One thing that a document says of a code, and what is known about it.

    ``disputed``: the document itself marks it as contradicted. ``place``: where it stands in the original.
    """

    line: int
    start: int
    end: int
    text: str
    code: str
    attribute: Attribute
    verdict: Verdict
    because: str
    passages: list[Passage] = Field(default_factory=list)
    disputed: bool = False
    place: str = ""


class Omission(Told):
    """What a document on a code leaves out."""

    code: str
    what: str
    passages: list[Passage] = Field(default_factory=list)


class CheckResponse(Told):
    """The claims of one document, in the order of its words."""

    file: str
    claims: list[CheckedClaim]
    omissions: list[Omission]
    remarks: list[str] = Field(default_factory=list)


class ImportSource(Told):
    """A file that was imported."""

    name: str
    sha256: str
    rows_read: int
    rows_kept: int
    rows_bad: int


class ImportedTable(Told):
    """An imported edition of an edit table; ``id`` removes it."""

    id: str
    table: Literal["ncci", "mue"]
    edition: date
    edition_from: Literal["file name", "header", "option"]
    setting: str
    current_until: date
    imported_on: date
    files: list[ImportSource]


class DescriptorLicence(Told):
    """The licence of imported descriptors; they are shown while ``valid``."""

    edition: str
    licensed_to: str
    accepted_on: date
    expires: date
    valid: bool
    codes: int
    file: str
    sha256: str


class ImportResponse(Told):
    """What an import did, or what was imported so far."""

    outcome: Literal["imported", "replaced", "unchanged", "removed", "listed"]
    tables: list[ImportedTable] = Field(default_factory=list)
    descriptors: DescriptorLicence | None = None
    bad_rows: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class DecisionResponse(Told):
    """A decision as it was kept; ``code`` is that of its line, or of the gap's line."""

    id: str
    at: datetime
    suggestion_id: str
    line_id: str
    code: str | None
    action: Action
    reason_code: ReasonCode | None


class KeyView(Told):
    """An API key; its token is shown once, when it is made, and kept nowhere."""

    id: str
    name: str
    scopes: Annotated[list[Scope], BeforeValidator(sorted)]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None


class KeysResponse(Told):
    """All keys, the oldest first."""

    keys: list[KeyView]


class AuditResponse(Told):
    """What a look through the audit trail found. ``head`` is kept elsewhere, to show later that nothing was cut off."""

    holds: bool
    entries: int
    head: str
    faults: list[str]


class CodeStats(Told):
    """What people decided on the lines of one code; ``reasons`` counts why lines were rejected or changed."""

    code: str
    suggested: int
    accepted: int
    edited: int
    rejected: int
    undecided: int
    reasons: Annotated[dict[ReasonCode, int], BeforeValidator(mapping)]


class GapStats(Told):
    """How often one documentation element was missing, and how often a person dismissed the question."""

    element: str
    label: str
    asked: int
    dismissed: int


class StatsResponse(Told):
    """What a site's reviews came to since a day; each note counts once, as its review last stood."""

    since: date | None
    reviews: int
    without_lines: int
    decisions: int
    codes: list[CodeStats]
    gaps: list[GapStats]


class PruneResponse(Told):
    """How much was deleted from before a time."""

    before: datetime
    reviews: int
    notes: int
    comments: int


class LanguageModelStatus(Told):
    """The language model that the site chose, and what keeps it from being asked (null: nothing that is known)."""

    name: str
    usable: bool
    fault: str | None = None


class StatusResponse(Told):
    """What is installed, what the index holds, and where records lie (null: none are kept).

    ``language_model`` is null where none was chosen.
    """

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
    records: str | None = None
    imports: list[ImportedTable] = Field(default_factory=list)
    descriptors: DescriptorLicence | None = None
    language_model: LanguageModelStatus | None = None


class HealthResponse(Told):
    """The server answers."""

    status: Literal["ok"]
    version: str


class ReadyResponse(Told):
    """The server can do its work. ``parts`` and ``language_model`` are told only to who may ask.

    A language model that can't be asked makes nothing unready: the rules answer without it.
    """

    status: Literal["ready"]
    parts: dict[str, Literal["ready", "off"]] | None = None
    language_model: LanguageModelStatus | None = None


class FieldProblem(Told):
    """One field that is wrong."""

    loc: list[str | int]
    msg: str


class Problem(Told):
    """An error as ``application/problem+json`` (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)
    request_id: str | None = None


class LineError(Told):
    """Why a line of a batch was not answered."""

    code: Literal["invalid_json", "invalid_request", "too_long", "failed"]
    message: str


class LineFailure(Told):
    """What a batch writes for a line that it could not answer."""

    id: Any
    error: LineError
