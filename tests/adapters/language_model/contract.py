"""What has to hold for every provider. A new one is a ``Dialect``; nothing here may know which it is."""
# ruff: noqa: D102 - the names say it

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from citecoder.adapters.language_model.calling import LanguageModel
from citecoder.language_model import ModelUnavailableError
from tests.adapters.language_model import stub_server as stub
from tests.adapters.language_model.asking import DATA, PROMPT, NamesTakenOut, Offers, model_at
from tests.adapters.language_model.dialects import Dialect
from tests.adapters.language_model.stub_server import Reply, Stub

FITTING = json.dumps({"services": [{"code": "97110", "quote": "15 min for [NAME-1]"}]})


@dataclass(frozen=True)
class Spoken:
    """A provider's class in front of a server that speaks its dialect."""

    dialect: Dialect
    server: Stub
    site: Path

    def model(self, **changed: Any) -> LanguageModel:
        given: dict[str, Any] = {
            "model": self.dialect.model,
            "base_url": self.server.address + self.dialect.path,
            "redact": "always",
            "redacting": NamesTakenOut,
            "cache": "off",
            "timeout": 30,
        }
        return model_at(self.server.address, self.site, **(given | changed))

    def failure(self, *script: Reply, **changed: Any) -> str:
        self.server.script = list(script)
        with pytest.raises(ModelUnavailableError) as caught:
            self.model(**changed)(PROMPT, DATA, Offers)
        assert "PLANTED" not in str(caught.value)
        return str(caught.value.failure)


class ProviderContract:
    """The suite; a subclass gives the fixture ``spoken``."""

    def test_an_answer_comes_in_its_shape_with_its_tokens(self, spoken: Spoken) -> None:
        spoken.server.script = [spoken.dialect.says(FITTING)]
        told = spoken.model()(PROMPT, DATA, Offers)
        assert told.value.services[0].quote == "15 min for Jane Roe"
        assert (told.tokens_in, told.tokens_out) == (70, 7)

    def test_instructions_and_data_arrive_apart_and_no_identifier_does(self, spoken: Spoken) -> None:
        spoken.server.script = [spoken.dialect.says(FITTING)]
        spoken.model()(PROMPT, DATA, Offers)
        [arrived] = spoken.server.arrived
        system, user = spoken.dialect.told(spoken.server.bodies()[0])
        assert "List the services" in system
        assert "Manual therapy R knee" in user
        assert "Manual therapy R knee" not in system
        assert b"Jane" not in arrived
        assert b"maxLength" in arrived or b"max_length" in arrived

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_key_that_is_not_taken(self, spoken: Spoken, status: int) -> None:
        assert spoken.failure(stub.failing(status)) == "unauthorised"
        assert len(spoken.server.arrived) == 1

    def test_too_many_requests_are_tried_again(self, spoken: Spoken) -> None:
        spoken.server.script = [stub.failing(429, "retry-after: 0"), spoken.dialect.says(FITTING)]
        assert spoken.model()(PROMPT, DATA, Offers).value.services
        assert len(spoken.server.arrived) == 2

    def test_a_server_that_fails_is_tried_as_often_as_was_set(self, spoken: Spoken) -> None:
        assert spoken.failure(stub.failing(503, "retry-after: 0"), retries=1) == "server_error"
        assert len(spoken.server.arrived) == 2

    @pytest.mark.parametrize(
        "reply", [stub.silent, stub.stuck, stub.dripping], ids=["silent", "stuck", "dripping"]
    )
    def test_time_is_over_when_it_is_over(self, spoken: Spoken, reply: Reply) -> None:
        spoken.model()._runnable(Offers, 0)
        began = time.monotonic()
        assert spoken.failure(reply, timeout=1.5) == "timeout"
        assert time.monotonic() - began < 5

    def test_a_connection_that_breaks(self, spoken: Spoken) -> None:
        assert spoken.failure(stub.raw(b""), retries=1) == "unreachable"
        assert len(spoken.server.arrived) == 2

    @pytest.mark.parametrize(
        ("content", "failure"),
        [
            ("Sure, here it is.", "invalid"),
            ('{"services": [{"code": "9711000", "quote": "x"}]}', "off_schema"),
        ],
    )
    def test_what_does_not_fit_is_no_answer(self, spoken: Spoken, content: str, failure: str) -> None:
        assert spoken.failure(spoken.dialect.says(content)) == failure

    def test_an_answer_that_was_cut_off(self, spoken: Spoken) -> None:
        assert spoken.failure(spoken.dialect.says('{"services": [', cut=True)) == "cut_off"

    def test_a_refusal(self, spoken: Spoken) -> None:
        if spoken.dialect.refuses is not None:
            assert spoken.failure(spoken.dialect.says("I can't.", refused=True)) == "refused"

    def test_a_body_without_end_is_not_read(self, spoken: Spoken) -> None:
        began = time.monotonic()
        assert spoken.failure(stub.huge, retries=0) in {"invalid", "unreachable"}
        assert time.monotonic() - began < 10

    def test_a_redirect_is_not_followed(self, spoken: Spoken) -> None:
        with stub.serving() as other:
            spoken.failure(stub.failing(307, f"location: {other.address}/elsewhere"), retries=0)
            assert other.arrived == []
