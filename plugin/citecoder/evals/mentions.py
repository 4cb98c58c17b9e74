"""The mention layer: spans of a note with what they stand for, so that an error can be located below the claim.

The one reader of ``mentions/*.jsonl`` of a set: a line a note. A mention is a service that the note names, with its
status (performed, planned, at home …) and who gave it; a number has a role (a dose, a total, a goal …).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, ValidationError

from citecoder.errors import InputError
from citecoder.evals.case_files import Fault
from citecoder.evals.cases import CaseId, Labelled
from citecoder.wire import field_problems
from citecoder.wire.fields import CodeText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# fmt: off
Status = Literal[
    "performed", "planned", "deferred", "declined", "contraindicated", "home_program", "history", "other_date",
    "other_provider", "template", "hypothetical", "goal", "caregiver_taught", "screening", "order_in_text", "unclear",
]
Role = Literal[
    "dose_minutes", "shared_minutes", "total_timed", "total_treatment", "clock", "rest", "reps", "sets", "load",
    "distance", "count", "score", "measure", "dose_other", "test_name", "goal", "plan", "date", "age", "money", "id",
    "corrected", "order_in_text", "other",
]
# fmt: on
By = Literal["therapist", "assistant", "aide", "student", "patient", "other", "unknown"]
Offset = Annotated[int, Field(ge=0)]


class Spanned(Labelled):
    """A verbatim piece of the note, in Unicode code points."""

    start: Offset
    end: Offset
    quote: str


class Mention(Spanned):
    """A service that the note names.

    Attributes:
        service: a short name, the same for all mentions of one service in the note.
        code: the code that it would have if it were delivered; None where there is none.
    """

    service: str
    code: CodeText | None = None
    status: Status
    by: By = "unknown"


class Number(Spanned):
    """A number with its role, and the service it belongs to."""

    role: Role
    of: str | None = None


class Mentions(Labelled):
    """All that is marked in one note."""

    id: CaseId
    mentions: tuple[Mention, ...] = ()
    numbers: tuple[Number, ...] = ()


def read_mentions(place: Path) -> dict[str, Mentions]:
    """Return the layer of a set by the id of the case; a set without one has none.

    Raises:
        InputError: a line is broken; the message names file and line.
    """
    found = {}
    for each in _read(place):
        if isinstance(each, Fault):
            raise InputError(str(each))
        found[each.id] = each
    return found


def faults_of_mentions(place: Path, notes: Mapping[str, str]) -> list[Fault]:
    """Return every fault of the layer: broken lines, unknown cases, spans that don't hold their quote."""
    faults = []
    for path, number, each in _lines(place):
        if isinstance(each, Fault):
            faults.append(each)
        elif each.id not in notes:
            faults.append(Fault(str(path), number, f"{each.id} is not a case of this set"))
        else:
            note = notes[each.id]
            faults += [
                Fault(str(path), number, f"{each.id}: the quote at {span.start} is not there, word for word")
                for span in (*each.mentions, *each.numbers)
                if note[span.start : span.end] != span.quote
            ]
    return faults


def _read(place: Path) -> Iterator[Mentions | Fault]:
    for _, _, each in _lines(place):
        yield each


def _lines(place: Path) -> Iterator[tuple[Path, int, Mentions | Fault]]:
    for path in sorted((place / "mentions").glob("*.jsonl")) if place.is_dir() else ():
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
            if line.strip():
                yield path, number, _line(path, number, line)


def _line(path: Path, number: int, line: bytes) -> Mentions | Fault:
    try:
        return Mentions.model_validate(json.loads(line))
    except ValidationError as error:
        problem = field_problems(error.errors(include_url=False, include_input=False))[0]
        return Fault(str(path), number, f"{'.'.join(map(str, problem.loc))}: {problem.msg}")
    except ValueError:
        return Fault(str(path), number, "is not JSON; mend or delete this line")
