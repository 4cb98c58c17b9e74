"""Which names of this server are answered to, and which pages may ask: a guard against pages of other sites.

A browser on this machine reaches loopback, whoever wrote the page in it. So the Host header must name this machine or
a host that the site allows (DNS rebinding), and a page that says where it comes from must be ours or an allowed one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from citecoder.app.http.problems import problem, request_id_of
from citecoder.app.settings import HOST, PORT

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from citecoder.app.settings import Settings

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Hosts:
    """An ASGI layer that refuses other hosts and other origins.

    Args:
        app: what is guarded.
        settings: ``allowed_hosts`` and ``allowed_origins``.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = LOOPBACK_NAMES | {host_name(host) for host in settings.allowed_hosts}
        self._origins = frozenset(settings.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with a problem."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, request_id = Headers(scope=scope), request_id_of(scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self._hosts:
            told = (
                "this Host is not served; open http://127.0.0.1, or name the host in CITECODER_ALLOWED_HOSTS"
            )
            return problem(403, told, request_id)
        if not self._may_ask(headers, scope, hosts[0]):
            told = "a page of this origin may not ask; use the page that this server shows, or CITECODER_ALLOWED_ORIGINS"
            return problem(403, told, request_id)
        return None

    def _may_ask(self, headers: Headers, scope: Scope, host: str) -> bool:
        """Say whether the page that asks, if one does, is ours or an allowed one.

        Our own page behind a proxy that ends TLS has an origin of ``https``, whatever reaches us.
        """
        origin = headers.get("origin")
        if origin in self._origins:
            return True
        if origin is not None and origin not in {f"{scope['scheme']}://{host}", f"https://{host}"}:
            return False
        other_site = headers.get("sec-fetch-site") in {"cross-site", "same-site"}
        return scope["method"] in SAFE or not other_site


def host_name(host: str) -> str:
    """Return the name in a Host header without its port; an IPv6 address keeps its brackets.

    Empty where it is no name with at most a port behind it: what is cut off may be the name that others read.
    """
    found = re.fullmatch(rf"({HOST}){PORT}", host)
    return found[1].lower() if found else ""
