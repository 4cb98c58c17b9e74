"""Bytes of a text → text: UTF-8, UTF-16 and UTF-32 by their mark, UTF-16 by its shape, Windows-1252 as a told resort."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

from citecoder.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_SAMPLE = 65_536
_PLAIN = 0.7
_SAVE = "save it as UTF-8 and try again"


class Decoded(NamedTuple):
    """Text without its mark, and what to tell about its encoding ("" for the usual ones)."""

    text: str
    remark: str = ""


def looks_like_text(head: bytes) -> bool:
    """Tell text from binary data by its control characters; UTF-16 and UTF-32 are text too."""
    if any(head.startswith(mark) for mark, _, _ in _MARKS) or _unmarked_utf16(head):
        return True
    return b"\x00" not in head and len(_CONTROLS.findall(head)) * 50 <= len(head)


def _unmarked_utf16(head: bytes) -> str:
    """Return the codec of UTF-16 without a mark: plain English has a zero in every other byte."""
    half = min(len(head), _SAMPLE) // 2
    if half < 4:
        return ""
    even, odd = head[0 : half * 2 : 2].count(0), head[1 : half * 2 : 2].count(0)
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and odd < 0.05 * half else ""


def decode(data: bytes, where: str, *, declares: bool = False) -> Decoded:
    """Decode a text.

    Args:
        data: the whole file.
        where: the file, for the message.
        declares: a web page, which may name its encoding in its head.

    Raises:
        InputError: no encoding fits, or what is decoded is no text.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return Decoded(_strictly(data, codec, name, where))
    if codec := _unmarked_utf16(data):
        return Decoded(_strictly(data, codec, "UTF-16", where))
    try:
        return Decoded(_checked(data.decode("utf-8"), where))
    except UnicodeDecodeError as error:
        return _otherwise(data, where, error.start, declares=declares)


def _otherwise(data: bytes, where: str, at: int, *, declares: bool) -> Decoded:
    """Decode what is not UTF-8: as a web page says, else as Windows-1252 if that gives plausible text."""
    declared = _DECLARED.search(data[:2048]) if declares else None
    if declared and (name := _known_codec(declared[1].decode("ascii"))):
        return Decoded(_checked(data.decode(name, "replace"), where))
    if _plausible(data):
        try:
            text = _checked(data.decode("cp1252"), where)
        except UnicodeDecodeError:
            pass
        else:
            return Decoded(
                text, f"is not UTF-8 (byte {at}); read as Windows-1252: check its special characters"
            )
    raise InputError(f"{where}: is not UTF-8 (byte {at}), and no other encoding fits; {_SAVE}")


def _plausible(data: bytes) -> bool:
    """Tell whether Windows-1252 gives a text: mostly plain letters, and no mess among the others."""
    sample = data[:_SAMPLE]
    plain = sum(byte < 128 for byte in sample)
    found = from_bytes(sample, cp_isolation=["cp1252"], threshold=0.3)
    return plain >= _PLAIN * len(sample) and found.best() is not None


def _known_codec(declared: str) -> str:
    """Return Python's codec for the encoding that a page declares, as browsers take it; "" when unknown."""
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return ""
    # A browser reads both as Windows-1252, and so do the people who write them.
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-8": ""}.get(name, name)


def _strictly(data: bytes, codec: str, name: str, where: str) -> str:
    try:
        return _checked(data.decode(codec), where)
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: is marked as {name} but breaks at byte {error.start}; {_SAVE}") from None


def _checked(text: str, where: str) -> str:
    if "\x00" in text:
        raise InputError(
            f"{where}: is binary data, not text; save it as PDF, web page, Markdown or plain text"
        )
    return text
