"""citecoder: procedure codes from therapy notes, every line cited.

The nouns come from ``model`` and ``answers``; the verbs are loaded when they are first asked for, so that importing this package
loads no vendor. Their types stand in ``__init__.pyi``.
"""

from importlib import import_module
from typing import Any

from citecoder.answers import Answer, Question, Turn
from citecoder.model import Passage, Request, Review, Suggestion

__version__ = "0.2.0"

_VERBS = ("ask", "lookup", "search", "suggest", "units")

__all__ = [
    "Answer",
    "Passage",
    "Question",
    "Request",
    "Review",
    "Suggestion",
    "Turn",
    "ask",
    "lookup",
    "search",
    "suggest",
    "units",
]


def __getattr__(name: str) -> Any:
    """Return a verb; it and what it needs are imported only now."""
    if name in _VERBS:
        return getattr(import_module("citecoder.app.api"), name)
    raise AttributeError(f"module 'citecoder' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
