"""Review a note from Python: its lines, what is missing, and a source behind each.

    python plugin/examples/review_a_note.py

The note is synthetic. The first call builds the passage index, which takes some seconds.
"""

from __future__ import annotations

from pathlib import Path

from citecoder import Review, suggest, units

NOTE = Path(__file__).with_name("knee-daily-note.txt").read_text(encoding="utf-8")


def show(review: Review) -> None:
    """Print each line with the words of the note it rests on and the passages behind it."""
    for line in review.suggestions:
        modifiers = " ".join(line.modifiers) or "no modifier"
        print(f"{line.code} x{line.units} {modifiers}: {line.status.replace('_', ' ')}")
        print(f'  note:    "{line.evidence[0].quote}"')
        print(f"  sources: {', '.join(line.citations)}")
        for gap in line.missing:
            print(f"  ask:     {gap.query} ({gap.severity})")
    for each in review.not_coded:
        print(f"not coded: {each.code or 'a service'}, {each.explanation}")
    for conflict in review.conflicts:
        print(f"disputed:  {conflict.said_by}, contradicted by {conflict.contradicted_by}")


if __name__ == "__main__":
    show(suggest(NOTE, payer="medicare", discipline="PT", date_of_service="2026-05-01"))
    counted = units({"97110": 33, "97140": 7}, payer="medicare")
    print(f"33 + 7 minutes: {counted.units}, {counted.explanation}")
