"""Our own mistakes: 500 without details, and a log line with the kind and the place, never the message.

Past here the server would print the exception, and an exception's message may quote a note.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from citecoder.app.http.problems import problem, request_id_of
from citecoder.app.logs import place_of

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("citecoder.http")


class Mistakes:
    """An ASGI layer that answers for every exception that nothing else answered for.

    Args:
        app: what may fail.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 when that fails before an answer was begun."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - see above
            request_id = request_id_of(scope)
            answer = mistake(error, request_id)
            if not begun and scope["type"] == "http":
                await answer(scope, receive, send)


def mistake(error: Exception, request_id: str | None) -> Response:
    """Tell the log of a mistake, and return the answer for it."""
    extra = {"request_id": request_id, "at": place_of(error)}
    LOG.error("failed with %s", type(error).__name__, extra=extra)
    return problem(500, "citecoder failed; its log names this request", request_id)
