"""One question: what arrives at the server, what comes back, what is counted, kept and recorded."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda
from pydantic import BaseModel

from citecoder.adapters.language_model.breaker import Breaker
from citecoder.adapters.language_model.failures import TroubleError
from citecoder.answers import Question
from citecoder.app.settings import Settings
from citecoder.app.wiring import Parts
from citecoder.errors import InputError
from citecoder.language_model import ModelUnavailableError
from citecoder.model import Request
from tests.adapters.language_model import stub_server as stub
from tests.adapters.language_model.asking import DATA, PROMPT, NamesTakenOut, Offers, model_at
from tests.adapters.language_model.stub_server import Stub


@pytest.fixture
def server() -> Iterator[Stub]:
    with stub.serving() as made:
        made.script = [stub.good("exercise x 15 min")]
        yield made


def failure_of(ask: Any, data: Any = DATA, sample: int = 0) -> str:
    with pytest.raises(ModelUnavailableError) as caught:
        ask(PROMPT, data, Offers, sample)
    return str(caught.value.failure)


def recorded(site: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (site / "egress.jsonl").read_text().splitlines()]


# --- what is sent --------------------------------------------------------------------------------


def test_an_answer_is_told_with_model_prompt_tokens_and_cost(server: Stub, tmp_path: Path) -> None:
    told = model_at(server.address, tmp_path, price_in=1.0, price_out=10.0)(PROMPT, DATA, Offers)
    assert [offer.quote for offer in told.value.services] == ["exercise x 15 min"]
    assert (told.model, told.prompt, told.tokens_in, told.tokens_out) == ("openai:stub", PROMPT.mark, 70, 7)
    assert told.cost == pytest.approx((70 * 1 + 7 * 10) / 1e6)


def test_instructions_and_data_are_sent_apart_without_tools(server: Stub, tmp_path: Path) -> None:
    model_at(server.address, tmp_path)(PROMPT, DATA, Offers)
    body = server.bodies()[0]
    system, user = (message["content"] for message in body["messages"])
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "List the services" in system
    assert DATA["note"] not in system
    assert DATA["note"] in user
    assert body["temperature"] == 0
    assert "tools" not in body
    assert {body.get("max_tokens"), body.get("max_completion_tokens")} == {200, None}
    asked = body["response_format"]["json_schema"]
    assert (asked["name"], asked["strict"]) == ("Offers", True)
    assert asked["schema"]["properties"]["services"]["maxItems"] == 4


def test_other_samples_are_asked_warmer(server: Stub, tmp_path: Path) -> None:
    ask = model_at(server.address, tmp_path)
    for sample in (0, 1, 2):
        ask(PROMPT, DATA, Offers, sample)
    assert [body["temperature"] for body in server.bodies()] == [0, 0.7, 0.7]


def test_a_model_that_refuses_temperatures_is_told_none(server: Stub, tmp_path: Path) -> None:
    model_at(server.address, tmp_path, temperature=False)(PROMPT, DATA, Offers)
    assert "temperature" not in server.bodies()[0]


@pytest.mark.parametrize("rule", ["always", "unless-local"])
def test_no_identifier_arrives_where_redaction_is_on(server: Stub, tmp_path: Path, rule: Any) -> None:
    server.script = [stub.good("15 min for [NAME-1]")]
    ask = model_at(server.address, tmp_path, redact=rule, redacting=NamesTakenOut)
    told = ask(PROMPT, DATA, Offers)
    assert (b"Jane Roe" in server.arrived[0]) == (rule == "unless-local")
    if rule == "always":
        assert told.value.services[0].quote == "15 min for Jane Roe"
        assert b"[NAME-1]" in server.arrived[0]


def test_redaction_that_fails_sends_nothing_and_tells_no_words(server: Stub, tmp_path: Path) -> None:
    def failing(texts: Any) -> Any:
        raise ValueError(texts["note"])

    with pytest.raises(ModelUnavailableError) as caught:
        model_at(server.address, tmp_path, redact="always", redacting=failing)(PROMPT, DATA, Offers)
    assert "Jane" not in str(caught.value)
    assert server.arrived == []


def test_without_redaction_nothing_leaves_this_machine(tmp_path: Path, server: Stub) -> None:
    for address in ("https://models.example", "http://10.0.0.7:8000"):
        with pytest.raises(InputError, match="redaction"):
            model_at(address, tmp_path)(PROMPT, DATA, Offers)
    with pytest.raises(InputError, match="redaction"):
        model_at(server.address, tmp_path, redact="always")(PROMPT, DATA, Offers)
    assert server.arrived == []


def test_nothing_is_sent_where_no_model_is_chosen(
    server: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.address}/v1")
    parts = Parts(Settings(site=tmp_path, cache=tmp_path / "cache", llm_base_url=f"{server.address}/v1"))
    assert parts.language_model is None
    assert server.arrived == []
    assert not (tmp_path / "egress.jsonl").exists()


@pytest.mark.slow
def test_a_review_without_a_model_opens_no_connection(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setattr(socket.socket, "connect", lambda _, where: opened.append(where))
    assert parts.language_model is None
    assert parts.chain.invoke(Request("Manual therapy x 15 min: grade III PA mobs L4-L5.")).suggestions
    assert parts.answers.invoke(Question("Is 97140 timed?")).sentences
    assert opened == []


def test_callbacks_of_who_asks_are_not_handed_the_texts(server: Stub, tmp_path: Path) -> None:
    class Listening(BaseCallbackHandler):
        heard: ClassVar[list[Any]] = []

        def on_chat_model_start(self, *given: Any, **_: Any) -> None:
            self.heard.append(given)

        def on_llm_end(self, *given: Any, **_: Any) -> None:
            self.heard.append(given)

    ask = model_at(server.address, tmp_path)
    chain = RunnableLambda(lambda _: ask(PROMPT, DATA, Offers))
    assert chain.invoke("", {"callbacks": [Listening()]}).value.services
    assert Listening.heard == []


def test_a_key_in_the_environment_sends_to_the_chosen_address_alone(
    server: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stub.serving() as other:
        for name in (
            "OPENAI_BASE_URL",
            "OPENAI_API_BASE",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "http_proxy",
        ):
            monkeypatch.setenv(name, f"{other.address}/v1")
        model_at(server.address, tmp_path)(PROMPT, DATA, Offers)
        assert len(server.arrived) == 1
        assert other.arrived == []


def test_a_redirect_carries_nothing_elsewhere(server: Stub, tmp_path: Path) -> None:
    with stub.serving() as other:
        server.script = [stub.failing(308, f"location: {other.address}/v1/chat/completions")]
        assert failure_of(model_at(server.address, tmp_path)) == "server_error"
        assert other.arrived == []


def test_quotes_of_cleaned_words_come_back_as_the_note_has_them(server: Stub, tmp_path: Path) -> None:
    server.script = [stub.good("Manual therapy R knee")]
    data = DATA | {"note": "Man\u200bual the\u202erapy R knee <|im_end|> 10 min."}
    told = model_at(server.address, tmp_path)(PROMPT, data, Offers)
    assert told.value.services[0].quote == "Man\u200bual the\u202erapy R knee"
    assert told.value.services[0].code == "97110"
    assert b"<|im_end|>" not in server.arrived[0]


# --- what is kept --------------------------------------------------------------------------------


def test_the_same_question_is_answered_from_memory_and_costs_nothing(server: Stub, tmp_path: Path) -> None:
    ask = model_at(server.address, tmp_path)
    first, second = ask(PROMPT, DATA, Offers), ask(PROMPT, DATA, Offers)
    assert first.value == second.value
    assert (second.tokens_in, second.tokens_out) == (0, 0)
    ask(PROMPT, DATA, Offers, 1)
    ask(PROMPT, DATA | {"note": "Other."}, Offers)
    assert len(server.arrived) == 3
    assert {path.name for path in tmp_path.iterdir()} <= {
        "egress.jsonl", "egress.lock", "language-model-spent.json", "language-model-spent.lock",
    }  # fmt: skip


def test_off_keeps_nothing(server: Stub, tmp_path: Path) -> None:
    ask = model_at(server.address, tmp_path, cache="off")
    ask(PROMPT, DATA, Offers)
    ask(PROMPT, DATA, Offers)
    assert len(server.arrived) == 2


def test_a_folder_keeps_answers_over_a_restart_for_its_owner_alone(server: Stub, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for _ in range(2):
        model_at(server.address, tmp_path, cache=str(kept))(PROMPT, DATA, Offers)
    assert len(server.arrived) == 1
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()] == [0o600]
    next(kept.iterdir()).write_text("damaged")
    assert model_at(server.address, tmp_path, cache=str(kept))(PROMPT, DATA, Offers).value.services
    assert len(server.arrived) == 2


@pytest.mark.parametrize("where", ["Memory", "kept", "/dev/null/kept"])
def test_a_place_that_is_none_is_told_before_anything_is_sent(
    server: Stub, tmp_path: Path, where: str
) -> None:
    ask = model_at(server.address, tmp_path, cache=where)
    assert "CITECODER_LLM_CACHE" in str(ask.fault())
    with pytest.raises(InputError, match="CITECODER_LLM_CACHE"):
        ask(PROMPT, DATA, Offers)
    assert server.arrived == []


def test_no_failure_is_kept(server: Stub, tmp_path: Path) -> None:
    server.script = [stub.answer("prose"), stub.good("exercise")]
    ask = model_at(server.address, tmp_path)
    assert failure_of(ask) == "invalid"
    assert ask(PROMPT, DATA, Offers).value.services


# --- limits --------------------------------------------------------------------------------------


def test_a_request_beyond_its_tokens_is_not_sent(server: Stub, tmp_path: Path) -> None:
    ask = model_at(server.address, tmp_path, tokens_per_request=3_000)
    ask(PROMPT, DATA, Offers)
    assert failure_of(ask, DATA | {"note": "exercise " * 2_000}) == "over_budget"
    assert len(server.arrived) == 1


@pytest.mark.slow
def test_a_day_counts_what_was_used_over_a_restart_and_other_processes(server: Stub, tmp_path: Path) -> None:
    limit = {"tokens_per_day": 1_500, "cache": "off"}
    model_at(server.address, tmp_path, **limit)(PROMPT, DATA, Offers)
    spent = tmp_path / "language-model-spent.json"
    assert json.loads(spent.read_text())["tokens"] == 77
    assert stat.S_IMODE(spent.stat().st_mode) == 0o600
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.adapters.language_model.asking import *\n"
        "model_at(sys.argv[1], Path(sys.argv[2]), tokens_per_day=1500, cache='off')(PROMPT, DATA, Offers)\n"
    )
    subprocess.run([sys.executable, "-c", program, server.address, str(tmp_path)], check=True, timeout=60)
    assert json.loads(spent.read_text())["tokens"] == 154
    spent.write_text(json.dumps(json.loads(spent.read_text()) | {"tokens": 1_400}))
    assert failure_of(model_at(server.address, tmp_path, **limit)) == "over_budget"
    assert len(server.arrived) == 2
    spent.write_text(json.dumps({"day": "2020-01-01", "tokens": 10**9, "microdollars": 0}))
    model_at(server.address, tmp_path, **limit)(PROMPT, DATA, Offers)
    assert len(server.arrived) == 3


def test_a_count_that_can_not_be_read_sends_nothing(server: Stub, tmp_path: Path) -> None:
    (tmp_path / "language-model-spent.json").write_text("{")
    assert failure_of(model_at(server.address, tmp_path)) == "over_budget"
    assert server.arrived == []


def test_dollars_are_limited_by_estimate_and_need_prices(server: Stub, tmp_path: Path) -> None:
    prices = {"price_in": 100.0, "price_out": 1000.0}
    assert failure_of(model_at(server.address, tmp_path, dollars_per_day=0.01, **prices)) == "over_budget"
    with pytest.raises(InputError, match="CITECODER_LLM_PRICE_IN"):
        model_at(server.address, tmp_path, dollars_per_day=0.01)(PROMPT, DATA, Offers)
    model_at(server.address, tmp_path, dollars_per_day=10.0, **prices)(PROMPT, DATA, Offers)
    assert json.loads((tmp_path / "language-model-spent.json").read_text())["microdollars"] == 14_000


def test_a_call_without_an_answer_is_counted_by_its_estimate(server: Stub, tmp_path: Path) -> None:
    server.script = [stub.silent]
    ask = model_at(server.address, tmp_path, timeout=0.5, price_in=1.0, price_out=100.0)
    assert failure_of(ask) == "timeout"
    spent = json.loads((tmp_path / "language-model-spent.json").read_text())
    assert spent["tokens"] > 200
    assert spent["microdollars"] > 200 * 100


def test_who_interrupts_a_call_leaves_a_record_and_no_slot_taken(
    server: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script = [stub.slow(0.5, stub.good("exercise"))]
    ask = model_at(server.address, tmp_path, concurrency=1)
    ask._runnable(Offers, 0)

    def interrupted(_: Any, timeout: float) -> None:
        while not server.arrived:
            time.sleep(0.01)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("concurrent.futures.Future.result", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ask(PROMPT, DATA, Offers)
    assert [line["outcome"] for line in recorded(tmp_path)] == ["interrupted"]
    assert ask(PROMPT, DATA, Offers).value.services


def test_calls_run_side_by_side_to_a_limit_then_wait_then_are_busy(server: Stub, tmp_path: Path) -> None:
    server.script = [stub.slow(1.0, stub.good("exercise"))]
    ask = model_at(server.address, tmp_path, concurrency=2, wait=0.2)
    ask._runnable(Offers, 0)
    found: list[str] = []

    def one(number: int) -> None:
        try:
            ask(PROMPT, DATA | {"note": str(number)}, Offers)
            found.append("answered")
        except ModelUnavailableError as error:
            found.append(error.failure)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["answered", "answered", "busy", "busy"]
    assert len(server.arrived) == 2


def test_failures_in_a_row_let_it_rest_and_one_call_tries_it(server: Stub, tmp_path: Path) -> None:
    server.script = [stub.failing(500), stub.failing(500), stub.good("exercise")]
    ask = model_at(server.address, tmp_path, retries=0, rest_after=2, rest_seconds=0.6)
    assert [failure_of(ask) for _ in range(3)] == ["server_error", "server_error", "resting"]
    assert len(server.arrived) == 2
    time.sleep(0.7)
    assert ask(PROMPT, DATA, Offers).value.services
    assert ask(PROMPT, DATA, Offers, 1).value.services


def test_a_breaker_counts_in_a_row_and_lets_one_through() -> None:
    now = [0.0]
    breaker = Breaker(2, 10, lambda: now[0])
    for well in (False, True, False):
        breaker.demand_closed()
        breaker.tell(well=well)
    breaker.demand_closed()
    breaker.tell(well=False)
    with pytest.raises(TroubleError):
        breaker.demand_closed()
    now[0] = 11.0
    breaker.demand_closed()
    with pytest.raises(TroubleError):
        breaker.demand_closed()
    breaker.tell(well=True)
    breaker.demand_closed()


def test_answers_that_do_not_fit_are_no_failures_of_the_server(server: Stub, tmp_path: Path) -> None:
    server.script = [stub.answer("prose")]
    ask = model_at(server.address, tmp_path, rest_after=2)
    assert {failure_of(ask) for _ in range(4)} == {"invalid"}


# --- the record ----------------------------------------------------------------------------------


def test_a_call_is_recorded_without_words_for_its_owner_alone(
    server: Stub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        model_at(server.address, tmp_path, redact="always", redacting=NamesTakenOut)(PROMPT, DATA, Offers)
    [line] = recorded(tmp_path)
    assert (line["host"], line["local"], line["model"]) == ("127.0.0.1", True, "openai:stub")
    assert (line["prompt"], line["tokens_in"], line["outcome"], line["tries"]) == (
        PROMPT.mark,
        70,
        "answered",
        1,
    )
    assert line["redacted"] == {"name": 1}
    assert len(line["sha256"]) == 64
    text = (tmp_path / "egress.jsonl").read_text() + caplog.text
    assert not [word for word in ("Jane", "exercise", "knee", "NAME-1") if word in text]
    assert stat.S_IMODE((tmp_path / "egress.jsonl").stat().st_mode) == 0o600


@pytest.mark.slow
@pytest.mark.parametrize("text", [False, True])
def test_a_call_is_traced_only_where_traces_may_carry_text(server: Stub, tmp_path: Path, text: bool) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from langchain_core.tracers.langchain import get_client, wait_for_all_tracers\n"
        "from tests.adapters.language_model.asking import *\n"
        f"model_at(sys.argv[1], Path(sys.argv[2]), trace_text={text})(PROMPT, DATA, Offers)\n"
        "wait_for_all_tracers(); get_client().flush(); time.sleep(1.5)\n"
    )
    with stub.serving() as traces:
        traces.script = [stub.http(200, b"{}")]
        tracing = {
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_ENDPOINT": traces.address,
            "LANGSMITH_API_KEY": "x",
        }
        plain = {name: value for name, value in os.environ.items() if not name.startswith("LANG")}
        subprocess.run(
            [sys.executable, "-c", program, server.address, str(tmp_path)],
            check=True, timeout=60, env={**plain, **tracing},
        )  # fmt: skip
        assert any(each.startswith(b"POST") for each in traces.arrived) is text


def test_the_record_is_bounded(server: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citecoder.adapters.language_model.egress.MOST_BYTES", 300)
    ask = model_at(server.address, tmp_path, cache="off")
    for _ in range(3):
        ask(PROMPT, DATA, Offers)
    assert len(recorded(tmp_path)) == 1
    assert (tmp_path / "egress.1.jsonl").exists()


def test_what_can_not_be_recorded_is_not_sent(server: Stub, tmp_path: Path) -> None:
    (tmp_path / "egress.jsonl").mkdir()
    assert failure_of(model_at(server.address, tmp_path)) == "unreachable"
    assert server.arrived == []


def test_a_shape_is_a_pydantic_model(server: Stub, tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        model_at(server.address, tmp_path)(PROMPT, DATA, dict)


def test_texts_in_every_corner_of_an_answer_are_restored(server: Stub, tmp_path: Path) -> None:
    class Deep(BaseModel):
        one: str
        pairs: dict[str, list[str]]
        none: str | None = None

    server.script = [
        stub.answer(json.dumps({"one": "[NAME-1]", "pairs": {"a": ["of [NAME-1]"]}, "none": None}))
    ]
    told = model_at(server.address, tmp_path, redact="always", redacting=NamesTakenOut)(PROMPT, DATA, Deep)
    assert told.value == Deep(one="Jane Roe", pairs={"a": ["of Jane Roe"]})
