"""The record of what left: one line a call in ``<site>/egress.jsonl`` and in the log, never a word of what was sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from citecoder.adapters.language_model.failures import TroubleError
from citecoder.adapters.language_model.private_files import append_line, private_folder

FILE, EARLIER = "egress.jsonl", "egress.1.jsonl"
MOST_BYTES = 8_000_000
"""Bytes of a file; the one before is kept, what was before that is gone."""
_LOCK_SECONDS = 5.0
LOG = logging.getLogger("citecoder.language_model")


@dataclass(frozen=True, slots=True)
class Sending:
    """One call as it is recorded.

    Attributes:
        time: when it began, UTC.
        host: where it went.
        local: it stayed on this machine.
        model: ``provider:model``.
        prompt: the prompt's mark.
        sha256: of the messages that were sent.
        redacted: identifiers that were taken out, by kind; None: redaction was off.
        tries: how often it was sent.
        tokens_in, tokens_out: as the provider tells.
        cost: US dollars; None where no price is known.
        seconds: how long it took.
        outcome: ``answered``, the failure, or ``interrupted``.
    """

    time: str
    host: str
    local: bool
    model: str
    prompt: str
    sha256: str
    redacted: Mapping[str, int] | None = field(default_factory=dict)
    tries: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    seconds: float = 0.0
    outcome: str = "answered"


class Egress:
    """The site's record.

    Args:
        site: the site's folder.
    """

    def __init__(self, site: Path) -> None:
        self._path = site / FILE

    def demand_writable(self) -> None:
        """Make sure that a line can be written; nothing is sent without a record.

        Raises:
            TroubleError: ``unreachable``.
        """
        try:
            private_folder(self._path.parent)
            append_line(self._path, None)
        except OSError:
            because = f"is not asked: {self._path} can't be written, and nothing is sent without a record"
            raise TroubleError("unreachable", because=because) from None

    def add(self, sending: Sending) -> None:
        """Write a line, into the log, too."""
        told = asdict(sending)
        LOG.info("language model asked", extra={key: value for key, value in told.items() if key != "time"})
        try:
            with FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_SECONDS, mode=0o600):
                if self._path.exists() and self._path.stat().st_size > MOST_BYTES:
                    self._path.replace(self._path.with_name(EARLIER))
                append_line(self._path, json.dumps(told))
        except (OSError, Timeout) as error:
            LOG.warning("a call could not be recorded", extra={"kind": type(error).__name__})
