"""The real desk, over the real sources."""

from __future__ import annotations

import pytest

from citecoder.app.wiring import Parts
from tests.answering.asking import Ask, Understand, asker, understander


@pytest.fixture(scope="session")
def ask(parts: Parts) -> Ask:
    return asker(parts)


@pytest.fixture(scope="session")
def understood(parts: Parts) -> Understand:
    return understander(parts)
