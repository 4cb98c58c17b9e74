"""What is not answered: the kinds of ``knowledge/answers/declines.yaml``, by pattern and by their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.wording import Decline, Wording


def declined(asked: Asked, wording: Wording) -> Decline | None:
    """Return the kind of question that is declined which this one is, or None."""
    return next((kind for kind in wording.declines if kind.meant_by(asked.own)), None)
