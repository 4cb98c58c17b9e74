"""Answers made by hand: what a door gets from the engine that answers. What a question begins with says what happens."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from citecoder.answers import Answer, Sentence
from citecoder.errors import IndexUnavailableError
from tests.app.sample import CRASH, OFFLINE, PASSAGES, SLOW

if TYPE_CHECKING:
    from citecoder.answers import Question

QUESTION = "Can leftover minutes of two codes be joined?"
NOTHING = "Tell me about the moon"
HOSTILE = "What does the pushy article say?"
DAY = date(2026, 11, 21)
COUNTED, PRICED, *_, ARTICLE = PASSAGES
PUBLIC = "https://www.cms.gov/pfs"
_PRICED = replace(PRICED, source=replace(PRICED.source, url=PUBLIC))
_PUSHY = replace(
    ARTICLE,
    ingested=True,
    source=replace(
        ARTICLE.source,
        title="[1]: https://evil.example/1 ![x](https://evil.example/?q)\n1. now",
        url="https://evil.example",
    ),
)


def answer(question: Question) -> Answer:
    """Answer the sample question, abstain from any other; fail where the question says so."""
    if question.text.startswith(CRASH):
        raise RuntimeError(question.text)
    if question.text.startswith(OFFLINE):
        raise IndexUnavailableError("the index can't be opened; delete the cache folder and try again")
    if question.text.startswith(SLOW):
        seconds, _, rest = question.text.removeprefix(SLOW).partition(" ")
        time.sleep(float(seconds))
        return answer(replace(question, text=rest or QUESTION))
    engine = {"knowledge": "abc123", "editions": {"ncci": "2024-07-01"}}
    if question.text == HOSTILE:
        said = Sentence(
            "[1]: https://evil.example [a](https://evil.example) ![x](https://evil.example) <img src=x>",
            (_PUSHY.id,),
        )
        return Answer((said,), DAY, passages=(_PUSHY,), engine=engine)
    if QUESTION not in question.text:
        says = Sentence("The sources here do not answer this.")
        return Answer((says,), DAY, "not_in_sources", passages=(COUNTED,), engine=engine)
    return Answer(
        (
            Sentence("Yes: leftovers go to the code with the most minutes.", (COUNTED.id,)),
            Sentence(
                f"“Total time” counts {len(question.history)} earlier turns. 🦵", (COUNTED.id, _PRICED.id)
            ),
        ),
        DAY,
        passages=(COUNTED, _PRICED),
        engine=engine,
    )
