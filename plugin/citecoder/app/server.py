"""The local web server: the page, the HTTP routes and their guards."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from citecoder import __version__
from citecoder.app.http import codes, problems, sources, suggestions
from citecoder.app.http.guards import BYTES_A_CHARACTER, ROOM, Guards
from citecoder.paths import sidebar_root

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


# The framework can record request spans and exception messages and export them where the environment says.
_NO_TELEMETRY = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)


def create_app(parts: Parts) -> FastAPI:
    """Make the web app.

    Args:
        parts: what the doors share; nothing is loaded until a route needs it.
    """
    app = FastAPI(
        title="citecoder",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,  # type: ignore[arg-type]  # an older framework keeps it as an extra, unused
    )
    problems.add_to(app)
    for routes in (suggestions, sources, codes):
        app.include_router(routes.router(parts))
    _add_page(app)
    app.add_middleware(Guards, most_bytes=parts.settings.max_note * BYTES_A_CHARACTER + ROOM)
    return app


def _add_page(app: FastAPI) -> None:
    """Add the page, its files and the health check."""
    root = sidebar_root()

    @app.get("/", include_in_schema=False)
    def get_page() -> FileResponse:
        return FileResponse(root / "index.html")

    @app.get("/healthz", include_in_schema=False)
    def get_health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    app.mount("/sidebar", StaticFiles(directory=root), name="sidebar")


def serve(parts: Parts, host: str, port: int) -> None:
    """Serve until stopped, to this machine only.

    Args:
        parts: what the doors share.
        host: a loopback address.
        port: a port, or 0 for a free one.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    _ = parts.chain  # say now, not at the first note, what is wrong with the sources or the index
    # uvicorn's own access log shows query strings, and its server header says what is running.
    config = uvicorn.Config(
        create_app(parts), host=host, port=port, access_log=False, server_header=False, log_level="warning"
    )
    server = _Announcing(config)
    server.run()


class _Announcing(uvicorn.Server):
    """Says where it listens once it does: with port 0 nobody knows before."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Start, then tell the address."""
        await super().startup(sockets)  # type: ignore[arg-type]
        for each in self.servers:
            for socket in each.sockets:
                host, port = socket.getsockname()[:2]
                place = f"[{host}]" if ":" in host else host
                sys.stderr.write(f"citecoder: open http://{place}:{port} (stop with Ctrl-C)\n")
                sys.stderr.flush()
