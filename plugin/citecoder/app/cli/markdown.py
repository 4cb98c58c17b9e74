"""Words of others inside Markdown: they are shown, never rendered."""

from __future__ import annotations

import re

from citecoder.app.cli.note_view import clean


def escaped(text: str) -> str:
    """Escape what Markdown or HTML would act on; an address becomes no link."""
    plain = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        re.sub(r"([\\`*_\[\]|~@#])", r"\\\1", plain)
        .replace("://", ":\u200b//")
        .replace("www.", "www\u200b.")
        .replace("$", "\\$")
    )


def code(text: str) -> str:
    """Return what goes between two backticks: one line without a backtick of its own."""
    return " ".join(clean(text).replace("`", "'").split())
