"""Makes policy articles by the thousand out of templates and a seeded generator: for measuring, never for use.

No sentence is anybody's, no plan exists, and no figure means anything.
"""

from __future__ import annotations

import random
from pathlib import Path

PLANS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gingko", "Hazel", "Ironwood", "Juniper")
TOPICS = (
    "gait drills",
    "joint glides",
    "pool work",
    "hot packs",
    "balance tasks",
    "grip practice",
    "stair practice",
)
CODES = (
    "97110",
    "97112",
    "97116",
    "97124",
    "97140",
    "97530",
    "97535",
    "97010",
    "97014",
    "97035",
    "97150",
    "97750",
)
WHO = ("the therapist", "an assistant", "the treating clinician", "the supervising therapist")
WHAT = (
    "minutes",
    "the region treated",
    "the response",
    "the goal that it serves",
    "the technique",
    "the reason",
)
WHEN = ("at each visit", "once in ten visits", "every thirty days", "at discharge", "when the plan changes")
SENTENCES = (
    "Under {plan} rules, {topic} are reported with {code} when {who} records {what} {when}.",
    "{plan} counts {number} units of {code} a day and asks for {what} beside {topic}.",
    "When {topic} and {other} share a visit, {who} writes {what} for each, and {code} stands on a line of its own.",
    "A claim with {code} for {topic} goes to review number {number} unless {what} is in the note.",
    "For {other}, {plan} looks at {what} {when}; {topic} follow policy {plan}-{number}.",
    "{topic} beyond visit {number} need a letter in which {who} explains {what}.",
)
HEADINGS = (
    "Scope of {topic}",
    "Records for {topic}",
    "Units of {code}",
    "Limits on {topic}",
    "Review of {code}",
    "Terms",
)


def article(number: int, edition: int = 0) -> str:
    """Return one article of some 400 to 800 words; equal arguments give equal text."""
    chance = random.Random(f"{number}/{edition}")  # noqa: S311 - no secret, but the same each time
    plan = f"{chance.choice(PLANS)} {number}"
    parts = [f"# {plan} therapy policy, edition {edition}\n"]
    for heading in HEADINGS:
        words = {"plan": plan, "topic": chance.choice(TOPICS), "code": chance.choice(CODES)}
        parts += [f"## {heading.format(**words)}\n", _paragraph(chance, plan), ""]
    return "\n".join(parts)


def write_articles(folder: Path, count: int, edition: int = 0) -> None:
    """Write articles 0 to ``count`` into a folder; those that are there with the same text are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path, text = folder / f"policy-{number:05}.md", article(number, edition)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _paragraph(chance: random.Random, plan: str) -> str:
    made = []
    for _ in range(chance.randint(4, 7)):
        words = {"plan": plan, "topic": chance.choice(TOPICS), "other": chance.choice(TOPICS)}
        words |= {"who": chance.choice(WHO), "what": chance.choice(WHAT), "when": chance.choice(WHEN)}
        sentence = chance.choice(SENTENCES).format(
            **words, code=chance.choice(CODES), number=chance.randint(2, 99)
        )
        made.append(sentence[0].upper() + sentence[1:])
    return " ".join(made)
