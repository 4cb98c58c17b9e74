"""A labelled case: a note, what is known about the visit, and what a careful coder puts on the claim.

The shapes only; ``case_files.py`` reads them. The labels mean what ``evals/README.md`` says, and no label of the
set was made by looking at what any software answered.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from citecoder import model
from citecoder.wire.fields import CodeText, Discipline, ElementKind, IsoDate, NotCodedReason

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Verdict = Literal["met", "not_met", "cannot_tell", "missing", "not_needed"]
"""``missing``: either ``not_met`` or ``cannot_tell`` is right. ``not_needed``: must not be asked for."""

CaseId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Quote = Annotated[str, Field(min_length=1, max_length=2000)]
Units = Annotated[StrictInt, Field(ge=0, le=999)]


class Labelled(BaseModel):
    """The base of everything in a case file: frozen, and a key that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Ask(Labelled):
    """What is sent beside the note. What is absent is unknown to the arm too."""

    payer: str | None = None
    discipline: Discipline | None = None
    date_of_service: IsoDate | None = None
    stage: model.Stage = "final"


class GoldLine(Labelled):
    """A line of the claim.

    Attributes:
        code: the code; any of ``alt_codes`` is as good.
        units: what the note bears; None where it gives no basis for a number.
        modifiers: None where they are not scored; what is in ``modifiers_optional`` neither helps nor harms.
        evidence: verbatim quotes that show the service.
        required: False for a line that may be there or not.
    """

    code: CodeText
    units: Units | None = None
    modifiers: tuple[str, ...] | None = None
    modifiers_optional: tuple[str, ...] = ()
    alt_codes: tuple[CodeText, ...] = ()
    evidence: tuple[Quote, ...] = ()
    required: bool = True


class GoldRefusal(Labelled):
    """A service that the note names and that may not be billed, and why."""

    code: CodeText | None = None
    reason: NotCodedReason
    evidence: tuple[Quote, ...] = ()


class GoldGap(Labelled):
    """What the note shows of one kind of documentation, for a code or for the note as a whole."""

    code: Literal["note"] | CodeText = "note"
    kind: ElementKind | Literal["time_conflict"]
    verdict: Verdict
    severity: model.Severity = "required"
    evidence: tuple[Quote, ...] = ()


class Origin(Labelled):
    """How the case came about."""

    made: Literal["synthetic", "published", "real"] = "synthetic"
    style: str | None = None
    labels: Literal["author", "one", "two", "adjudicated"] = "one"
    doubt: str | None = None


class Case(Labelled):
    """One labelled note.

    Attributes:
        id: unique in its set; the note lies in ``notes/<id>.txt`` unless ``text`` holds it.
        family: cases of one patient or scene; intervals are clustered by it and a split never divides it.
        note: the text, exactly as an arm gets it.
        gaps: verdicts on documentation; a kind that is not listed for a code is not scored.
        unit_alternatives: whole allocations of the timed lines that are right too, code → units.
        acceptable: codes that cost nothing; ``forbidden``: an error that is counted apart.
        mentions: the layer of spans below the labels, where it was made.
    """

    id: CaseId
    family: CaseId
    split: Split = "dev"
    tags: tuple[str, ...] = ()
    note: str
    ask: Ask = Ask()
    visit_type: model.VisitType | None = None
    codes: tuple[GoldLine, ...] = ()
    not_coded: tuple[GoldRefusal, ...] = ()
    gaps: tuple[GoldGap, ...] = ()
    acceptable: tuple[CodeText, ...] = ()
    forbidden: tuple[CodeText, ...] = ()
    unit_alternatives: tuple[dict[CodeText, Units | None], ...] = ()
    why: str = ""
    origin: Origin = Origin()

    @model_validator(mode="after")
    def _no_code_is_both(self) -> Case:
        wanted = {line.code for line in self.codes}
        if both := sorted(wanted & set(self.forbidden)):
            raise ValueError(f"{', '.join(both)} is among the codes and among the forbidden ones")
        return self

    @property
    def nothing_to_code(self) -> bool:
        """Whether no line is wanted."""
        return not any(line.required for line in self.codes)

    def quotes(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Return every quote with the path of its key: all of them must stand in the note."""
        return [
            ((part, at, "evidence", n), quote)
            for part in ("codes", "not_coded", "gaps")
            for at, each in enumerate(getattr(self, part))
            for n, quote in enumerate(each.evidence)
        ]

    def named_codes(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Return every code that the labels name, with the path of its key."""
        found: list[tuple[tuple[str | int, ...], str]] = []
        for at, line in enumerate(self.codes):
            found.append((("codes", at, "code"), line.code))
            found += [(("codes", at, "alt_codes", n), code) for n, code in enumerate(line.alt_codes)]
        found += [
            (("not_coded", at, "code"), each.code) for at, each in enumerate(self.not_coded) if each.code
        ]
        found += [
            (("gaps", at, "code"), each.code) for at, each in enumerate(self.gaps) if each.code != "note"
        ]
        for key in ("acceptable", "forbidden"):
            found += [((key, at), code) for at, code in enumerate(getattr(self, key))]
        return found
