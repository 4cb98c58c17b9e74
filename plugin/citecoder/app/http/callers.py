"""Who asks: somebody at this machine, or the holder of a key.

Who sits at their own machine could read the notes anyway, and needs no key; ``this_machine.py`` says who that is.
Everybody else sends one. What forwards without a word looks as if it were here, so a site that names hosts of its own,
and with that a way in from outside, asks for a key here, too, unless it says otherwise. A key that is sent is checked,
always and anew, so a revoked one is refused from the next request on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi.security import HTTPBearer

from citecoder.app.http.problems import Refusal
from citecoder.app.http.this_machine import address_of, is_local
from citecoder.records import LOCAL, Caller

if TYPE_CHECKING:
    from starlette.requests import Request

    from citecoder.app.http.rates import Rates
    from citecoder.app.http.work import Work
    from citecoder.app.wiring import Parts
    from citecoder.records import Key, Scope

BEARER = HTTPBearer(
    scheme_name="key",
    bearerFormat="cite_<id>_<secret>",
    description="A key of `citecoder keys create`. Not needed at this machine itself, unless the site asks for it there.",
    auto_error=False,
)


class Callers:
    """Tells who asks, and whether that one may.

    Args:
        parts: where the keys are kept, and whether they are asked for at this machine, too.
        records: threads that wait for the database.
        rates: counts keys that don't fit.
    """

    def __init__(self, parts: Parts, records: Work, rates: Rates) -> None:
        self._parts = parts
        self._records = records
        self._rates = rates

    async def known(self, request: Request) -> Caller:
        """Return who asks, whatever for.

        Raises:
            Refusal: 401 without a key that holds, 429 after many wrong ones.
            RecordsUnavailableError: the key can't be looked up.
        """
        if "authorization" not in request.headers and self._local(request):
            return LOCAL
        key = await self._key(request)
        if key is None:
            if "authorization" in request.headers:
                await self._rates.failed(address_of(request))
            raise _no_key()
        return Caller(key.id, key.scopes)

    def _local(self, request: Request) -> bool:
        return not self._parts.settings.asks_for_key and is_local(request)

    async def _key(self, request: Request) -> Key | None:
        """Look the key up. One that fits is let in however many others failed from its address.

        Behind a proxy all share one address, and nobody guesses 256 bits.
        """
        sent = await BEARER(request)
        if sent is None:
            return None
        return await self._records.run(lambda: self._find(sent.credentials))

    def _find(self, token: str) -> Key | None:
        records = self._parts.records
        return records.key_of(token, datetime.now(UTC)) if records is not None else None


def demand_scope(caller: Caller, scope: Scope) -> None:
    """See that a key was made for this.

    Raises:
        Refusal: 403.
    """
    if scope not in caller.scopes:
        told = f"this key has no scope {scope!r}; make one with `citecoder keys create NAME --scope {scope}`"
        raise Refusal(403, told)


def _no_key() -> Refusal:
    told = "a key that holds is needed; send `Authorization: Bearer cite_…` (`citecoder keys create NAME` makes one)"
    return Refusal(401, told, {"www-authenticate": "Bearer"})
