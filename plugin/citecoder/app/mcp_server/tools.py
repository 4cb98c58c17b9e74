"""The four tools. Each runs the function of its verb; what goes in and out is the contract's, by the models of ``wire``."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, PrivateAttr

from citecoder import wire
from citecoder.app.mcp_server.refusals import told
from citecoder.app.verbs.ask import ask
from citecoder.app.verbs.lookup import lookup
from citecoder.app.verbs.search import search
from citecoder.app.verbs.suggest import suggest

if TYPE_CHECKING:
    from citecoder.app.mcp_server.errands import Errands
    from citecoder.app.wiring import Parts

LOG = logging.getLogger("citecoder.mcp")
PRIVACY = (
    "Note text is a patient's: whatever is passed here has gone to the model that calls this tool, and the answer quotes "
    "it back to that model. citecoder sends it nowhere and keeps none of it. Pass a note only where that model may see it."
)
READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as a tool.

    Attributes:
        name: the tool's name.
        title: the same for people.
        says: what a model reads of it.
        asked: what goes in.
        told: what comes out.
        run: the function that every other door runs, too.
    """

    name: str
    title: str
    says: str
    asked: type[BaseModel]
    told: type[BaseModel]
    run: Callable[[Parts, Any], BaseModel]


VERBS = (
    Verb(
        "suggest_codes",
        "Suggest codes for a therapy note",
        "Review one outpatient therapy note (one visit): codes with units and modifiers, each with verbatim evidence in the "
        "note and citations of dated sources; what documentation is missing, as questions that do not lead; what is not "
        "coded and why; warnings; a check of lines already billed. Only `note` is needed: pass it exactly as it is, and "
        "leave out what nobody told you (payer, discipline, date). An empty `suggestions` is an answer; `not_coded` and "
        f"`warnings` say why. {PRIVACY}",
        wire.SuggestRequest,
        wire.SuggestResponse,
        suggest,
    ),
    Verb(
        "ask_coding_question",
        "Ask a coding question",
        "Answer a question about coding, units, modifiers or documentation of outpatient therapy, from cited passages and "
        "computed values alone. Where it can't, `abstained` is true and `reason` says why; then say so, and do not fill "
        "in an answer of your own. Optional: `payer`, `date_of_service`, the `history` of the conversation, and a `note` "
        f"that the question is about. {PRIVACY}",
        wire.AskRequest,
        wire.AskResponse,
        ask,
    ),
    Verb(
        "search_sources",
        "Search the sources",
        "Search the passages of coding sources: who says it, with what authority, since when, and whether a better source "
        "disputes it. Filters: `code`, `payer`, `authority`, `date` (in force then), `k`. Write a question or keywords "
        f"without anything of a patient. {PRIVACY}",
        wire.SearchRequest,
        wire.SearchResponse,
        search,
    ),
    Verb(
        "lookup_code",
        "Look up a code",
        "What is known of one CPT or HCPCS code of the set: what it is in our own words, how it is timed, what must be "
        "written, codes it is taken for, pair edits, daily limit, what a payer does with it, and the passages behind it. "
        f"Needs no note text. {PRIVACY}",
        wire.LookupRequest,
        wire.LookupResponse,
        lambda parts, asked: lookup(parts, asked.code, asked.payer, asked.date),
    ),
)


def tools(errands: Errands) -> list[Tool]:
    """Make the tools."""
    return [VerbTool.of(verb, errands) for verb in VERBS]


class VerbTool(Tool):
    """A tool whose schemas are the contract's, and whose errors never repeat what was sent.

    The SDK's own way reads a function's signature, lets unknown fields pass, and quotes values that don't fit.
    """

    _verb: Verb = PrivateAttr()
    _errands: Errands = PrivateAttr()

    @classmethod
    def of(cls, verb: Verb, errands: Errands) -> VerbTool:
        """Make the tool of a verb."""
        schema = verb.told.model_json_schema(mode="serialization", by_alias=True)
        made = cls(
            fn=verb.run,
            name=verb.name,
            title=verb.title,
            description=verb.says,
            parameters=verb.asked.model_json_schema(mode="validation", by_alias=True),
            fn_metadata=FuncMetadata(arg_model=ArgModelBase, output_schema=schema),
            is_async=False,
            context_kwarg=None,
            annotations=READS,
        )
        made._verb, made._errands = verb, errands
        return made

    async def run(
        self,
        arguments: dict[str, Any],
        context: Any,  # noqa: ARG002 - the SDK's signature
        convert_result: bool = False,  # noqa: ARG002
    ) -> CallToolResult:
        """Answer one call; an error is an answer, too, in one line."""
        begun = time.perf_counter()
        try:
            answer = await self._errands.run(lambda parts: _answered(parts, self._verb, arguments))
        except Exception as error:  # noqa: BLE001 - a client is told of every error, and of none by its own words
            answer = CallToolResult(content=[TextContent(text=told(error))], is_error=True)
        outcome = "refused" if answer.is_error else "answered"
        LOG.info("%s %s", self.name, outcome, extra={"ms": round((time.perf_counter() - begun) * 1000, 1)})
        return answer


def _answered(parts: Parts, verb: Verb, arguments: dict[str, Any]) -> CallToolResult:
    """Read, run and write out in the worker: a long note would hold up the protocol's loop."""
    asked = wire.read(verb.asked, _plain(verb.asked, arguments))
    told_of = verb.run(parts, asked).model_dump(mode="json", by_alias=True)
    text = json.dumps(told_of, ensure_ascii=False)
    return CallToolResult(content=[TextContent(text=text)], structured_content=told_of)


_STRUCTURED = frozenset({"billed", "context", "episode", "history"})


def _plain(asked: type[BaseModel], arguments: dict[str, Any]) -> dict[str, Any]:
    """Undo what some clients do to values: lists and objects that came as JSON text, a code that came as a number.

    Fields that are text stay as they are: a note may well be JSON.
    """
    made = dict(arguments)
    for name in _STRUCTURED & asked.model_fields.keys() & arguments.keys():
        if isinstance(made[name], str):
            made[name] = wire.read_json(made[name], f"request field {name}")
    if type(made.get("code")) is int:
        made["code"] = f"{made['code']:05}"
    return made
