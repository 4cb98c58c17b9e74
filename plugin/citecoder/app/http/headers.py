"""What a browser may do with our answers, as headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_OWN = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
ALWAYS = {
    "content-security-policy": f"{_OWN}; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""Headers of every answer that does not set them itself."""
FRESH = "no-cache"
"""For files that may be kept if they are asked about (with their ETag) before each use."""


def framed_by(origins: Iterable[str]) -> dict[str, str]:
    """Return the headers of a page that our own pages and these origins may show in a frame.

    X-Frame-Options knows no list of origins. A browser that reads ``frame-ancestors`` passes over it; one that doesn't
    shows the page to our own pages alone.
    """
    ancestors = " ".join(("'self'", *origins))
    return {
        "content-security-policy": f"{_OWN}; frame-ancestors {ancestors}",
        "x-frame-options": "SAMEORIGIN",
        "cross-origin-resource-policy": "cross-origin",
    }


def module_headers(*, shared: bool) -> dict[str, str]:
    """Return the headers of the sidebar's files; ``shared`` when pages of other origins may load them."""
    return {
        "cache-control": FRESH,
        "cross-origin-resource-policy": "cross-origin" if shared else "same-origin",
    }
