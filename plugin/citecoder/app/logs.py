"""The server's log: one event a line on standard error, as JSON or for a person to read.

Our own loggers (``citecoder.*``) write messages that carry no note text. Of everybody else's only what can't carry it
is written: who, where, and the kind of an exception. A library's message may quote what it was given.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

LogFormat = Literal["json", "console"]
_CONSTANT = ("uvicorn",)
"""Loggers whose messages, before anything is filled in, are fixed sentences."""


def configure(wanted: LogFormat | None = None, level: int = logging.INFO) -> None:
    """Send every log line of this process to standard error, in one form.

    Args:
        wanted: ``json``, ``console``, or None: ``console`` on a terminal.
        level: the least level of our own lines that is written; of everybody else's, warnings.
    """
    chosen = wanted or ("console" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(chosen))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger("citecoder").setLevel(level)
    logging.raiseExceptions = False  # else a line that can't be written is shown with all that it was to say
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed


def formatter(chosen: LogFormat) -> logging.Formatter:
    """Make what turns a record into a line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _without_words,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(chosen)],
    )


def place_of(error: BaseException) -> str:
    """Return ``module:line`` of where an exception came up, and of the last place of ours on the way."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "?"
    ours = [frame for frame in frames if "citecoder" in Path(frame.filename).parts]
    places = [_place(frame.filename, frame.lineno) for frame in (*ours[-1:], frames[-1])]
    return " < ".join(dict.fromkeys(reversed(places)))


def _place(filename: str, line: int | None) -> str:
    path = Path(filename)
    return f"{path.parent.name}.{path.stem}:{line}"


def _renderer(chosen: LogFormat) -> Any:
    if chosen == "json":
        return structlog.processors.JSONRenderer(default=lambda value: type(value).__name__)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="time")


def _without_words(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what may carry note text: other people's messages, and the messages of exceptions."""
    record: logging.LogRecord = event["_record"]
    failed = event.pop("exc_info", None)
    event.pop("stack_info", None)
    ours = record.name.split(".")[0] == "citecoder"
    if not ours:
        kept = {name: event[name] for name in ("level", "logger", "time", "_record", "_from_structlog")}
        event.clear()
        event.update(kept)
        event["event"] = _foreign(record)
    if isinstance(failed, tuple) and failed[1] is not None:
        event["exception"] = type(failed[1]).__name__
        event["at"] = place_of(failed[1])
    return event


def _foreign(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in _CONSTANT and isinstance(record.msg, str):
        return record.msg.strip()
    return f"a message at {_place(record.pathname, record.lineno)}"


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    kind, error = failed.exc_type.__name__, failed.exc_value
    at = place_of(error) if error is not None else "?"
    logging.getLogger("citecoder.threads").error("a thread failed with %s", kind, extra={"at": at})
