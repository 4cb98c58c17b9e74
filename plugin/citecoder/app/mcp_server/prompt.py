"""The prompt ``check_before_signing``: what a client's model does with a note before its author signs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import UserMessage
from mcp.server.mcpserver.prompts import Prompt
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import Field

from citecoder import wire
from citecoder.app.mcp_server.refusals import told
from citecoder.errors import InputError
from citecoder.prompts import load_prompt

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from citecoder.app.mcp_server.errands import Errands
    from citecoder.app.wiring import Parts

NAME = "check_before_signing"

Note = Annotated[
    str, Field(description="The note of one visit, exactly as it is. It goes to the model that you use.")
]
Payer = Annotated[
    str | None, Field(description="Payer id, such as medicare or commercial; leave out if not known.")
]
Discipline = Annotated[str | None, Field(description="PT, OT, SLP or DC; leave out if not known.")]
Day = Annotated[str | None, Field(description="YYYY-MM-DD; leave out if not known.")]


def add_to(server: MCPServer[None], errands: Errands) -> None:
    """Add the prompt."""

    async def check_before_signing(
        note: Note, payer: Payer = None, discipline: Discipline = None, date_of_service: Day = None
    ) -> list[UserMessage]:
        told_of = {"payer": payer, "discipline": discipline, "date_of_service": date_of_service}
        known = {name: value.strip() for name, value in told_of.items() if value and value.strip()}
        try:
            return await errands.run(lambda parts: _messages(parts, note, known))
        except InputError as error:
            raise MCPError(INVALID_PARAMS, told(error)) from None

    server.add_prompt(
        Prompt.from_function(
            check_before_signing,
            name=NAME,
            title="Check a note before signing",
            description="Have a note reviewed before its author signs it: codes with their sources, and what documentation "
            "is missing, as questions that do not lead.",
        )
    )


def _messages(parts: Parts, note: str, known: dict[str, Any]) -> list[UserMessage]:
    """Return what to do, then the note alone: no mark in a note can end it early.

    Raises:
        InputError: a value that `suggest_codes` would refuse.
    """
    asked = wire.read(wire.SuggestRequest, {"note": note, **known})
    wire.to_request(asked, parts.settings.max_note)
    text = load_prompt(parts.roots, NAME).text
    return [
        UserMessage(text.replace("{arguments}", json.dumps(known, ensure_ascii=False))),
        UserMessage(note),
    ]
