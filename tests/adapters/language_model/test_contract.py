"""The suite of ``contract.py`` for each provider's own library, in front of a server that speaks its dialect."""
# ruff: noqa: D101, D102 - the names say it

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.language_model import stub_server as stub
from tests.adapters.language_model.contract import ProviderContract, Spoken
from tests.adapters.language_model.dialects import OPENAI, OTHERS, Dialect


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
class TestProviders(ProviderContract):
    @pytest.fixture(
        params=[OPENAI, *(pytest.param(each, marks=pytest.mark.llm) for each in OTHERS)],
        ids=[each.provider for each in (OPENAI, *OTHERS)],
    )
    def spoken(
        self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Spoken]:
        dialect: Dialect = request.param
        for name, value in dialect.environment.items():
            monkeypatch.setenv(name, value)
        with stub.serving() as server:
            yield Spoken(dialect, server, tmp_path)
