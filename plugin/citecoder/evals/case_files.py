"""Case files → cases, or a list of what is wrong, each with its file and line.

The one reader of ``evals/cases`` and ``evals/notes``. A set is a folder with ``cases/*.yaml`` and ``notes/<id>.txt``,
or one file of JSON lines, in the shape of ``Case`` or in the flat shape of labelled rows that earlier notes have
(``expected``). One broken file never hides the others: everything that is wrong is collected.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from citecoder.errors import InputError
from citecoder.evals.cases import Case
from citecoder.evals.yaml_lines import read_yaml
from citecoder.wire import field_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from citecoder.evals.yaml_lines import KeyPath


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with a set: where, and what to do."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def fault_of(error: InputError) -> Fault:
    """Return an error whose message begins with file and line as a fault."""
    place, _, what = str(error).partition(": ")
    file, _, line = place.rpartition(":")
    return Fault(file, int(line), what) if line.isdigit() else Fault(place, 1, what or str(error))


QUESTIONS = "answers"
"""The folder below ``cases/`` that holds questions, which ``questions.py`` reads."""


class Placed(NamedTuple):
    """A case, the file it came from, and a way to find the line of one of its keys."""

    case: Case
    file: Path
    line_of: Callable[[KeyPath], int]


class CaseSetError(InputError):
    """A set can't be used; the message names the first fault and counts the others."""

    def __init__(self, faults: list[Fault]) -> None:
        more = f" (and {len(faults) - 1} more: see `citecoder eval validate`)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}", "--set")
        self.faults = faults


def load_cases(place: Path) -> list[Case]:
    """Return the cases of a set, in the order of their ids.

    Raises:
        CaseSetError: a case can't be read, an id stands twice, or there is no case.
    """
    placed, faults = read_set(place)
    faults += repeated_ids(placed)
    if not placed and not faults:
        faults.append(
            Fault(str(place), 1, "holds no case; give a folder with cases/, or a file of JSON lines")
        )
    if faults:
        raise CaseSetError(sorted(faults))
    return sorted((each.case for each in placed), key=lambda case: case.id)


def read_set(place: Path) -> tuple[list[Placed], list[Fault]]:
    """Return what can be read of a set, and what is wrong with the rest.

    Args:
        place: a folder with ``cases/`` (of ``*.yaml`` and ``*.jsonl``), or one ``.jsonl`` file.
    """
    placed: list[Placed] = []
    faults: list[Fault] = []
    for found in _read(place):
        if isinstance(found, Placed):
            placed.append(found)
        else:
            faults.append(found)
    return placed, faults


def repeated_ids(placed: Iterable[Placed]) -> list[Fault]:
    """Return one fault for each case whose id another case had before it."""
    first: dict[str, Placed] = {}
    again = [each for each in placed if first.setdefault(each.case.id, each) is not each]
    return [Fault(str(each.file), each.line_of(("id",)), _twice(first[each.case.id])) for each in again]


def _twice(first: Placed) -> str:
    where = f"{first.file.parent.name}/{first.file.name}:{first.line_of(('id',))}"
    return f"id {first.case.id} stands twice, first in {where}"


def _read(place: Path) -> Iterator[Placed | Fault]:
    if place.is_file():
        yield from _read_rows(place)
        return
    folder = place / "cases"
    if not folder.is_dir():
        yield Fault(str(place), 1, "no such set; give a folder with cases/ in it, or a .jsonl file")
        return
    for path in sorted(folder.rglob("*.yaml")):
        if path.relative_to(folder).parts[0] == QUESTIONS:
            continue
        yield from _read_yaml(path, place / "notes")
    for path in sorted(folder.rglob("*.jsonl")):
        yield from _read_rows(path)


# --- YAML: one case a file -----------------------------------------------------------------------


def _read_yaml(path: Path, notes: Path) -> Iterator[Placed | Fault]:
    try:
        raw, line_of = read_yaml(path)
    except InputError as error:
        yield fault_of(error)
        return
    if not isinstance(raw, dict):
        yield Fault(str(path), 1, "is not a case: write keys and values")
        return
    try:
        yield _placed(_with_note(raw, notes), path, line_of)
    except UnicodeDecodeError as error:
        yield Fault(
            str(notes / f"{raw.get('id')}.txt"),
            1,
            f"is not UTF-8 text (byte {error.start}); save it as UTF-8",
        )


def _with_note(raw: dict[str, Any], notes: Path) -> dict[str, Any]:
    """Add the text of ``notes/<id>.txt`` to a case that holds none, byte for byte."""
    file = notes / f"{raw.get('id')}.txt"
    if "note" in raw or not file.is_file():
        return raw
    return {**raw, "note": file.read_bytes().decode("utf-8")}


# --- JSON lines: one case a line -----------------------------------------------------------------


def _read_rows(path: Path) -> Iterator[Placed | Fault]:
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Fault(str(path), 1, f"can't be read ({type(error).__name__}); give a file of JSON lines")
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield _read_row(path, number, line)


def _read_row(path: Path, number: int, line: bytes) -> Placed | Fault:
    try:
        raw = json.loads(line)
    except ValueError:
        return Fault(str(path), number, "is not JSON; mend or delete this line")
    if not isinstance(raw, dict):
        return Fault(str(path), number, "is not a case: write one JSON object a line")
    try:
        shaped = from_row(raw) if "expected" in raw else raw
    except (KeyError, TypeError, AttributeError) as error:
        return Fault(str(path), number, f"is not a labelled row: {type(error).__name__} at {error}")
    return _placed(shaped, path, lambda _: number)


def from_row(row: dict[str, Any]) -> dict[str, Any]:
    """Turn a flat labelled row (``note``, ``payer``, ``expected`` …) into the shape of ``Case``."""
    gold = row["expected"]
    gaps = [_gap(each, "missing") for each in gold.get("missing") or ()]
    for verdict, key in (("met", "present"), ("not_needed", "not_needed")):
        gaps += [_gap(each, verdict) for each in gold.get(key) or () if isinstance(each, dict)]
    discipline = {"chiropractic": "DC"}.get(row.get("discipline") or "", row.get("discipline"))
    return {
        "id": row["id"],
        "family": row.get("family") or row["id"],
        "split": row.get("split") or "dev",
        "tags": [row["kind"]] if row.get("kind") else [],
        "note": row["note"],
        "ask": {
            "payer": row.get("payer"),
            "discipline": discipline,
            "date_of_service": row.get("date_of_service"),
        },
        "codes": [_line(each) for each in gold["codes"]],
        "gaps": gaps,
        "acceptable": gold.get("acceptable") or [],
        "forbidden": [code for code in gold.get("forbidden") or [] if len(code) == _CODE_LENGTH],
        "unit_alternatives": gold.get("unit_alternatives") or [],
        "why": row.get("rationale") or "",
        "origin": {
            "made": "published" if row.get("origin_type") == "found_real" else "synthetic",
            "labels": "author",
        },
    }


_CODE_LENGTH = 5


def _line(each: dict[str, Any]) -> dict[str, Any]:
    known = ("code", "units", "modifiers", "required")
    lists = ("modifiers_optional", "alt_codes")
    return {k: each[k] for k in known if k in each} | {k: each.get(k) or [] for k in lists}


def _gap(each: dict[str, Any], verdict: str) -> dict[str, Any]:
    severity = "required" if verdict != "missing" or each.get("required") else "recommended"
    kind = {"spinal_levels": "spinal_level"}.get(each["element"], each["element"])
    return {"code": each["code"], "kind": kind, "verdict": verdict, "severity": severity}


def to_row(case: Case) -> dict[str, Any]:
    """Turn a case into the flat row that simple scorers read; what such a row has no place for is left out."""
    asked = ("not_met", "cannot_tell", "missing")
    return {
        "id": case.id,
        "family": case.family,
        "split": case.split,
        "kind": case.visit_type or "other",
        "discipline": case.ask.discipline,
        "payer": case.ask.payer,
        "date_of_service": case.ask.date_of_service and case.ask.date_of_service.isoformat(),
        "note": case.note,
        "expected": {
            "codes": [line.model_dump(mode="json", exclude={"evidence"}) for line in case.codes],
            "acceptable": list(case.acceptable),
            "forbidden": list(case.forbidden),
            "unit_alternatives": list(case.unit_alternatives) or None,
            "missing": [
                {"code": gap.code, "element": gap.kind, "required": gap.severity == "required"}
                for gap in case.gaps
                if gap.verdict in asked
            ],
            "present": [{"code": g.code, "element": g.kind} for g in case.gaps if g.verdict == "met"],
            "not_needed": [
                {"code": g.code, "element": g.kind} for g in case.gaps if g.verdict == "not_needed"
            ],
        },
    }


# --- both ----------------------------------------------------------------------------------------


def _placed(raw: dict[str, Any], path: Path, line_of: Callable[[KeyPath], int]) -> Placed | Fault:
    try:
        return Placed(Case.model_validate(raw), path, line_of)
    except ValidationError as error:
        problem = field_problems(error.errors(include_url=False, include_input=False))[0]
        where = ".".join(map(str, problem.loc)) or "case"
        return Fault(str(path), line_of(tuple(problem.loc)), f"{where}: {problem.msg}")
