"""What a UTC day's calls came to, in a file of the site, so that restarts and other processes count.

A call is counted by its estimate before it is sent and by what it used afterwards; one that is killed in between stays
counted by its estimate.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from citecoder.adapters.language_model.choices import Choices
from citecoder.adapters.language_model.failures import TroubleError
from citecoder.adapters.language_model.private_files import private_folder, write_whole

FILE = "language-model-spent.json"
_LOCK_SECONDS = 5.0
_BYTES_PER_TOKEN = 3
_FRAME_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens in and out of a day, and millionths of a dollar."""

    day: str
    tokens: int = 0
    microdollars: int = 0


@dataclass(frozen=True, slots=True)
class Reserved:
    """What one call was counted by."""

    day: str
    tokens: int
    microdollars: int


def estimate(*texts: str) -> int:
    """Return about how many tokens texts have, by their bytes: English has four to a token, notes three."""
    return (
        math.ceil(sum(len(text.encode("utf-8", "replace")) for text in texts) / _BYTES_PER_TOKEN)
        + _FRAME_TOKENS
    )


class Budget:
    """The limits of a call and of a day.

    Args:
        site: the site's folder.
        choices: limits and prices.
        now: the clock.
    """

    def __init__(
        self, site: Path, choices: Choices, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = site / FILE
        self._choices = choices
        self._now = now

    def spent(self) -> Spent:
        """Return what today came to.

        Raises:
            TroubleError: ``over_budget``: the file is not as it was written, so nobody knows.
        """
        today = self._today()
        try:
            told = json.loads(self._path.read_bytes())
            found = Spent(str(told["day"]), int(told["tokens"]), int(told["microdollars"]))
        except FileNotFoundError:
            return Spent(today)
        except (OSError, ValueError, KeyError, TypeError):
            because = f"is not asked: {self._path} can't be read; delete it to count this day anew"
            raise TroubleError("over_budget", because=because) from None
        return found if found.day == today else Spent(today)

    def reserve(self, tokens_in: int) -> Reserved:
        """Count a call before it is sent.

        Args:
            tokens_in: its estimate; the longest answer is added.

        Raises:
            TroubleError: ``over_budget``: it would pass a limit, or can't be counted.
        """
        choices = self._choices
        tokens = tokens_in + choices.answer_tokens
        if tokens > choices.tokens_per_request:
            raise TroubleError(
                "over_budget", because="would be sent more than CITECODER_LLM_TOKENS_PER_REQUEST"
            )
        dollars = choices.cost(tokens_in, choices.answer_tokens) or 0.0
        asked = Reserved(self._today(), tokens, math.ceil(dollars * 1_000_000))
        self._change(asked, sign=1, within=True)
        return asked

    def settle(self, reserved: Reserved, tokens: tuple[int, int], lost: int = 0) -> None:
        """Put what a call used in the place of its estimate.

        Args:
            reserved: what it was counted by.
            tokens: in and out, as the provider tells.
            lost: tries whose use nobody tells; each counts by the estimate.

        Raises:
            TroubleError: ``over_budget``: it can't be counted.
        """
        cost = math.ceil((self._choices.cost(*tokens) or 0.0) * 1_000_000)
        used = sum(tokens) + lost * reserved.tokens
        paid = cost + lost * reserved.microdollars
        over = Reserved(reserved.day, reserved.tokens - used, reserved.microdollars - paid)
        self._change(over, sign=-1, within=False)

    def _today(self) -> str:
        return self._now().astimezone(UTC).date().isoformat()

    def _change(self, by: Reserved, *, sign: int, within: bool) -> None:
        try:
            private_folder(self._path.parent)
            with FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_SECONDS, mode=0o600):
                before = self.spent()
                if before.day != by.day:
                    return  # its day is over
                tokens = max(before.tokens + sign * by.tokens, 0)
                micro = max(before.microdollars + sign * by.microdollars, 0)
                if within and self._passed(tokens, micro):
                    raise TroubleError("over_budget")
                line = {"day": before.day, "tokens": tokens, "microdollars": micro}
                write_whole(self._path, json.dumps(line).encode())
        except (OSError, Timeout):
            because = f"is not asked: {self._path} can't be written, and what is not counted is not sent"
            raise TroubleError("over_budget", because=because) from None

    def _passed(self, tokens: int, microdollars: int) -> bool:
        limit, dollars = self._choices.tokens_per_day, self._choices.dollars_per_day
        return (limit is not None and tokens > limit) or (
            dollars is not None and microdollars > dollars * 1_000_000
        )
