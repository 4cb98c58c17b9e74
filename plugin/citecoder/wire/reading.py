"""From bytes to a checked request. Messages name the field and the rule, and never carry what stood there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from citecoder import answers, model
from citecoder.errors import InputError
from citecoder.wire.asked import AskRequest, Context, SuggestRequest
from citecoder.wire.fields import MAX_NOTE
from citecoder.wire.told import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_Model = TypeVar("_Model", bound=BaseModel)
MOST_PROBLEMS = 20
"""Wrong fields that one answer names: enough to mend a request by, and few whatever was sent."""


class TooLongError(InputError):
    """The note is longer than the limit (CLI exit 2, HTTP 413)."""


def read_text(data: bytes, where: str) -> str:
    """Decode a note exactly as sent: UTF-8, no newline translation, nothing stripped.

    Args:
        data: the bytes as read.
        where: what to call them in the message (a file name, ``standard input``).

    Raises:
        InputError: the bytes are not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where} is not UTF-8 text (byte {error.start}); save it as UTF-8 and try again"
        ) from None


def read_json(data: bytes | str, where: str) -> Any:
    """Parse JSON strictly (no NaN, UTF-8 only).

    Raises:
        InputError: not JSON; the message gives the place and never the text.
    """
    text = read_text(data, where) if isinstance(data, bytes) else data
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{where} is not JSON ({place}); send one JSON object") from None
    except (ValueError, RecursionError):
        raise InputError(f"{where} is not JSON that can be read; send one plain JSON object") from None


def _no_constant(_: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def field_problems(errors: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    """Turn the first of pydantic's errors into ours: the place and the rule, never the value that stood there."""
    return [
        FieldProblem(loc=[_safe(part) for part in error["loc"]], msg=_rule(error))
        for error in errors[:MOST_PROBLEMS]
    ]


def _safe(part: str | int) -> str | int:
    """Keep a key out of the message unless it looks like a field or a code: it may hold note text, or a name."""
    return (
        part
        if isinstance(part, int) or re.fullmatch(r"[a-z_][A-Za-z0-9_\-]{0,39}|(?=.*\d)[0-9A-Za-z]{5}", part)
        else "?"
    )


def _rule(error: Mapping[str, Any]) -> str:
    """Say the rule that was broken in one clause."""
    if error["type"] == "extra_forbidden":
        return "is not a field of this request"
    if error["type"] == "string_unicode":
        return "holds characters that are not Unicode text"
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def read(kind: type[_Model], raw: object) -> _Model:
    """Check a decoded JSON value against a request model.

    Raises:
        InputError: a field is missing, unknown or wrong; ``field`` names the first one.
    """
    if not isinstance(raw, dict):
        raise InputError('the request is not a JSON object; send {"note": …} with the fields of the contract')
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        problems = field_problems(error.errors(include_input=False, include_url=False, include_context=False))
        if not problems[0].loc:  # the request as a whole
            raise InputError(f"the request {problems[0].msg}") from None
        sentence = "; ".join(f"{'.'.join(map(str, each.loc))}: {each.msg}" for each in problems[:3])
        raise InputError(f"request field {sentence}", str(problems[0].loc[0])) from None


def read_request(raw: object, limit: int = MAX_NOTE) -> model.Request:
    """Read one suggest request.

    Args:
        raw: a decoded JSON object; unknown fields are refused, ``id`` is allowed.
        limit: code points that the note may have.

    Raises:
        InputError: a field is missing, unknown or wrong.
        TooLongError: the note has more code points than ``limit``.
    """
    return to_request(read(SuggestRequest, raw), limit)


def to_request(asked: SuggestRequest, limit: int = MAX_NOTE) -> model.Request:
    """Freeze a checked request into the noun that the engine takes."""
    if len(asked.note) > limit:
        raise TooLongError(
            f"note: {len(asked.note):,} characters, and at most {limit:,} are read; send one visit at a time",
            "note",
        )
    context = asked.context or Context()
    return model.Request(
        note=asked.note,
        payer=asked.payer,
        discipline=asked.discipline,
        date_of_service=asked.date_of_service,
        stage=asked.stage,
        billed=tuple(model.BilledLine(**line.model_dump()) for line in asked.billed),
        signed=context.signed,
        performed_by=context.performed_by,
        episode=model.Episode(**asked.episode.model_dump()) if asked.episode else None,
    )


def to_question(asked: AskRequest, limit: int = MAX_NOTE) -> answers.Question:
    """Freeze a checked request into the noun that answering takes.

    Raises:
        TooLongError: the note has more code points than ``limit``.
    """
    if asked.note is not None and len(asked.note) > limit:
        raise TooLongError(
            f"note: {len(asked.note):,} characters, and at most {limit:,} are read; send one visit at a time",
            "note",
        )
    return answers.Question(
        text=asked.question,
        payer=asked.payer,
        discipline=asked.discipline,
        date_of_service=asked.date_of_service,
        history=tuple(answers.Turn(turn.role, turn.content) for turn in asked.history),
        note=asked.note,
    )
