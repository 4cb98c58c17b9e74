"""Who asks: somebody at this machine, or the holder of a key.

At this machine means: the connection comes from loopback, it asks for a loopback name, and nothing on the way says that
it forwarded it. Who sits at their own machine could read the notes anyway, and needs no key. Everybody else sends one.
What forwards without a word looks the same, so a site that names hosts of its own, and with that a way in from outside,
asks for a key here, too, unless it says otherwise. A key that is sent is checked, always and anew, so a revoked one is
refused from the next request on.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi.security import HTTPBearer

from citecoder.app.http.hosts import LOOPBACK_NAMES, host_name
from citecoder.app.http.problems import Refusal
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
# fmt: off
_FORWARDED = frozenset({
    "forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip", "cf-ray", "cdn-loop",
    "x-forwarded", "x-original-forwarded-for", "x-original-host", "x-cluster-client-ip", "x-proxyuser-ip",
    "fly-client-ip", "fastly-client-ip", "x-appengine-user-ip", "x-azure-clientip", "x-arr-log-id",
    "x-amzn-trace-id", "x-envoy-external-address",
})
# fmt: on
"""Headers that proxies and balancers add, and no browser."""


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
                await self._rates.failed(_address(request))
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


def is_local(request: Request) -> bool:
    """Say whether a request comes from this machine itself, and not through a proxy on it that can be told.

    HTTP/1.0 is what older nginx speaks unless it is told otherwise, and no browser does. A relay of bare connections
    can't be told at all.
    """
    told = request.headers
    forwarded = any(name in _FORWARDED or name.startswith("x-forwarded-") for name in told)
    return (
        is_loopback(_address(request))
        and host_name(told.get("host", "")) in LOOPBACK_NAMES
        and not forwarded
        and request.scope.get("http_version") != "1.0"
    )


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def is_loopback(address: str) -> bool:
    """Say whether an address is of this machine alone."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return (mapped or known).is_loopback


def _no_key() -> Refusal:
    told = "a key that holds is needed; send `Authorization: Bearer cite_…` (`citecoder keys create NAME` makes one)"
    return Refusal(401, told, {"www-authenticate": "Bearer"})
