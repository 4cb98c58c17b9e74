"""One question to a language model: cleaned, redacted, bounded, tried again, counted, recorded, checked.

Whatever goes wrong is a ``ModelUnavailableError`` of one line without a word of the data. What is set wrong is an
``InputError`` at the first question.
"""
# ruff: noqa: PLC0415 - LangChain is imported when something is asked

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context, copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    wait_exponential_jitter,
)
from tenacity.stop import stop_base

from citecoder import __version__
from citecoder.adapters.language_model import shapes
from citecoder.adapters.language_model.breaker import Breaker
from citecoder.adapters.language_model.budget import Budget, Reserved, estimate
from citecoder.adapters.language_model.choices import Choices
from citecoder.adapters.language_model.destination import Destination
from citecoder.adapters.language_model.egress import LOG, Egress, Sending
from citecoder.adapters.language_model.failures import TroubleError, trouble_of
from citecoder.adapters.language_model.kept_answers import KeptAnswers, key_of
from citecoder.adapters.language_model.messages import Cleaned, cleaned, messages_of, own_words
from citecoder.adapters.language_model.providers import demand_usable, destination_of, make_model, provider_of
from citecoder.adapters.language_model.redacting import Redact, Redacted
from citecoder.adapters.language_model.transport import DEADLINE
from citecoder.errors import InputError
from citecoder.language_model import ModelUnavailableError, Told
from citecoder.prompts import Prompt

Shape = TypeVar("Shape")
OTHER_SAMPLES = 0.7
"""The temperature of every sample but the first."""
_BROKEN = {"unreachable", "timeout", "rate_limited", "server_error", "unauthorised"}
_WAIT = wait_exponential_jitter(multiplier=0.5, max=8, jitter=0.5)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, and the way back.

    Attributes:
        system, user: the two messages.
        data: the data by name, as they were cleaned.
        redacted: the way back from placeholders; None where nothing was redacted.
    """

    system: str
    user: str
    data: Mapping[str, Cleaned]
    redacted: Redacted | None

    @property
    def sha256(self) -> str:
        """Of both messages."""
        return hashlib.sha256(f"{self.system}\x00{self.user}".encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int] | None:
        """How many identifiers were taken out, by kind; None where nothing was redacted."""
        return {str(kind): count for kind, count in self.redacted.counts().items()} if self.redacted else None

    def own_words(self, text: str) -> str:
        """Return a text of the answer as the data had it."""
        return own_words(self.redacted.restore(text) if self.redacted else text, self.data)


class _Tries:
    """What the tries of one call used so far. The thread that makes them writes, the one that waits reads."""

    def __init__(self) -> None:
        self.count, self.tokens, self.lost = 0, (0, 0), 0

    def add(self, tokens: tuple[int, int]) -> None:
        self.tokens = (self.tokens[0] + tokens[0], self.tokens[1] + tokens[1])


class LanguageModel:
    """Asks the site's language model; safe to share between threads.

    Args:
        choices: what the site chose.
        site: its folder, for the day's count and the record of what left.
        redact: takes identifiers out. Without it only a model on this machine is asked, where the site allows it.
    """

    def __init__(self, choices: Choices, site: Path, redact: Redact | None = None) -> None:
        self._choices = choices
        self._redact = redact
        self._budget = Budget(site, choices)
        self._egress = Egress(site)
        self._breaker = Breaker(choices.rest_after, choices.rest_seconds)
        self._slots = threading.BoundedSemaphore(choices.concurrency)
        self._kept = KeptAnswers(choices.cache)
        self._lock = threading.Lock()
        self._models: dict[float, Any] = {}

    @property
    def name(self) -> str:
        """``provider:model``."""
        return self._choices.model

    def fault(self) -> str | None:
        """Return in one line what keeps the model from being asked, as far as that is known without asking it."""
        try:
            self._demand_usable()
        except InputError as error:
            return str(error)
        return None

    def __call__(
        self, prompt: Prompt, data: Mapping[str, str], shape: type[Shape], sample: int = 0
    ) -> Told[Shape]:
        """Ask once; see ``AsksModel``.

        Raises:
            ModelUnavailableError: nothing came that fits.
            InputError: a setting is wrong, an extra or a key is missing.
        """
        kind = shapes.pydantic_shape(shape)
        self._demand_usable()
        key = self._key(prompt, data, kind, sample)
        kept = self._kept.get(key, kind)
        if kept is not None:
            return Told(cast("Shape", kept), self.name, prompt.mark, cost=self._choices.cost(0, 0))
        try:
            told = self._ask(prompt, data, kind, sample)
        except TroubleError as trouble:
            LOG.warning("language model gave nothing", extra={"model": self.name, "failure": trouble.failure})
            raise ModelUnavailableError(
                trouble.failure, f"the language model {self.name} {trouble.sentence}"
            ) from None
        self._kept.put(key, told.value)
        return cast("Told[Shape]", told)

    def _demand_usable(self) -> None:
        demand_usable(self._choices)
        self._kept.demand_writable()
        if self._redact is None and not self._as_it_is(destination_of(self._choices)):
            raise InputError("CITECODER_LLM: nothing is sent without redaction, and this citecoder has none")

    def _as_it_is(self, to: Destination) -> bool:
        """Tell whether texts may go there without redaction."""
        return to.local and self._choices.redact == "unless-local"

    def _key(self, prompt: Prompt, data: Mapping[str, str], kind: type[BaseModel], sample: int) -> str:
        told = self._choices
        return key_of(
            __version__,
            (told.model, told.base_url, told.answer_tokens, told.temperature, told.redact),
            (prompt.mark, prompt.text),
            dict(data),
            kind.model_json_schema(),
            sample,
        )

    def _ask(
        self, prompt: Prompt, data: Mapping[str, str], kind: type[BaseModel], sample: int
    ) -> Told[BaseModel]:
        to = destination_of(self._choices)
        letter = self._written(prompt, data, to)
        asked = self._runnable(kind, sample)
        started = time.monotonic()  # what is loaded once is no part of an answer's time
        sending = Sending(
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            host=to.host,
            local=to.local,
            model=self.name,
            prompt=prompt.mark,
            sha256=letter.sha256,
            redacted=letter.counts,
        )
        self._egress.demand_writable()
        if not self._slots.acquire(timeout=min(self._choices.wait, self._choices.timeout)):
            raise TroubleError("busy")
        try:
            self._breaker.demand_closed()
            schema = str(shapes.sent_schema(kind, bounds=True))
            reserved = self._budget.reserve(estimate(letter.system, letter.user, schema))
        except BaseException:
            self._slots.release()
            raise
        tries = _Tries()
        trouble, value = None, None
        try:
            value = self._sent(asked, letter, kind, tries, started + self._choices.timeout)
        except TroubleError as found:
            trouble = found
        except BaseException:
            self._record(sending, tries, started, "interrupted")
            raise
        told = self._ended(sending, tries, reserved, started, trouble, value)
        return replace(told, value=_own(told.value, letter))

    def _written(self, prompt: Prompt, data: Mapping[str, str], to: Destination) -> Letter:
        clean = {name: cleaned(text) for name, text in data.items()}
        texts: Mapping[str, str] = {name: each.text for name, each in clean.items()}
        if self._as_it_is(to):
            return Letter(*messages_of(prompt, texts), clean, None)
        private = {name: text for name, text in texts.items() if name not in prompt.public}
        redacted = self._without_identifiers(private)
        sent = {name: redacted.texts[name].text if name in private else texts[name] for name in texts}
        return Letter(*messages_of(prompt, sent), clean, redacted)

    def _without_identifiers(self, texts: Mapping[str, str]) -> Redacted:
        failed = "is not asked: redaction failed, and nothing is sent without it"
        try:
            redacted = self._redact(texts) if self._redact else None
        except Exception:  # noqa: BLE001 - whatever it is, its message may quote the note
            raise TroubleError("unreachable", because=failed) from None
        if redacted is None or set(redacted.texts) != set(texts):
            raise TroubleError("unreachable", because=failed)
        return redacted

    def _runnable(self, kind: type[BaseModel], sample: int) -> Any:
        temperature = OTHER_SAMPLES if sample else 0.0
        with self._lock:
            if temperature not in self._models:
                self._models[temperature] = make_model(self._choices, temperature)
            model = self._models[temperature]
        provider = provider_of(self._choices)
        bounds = provider.bounds or self._choices.base_url is not None
        strict = {"strict": True} if provider.strict else {}
        return model.with_structured_output(
            shapes.sent_schema(kind, bounds=bounds), method=provider.method, include_raw=True, **strict
        )

    def _sent(
        self, asked: Any, letter: Letter, kind: type[BaseModel], tries: _Tries, deadline: float
    ) -> BaseModel:
        """Send in a thread of its own: some libraries tell the time of each read, none that of a call.

        The thread gives the slot back, so that one that was given up keeps it until it is over.
        """
        from langchain_core.messages import HumanMessage, SystemMessage

        messages = [SystemMessage(letter.system), HumanMessage(letter.user)]
        answer: Future[BaseModel] = Future()

        def once() -> BaseModel:
            return _once(asked, messages, kind, tries)

        def run() -> None:
            DEADLINE.set(deadline)
            try:
                with _traced(self._choices):
                    told = _again(once, self._choices.retries, deadline)
                answer.set_result(told)
            except TroubleError as trouble:
                answer.set_exception(trouble)
            except BaseException:  # noqa: BLE001 - a thread's error would be printed with its values
                answer.set_exception(TroubleError("invalid", spent=True))
            finally:
                self._slots.release()

        # An empty context: callbacks of whoever asked would be handed the texts, and could have them streamed.
        context = copy_context() if self._choices.trace_text else Context()
        thread = threading.Thread(target=context.run, args=(run,), name="language-model", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            self._slots.release()
            raise TroubleError("busy") from None
        try:
            return answer.result(timeout=max(deadline - time.monotonic(), 0.0))
        except NotYetError:
            raise TroubleError("timeout", spent=True) from None

    def _ended(
        self,
        sending: Sending,
        tries: _Tries,
        reserved: Reserved,
        started: float,
        trouble: TroubleError | None,
        value: BaseModel | None,
    ) -> Told[BaseModel]:
        """Count, record and hand over, or raise what went wrong."""
        self._breaker.tell(well=trouble is None or trouble.failure not in _BROKEN)
        self._record(sending, tries, started, trouble.failure if trouble else "answered")
        lost = max(tries.lost, int(trouble is not None and trouble.spent))
        try:
            self._budget.settle(reserved, tries.tokens, lost)
        except TroubleError:  # it stays counted by its estimate, and the answer is paid for
            LOG.warning("what a call used could not be counted", extra={"model": self.name})
        if trouble is not None:
            raise trouble
        return Told(
            cast("BaseModel", value),
            self.name,
            prompt=sending.prompt,
            tokens_in=tries.tokens[0],
            tokens_out=tries.tokens[1],
            cost=self._choices.cost(*tries.tokens),
            seconds=round(time.monotonic() - started, 3),
        )

    def _record(self, sending: Sending, tries: _Tries, started: float, outcome: str) -> None:
        if not tries.count:
            return
        self._egress.add(
            replace(
                sending,
                tries=tries.count,
                tokens_in=tries.tokens[0],
                tokens_out=tries.tokens[1],
                cost=self._choices.cost(*tries.tokens),
                seconds=round(time.monotonic() - started, 3),
                outcome=outcome,
            )
        )


def _traced(choices: Choices) -> AbstractContextManager[object]:
    """Keep a call out of traces unless they may carry text: hidden texts come back in the words of an error."""
    if choices.trace_text:
        return nullcontext()
    import langsmith

    return langsmith.tracing_context(enabled=False)


def _own(value: BaseModel, letter: Letter) -> BaseModel:
    try:
        return shapes.with_texts(value, letter.own_words)
    except Exception:  # noqa: BLE001 - whatever it is, its message may quote the note
        raise TroubleError("invalid") from None


def _once(asked: Any, messages: list[Any], kind: type[BaseModel], tries: _Tries) -> BaseModel:
    """Send the messages once.

    Raises:
        TroubleError: nothing came that fits.
    """
    tries.count += 1
    try:
        raw = asked.invoke(messages)["raw"]
    except Exception as error:  # noqa: BLE001 - each library has its own
        trouble = trouble_of(error)
        tries.add(trouble.tokens)
        tries.lost += trouble.spent and trouble.tokens == (0, 0)
        raise trouble from None
    tokens = shapes.tokens_of(raw)
    tries.add(tokens)
    tries.lost += tokens == (0, 0)
    return shapes.read_answer(raw, kind)


class _NoTime(stop_base):
    """Stops where the next try would begin after the deadline."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __call__(self, retry_state: RetryCallState) -> bool:
        return time.monotonic() + retry_state.upcoming_sleep >= self._deadline


def _again(once: Callable[[], BaseModel], retries: int, deadline: float) -> BaseModel:
    """Try until there is an answer, a failure that stays, no try left, or no time for the next one."""

    def wait(state: RetryCallState) -> float:
        failed = state.outcome.exception() if state.outcome else None
        told = failed.after if isinstance(failed, TroubleError) else None
        return _WAIT(state) if told is None else told

    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, TroubleError) and error.again),
        stop=stop_any(stop_after_attempt(1 + retries), _NoTime(deadline)),
        wait=wait,
        reraise=True,
    )(once)
