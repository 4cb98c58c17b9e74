"""Shared fixtures: the real parts, made once a session over a throw-away cache and site."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from citecoder.adapters import chroma
from citecoder.adapters.index_check import fault
from citecoder.app.settings import Settings
from citecoder.app.wiring import Parts
from citecoder.coding.engine import lexicon_of
from citecoder.model import Note, Request, Review
from citecoder.notes.reader import read
from citecoder.notes.terms import Lexicon

settings.register_profile("citecoder", deadline=None)  # how long a case takes says how busy the machine is
settings.load_profile("citecoder")

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """Every real part of the product, with its own cache and an empty site."""
    base = tmp_path_factory.mktemp("citecoder")
    return Parts(Settings(cache=base / "cache", site=base / "site"))


@pytest.fixture(scope="session")
def lexicon(parts: Parts) -> Lexicon:
    return lexicon_of(parts.codes, parts.roots)


@pytest.fixture(scope="session")
def suggest(parts: Parts) -> Callable[..., Review]:
    """Review a note through the one chain: ``suggest("note", payer="medicare", discipline="PT")``."""

    def run(note: str, **request: object) -> Review:
        return parts.chain.invoke(Request(note, **request))  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="session")
def read_note(lexicon: Lexicon) -> Callable[..., Note]:
    def run(note: str, **request: object) -> Note:
        return read(Request(note, **request), lexicon)  # type: ignore[arg-type]

    return run


@pytest.fixture
def checked_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the check of a new index here: starting the process that makes it takes longer than most tests."""
    monkeypatch.setattr(chroma, "verify", lambda folder, built: _pass(fault(folder, *built)))


def _pass(wrong: str | None) -> None:
    assert wrong is None


@pytest.fixture
def shared() -> Path:
    """The folder with the published articles and labelled notes; tests that need it are skipped without it."""
    folder = Path(os.environ.get("CITECODER_SHARED", CHECKOUT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the folder of outside material is not here")
    return folder


TODAY = date(2026, 11, 21)
