"""ask: one question in, sentences with their passages out, or the reason why there are none."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from citecoder import wire

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def ask(parts: Parts, asked: wire.AskRequest) -> wire.AskResponse:
    """Answer one question through the one chain that every door runs.

    Raises:
        TooLongError: the note is longer than the site allows.
        CitecoderError: the sources or the index can't be used.
    """
    question = wire.to_question(asked, parts.settings.max_note)
    begun = time.perf_counter()
    answer = parts.answers.invoke(question)
    elapsed = (time.perf_counter() - begun) * 1000
    return wire.answer_to_wire(answer, uuid.uuid4().hex if asked.id is None else asked.id, elapsed)
