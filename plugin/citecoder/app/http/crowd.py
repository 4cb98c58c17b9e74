"""How many connections are held open: as many as this process may open files for, and of those a part for one machine.

Knows addresses and numbers, and nothing of what is said on a connection. Without an end to them, a thousand that never
say anything would leave no file for anybody else, nor for the database.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import suppress

from citecoder.app.http.this_machine import is_loopback

LOG = logging.getLogger("citecoder.connections")
OTHER_FILES = 256
"""Files that are kept for everything else: the database, the index, the pages."""
MOST = 10_000
"""Connections, however many files there may be."""
TELL_EVERY = 60.0
"""Seconds between two log lines about it."""


def raise_file_limit() -> None:
    """Let this process open as many files as the system lets it: the soft limit is often 1,024."""
    # Windows has no such limit, and some systems a lower one.
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - see above

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def most_connections() -> int:
    """Return how many connections this process may hold."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = soft == resource.RLIM_INFINITY
    return MOST if unlimited else min(MOST, max(soft - OTHER_FILES, soft // 2))


class Crowd:
    """Counts the connections of one server.

    Args:
        most: so many in all. Another machine may hold a quarter of them; this one all: a proxy on it holds everybody's.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._most_of_one = max(1, most // 4)
        self._held: Counter[str] = Counter()
        self._tell_from = 0.0

    def enter(self, address: str) -> bool:
        """Count a connection and say True; or say False, and count it not."""
        of_one = self._held[address] >= self._most_of_one and not is_loopback(address)
        if of_one or self._held.total() >= self._most:
            self._tell(address)
            return False
        self._held[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one less of those that were let in."""
        self._held -= Counter((address,))  # forgets who holds none any more

    def _tell(self, address: str) -> None:
        now = time.monotonic()
        if now < self._tell_from:
            return
        self._tell_from = now + TELL_EVERY
        told = {"held": self._held.total(), "of_address": self._held[address], "address": address}
        LOG.warning(
            "connections are refused: at most %d, %d of one machine",
            self._most,
            self._most_of_one,
            extra=told,
        )
