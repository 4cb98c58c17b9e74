"""Make the README's picture: the terminal view of a sample note, as SVG.

    python plugin/scripts/make_picture.py

Run it when the view, the sample note or its review changes. The view is cut before its list of sources, which is
as long as the rest. A throw-away site and cache are used, so the picture shows the product as it ships.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from citecoder import wire
from citecoder.app.cli.review_view import FOOT, show
from citecoder.app.settings import Settings
from citecoder.app.verbs.suggest import suggest
from citecoder.app.wiring import Parts

PLUGIN = Path(__file__).resolve().parent.parent
NOTE = PLUGIN / "examples" / "knee-daily-note.txt"
PICTURE = PLUGIN / "docs" / "terminal.svg"
COMMAND = "citecoder suggest knee-daily-note.txt --payer medicare --discipline PT --date 2026-05-01"
WIDTH = 100
CUT = "SOURCES"


def review(note: str) -> wire.SuggestResponse:
    """Review the note with nothing but what ships."""
    asked = wire.SuggestRequest.model_validate(
        {"note": note, "payer": "medicare", "discipline": "PT", "date_of_service": "2026-05-01"}
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        base = Path(folder)
        return suggest(Parts(Settings(site=base / "site", cache=base / "cache")), asked)


def terminal_lines(note: str, told: wire.SuggestResponse) -> list[str]:
    """Return the lines of the terminal view with their colours, up to the sources."""
    out = io.StringIO()
    # As in app/cli/terminal.py, but with colours and a width that don't depend on who runs this.
    console = Console(
        file=out, width=WIDTH, force_terminal=True, color_system="truecolor",
        highlight=False, emoji=False, markup=False, no_color=False, legacy_windows=False,
    )  # fmt: skip
    show(console, note, told)
    lines = out.getvalue().splitlines()
    plain = [Text.from_ansi(line).plain for line in lines]
    cut = next(i for i, line in enumerate(plain) if line.startswith(CUT))
    return [*lines[:cut], f"{plain[cut].strip()} …", "", FOOT]


def picture(lines: list[str]) -> str:
    """Draw lines as SVG; the fonts are the reader's own, so that nothing is fetched."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join(lines)))
    svg = console.export_svg(title=COMMAND, theme=MONOKAI, unique_id="citecoder")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace")


if __name__ == "__main__":
    text = NOTE.read_text(encoding="utf-8")
    PICTURE.write_text(picture(terminal_lines(text, review(text))) + "\n", encoding="utf-8")
    print(f"{PICTURE.relative_to(PLUGIN.parent)}: {PICTURE.stat().st_size:,} bytes")
