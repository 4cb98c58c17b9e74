"""Where answers are computed: a few threads a kind of work, and a line in front of them.

Reviewing is plain Python on a processor, so more threads than processors would only make everybody wait. What waits
is begun in the order in which it came; what nobody waits for any more is not begun.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from citecoder.app.http.problems import ClientGoneError, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive

T = TypeVar("T")


class Work:
    """Threads for one kind of work.

    Args:
        name: what they do, for a look at the process.
        at_once: how many jobs run at the same time.
        seconds: how long a caller waits for one, the time in line included.
    """

    def __init__(self, name: str, at_once: int, seconds: float) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=f"citecoder-{name}")
        self._seconds = seconds
        self.under_way = 0
        """Jobs that wait or run, those included that were given up and still run."""

    async def run(self, job: Callable[[], T], receive: Receive | None = None) -> T:
        """Do a job in a thread and return what it returns.

        Args:
            job: what to do; it can't be stopped once it has begun.
            receive: the request's own ``receive``, its body read: the job is given up when the client goes.

        Raises:
            ClientGoneError: the client went before the answer was there.
            Refusal: 503, it took too long.
        """
        given = self._threads.submit(job)
        self.under_way += 1
        loop = asyncio.get_running_loop()
        given.add_done_callback(lambda _: _on(loop, self._one_less))
        done = asyncio.wrap_future(given)
        gone = asyncio.ensure_future(_gone(receive)) if receive else None
        try:
            waited: set[asyncio.Future[Any]] = {done, gone} if gone else {done}
            await asyncio.wait(waited, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if done.done():
                return done.result()
            if gone and gone.done():
                raise ClientGoneError
            raise _too_slow(self._seconds)
        finally:
            done.cancel()  # a job that still waits in line is taken out of it
            if gone:
                gone.cancel()

    def stop(self) -> bool:
        """Begin nothing more; return whether something still runs that was given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        return self.under_way > 0

    def _one_less(self) -> None:
        self.under_way -= 1


def _on(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Count on the loop's own thread, if it still runs."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)


async def _gone(receive: Receive) -> None:
    """Return when the client has gone; what it still sends is dropped."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _too_slow(seconds: float) -> Refusal:
    return Refusal(
        503,
        f"no answer within {seconds:g} seconds; try again, or with a shorter note",
        {"retry-after": "5"},
    )
