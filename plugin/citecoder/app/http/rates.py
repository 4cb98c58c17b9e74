"""How often somebody may ask: so many requests in any window of time, kept in this process's memory."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from citecoder.app.http.problems import Refusal
from citecoder.errors import InputError
from citecoder.records import LOCAL

if TYPE_CHECKING:
    from limits import RateLimitItem

    from citecoder.app.settings import Settings
    from citecoder.records import Caller

FAILED_KEYS = parse("30/minute")
"""Keys that don't fit, from one address."""


class Rates:
    """Counts the requests of each caller, and the failed keys of each address.

    Args:
        settings: ``rate_limit`` for who has a key, ``local_rate_limit`` for who needs none.

    Raises:
        InputError: a limit that can't be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._keyed = _limit("rate_limit", settings.rate_limit)
        self._local = _limit("local_rate_limit", settings.local_rate_limit)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    async def spend(self, caller: Caller) -> dict[str, str]:
        """Count one request and return the headers that tell what is left.

        Raises:
            Refusal: 429, with the seconds to wait.
        """
        limit = self._local if caller.id == LOCAL.id else self._keyed
        if limit is None:
            return {}
        if not await self._window.hit(limit, "caller", caller.id):
            raise await self._refused(limit, "caller", caller.id)
        left = await self._window.get_window_stats(limit, "caller", caller.id)
        return _told(limit, left.remaining, left.reset_time)

    async def failed(self, address: str) -> None:
        """Count a key that does not fit.

        Raises:
            Refusal: 429, too many of them came from this address.
        """
        if not await self._window.hit(FAILED_KEYS, "failed", address):
            raise await self._refused(FAILED_KEYS, "failed", address)

    async def _refused(self, limit: RateLimitItem, *who: str) -> Refusal:
        left = await self._window.get_window_stats(limit, *who)
        headers = _told(limit, 0, left.reset_time)
        return Refusal(
            429,
            f"more than {limit.amount} requests in {limit.get_expiry()} seconds; wait as long as Retry-After says",
            {**headers, "retry-after": str(_seconds_until(left.reset_time))},
        )


def _limit(name: str, text: str) -> RateLimitItem | None:
    if not text.strip():
        return None
    try:
        return parse(text)
    except ValueError:
        variable = f"CITECODER_{name.upper()}"
        raise InputError(
            f"{variable}: not a limit; write it as 600/minute or 10/second, or leave it empty", variable
        ) from None


def _seconds_until(moment: float) -> int:
    return max(1, math.ceil(moment - time.time()))


def _told(limit: RateLimitItem, left: int, reset: float) -> dict[str, str]:
    """Write the fields of the IETF draft (draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "ratelimit-policy": f'"caller";q={limit.amount};w={limit.get_expiry()}',
        "ratelimit": f'"caller";r={left};t={_seconds_until(reset)}',
    }
