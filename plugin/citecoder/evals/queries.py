"""The one reader of ``evals/queries/queries.jsonl``: what people ask, and the passages that answer it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from citecoder.errors import InputError
from citecoder.paths import packaged_root

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = packaged_root() / "evals" / "queries" / "queries.jsonl"
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
        InputError: a line is not JSON, has a key too many or too few, or a value that is not of the lists above;
            the message names file and line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file}: can't be read ({type(error).__name__}); give a file of labelled queries"
        ) from None
    queries = [_checked(line, f"{file}:{number}") for number, line in enumerate(lines, start=1) if line]
    return [query for query in queries if split in ("all", query.split)]


def _checked(line: str, where: str) -> LabelledQuery:
    try:
        raw = json.loads(line)
    except ValueError:
        raise InputError(f"{where}: is not JSON; mend or delete this line") from None
    if not isinstance(raw, dict) or set(raw) != set(LabelledQuery._fields):
        name = raw.get("id") if isinstance(raw, dict) else None
        raise InputError(f"{where}: {name}: a query has exactly the keys {', '.join(LabelledQuery._fields)}")
    query = LabelledQuery(**raw)
    grades = set(query.labels.values())
    if query.split not in SPLITS or query.style not in STYLES or not grades <= {ANSWERS, PARTLY}:
        raise InputError(f"{where}: {query.id}: unknown split, style or grade")
    return query
