"""The words of knowledge/redaction, read once."""

from __future__ import annotations

import pytest

from citecoder.redaction import Wording
from tests.redaction.texts import WORDING


@pytest.fixture(scope="session")
def wording() -> Wording:
    return WORDING
