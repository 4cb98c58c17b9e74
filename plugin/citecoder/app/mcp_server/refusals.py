"""An exception → the one line that a client is told: what, where, what to do next, and never words of a note."""

from __future__ import annotations

import logging

from citecoder.app.http.problems import Refusal, part_down
from citecoder.app.logs import place_of
from citecoder.errors import CitecoderError, InputError

LOG = logging.getLogger("citecoder.mcp")


def told(error: Exception) -> str:
    """Say an error in one line; what is ours to mend goes to the log, by its kind and place."""
    return " ".join(_sentence(error).split()).replace("`citecoder search`", "the tool `search_sources`")


def _sentence(error: Exception) -> str:
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, Refusal):
        return error.detail
    if isinstance(error, CitecoderError):
        LOG.error("%s: %s", type(error).__name__, error)
        return part_down(error)
    LOG.error("failed with %s", type(error).__name__, extra={"at": place_of(error)})
    return f"citecoder failed with {type(error).__name__}; its log (standard error) says where; report it"
