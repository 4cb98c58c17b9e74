"""The SDK's own client, on a server over the sample engine: as a program it started, and by HTTP."""

from __future__ import annotations

import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.app.serving import SAMPLE
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MODES = ("auto", "legacy")
"""How a client begins: by today's protocol, or by the handshake of the versions before."""


def environment(folder: Path) -> dict[str, str]:
    """Return what a server as a program finds in its environment."""
    places = {"CITECODER_SITE": str(folder / "site"), "CITECODER_CACHE": str(folder / "cache")}
    return {**os.environ, **places}


@asynccontextmanager
async def by_stdio(folder: Path, mode: str = "auto") -> AsyncIterator[Client]:
    """Start ``citecoder mcp`` and speak with it; its standard error goes to ``folder/err``."""
    server = StdioServerParameters(
        command=sys.executable, args=[*SAMPLE, "mcp"], env=environment(folder), cwd=CHECKOUT
    )
    with (folder / "err").open("w") as errors:
        async with Client(stdio_client(server, errlog=errors), mode=mode) as client:
            yield client


@asynccontextmanager
async def by_http(address: str, mode: str = "auto") -> AsyncIterator[Client]:
    """Speak with a server that listens."""
    async with Client(f"{address}/mcp", mode=mode) as client:
        yield client
