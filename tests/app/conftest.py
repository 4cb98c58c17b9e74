"""The command line in this process, over the sample engine or the real one, with bytes in and bytes out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from citecoder.app import wiring
from citecoder.app.cli import main
from tests import published
from tests.app.fake_citecoder import SampleParts
from tests.app.real_engine import RealEngineParts

if TYPE_CHECKING:
    from pathlib import Path


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: bytes
    err: str


Run = Callable[..., Ran]
Ask = Callable[..., dict[str, Any]]


class _Terminal(io.TextIOWrapper):
    """A stream in another encoding than UTF-8: output must not depend on the locale."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="ascii")

    def written(self) -> bytes:
        self.flush()
        whole = self.buffer
        return whole.getvalue() if isinstance(whole, io.BytesIO) else b""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return a function that runs ``citecoder`` with arguments and standard input."""
    monkeypatch.setenv("CITECODER_SITE", str(tmp_path / "site"))
    monkeypatch.setenv("CITECODER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(wiring, "Parts", SampleParts)

    def ran(*arguments: str, stdin: bytes = b"") -> Ran:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        streams = {"stdin": _Terminal(stdin), "stdout": out, "stderr": _Terminal()}
        with monkeypatch.context() as patch:
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as left:
                main(arguments)
        out.flush()
        whole = out.buffer
        written = whole.getvalue() if isinstance(whole, io.BytesIO) else b""
        code = left.value.code
        return Ran(code if isinstance(code, int) else 1, written, streams["stderr"].written().decode("ascii"))  # type: ignore[attr-defined]

    return ran


@pytest.fixture
def real(run: Run, monkeypatch: pytest.MonkeyPatch, parts: wiring.Parts) -> Run:
    """Run over the real engine."""
    monkeypatch.setattr(RealEngineParts, "shipped", parts, raising=False)
    monkeypatch.setattr(wiring, "Parts", RealEngineParts)
    return run


@pytest.fixture
def ask(real: Run) -> Ask:
    """Run a verb with ``--json`` and return what it prints."""

    def asked(*arguments: str, stdin: str = "") -> dict[str, Any]:
        ran = real(*arguments, "--json", stdin=stdin.encode())
        assert (ran.code, ran.err) == (0, "")
        told: dict[str, Any] = json.loads(ran.out)
        return told

    return asked


@pytest.fixture
def cpt(tmp_path: Path) -> str:
    """A file of licensed descriptors."""
    return str(published.cpt_text(tmp_path / "LONGULT.txt"))
