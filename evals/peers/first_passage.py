"""The least that a question can be answered with: the text of the passage that search puts first, word for word.

Questions as JSON lines on standard input, answers on standard output. It never declines, flags nothing, and knows
nothing of what was said before.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from citecoder import search


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one question."""
    passage = search(asked["question"], k=1)[0].passage
    return {
        "id": asked.get("id"),
        "answer": f"{passage.text} [1]",
        "abstained": False,
        "reason": None,
        "sentences": [{"text": passage.text, "citations": [passage.id]}],
        "passages": [{"id": passage.id, "text": passage.text}],
        "conflicts": [],
    }


def main() -> None:
    """Answer every line."""
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
