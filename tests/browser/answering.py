"""Answers that a test tells piece by piece, in the server's place: the page's own ``fetch`` for them is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

HELD = """(() => {
  const real = window.fetch;
  window.asked = [];
  window.fetch = (input, init) => {
    if (!new URL(input, location.href).pathname.endsWith("/v1/answers")) return real(input, init);
    const one = { body: JSON.parse(init.body), accept: init.headers.Accept, aborted: false };
    const stream = new ReadableStream({ start: (controller) => (one.stream = controller) });
    one.say = (text) => one.stream.enqueue(new TextEncoder().encode(text));
    one.end = () => { try { one.stream.close(); } catch { /* the page wants no more of it */ } };
    window.asked.push(one);
    return new Promise((resolve, reject) => {
      init.signal.addEventListener("abort", () => { one.aborted = true; reject(new DOMException("", "AbortError")); try { one.stream.error(new DOMException("", "AbortError")); } catch {} });
      one.open = () => void (one.opened ??= resolve(new Response(stream, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } })) ?? true);
      one.answer = (status, told, headers) => resolve(new Response(JSON.stringify(told), { status, headers: { "Content-Type": "application/json", ...headers } }));
      one.break = () => reject(new TypeError("gone"));
    });
  };
})()"""


def passage(name: str, text: str, **source: Any) -> dict[str, Any]:
    """Make a passage in the contract's shape."""
    disputed = source.pop("disputed", None)
    told = {
        "id": name.partition("/")[0],
        "title": f"Manual of {name}",
        "publisher": "Centers for Medicare & Medicaid Services",
        "section": "One",
        "locator": "Pub 100-02 ch.15 §220.3",
        "summary": True,
        "authority": "regulator",
        "confidence": "high",
        "published": None,
        "effective": "2020-01-01",
        "ends": None,
        "revision": None,
        "checked": "2026-11-21",
        "url": "https://www.cms.gov/manual",
        "payer": None,
    }
    return {
        "id": name,
        "text": text,
        "source": told | source,
        "heading": ["Chapter", "Section"],
        "codes": [],
        "disputed": disputed,
        "ingested": False,
    }


RULE = passage("rule/one", "Only a therapist evaluates a patient at a first visit. An assistant may measure.")
TABLE = passage("table/two", "The fee schedule has no line for it.", authority="payer", summary=False)
OLD = passage(
    "old/three",
    "Handouts say that assistants may evaluate.",
    authority="article",
    url="https://evil.example/x",
    disputed={"by": "rule/one", "because": "The manual says otherwise."},
)
SENTENCES: list[dict[str, Any]] = [
    {"text": "Only a therapist evaluates a patient at a first visit.", "citations": ["rule/one"]},
    {"text": "The fee schedule agrees.", "citations": ["table/two", "rule/one"]},
    {
        "text": "Sources disagree: Manual of old/three says otherwise, and the regulator is followed.",
        "citations": ["old/three", "rule/one"],
    },
]
CONFLICT = {
    "claim": "Handouts say that assistants may evaluate.",
    "said_by": "old/three",
    "contradicted_by": "rule/one",
    "resolution": "The regulator is followed: only a therapist evaluates.",
}
ANSWER: dict[str, Any] = {
    "id": "a1",
    "answer": "…",
    "abstained": False,
    "reason": None,
    "sentences": SENTENCES,
    "evidence": [],
    "passages": [RULE, TABLE, OLD],
    "computed": {},
    "conflicts": [CONFLICT],
    "as_of": "2026-11-21",
    "engine": {"version": "0.2.0"},
}
QUIET = ANSWER | {
    "abstained": True,
    "reason": "not_in_sources",
    "sentences": [{"text": "No source here says so.", "citations": []}],
    "passages": [RULE],
    "conflicts": [],
}


@dataclass
class Answers:
    """What the page asked, and what it is told."""

    page: Page

    def asked(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many questions came; returns their bodies."""
        self.page.wait_for_function("n => window.asked.length >= n", arg=count)
        bodies: list[dict[str, Any]] = self.page.evaluate("asked.map(one => one.body)")
        assert len(bodies) == count
        return bodies

    def tell(self, name: str, data: Any) -> None:
        """Say one event of the latest answer."""
        self.page.evaluate(
            "([name, data]) => { const one = asked.at(-1); one.open(); one.say(`event: ${name}\\ndata: ${JSON.stringify(data)}\\n\\n`) }",
            [name, data],
        )

    def raw(self, text: str) -> None:
        """Say something as it is."""
        self.page.evaluate("text => { const one = asked.at(-1); one.open(); one.say(text) }", text)

    def end(self) -> None:
        """Say no more."""
        self.page.evaluate("() => { const one = asked.at(-1); one.open(); one.end() }")

    def refuse(self, status: int, headers: dict[str, str] | None = None) -> None:
        """Answer with a problem; status 0 is no answer at all."""
        self.page.evaluate(
            "([status, headers]) => { const one = asked.at(-1); status ? one.answer(status, {title: 'no', status, detail: `detail of ${status}`}, headers) : one.break() }",
            [status, headers or {}],
        )

    def whole(self, answer: dict[str, Any] | None = None) -> None:
        """Tell a whole answer, a sentence at a time."""
        told = answer or ANSWER
        for sentence in told["sentences"]:
            self.tell("sentence", sentence)
        self.tell("passages", told["passages"])
        self.tell("done", told)

    def was_given_up(self) -> bool:
        """Whether the page gave up the latest one."""
        given_up: bool = self.page.evaluate("asked.at(-1).aborted")
        return given_up
