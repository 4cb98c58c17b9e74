"""Passages and codes as resources: ``citecoder://passages/{id}`` and ``citecoder://codes/{code}``."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp_types import Resource as Listed

from citecoder import wire
from citecoder.app.mcp_server.refusals import told
from citecoder.app.verbs.lookup import lookup
from citecoder.app.verbs.search import passage
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server import MCPServer
    from pydantic import BaseModel

    from citecoder.app.mcp_server.errands import Errands
    from citecoder.app.wiring import Parts

PASSAGES = "citecoder://passages/"
CODES = "citecoder://codes/"
JSON = "application/json"


def add_to(server: MCPServer[None], errands: Errands) -> None:
    """Add both kinds. A passage's id holds a slash, so its place in the address takes one (RFC 6570 ``+``)."""

    @server.resource(
        f"{PASSAGES}{{+id}}",
        name="passage",
        title="A passage of a source",
        description="One passage with its source: who says it, with what authority, since when, whether it is disputed.",
        mime_type=JSON,
    )
    async def read_passage(id: str) -> str:  # noqa: A002 - the template's own word
        return await _read(errands, lambda parts: passage(parts, id))

    @server.resource(
        f"{CODES}{{code}}",
        name="code",
        title="A code of the code set",
        description="What is known of a code under today's rules, and the passages behind it.",
        mime_type=JSON,
    )
    async def read_code(code: str) -> str:
        asked = {"code": code}
        return await _read(errands, lambda parts: lookup(parts, wire.read(wire.LookupRequest, asked).code))


async def _read(errands: Errands, job: Callable[[Parts], BaseModel]) -> str:
    """Do a job and write its answer.

    Raises:
        ResourceNotFoundError: there is no such passage or code.
        ResourceError: something is down.
    """
    try:
        return await errands.run(lambda parts: wire.to_json(job(parts)))
    except InputError as error:
        raise ResourceNotFoundError(told(error)) from None
    except Exception as error:  # noqa: BLE001 - told in our words, never in its own
        raise ResourceError(told(error)) from None


def listed(parts: Parts) -> list[Listed]:
    """List every code, and the passages that ship or that the site wrote, by their ids."""
    codes = sorted(parts.codes.codes.values(), key=lambda code: code.code)
    return [
        *(
            Listed(
                uri=f"{CODES}{each.code}", name=each.code, title=f"{each.code}: {each.label}", mime_type=JSON
            )
            for each in codes
        ),
        *(
            Listed(
                uri=f"{PASSAGES}{quote(each.id, safe='/')}",
                name=each.id,
                title=f"{each.source.title}: {each.source.section}",
                mime_type=JSON,
            )
            for each in parts.authored
        ),
    ]
