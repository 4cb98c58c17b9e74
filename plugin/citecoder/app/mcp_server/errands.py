"""Where a call's work is done: in a thread, with what it needs loaded once.

The protocol's own loop must go on reading: a client may cancel a call, or ask for something quick beside it.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from citecoder.app.mcp_server.refusals import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from citecoder.app.http.work import Work
    from citecoder.app.wiring import Parts

LOG = logging.getLogger("citecoder.mcp")
T = TypeVar("T")


class Errands:
    """Runs what calls ask for.

    Args:
        parts: what the doors share; nothing is loaded yet.
        work: the threads that compute, and how long a caller waits for them.
    """

    def __init__(self, parts: Parts, work: Work) -> None:
        self._parts = parts
        self._work = work
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="citecoder-load")
        self._loading: asyncio.Future[None] | None = None

    async def run(self, job: Callable[[Parts], T]) -> T:
        """Do a job with the parts, in a thread. What has to be loaded first is waited for, however long it takes.

        Raises:
            Refusal: the job took too long.
            CitecoderError: as the job says, or the sources or the index can't be used.
        """
        await asyncio.shield(self._load())  # others wait for it, too: one that gives up does not stop it
        return await self._work.run(lambda: job(self._parts))

    def warm(self) -> None:
        """Begin to load; what goes wrong is told in the log, and again to whoever asks."""
        self._load().add_done_callback(_tell)

    def stop(self) -> bool:
        """Begin nothing more; return whether something still runs that nobody waits for."""
        self._loader.shutdown(wait=False, cancel_futures=True)
        loading = self._loading is not None and not self._loading.done()
        return self._work.stop() or loading

    def _load(self) -> asyncio.Future[None]:
        """Load the slow parts, once: who comes while it is done waits for the same. After a failure it is tried anew."""
        loading = self._loading
        if loading is None or (loading.done() and (loading.cancelled() or loading.exception())):
            loading = asyncio.get_running_loop().run_in_executor(self._loader, self._make_slow_parts)
            self._loading = loading
        return loading

    def _make_slow_parts(self) -> None:
        _ = (self._parts.chain, self._parts.answers)


def _tell(loading: asyncio.Future[None]) -> None:
    if not loading.cancelled() and (error := loading.exception()) is not None:
        LOG.warning("not ready: %s", told(error) if isinstance(error, Exception) else type(error).__name__)
