"""A real server on a free port, over the sample engine."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from citecoder.app.server import create_app, server_config
from citecoder.app.settings import Settings
from tests.app.fake_citecoder import SampleParts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def served(folder: Path, **choices: Any) -> Iterator[str]:
    """Serve until the block is left; yields the address.

    Args:
        folder: where site and cache lie.
        choices: settings that differ from the defaults.
    """
    settings = Settings(site=folder / "site", cache=folder / "cache", **choices)
    with serving(SampleParts(settings)) as address:
        yield address


@contextmanager
def serving(parts: SampleParts) -> Iterator[str]:
    """Serve these parts, configured as ``citecoder serve`` does, on a free port."""
    app = create_app(parts)
    server = uvicorn.Server(server_config(app, parts.settings))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        app.state.door.stop()
        if parts.records is not None:
            parts.records.close()
