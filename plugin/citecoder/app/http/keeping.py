"""A review is kept before it is answered; and answered even if it can't be kept.

A clinician's lines must not depend on a database. While that is down it is tried again only now and then: each try may
wait for the network.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from citecoder.app.http.problems import Refusal
from citecoder.errors import RecordsUnavailableError

if TYPE_CHECKING:
    from citecoder import wire
    from citecoder.app.http.meters import Meters
    from citecoder.app.http.work import Work
    from citecoder.app.wiring import Parts
    from citecoder.records import Caller

LOG = logging.getLogger("citecoder.http")
TRY_AGAIN = 2.0
"""Seconds after a failure in which no other review tries the database."""


class Keeping:
    """Keeps reviews in the records.

    Args:
        parts: where the records are.
        records: threads that wait for the database.
        meters: counts what was not kept.
    """

    def __init__(self, parts: Parts, records: Work, meters: Meters) -> None:
        self._parts = parts
        self._records = records
        self._meters = meters
        self._down_until = 0.0

    async def keep(self, told: wire.SuggestResponse, note: str, caller: Caller) -> None:
        """Keep a review, or tell the log and the meters that it was not kept."""
        if self._parts.settings.records == "off":
            return
        if time.monotonic() < self._down_until:
            self._meters.not_kept()
            return
        try:
            await self._records.run(lambda: self._keep(told, note, caller))
        except (RecordsUnavailableError, Refusal) as error:
            self._down_until = time.monotonic() + TRY_AGAIN
            self._meters.not_kept()
            LOG.warning("a review was not kept: %s", type(error).__name__)

    def _keep(self, told: wire.SuggestResponse, note: str, caller: Caller) -> None:
        records = self._parts.records
        if records is not None:
            records.keep_review(told, note, caller)
