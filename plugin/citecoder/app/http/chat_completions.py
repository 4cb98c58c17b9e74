"""GET /v1/models and POST /v1/chat/completions: the verb `ask` for clients that speak OpenAI's shape.

The last message of the user is the question, the ones before it are its history. A system message is not read: nothing in
a conversation is an instruction.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import Request
from fastapi.sse import format_sse_event
from starlette.responses import Response

from citecoder import wire
from citecoder.app.http.answers import answered
from citecoder.app.http.chat_content import Content, content_of
from citecoder.app.http.chat_errors import ChatRefusal, failure_of
from citecoder.app.http.chat_tasks import question_in, task_in, task_reply
from citecoder.app.http.openapi import WHY, problems_of
from citecoder.app.http.streams import MEDIA_TYPE, event_schema, stream
from citecoder.wire import chat
from citecoder.wire.asked import MAX_QUESTION

if TYPE_CHECKING:
    from fastapi import APIRouter

    from citecoder.app.http.door import Door

MOST_TURNS, MOST_OF_TURN = 40, 4_000
"""How many earlier messages are read, and how many characters of each: clients send all of a conversation, every time."""
_WORD = re.compile(r"\w+|[^\w\s]")
_OWN = ("payer", "discipline", "date_of_service", "note")
_STREAM = {"schema": event_schema("One event: a chunk, and `[DONE]` as the last.", "message")}


@dataclass(frozen=True)
class Reply:
    """What is answered, before it is written whole or in pieces."""

    content: Content
    usage: chat.Usage
    head: dict[str, Any]


def router(door: Door) -> APIRouter:
    """Make the routes behind the door."""
    routes = door.routes_for("ask", "chat")

    @routes.get("/v1/models", operation_id="models", summary="The one model")
    async def get_models() -> chat.Models:
        """List the model that can be asked: `citecoder`."""
        return chat.Models(data=[chat.Model()])

    @routes.post(
        "/v1/chat/completions",
        operation_id="chat",
        summary="Answer a conversation",
        response_model=chat.Completion,
        responses={
            200: {"content": {MEDIA_TYPE: _STREAM}},
            **problems_of(404, 408, 413, 415, 422),
            400: {"model": chat.ChatFailure, "description": WHY[400]},
        },
    )
    async def post_chat(request: Request, asked: chat.ChatRequest) -> Response:
        """Answer the last message of a conversation, with marks, `url_citation` annotations and a list of sources.

        System messages are not read, parameters that are not listed are ignored. `payer`, `discipline`, `date_of_service`
        and `note` are taken beside OpenAI's fields. A client's own tasks (a title, tags, follow-ups) are answered from the
        conversation's words.
        """
        refuse_what_is_not_given(asked)
        work = _reply(door, asked, request)
        if asked.stream:
            usage = bool(asked.stream_options and asked.stream_options.include_usage)
            return await stream(request, work, lambda reply: _chunks(reply, usage=usage), _failed)
        return Response(_whole(await work).model_dump_json(), media_type="application/json")

    return routes


def refuse_what_is_not_given(asked: chat.ChatRequest) -> None:
    """Refuse what would have to be left out of the answer.

    Raises:
        ChatRefusal: 404 for another model, 400 for the rest.
    """
    if asked.model != chat.MODEL:
        raise ChatRefusal(404, f"no such model; the only one is {chat.MODEL!r}", "model", "model_not_found")
    formats = (asked.response_format or {}).get("type", "text")
    for param, wanted, instead in (
        ("n", (asked.n or 1) != 1, "one answer is given; leave n out"),
        ("tools", bool(asked.tools), "tools are not called; leave them out"),
        ("functions", bool(asked.functions), "functions are not called; leave them out"),
        (
            "modalities",
            set(map(str, asked.modalities or ())) > {"text"},
            "answers are text; leave modalities out",
        ),
        ("response_format", formats != "text", "answers are text; POST /v1/answers gives JSON"),
    ):
        if wanted:
            raise ChatRefusal(HTTPStatus.BAD_REQUEST, instead, param, "unsupported_parameter")
    for number, message in enumerate(asked.messages):
        parts = message.content if isinstance(message.content, tuple) else ()
        if any(part.type != "text" for part in parts):
            told = "only text is read; leave images, sounds and files out"
            raise ChatRefusal(
                HTTPStatus.BAD_REQUEST, told, f"messages.{number}.content", "unsupported_content"
            )


async def _reply(door: Door, asked: chat.ChatRequest, request: Request) -> Reply:
    """Answer the last message of the user."""
    said, turns = _last_message(asked)
    earlier = [turn["content"] for turn in turns if turn["role"] == "user"]
    if task := task_in(said, earlier):
        told = await door.answers.run(lambda: task_reply(task, said, earlier, door.parts), request.receive)
        return _reply_of(Content((told,)), asked, None)
    answer = await answered(door, _question(asked, question_in(said), turns), request)
    content = content_of(answer, lambda passage: _link(request, passage))
    return _reply_of(content, asked, f"{answer.engine.version}-{answer.engine.knowledge}")


def _last_message(asked: chat.ChatRequest) -> tuple[str, list[dict[str, str]]]:
    """Return the last message of the user, and what the two said before it."""
    spoken = [message for message in asked.messages if message.role in {"user", "assistant"}]
    while spoken and spoken[-1].role != "user":
        spoken.pop()
    if not spoken or not spoken[-1].text.strip():
        raise ChatRefusal(HTTPStatus.BAD_REQUEST, "nothing is asked; send a message of the user", "messages")
    turns = [{"role": message.role, "content": message.text[:MOST_OF_TURN]} for message in spoken[:-1]]
    return spoken[-1].text.strip(), turns[-MOST_TURNS:]


def _question(asked: chat.ChatRequest, question: str, turns: list[dict[str, str]]) -> wire.AskRequest:
    if not question:
        raise ChatRefusal(HTTPStatus.BAD_REQUEST, "nothing is asked; write a question", "messages")
    if len(question) > MAX_QUESTION:
        told = (
            f"the question has more than {MAX_QUESTION:,} characters; ask shorter, and send a note as `note`"
        )
        raise ChatRefusal(HTTPStatus.BAD_REQUEST, told, "messages", "context_length_exceeded")
    own = {name: getattr(asked, name) for name in _OWN}
    return wire.read(wire.AskRequest, {"question": question, "history": turns, **own})


def _link(request: Request, passage_id: str) -> str:
    """Return the address of a passage as its reader reaches this server: a proxy that ends TLS says so."""
    forwarded = request.headers.get("x-forwarded-proto")
    scheme = forwarded if forwarded in {"http", "https"} else request.url.scheme
    return f"{scheme}://{request.headers['host']}/v1/passages/{quote(passage_id)}"


def _reply_of(content: Content, asked: chat.ChatRequest, made_by: str | None) -> Reply:
    prompt = sum(_words(message.text) for message in asked.messages)
    answer = _words(content.text)
    usage = chat.Usage(prompt_tokens=prompt, completion_tokens=answer, total_tokens=prompt + answer)
    head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "system_fingerprint": made_by}
    return Reply(content, usage, head)


def _words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _whole(reply: Reply) -> chat.Completion:
    message = chat.Answered(content=reply.content.text, annotations=list(reply.content.annotations))
    return chat.Completion(**reply.head, choices=[chat.Choice(message=message)], usage=reply.usage)


def _chunks(reply: Reply, *, usage: bool) -> Iterator[bytes]:
    """Write a reply in pieces; all annotations in one of them, because clients join lists by an index that these lack."""
    yield _chunk(reply, chat.Delta(role="assistant", content=""))
    for piece in reply.content.pieces:
        yield _chunk(reply, chat.Delta(content=piece))
    if reply.content.annotations:
        yield _chunk(reply, chat.Delta(annotations=list(reply.content.annotations)))
    yield _data(
        chat.Chunk(**reply.head, choices=[chat.ChunkChoice(delta=chat.Delta(), finish_reason="stop")])
    )
    if usage:
        yield _data(chat.Chunk(**reply.head, choices=[], usage=reply.usage))
    yield format_sse_event(data_str="[DONE]")


def _chunk(reply: Reply, delta: chat.Delta) -> bytes:
    return _data(chat.Chunk(**reply.head, choices=[chat.ChunkChoice(delta=delta, finish_reason=None)]))


def _data(told: chat.Chunk | chat.ChatFailure) -> bytes:
    return format_sse_event(data_str=told.model_dump_json())


def _failed(problem: Response) -> bytes:
    return _data(failure_of(problem))
