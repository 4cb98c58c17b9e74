"""A model that failed several times in a row is left alone for a while; then one call tries it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from citecoder.adapters.language_model.failures import TroubleError


class Breaker:
    """Counts failures in a row. Calls may run side by side, so a call tells its end and holds nothing meanwhile.

    Args:
        most: failures in a row after which nothing is asked.
        seconds: how long.
        clock: seconds that only grow.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def demand_closed(self) -> None:
        """Let a call pass.

        Raises:
            TroubleError: ``resting``.
        """
        with self._lock:
            if self._failures < self._most:
                return
            if self._clock() < self._until:
                raise TroubleError("resting")
            self._until = self._clock() + self._seconds  # this call tries it, the others go on waiting

    def tell(self, *, well: bool) -> None:
        """Tell how a call ended: ``well`` if the server answered, whatever it said."""
        with self._lock:
            self._failures = 0 if well else self._failures + 1
            if self._failures >= self._most:
                self._until = self._clock() + self._seconds
