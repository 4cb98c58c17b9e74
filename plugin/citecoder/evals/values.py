"""What a unit of a code is worth, so that errors can be told in dollars. The one reader of ``evals/values.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from citecoder.errors import KnowledgeError
from citecoder.yaml_text import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Values:
    """Relative values by code, and the dollars of one."""

    rvu: Mapping[str, float]
    conversion_factor: float
    source: str

    def dollars(self, code: str, units: int | None) -> float | None:
        """Return the dollars of a line, or None where its code has no value or its units are open."""
        worth = self.rvu.get(code)
        return None if worth is None or units is None else worth * units * self.conversion_factor


def load_values(folder: Path) -> Values:
    """Read ``values.yaml`` of the evaluation folder.

    Raises:
        KnowledgeError: the file is not there or breaks its format.
    """
    path = folder / "values.yaml"
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8"))
        rvu = {str(code): float(worth) for code, worth in raw["rvu"].items()}
        return Values(rvu, float(raw["conversion_factor"]), str(raw["source"]))
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise KnowledgeError(
            f"{path}: can't be read ({type(error).__name__}); it needs rvu, conversion_factor, source"
        ) from None
