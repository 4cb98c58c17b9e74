"""What a provider's library raises → one of the failures of the contract. Told by what all of them share.

Each library has its own tree of exceptions, and their messages may quote what was sent or answered. So nothing is read of
them but a status, a header, the name of the class, and what they were raised from; and none is chained or logged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from citecoder.language_model import Failure

SENTENCES: Mapping[Failure, str] = {
    "unreachable": "can't be reached; check CITECODER_LLM and CITECODER_LLM_BASE_URL",
    "timeout": "gave no answer within CITECODER_LLM_TIMEOUT",
    "busy": "is asked by as many as CITECODER_LLM_CONCURRENCY allows",
    "rate_limited": "takes no more requests for now",
    "server_error": "failed, or took no such request",
    "over_budget": "would cost more than the limits allow; see CITECODER_LLM_TOKENS_PER_DAY and its kin",
    "resting": "failed several times in a row and is left alone for a while",
    "refused": "refused to answer",
    "cut_off": "was cut off; see CITECODER_LLM_ANSWER_TOKENS",
    "invalid": "answered what can't be read",
    "off_schema": "answered in another shape than was asked for",
    "unauthorised": "does not take the key; check the provider's variable",
}
"""What is said of the model for each failure."""
MOST_TOKENS = 10_000_000
"""More than any call can use."""


class TroubleError(Exception):
    """One try that gave nothing.

    Args:
        failure: why.
        again: another try may help.
        after: seconds that the server asks to wait, if it says so.
        spent: tokens may have been used though none are told.
        because: what is said of the model instead of the sentence of its failure.
    """

    def __init__(
        self,
        failure: Failure,
        *,
        again: bool = False,
        after: float | None = None,
        spent: bool = False,
        because: str | None = None,
    ) -> None:
        super().__init__(failure)
        self.failure, self.again, self.after, self.spent = failure, again, after, spent
        self.sentence = because or SENTENCES[failure]
        self.tokens = (0, 0)


class TooLargeError(Exception):
    """A response that is longer than any answer."""


class TooLateError(Exception):
    """A response that came in pieces past its time."""


class StatusError(Exception):
    """A response with a status that is no answer.

    Args:
        response: has ``status_code`` and ``headers``.
    """

    def __init__(self, response: Any) -> None:
        super().__init__(response.status_code)
        self.status_code, self.response = response.status_code, response


class ElsewhereError(Exception):
    """A request to another server than the one that was chosen."""


def trouble_of(error: BaseException, now: datetime | None = None) -> TroubleError:
    """Say what an exception of a provider's library means.

    Args:
        error: what came up.
        now: the time that a date in ``Retry-After`` is held against.
    """
    if isinstance(error, TroubleError):
        return error
    for each in _behind(error):
        if isinstance(each, TooLargeError):
            return TroubleError("invalid", spent=True)
        if isinstance(each, TooLateError):
            return TroubleError("timeout", spent=True)
        if isinstance(each, ElsewhereError):
            return TroubleError("unreachable")
    status = next((told for each in _behind(error) if (told := _status(each)) is not None), None)
    if status is not None:
        after = next((wait for each in _behind(error) if (wait := _after(each, now)) is not None), None)
        return _by_status(status, after, error)
    trouble = _by_name(error)
    trouble.tokens = next((used for each in _behind(error) if (used := _used(each)) != (0, 0)), (0, 0))
    return trouble


def _used(error: BaseException) -> tuple[int, int]:
    """Return the tokens of an answer that OpenAI's library raises instead of returning it."""
    usage = getattr(getattr(error, "completion", None), "usage", None)
    return count(getattr(usage, "prompt_tokens", 0)), count(getattr(usage, "completion_tokens", 0))


def count(told: Any) -> int:
    """Return a number of tokens; 0 for what can be none."""
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < MOST_TOKENS else 0


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what it was raised from, at most eight deep."""
    current: BaseException | None = error
    for _ in range(8):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    told = response.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(response, dict) else None
    for each in (told, getattr(error, "status_code", None), getattr(error, "code", None)):
        if isinstance(each, int) and 300 <= each < 600:
            return int(each)
    return None


def _by_status(status: int, after: float | None, error: BaseException) -> TroubleError:
    if status in {401, 403}:
        return TroubleError("unauthorised")
    if status == 404:
        return TroubleError(
            "unreachable", because="is not known there (404); check CITECODER_LLM and CITECODER_LLM_BASE_URL"
        )
    if status == 408:
        return TroubleError("timeout", again=True, spent=True)
    if status == 429:
        return TroubleError("rate_limited", again=True, after=after)
    if status >= 500:
        return TroubleError("server_error", again=True, after=after)
    if _filtered(error):
        return TroubleError("refused")
    return TroubleError("server_error", because=f"took no such request (status {status})")


def _filtered(error: BaseException) -> bool:
    """Tell whether a content filter stopped the request; Azure says so with status 400."""
    return any(getattr(each, "code", None) == "content_filter" for each in _behind(error))


def _by_name(error: BaseException) -> TroubleError:
    """Read the names of the classes: SDKs wrap connections that fail, each in its own exception."""
    names = [kind.__name__ for each in _behind(error) for kind in type(each).__mro__]
    if any("LengthFinish" in name for name in names):
        return TroubleError("cut_off", spent=True)
    if any("ContentFilter" in name or "Refusal" in name for name in names):
        return TroubleError("refused", spent=True)
    if any("ConnectTimeout" in name for name in names):
        return TroubleError("unreachable", again=True)
    if any("Timeout" in name or "DeadlineExceeded" in name for name in names):
        return TroubleError("timeout", spent=True)
    if any("Credentials" in name for name in names):
        return TroubleError("unauthorised")
    if any(part in name for name in names for part in ("Connect", "Network", "Protocol", "RetryError")):
        return TroubleError("unreachable", again=True, spent="ConnectError" not in names)
    if any(name in {"ReadError", "WriteError", "TransportError", "OSError"} for name in names):
        return TroubleError("unreachable", again=True, spent=True)
    return TroubleError("invalid", spent=True)


def _after(error: BaseException, now: datetime | None) -> float | None:
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        headers: Any = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    else:
        headers = getattr(response, "headers", None) or {}
    try:
        told = headers.get("retry-after")
    except AttributeError:
        return None
    return _seconds(str(told), now) if told is not None else None


def _seconds(told: str, now: datetime | None) -> float | None:
    """Read ``Retry-After``: seconds, or a date."""
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - (now or datetime.now(UTC))).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return max(seconds, 0.0) if seconds == seconds else None  # noqa: PLR0124 - not a number is unlike itself
