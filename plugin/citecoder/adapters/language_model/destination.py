"""Where a call goes, told by its address alone, and whether that is this machine."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from citecoder.errors import InputError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """The one server that a model's requests may reach.

    Attributes:
        url: its address as the provider's class takes it.
        scheme, host, port: the same in parts; ``host`` in lower case.
        local: it was named by the site and lies on this machine.
    """

    url: str
    scheme: str
    host: str
    port: int
    local: bool

    def is_at(self, scheme: str, host: str, port: int | None) -> bool:
        """Tell whether a request goes there."""
        return (scheme, host.lower().strip("[]"), port or _PORTS.get(scheme)) == (
            self.scheme,
            self.host,
            self.port,
        )


def destination(url: str, *, named: bool) -> Destination:
    """Read an address.

    Args:
        url: ``https://host[:port][/path]``.
        named: the site named it. The usual address of a provider never counts as this machine.

    Raises:
        InputError: it is no such address, or it holds a password.
    """
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, (parts.hostname or "").lower(), parts.port
    except ValueError:
        scheme, host, port = "", "", None
    if scheme not in _PORTS or not host:
        raise InputError(
            "CITECODER_LLM_BASE_URL: write http:// or https:// with a host", "CITECODER_LLM_BASE_URL"
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            "CITECODER_LLM_BASE_URL: no password and no query; keys go into the provider's own variable",
            "CITECODER_LLM_BASE_URL",
        )
    return Destination(url, scheme, host, port or _PORTS[scheme], named and is_loopback(host))


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: a loopback address, or localhost where it leads to nothing else.

    Other names are outside wherever they lead: a name may lead elsewhere when it is asked again.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    if host != "localhost":
        return False
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(each.partition("%")[0]).is_loopback for each in found)
