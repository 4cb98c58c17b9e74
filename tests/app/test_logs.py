"""The log tells who, where and what kind, and never what a note says."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from citecoder.app.logs import formatter, place_of


def failed(words: str) -> Any:
    try:
        raise ValueError(words)  # noqa: TRY301 - a traceback is wanted
    except ValueError:
        return sys.exc_info()


def line(name: str, message: str, *args: object, exc_info: Any = None, **extra: object) -> dict[str, Any]:
    record = logging.getLogger(name).makeRecord(
        name, logging.ERROR, __file__, 7, message, args, exc_info, None, extra
    )
    told: dict[str, Any] = json.loads(formatter("json").format(record))
    return told


def test_our_own_line_is_one_json_object_with_its_fields() -> None:
    told = line("citecoder.access", "%s %s", "GET", "/", status=200, ms=1.5)
    assert (told["event"], told["status"], told["ms"]) == ("GET /", 200, 1.5)
    assert (told["level"], told["logger"]) == ("error", "citecoder.access")
    assert told["time"].endswith("Z")


def test_an_exception_is_told_by_kind_and_place() -> None:
    told = line("citecoder.http", "failed", exc_info=failed("Jane Roe"))
    assert told["exception"] == "ValueError"
    assert told["at"].startswith("app.test_logs:")
    assert "Jane" not in json.dumps(told)


@pytest.mark.parametrize("name", ["chromadb.api", "asyncio", "httpx", "py.warnings", "sqlalchemy.engine"])
def test_of_a_librarys_message_only_the_place_is_told(name: str) -> None:
    told = line(name, "Jane Roe was %s", "seen: Jane", exc_info=failed("Jane"), note="Jane")
    assert "Jane" not in json.dumps(told)
    assert told["event"] == "a message at app.test_logs:7"
    assert told["exception"] == "ValueError"


def test_a_servers_fixed_sentence_is_told_without_what_is_filled_in() -> None:
    told = line("uvicorn.error", "Exception in ASGI application\n", exc_info=failed("Jane"))
    assert told["event"] == "Exception in ASGI application"
    assert "Jane" not in json.dumps(told)
    assert "Jane" not in json.dumps(line("uvicorn.error", "returned '%s'", "Jane"))


def test_the_lines_for_a_person_say_no_more() -> None:
    record = logging.makeLogRecord(
        {
            "name": "chromadb",
            "msg": "Jane %s",
            "args": ("Roe",),
            "exc_info": failed("Jane"),
            "pathname": __file__,
        }
    )
    told = formatter("console").format(record)
    assert "Jane" not in told
    assert "ValueError" in told


def test_a_place_names_the_modules_and_no_words() -> None:
    assert place_of(ValueError("Jane")) == "?"
    assert place_of(failed("Jane")[1]).startswith("app.test_logs:")
