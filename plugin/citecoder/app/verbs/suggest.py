"""suggest: one note in, its lines, gaps and reasons out."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from citecoder import wire

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def suggest(parts: Parts, asked: wire.SuggestRequest) -> wire.SuggestResponse:
    """Review one note through the one chain that every door runs.

    Raises:
        TooLongError: the note is longer than the site allows.
        CitecoderError: the sources or the index can't be used.
    """
    request = wire.to_request(asked, parts.settings.max_note)
    begun = time.perf_counter()
    review = parts.chain.invoke(request)
    elapsed = (time.perf_counter() - begun) * 1000
    return wire.review_to_wire(review, uuid.uuid4().hex if asked.id is None else asked.id, elapsed)
