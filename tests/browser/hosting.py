"""Pages of a host on an origin of their own, and the browser that opens them."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHECKOUT

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIDEBAR = CHECKOUT / "plugin" / "sidebar"
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def hosted(
    pages: Mapping[str, str | Path], host: str = "127.0.0.1", instead: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve pages until the block is left; yields their origin.

    Args:
        pages: the path of a page → its HTML; a path that ends with ``/`` → the folder served below it.
        host: the name in the origin; ``localhost`` and ``127.0.0.1`` are two origins on one machine.
        instead: words of the pages → what is sent in their place, looked at anew for each answer.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            found = _find(pages, path)
            self.send_response(200 if found is not None else 404)
            kind = mimetypes.guess_type(path)[0] or "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            for words, others in (instead or {}).items():
                found = found and found.replace(words.encode(), others.encode())
            self.wfile.write(found or b"")

        def log_message(self, *said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _find(pages: Mapping[str, str | Path], path: str) -> bytes | None:
    for place, page in pages.items():
        if isinstance(page, str) and place == path:
            return page.encode()
        if isinstance(page, Path) and path.startswith(place):
            file = page / path.removeprefix(place)
            file = file / "index.html" if file.is_dir() else file
            return file.read_bytes() if file.is_file() else None
    return None


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser until the block is left."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


def complaints_of(page: Page) -> list[str]:
    """Collect from now on what the page complains of: errors of scripts, and what a policy blocked."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def found_by_axe(page: Page, *, within_landmarks: bool = False) -> list[str]:
    """Say what axe finds on a page, which may hold the sidebar alone or be all ours.

    Nothing fades in meanwhile: a line that still appears has not the contrast that it will have.
    """
    page.emulate_media(reduced_motion="reduce")
    rules = {"rules": {"region": {"enabled": True}}} if within_landmarks else {}
    found = Axe().run(page, options=AXE_RULES | rules).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]
