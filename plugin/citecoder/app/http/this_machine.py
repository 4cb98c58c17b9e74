"""Does a request come from this machine itself: from loopback, for a loopback name, and forwarded by nobody who says so."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from citecoder.app.http.hosts import LOOPBACK_NAMES, host_name

if TYPE_CHECKING:
    from starlette.requests import Request

# fmt: off
_FORWARDED = frozenset({
    "forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip", "cf-ray", "cdn-loop",
    "x-forwarded", "x-original-forwarded-for", "x-original-host", "x-cluster-client-ip", "x-proxyuser-ip",
    "fly-client-ip", "fastly-client-ip", "x-appengine-user-ip", "x-azure-clientip", "x-arr-log-id",
    "x-amzn-trace-id", "x-envoy-external-address",
})
# fmt: on
"""Headers that proxies and balancers add, and no browser."""


def is_local(request: Request) -> bool:
    """Say whether a request comes from this machine itself, and not through a proxy on it that can be told.

    HTTP/1.0 is what older nginx speaks unless it is told otherwise, and no browser does. A relay of bare connections
    can't be told at all.
    """
    told = request.headers
    forwarded = any(name in _FORWARDED or name.startswith("x-forwarded-") for name in told)
    return (
        is_loopback(address_of(request))
        and host_name(told.get("host", "")) in LOOPBACK_NAMES
        and not forwarded
        and request.scope.get("http_version") != "1.0"
    )


def address_of(request: Request) -> str:
    """Return the address that a request's connection comes from; empty where it has none."""
    return request.client.host if request.client else ""


def is_loopback(address: str) -> bool:
    """Say whether an address is of this machine alone."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return (mapped or known).is_loopback
