"""The shapes of OpenAI's chat completions, as far as citecoder speaks them: read tolerantly, written exactly.

Parameters that are not named here are ignored, as clients send many. They are not part of the contract's schema.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StrictBool,
    StrictInt,
    model_serializer,
)

from citecoder.wire.fields import Text, Told

MODEL: Literal["citecoder"] = "citecoder"
"""The one model that there is."""
MOST_MESSAGES = 2_000
Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class Part(_Read):
    """A piece of a message; only ``text`` is read."""

    type: Annotated[Text, Field(max_length=40)]
    text: Text | None = None


class Message(_Read):
    """What somebody said."""

    role: Role
    content: Text | Annotated[tuple[Part, ...], Field(max_length=MOST_MESSAGES, fail_fast=True)] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, tuple):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""


class StreamOptions(_Read):
    """What a stream also tells."""

    include_usage: StrictBool | None = None


class ChatRequest(_Read):
    """A conversation whose last question is to be answered.

    ``payer``, ``discipline``, ``date_of_service`` and ``note`` are citecoder's own, as in ``POST /v1/answers``.
    """

    model: Text
    messages: Annotated[tuple[Message, ...], Field(min_length=1, max_length=MOST_MESSAGES, fail_fast=True)]
    stream: StrictBool | None = None
    stream_options: StreamOptions | None = None
    n: StrictInt | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    modalities: list[Any] | None = None
    response_format: dict[str, Any] | None = None
    payer: Any = None
    discipline: Any = None
    date_of_service: Any = None
    note: Any = None


class UrlCitation(Told):
    """Where a mark stands in the content (code points; the end is the first one behind it), and what it stands for."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(Told):
    """A citation as OpenAI's clients read it."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Answered(Told):
    """The answer as a message."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(Told):
    """The one answer."""

    index: Literal[0] = 0
    message: Answered
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(Told):
    """Words and signs of the messages and of the answer: there is no model whose tokens could be counted."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(Told):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: Literal["citecoder"] = MODEL
    choices: list[Choice]
    usage: Usage
    system_fingerprint: str | None


class Delta(Told):
    """What a chunk adds to the message."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[Annotation] | None = None

    @model_serializer(mode="wrap")
    def _lean(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not added: clients join every field that is there."""
        return {name: value for name, value in write(self).items() if value is not None}


class ChunkChoice(Told):
    """The one answer, in pieces."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Chunk(Told):
    """A piece of an answer; ``usage`` stands in the last one, where it was asked for."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: Literal["citecoder"] = MODEL
    choices: list[ChunkChoice]
    usage: Usage | None = None
    system_fingerprint: str | None


class Model(Told):
    """A model that can be asked."""

    id: Literal["citecoder"] = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: Literal["citecoder"] = MODEL


class Models(Told):
    """The list of the one model."""

    object: Literal["list"] = "list"
    data: list[Model]


class ChatError(Told):
    """What is wrong, where and what to do next."""

    message: str
    type: str
    param: str | None
    code: str | None


class ChatFailure(Told):
    """An error as OpenAI's clients read it."""

    error: ChatError
