"""``leaderboard.yaml`` of a set: arms with the figures that they reached, each reproducible by one command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citecoder.errors import InputError
from citecoder.evals.yaml_lines import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FILE = "leaderboard.yaml"
_KEYS = {"arm", "suite", "split", "release", "measured", "command", "figures", "f1_95", "about"}


@dataclass(frozen=True)
class Row:
    """One measured arm.

    Attributes:
        arm: ``rules`` or a name of ``arms.yaml``.
        command: what gives these figures again.
        figures: as the run told them.
    """

    arm: str
    suite: str
    split: str
    release: str
    measured: str
    command: str
    figures: dict[str, Any]
    line: int
    f1_95: tuple[float, float] | None = None
    about: str = ""


def read_leaderboard(folder: Path) -> list[Row]:
    """Read the rows; a set without the file has none.

    Raises:
        InputError: the file breaks its format; the message names file and line.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    raw, line_of = read_yaml(path)
    found = []
    for number, each in enumerate(raw or ()):
        line = line_of((number,))
        needed = {"arm", "suite", "split", "release", "measured", "command", "figures"}
        if not isinstance(each, dict) or not needed <= set(each) <= _KEYS:
            raise InputError(
                f"{path}:{line}: a row has {', '.join(sorted(needed))}, and may have about and f1_95"
            )
        span = each.get("f1_95")
        if not isinstance(each["figures"], dict) or not (
            span is None or (isinstance(span, list) and len(span) == 2)
        ):
            raise InputError(f"{path}:{line}: figures is a mapping, f1_95 a list of two numbers")
        found.append(
            Row(
                **{key: str(each[key]) for key in needed - {"figures"}},
                figures=dict(each["figures"]),
                line=line,
                f1_95=(float(span[0]), float(span[1])) if span else None,
                about=str(each.get("about") or ""),
            )
        )
    return sorted(found, key=lambda row: -(row.figures.get("f1") or 0))
