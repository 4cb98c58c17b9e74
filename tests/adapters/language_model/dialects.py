"""How each provider's server answers, so that one suite can hold for all of them."""
# ruff: noqa: D102 - the names say it

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.adapters.language_model import stub_server as stub
from tests.adapters.language_model.stub_server import Reply


@dataclass(frozen=True)
class Dialect:
    """A provider and its server's way to answer.

    Attributes:
        model: ``provider:model``.
        path: what the address ends in.
        environment: variables that it needs.
        ends: its words for an answer that is whole, and for one that was cut off.
        refuses: its word for a refusal, where it has one.
    """

    model: str
    path: str
    environment: dict[str, str]
    ends: tuple[str, str]
    refuses: str | None

    @property
    def provider(self) -> str:
        return self.model.partition(":")[0]

    def says(self, content: str, *, cut: bool = False, refused: bool = False) -> Reply:
        """Answer with a text, 70 tokens in and 7 out."""
        end = (self.refuses or "") if refused else self.ends[cut]
        return getattr(self, f"_{self.provider}")(content, end)

    def told(self, body: dict[str, Any]) -> tuple[str, str]:
        """Return the system's and the user's message of a request."""
        if self.provider == "google_genai":
            system, user = body["systemInstruction"], body["contents"][0]
            return system["parts"][0]["text"], user["parts"][0]["text"]
        if self.provider == "bedrock_converse":
            return body["system"][0]["text"], body["messages"][0]["content"][0]["text"]
        if self.provider == "anthropic":
            return _text(body["system"]), _text(body["messages"][0]["content"])
        return body["messages"][0]["content"], body["messages"][1]["content"]

    def _openai(self, content: str, end: str) -> Reply:
        return stub.answer(content, end)

    def _azure_openai(self, content: str, end: str) -> Reply:
        return stub.answer(content, end)

    def _anthropic(self, content: str, end: str) -> Reply:
        return _json(
            id="1", type="message", role="assistant", model="m", stop_reason=end, stop_sequence=None,
            content=[{"type": "text", "text": content}], usage={"input_tokens": 70, "output_tokens": 7},
        )  # fmt: skip

    def _google_genai(self, content: str, end: str) -> Reply:
        return _json(
            candidates=[{"content": {"role": "model", "parts": [{"text": content}]}, "finishReason": end, "index": 0}],
            usageMetadata={"promptTokenCount": 70, "candidatesTokenCount": 7, "totalTokenCount": 77},
            modelVersion="m",
        )  # fmt: skip

    def _ollama(self, content: str, end: str) -> Reply:
        line = {
            "model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": content},
            "done": True, "done_reason": end, "prompt_eval_count": 70, "eval_count": 7,
        }  # fmt: skip
        return stub.http(200, json.dumps(line).encode() + b"\n", kind="application/x-ndjson")

    def _bedrock_converse(self, content: str, end: str) -> Reply:
        try:
            part: dict[str, Any] = {
                "toolUse": {"toolUseId": "1", "name": "Offers", "input": json.loads(content)}
            }
        except ValueError:
            part = {"text": content}
        return _json(
            output={"message": {"role": "assistant", "content": [part]}}, stopReason=end, metrics={"latencyMs": 1},
            usage={"inputTokens": 70, "outputTokens": 7, "totalTokens": 77},
        )  # fmt: skip


def _text(content: Any) -> str:
    return content if isinstance(content, str) else str(content[0]["text"])


def _json(**told: Any) -> Reply:
    return stub.http(200, json.dumps(told).encode())


OPENAI = Dialect("openai:stub", "/v1", {}, ("stop", "length"), "content_filter")
OTHERS = [
    Dialect(
        "azure_openai:stub", "", {"AZURE_OPENAI_API_KEY": "k", "OPENAI_API_VERSION": "2025-01-01"},
        ("stop", "length"), "content_filter",
    ),
    Dialect(
        "anthropic:claude-sonnet-4-5", "", {"ANTHROPIC_API_KEY": "k"}, ("end_turn", "max_tokens"), "refusal"
    ),
    Dialect("google_genai:gemini-2.5-flash", "", {"GOOGLE_API_KEY": "k"}, ("STOP", "MAX_TOKENS"), "SAFETY"),
    Dialect("ollama:stub", "", {}, ("stop", "length"), None),
    Dialect(
        "bedrock_converse:anthropic.claude-sonnet-4-5-v1:0", "",
        {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"},
        ("tool_use", "max_tokens"), "guardrail_intervened",
    ),
]  # fmt: skip
