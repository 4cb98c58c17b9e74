"""How many requests are let in at the same time, and how many of one caller: nobody fills the room alone."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from citecoder.app.http.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


class Room:
    """Counts the requests that are inside.

    Args:
        most: so many; the next is told to come back.
        most_of_one: so many of one caller.
    """

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self.taken: Counter[str] = Counter()
        """Places by the caller's id."""

    @contextmanager
    def one(self, caller: str) -> Iterator[None]:
        """Hold a place for as long as the block runs.

        Args:
            caller: the id of who asks.

        Raises:
            Refusal: 503, all places are taken, or all that this caller may have.
        """
        if self.taken[caller] >= self._most_of_one or self.taken.total() >= self._most:
            raise Refusal(503, "too many requests wait already; try again", {"retry-after": "1"})
        self.taken[caller] += 1
        try:
            yield
        finally:
            self.taken -= Counter((caller,))  # forgets who has no place any more
