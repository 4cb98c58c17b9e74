"""Is a set sound: every fault with its file and line, faults that stop a run apart from what a person should look at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citecoder.errors import InputError
from citecoder.evals import releases
from citecoder.evals.arms import find_arm
from citecoder.evals.arms.named import named_arms
from citecoder.evals.case_files import Fault, fault_of, read_set, repeated_ids
from citecoder.evals.fragments import read_evaluations, read_fragments
from citecoder.evals.leaderboard import read_leaderboard
from citecoder.evals.mentions import faults_of_mentions
from citecoder.evals.phi import suspicions
from citecoder.evals.questions import FOLDER as QUESTIONS
from citecoder.evals.questions import read_placed, to_look_at
from citecoder.evals.scoring.claim import REHAB_AMONG_THEM

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from citecoder.evals.case_files import Placed
    from citecoder.evals.questions import PlacedTopic


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        cases: how many cases could be read; ``questions`` how many questions.
        faults: what stops a run or makes its figures wrong.
        warnings: what a person should look at.
    """

    cases: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    questions: int = 0


def validate(place: Path, codes: Collection[str]) -> Checked:
    """Check a set.

    Args:
        place: a folder with ``cases/``, or a file of JSON lines.
        codes: the codes that are known.
    """
    placed, faults = read_set(place)
    faults += repeated_ids(placed)
    faults += [fault for each in placed for fault in _case_faults(each, codes)]
    faults += _split_families(placed)
    topics: list[PlacedTopic] = []
    if place.is_dir():
        topics, wrong = read_placed(place / QUESTIONS)
        faults += wrong
        faults += _lonely_notes(place, placed)
        faults += _arm_faults(place)
        faults += _fragment_faults(place, codes)
        faults += faults_of_mentions(place, {each.case.id: each.case.note for each in placed})
    warnings = [
        Fault(
            str(each.file),
            each.line_of(("note",)),
            f"{each.case.id}: line {s.line} of the note looks like {s.what}",
        )
        for each in placed
        for s in suspicions(each.case.note)
    ]
    warnings += to_look_at(topics)
    questions = sum(len(each.topic.questions) for each in topics)
    return Checked(len(placed), tuple(sorted(set(faults))), tuple(sorted(warnings)), questions)


def _case_faults(each: Placed, codes: Collection[str]) -> Iterator[Fault]:
    case = each.case
    for key, quote in case.quotes():
        if quote not in case.note:
            yield Fault(
                str(each.file), each.line_of(key), f"{case.id}: this quote is not in its note, word for word"
            )
    for key, code in case.named_codes():
        if code not in codes and code not in REHAB_AMONG_THEM and key[0] != "forbidden":
            yield Fault(
                str(each.file), each.line_of(key), f"{case.id}: {code} is not a code that citecoder knows"
            )
    if case.origin.made == "real":
        yield Fault(
            str(each.file),
            each.line_of(("origin",)),
            f"{case.id}: a real note is no part of a set that is shared",
        )


def _split_families(placed: Sequence[Placed]) -> list[Fault]:
    """A family lies in one split as a whole, or its notes would be learnt from and measured on."""
    splits: dict[str, dict[str, Placed]] = defaultdict(dict)
    for each in placed:
        splits[each.case.family].setdefault(each.case.split, each)
    faults = []
    for family, of in splits.items():
        for each in list(of.values())[1:]:
            told = f"{each.case.id}: family {family} lies in {' and '.join(sorted(of))}; put all of it into one split"
            faults.append(Fault(str(each.file), each.line_of(("split",)), told))
    return faults


def _lonely_notes(place: Path, placed: Sequence[Placed]) -> list[Fault]:
    known = {each.case.id for each in placed}
    return [
        Fault(str(path), 1, "belongs to no case; add cases/<id>.yaml or remove it")
        for path in sorted((place / "notes").glob("*.txt"))
        if path.stem not in known
    ]


def _fragment_faults(place: Path, codes: Collection[str]) -> list[Fault]:
    found, faults = read_fragments(place)
    unknown = [(f.id, s.code) for f in found for s in f.services if s.code and s.code not in codes]
    return [*faults, *read_evaluations(place)[1]] + [
        Fault(f"{name.rpartition('-')[0]}.txt", 1, f"{name}: {code} is not a code that citecoder knows")
        for name, code in unknown
    ]


def _arm_faults(place: Path) -> list[Fault]:
    """Every named arm can be found, and every row of the leaderboard names one that is there."""
    faults = []
    try:
        named = named_arms(place)
        rows = read_leaderboard(place)
        releases.logged(place / releases.FILE)
    except InputError as error:
        return [fault_of(error)]
    for name, each in named.items():
        try:
            find_arm(each.arm)
        except InputError as error:
            faults.append(Fault(str(place / "arms.yaml"), each.line, f"{name}: {error}"))
    faults += [
        Fault(str(place / "leaderboard.yaml"), row.line, f"arm {row.arm} is missing; name it in arms.yaml")
        for row in rows
        if row.arm != "rules" and row.arm not in named
    ]
    return faults
