"""YAML text → plain values, as ``yaml.safe_load`` gives them, read in C where that was built.

The C parser does the work of every file that is in order, ten times as fast. Whatever it refuses is read again by the
parser in Python, so that an error's class, words and line are the same everywhere.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_C_LOADER: Any = getattr(yaml, "CSafeLoader", None)
_OPENING = re.compile(r"^[\s?:\0-]+", re.MULTILINE)
_DEEPEST = 1_000  # nesting that the C parser is trusted with: it takes C's stack, and has no RecursionError


def parse_yaml(text: str | bytes) -> Any:
    """Return the value of a YAML document, of its text or of a file's bytes.

    Raises:
        yaml.YAMLError: the text is not YAML; ``problem_mark`` tells the line where there is one.
        ValueError: a value can't be, such as the 13th month.
        RecursionError: it is nested too deeply.
    """
    if (
        _C_LOADER is not None
        and _may_nest(text if isinstance(text, str) else text.decode("latin-1")) <= _DEEPEST
    ):
        try:
            return yaml.load(text, Loader=_C_LOADER)  # noqa: S506 - the safe loader
        except yaml.YAMLError:
            pass  # the parser in Python tells why
    return yaml.safe_load(text)


def _may_nest(text: str) -> int:
    """Return a depth that the text's nesting can't exceed: its brackets, and the signs and blanks that open a line."""
    opening = max((len(found) for found in _OPENING.findall(text)), default=0)
    return text.count("[") + text.count("{") + 2 * opening
