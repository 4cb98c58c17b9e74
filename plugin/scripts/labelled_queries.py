"""The one reader of ``evals/queries/queries.jsonl``: what people ask, and the passages that answer it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).resolve().parents[2] / "evals" / "queries" / "queries.jsonl"
SPLITS = ("tune", "test")
STYLES = ("keyword", "question", "paraphrase", "fragment")
ANSWERS, PARTLY = 2, 1


class LabelledQuery(NamedTuple):
    """A query with its labels.

    Attributes:
        id: never changes.
        topic: what it is about; a topic lies in one split as a whole.
        split: ``tune`` may be looked at while search is changed, ``test`` may not.
        style: how it is put: keywords, a question, lay words, or a fragment of a note.
        query: the words to search for.
        need: what a passage must say to answer it.
        labels: passage id → ``ANSWERS`` or ``PARTLY``.
        rejected: passages that were judged not to answer. Any other was not judged, and counts as no answer.
    """

    id: str
    topic: str
    split: str
    style: str
    query: str
    need: str
    labels: Mapping[str, int]
    rejected: Sequence[str]


def read_queries(split: str = "all", file: Path = FILE) -> list[LabelledQuery]:
    """Return the queries of a split, or all of them, in the file's order.

    Raises:
        ValueError: a line has a key too many or too few, or a value that is not of the lists above.
    """
    queries = [_checked(line, file) for line in file.read_text(encoding="utf-8").splitlines() if line]
    return [query for query in queries if split in ("all", query.split)]


def _checked(line: str, file: Path) -> LabelledQuery:
    raw = json.loads(line)
    if set(raw) != set(LabelledQuery._fields):
        raise ValueError(
            f"{file}: {raw.get('id')}: a query has exactly the keys {', '.join(LabelledQuery._fields)}"
        )
    query = LabelledQuery(**raw)
    grades = set(query.labels.values())
    if query.split not in SPLITS or query.style not in STYLES or not grades <= {ANSWERS, PARTLY}:
        raise ValueError(f"{file}: {query.id}: unknown split, style or grade")
    return query
