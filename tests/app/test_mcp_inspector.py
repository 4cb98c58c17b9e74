"""The MCP Inspector's command line, from npm, against ``citecoder mcp``: a client that is not the SDK's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.mcp_clients import environment
from tests.app.serving import SAMPLE
from tests.conftest import CHECKOUT
from tests.contract import conforms

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.browser]  # npm is there where the browser is
INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"


@pytest.fixture
def inspect(tmp_path: Path) -> Callable[..., Any]:
    """Return a function that asks the server for one method and returns what the Inspector prints."""
    npx = shutil.which("npx")
    assert npx, "npx is needed to run the MCP Inspector; install Node.js 20 or newer with npm"

    # The Inspector gives a server only what it is told to.
    told = {
        name: value
        for name, value in environment(tmp_path).items()
        if name.startswith(("CITECODER_", "PYTHON"))
    }
    given = [part for name, value in told.items() for part in ("-e", f"{name}={value}")]

    def asked(method: str, *more: str) -> Any:
        command = [
            npx,
            "-y",
            INSPECTOR,
            "--cli",
            "--connect-timeout",
            "120000",
            *given,
            sys.executable,
            *SAMPLE,
            "mcp",
            "--method",
            method,
            *more,
        ]
        ran = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=300, cwd=CHECKOUT
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr[-2000:]
        return json.loads(ran.stdout)

    return asked


def test_the_inspector_lists_and_calls_what_the_server_offers(inspect: Callable[..., Any]) -> None:
    tools = {tool["name"]: tool for tool in inspect("tools/list")["tools"]}
    assert set(tools) == {"suggest_codes", "ask_coding_question", "search_sources", "lookup_code"}
    assert all(
        tool["inputSchema"]["type"] == tool["outputSchema"]["type"] == "object" for tool in tools.values()
    )
    note = "note=Therapeutic exercise x 23 min: quad sets."
    called = inspect(
        "tools/call", "--tool-name", "suggest_codes", "--tool-arg", note, "--tool-arg", "payer=medicare"
    )
    conforms(called["structuredContent"], "suggest")
    assert called["structuredContent"]["encounter"]["payer"] == "medicare"
    called = inspect("tools/call", "--tool-name", "lookup_code", "--tool-arg", "code=97140")
    conforms(called["structuredContent"], "lookup")
    listed = {each["uri"] for each in inspect("resources/list")["resources"]}
    assert {"citecoder://codes/97140", "citecoder://passages/cms-cpm-5/unit-allocation"} <= listed
    (prompt,) = inspect("prompts/list")["prompts"]
    assert prompt["name"] == "check_before_signing"
