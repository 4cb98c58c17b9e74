"""An arm that is a service: the contract's routes below a URL, asked over HTTP."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from citecoder.errors import InputError
from citecoder.evals.arms.checked import answer_of
from citecoder.evals.outcomes import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.arms.arm import Tell
    from citecoder.evals.outcomes import State, Task, Verb

ROUTES = {
    "suggest": "/v1/suggestions",
    "units": "/v1/units",
    "search": "/v1/passages/search",
    "ask": "/v1/answers",
}
TRIES = 4
_LONGEST_WAIT = 20.0
_BUSY = {429, 502, 503, 504}


class _BusyError(Exception):
    """The service asks to be asked again later."""


@dataclass
class HttpArm:
    """A service at a base URL, such as ``http://127.0.0.1:8000``. It may change between runs, so nothing is cached.

    Attributes:
        url: the base URL; the contract's routes are added to it.
        headers: sent with each request.
    """

    url: str
    name: str = ""
    identity: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the URL."""
        try:
            parsed = httpx.URL(self.url)
        except httpx.InvalidURL:
            parsed = httpx.URL("")
        if parsed.scheme not in {"http", "https"} or not parsed.host:
            raise InputError(
                f"--arm http: {self.url[:80]!r} is not a URL; write http:http://HOST:PORT", "--arm"
            )
        self.url = self.url.rstrip("/")
        self.name = self.name or f"http:{parsed.copy_with(userinfo=b'', query=None)}".rstrip("/")

    def answer(self, verb: Verb, tasks: Sequence[Task], tell: Tell, *, workers: int, timeout: float) -> None:
        """Answer all tasks; see ``Arm``."""
        with (
            httpx.Client(timeout=timeout, headers=self.headers, trust_env=False) as client,
            ThreadPoolExecutor(max(1, workers)) as pool,
        ):
            asked = [pool.submit(self._ask, client, verb, task) for task in tasks]
            try:
                for done in as_completed(asked):
                    tell(done.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _ask(self, client: httpx.Client, verb: Verb, task: Task) -> Answer:
        again = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(max=_LONGEST_WAIT),
            retry=retry_if_exception_type((_BusyError, httpx.ConnectError)),
            reraise=True,
        )
        started = time.monotonic()
        try:
            response = again(self._post, client, verb, task)
        except httpx.TimeoutException:
            return Answer(task.id, "timed_out", why="no answer in time")
        except (_BusyError, httpx.HTTPError) as error:
            return Answer(task.id, "crashed", why=f"the service can't be reached ({type(error).__name__})")
        took = 1000 * (time.monotonic() - started)
        if response.status_code != httpx.codes.OK:
            state: State = (
                "crashed" if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else "refused"
            )
            return Answer(task.id, state, why=f"HTTP {response.status_code}")
        try:
            told = response.json()
        except ValueError:
            told = None
        if not isinstance(told, dict):
            return Answer(task.id, "invalid", why="the answer is not a JSON object")
        return answer_of(verb, task.id, told, measured_ms=took)

    def _post(self, client: httpx.Client, verb: Verb, task: Task) -> httpx.Response:
        response = client.post(self.url + ROUTES[verb], json=task.request)
        if response.status_code in _BUSY:
            raise _BusyError
        return response
