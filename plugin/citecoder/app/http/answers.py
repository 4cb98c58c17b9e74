"""POST /v1/answers: one question in, sentences with their passages out, at once or as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.sse import format_sse_event
from starlette.responses import Response

from citecoder import wire
from citecoder.app.http.openapi import problems_of
from citecoder.app.http.streams import MEDIA_TYPE, event_schema, stream, wants_events
from citecoder.app.verbs.ask import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import APIRouter
    from pydantic import BaseModel

    from citecoder.app.http.door import Door

EVENTS = """event: sentence
data: {"text":"No. An assistant may not evaluate under Medicare.","citations":["cms-bpm-15/evaluation-by-clinician"]}

event: passages
data: [{"id":"cms-bpm-15/evaluation-by-clinician","text":"…","source":{}}]

event: done
data: {"id":"q-1","answer":"No. An assistant may not evaluate under Medicare. [1]","abstained":false}
"""
_STREAM = {
    "schema": event_schema(
        "One event: `sentence` (one object each), `passages` (a list), `done` (the whole answer), or `error` (a problem).",
        "sentence",
        "passages",
        "done",
        "error",
    ),
    "example": EVENTS,
}


def router(door: Door) -> APIRouter:
    """Make the route behind the door."""
    routes = door.routes_for("ask", "ask")

    @routes.post(
        "/v1/answers",
        operation_id="ask",
        summary="Answer a question",
        response_model=wire.AskResponse,
        responses={200: {"content": {MEDIA_TYPE: _STREAM}}, **problems_of(408, 413, 415, 422)},
    )
    async def post_answers(request: Request, asked: wire.AskRequest) -> Response:
        """Answer a question about coding, units or documentation, or say why it can't be answered.

        Only `question` is needed. Each sentence names the passages that it rests on. With `Accept: text/event-stream` each
        sentence is an event; what fails after the stream began is the event `error`. Nothing of it is kept.
        """
        work = answered(door, asked, request)
        if wants_events(request):
            return await stream(request, work, _events, _failed)
        return Response((await work).model_dump_json(), media_type="application/json")

    return routes


async def answered(door: Door, asked: wire.AskRequest, request: Request) -> wire.AskResponse:
    """Answer in a worker, for as long as the client waits, and count it."""
    told = await door.answers.run(lambda: ask(door.parts, asked), request.receive)
    door.meters.answered(told)
    return told


def _events(told: wire.AskResponse) -> Iterator[bytes]:
    for sentence in told.sentences:
        yield _event("sentence", sentence)
    passages = ",".join(passage.model_dump_json() for passage in told.passages)
    yield format_sse_event(event="passages", data_str=f"[{passages}]")
    yield _event("done", told)


def _event(name: str, told: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=told.model_dump_json())


def _failed(problem: Response) -> bytes:
    return format_sse_event(event="error", data_str=bytes(problem.body).decode())
