"""Make the README's pictures of the sidebar: our own page with a sample note, light and dark, in Chromium.

    python plugin/scripts/make_screenshots.py            # writes plugin/docs/sidebar-light.png and sidebar-dark.png

The service is started over the real engine with an empty site. Needs Chromium (``--chromium``).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from measure_sidebar import FLAGS, start, wait_until
from playwright.sync_api import Browser, Page, sync_playwright

DOCS = Path(__file__).resolve().parents[1] / "docs"
SAMPLE = "PT daily note, knee"


def main() -> None:
    """Start the service and take both pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder to write to")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, address = start(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=told.chromium, args=list(FLAGS))
            light(browser, address, told.out / "sidebar-light.png")
            dark(browser, address, told.out / "sidebar-dark.png")
            browser.close()
        finally:
            process.terminate()
            process.wait(timeout=20)


def light(browser: Browser, address: str, path: Path) -> None:
    """A line is open, and its words are lit in the note."""
    page = opened(browser, address, "light")
    page.get_by_role("button", name="97110").first.click()
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    page.close()


def dark(browser: Browser, address: str, path: Path) -> None:
    """The panel further down: what was not coded and why, and where an article and the regulator disagree."""
    page = opened(browser, address, "dark")
    page.get_by_role("button", name="G0283").first.click()
    page.get_by_role("button", name="Source").last.click()
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    page.close()


def opened(browser: Browser, address: str, scheme: str) -> Page:
    """Return our page with the sample note read."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    page.get_by_label("Sample").select_option(label=SAMPLE)
    wait_until(page, "document.querySelector('citecoder-sidebar').review !== null")
    page.wait_for_timeout(600)
    return page


if __name__ == "__main__":
    main()
