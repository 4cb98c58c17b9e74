"""The pages: every HTML file of the sidebar's folder at its own name, and the files that they load.

Pages are open: they hold no note and no secret. ``frame.html`` is the one that pages of allowed origins may embed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from citecoder.app.http.headers import framed_by, module_headers
from citecoder.paths import sidebar_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.responses import Response

    from citecoder.app.settings import Settings

FRAME = "frame"


def add_to(app: FastAPI, settings: Settings) -> None:
    """Serve the pages at ``/`` (index.html) and ``/<name>``, and their files below ``/sidebar``."""
    root, origins = sidebar_root(), settings.allowed_origins
    for file in sorted(root.glob("*.html")):
        name = "" if file.stem == "index" else file.stem
        _add_page(app, f"/{name}", file, framed_by(origins) if name == FRAME else {})
    headers = module_headers(shared=bool(origins))
    app.mount("/sidebar", _Files(directory=root, headers=headers), name="sidebar")


def _add_page(app: FastAPI, path: str, file: Path, headers: Mapping[str, str]) -> None:
    @app.api_route(path, methods=["GET", "HEAD"], include_in_schema=False)
    async def get_page() -> FileResponse:
        return FileResponse(file, headers=headers)


class _Files(StaticFiles):
    """Files with headers of their own; a browser may keep one as long as it asks whether it changed."""

    def __init__(self, directory: Path, headers: Mapping[str, str]) -> None:
        super().__init__(directory=directory)
        self._headers = headers

    def file_response(self, *given: Any, **named: Any) -> Response:
        """Answer with a file, or that it did not change."""
        told = super().file_response(*given, **named)
        told.headers.update(self._headers)
        return told
