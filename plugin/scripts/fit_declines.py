"""Fit the weights by which declined questions are told: ``knowledge/model/declines.json``.

    python plugin/scripts/fit_declines.py            # from all examples; prints cross-validated figures
    python plugin/scripts/fit_declines.py --held     # leaves three tenths aside, prints the figures on them, writes nothing

Reads ``evals/declining``, the questions that the articles say they answer, the queries of the tune half and the answered
questions of the dev topics; no declined case and no test topic. The same input gives the same weights. Which examples are held out is decided by a hash of their text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import yaml
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from citecoder.answering.asked import Hearing
from citecoder.answering.declining import declined, signs_of
from citecoder.answering.fitted import FOLDER
from citecoder.answering.turns import understand
from citecoder.answering.weighing import ANSWERED, FILE, DeclineWeights, features_of
from citecoder.answering.wording import Wording, own_words
from citecoder.answers import Question
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.evals.queries import read_queries
from citecoder.evals.questions import FOLDER as QUESTIONS
from citecoder.evals.questions import read_topics
from citecoder.paths import packaged_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.answering.asked import Asked

LIMITS = {"enough": 0.6, "sure": 0.8}
"""Chosen by cross-validation, so that about one answerable question in thirty that shares their words is declined."""
AUTHORED = "authored"
NEAR = "near"
ASKED = "asked"
_ANSWERED_GROUPS = {NEAR, ASKED, AUTHORED}
_COUNTS = {AUTHORED: 0.8, NEAR: 6.0, ASKED: 6.0}
_COUNT = 2.0
"""How much an example counts, by group; and one that is declined."""
_SEEN = {"word": 2, "sign": 2, "pair": 5}
"""Examples that a feature must be found in."""
_SCALES = {"word": 3.0, "sign": 0.6, "pair": 0.3}
_SMALL = 0.02
_HELD = 3


class Example(NamedTuple):
    """A question, the kind that it is of, and where it comes from: a kind, ``near`` or ``authored``."""

    text: str
    kind: str
    group: str


@dataclass(frozen=True, slots=True)
class Described:
    """An example with what was understood of it and its features."""

    example: Example
    asked: Asked
    features: dict[str, float]


def main() -> None:
    """Measure, and unless three tenths are held out, fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--held", action="store_true", help="measure on three tenths that are left aside")
    told = parser.parse_args()
    parts = Parts(load_settings())
    hearing = parts.desk.hearing()
    wordings = _wordings(parts, hearing.wording)
    described = [_described(each, hearing, wordings) for each in _examples(parts)]
    if told.held:
        held = [each for each in described if _is_held(each.example.text)]
        aside = {id(each) for each in held}
        weights = fit([each for each in described if id(each) not in aside])
        _print(held, replace(hearing, wording=replace(hearing.wording, weights=weights)))
        return
    _cross_validate(described, hearing)
    weights = fit(described)
    written = {
        **LIMITS,
        "bias": weights.bias,
        "features": weights.features,
    }
    (parts.roots.packaged / FOLDER / FILE).write_text(
        json.dumps(written, separators=(",", ":")).replace('},"', '},\n"') + "\n", encoding="utf-8"
    )


def _cross_validate(described: Sequence[Described], hearing: Hearing) -> None:
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    rows: Counter[tuple[str, str]] = Counter()
    for train, test in folds.split(described, [each.example.group for each in described]):
        weights = fit([described[at] for at in train])
        rows += _outcomes(
            [described[at] for at in test],
            replace(hearing, wording=replace(hearing.wording, weights=weights)),
        )
    _print_rows(rows)


def _examples(parts: Parts) -> Iterator[Example]:
    folder = packaged_root() / "evals" / "declining"
    for kind, questions in yaml.safe_load((folder / "declined.yaml").read_text(encoding="utf-8")).items():
        yield from (Example(text, kind, kind) for text in questions)
    for text in yaml.safe_load((folder / "answered.yaml").read_text(encoding="utf-8")):
        yield Example(text, ANSWERED, NEAR)
    yield from (Example(text, ANSWERED, ASKED) for text in _asked_of_us())
    for text in dict.fromkeys(each.text for each in parts.desk.catalogue.questions):
        yield Example(text, ANSWERED, AUTHORED)


def _asked_of_us() -> Iterator[str]:
    """Yield questions that are answered, as coders put them: queries of the tune half, cases of the dev topics."""
    yield from (each.query for each in read_queries("tune"))
    for topic in read_topics(packaged_root() / "evals" / QUESTIONS):
        for case in topic.questions if topic.split == "dev" else ():
            if case.must and len(case.asked) == 1:
                yield case.asked[0]


def _wordings(parts: Parts, wording: Wording) -> dict[str, Wording]:
    """Return the wording by which authored questions are read: no word is known by their own article alone."""
    twice = frozenset(word for word, times in own_words(parts.roots).items() if times > 1)
    return {AUTHORED: replace(wording, known=twice)}


def _described(example: Example, hearing: Hearing, wordings: dict[str, Wording]) -> Described:
    asked = understand(Question(example.text), hearing)
    asked = replace(asked, own=asked.matter)
    signs = signs_of(asked, wordings.get(example.group, hearing.wording), hearing.today)
    return Described(example, asked, dict(features_of(asked.own, signs)))


def fit(described: Sequence[Described]) -> DeclineWeights:
    """Return weights under which each example is likeliest of its kind, with a penalty on their size."""
    seen = Counter(feature for each in described for feature in each.features)
    known = {
        feature: place
        for place, feature in enumerate(sorted(f for f, times in seen.items() if times >= _SEEN[_sort(f)]))
    }
    cells = [
        (row, known[feature], amount * _SCALES[_sort(feature)])
        for row, each in enumerate(described)
        for feature, amount in each.features.items()
        if feature in known
    ]
    rows, columns, values = zip(*cells, strict=True)
    matrix = csr_array((values, (rows, columns)), shape=(len(described), len(known)))
    counts = [_COUNTS.get(each.example.group, _COUNT) for each in described]
    model = LogisticRegression(C=1.0, max_iter=200, tol=1e-3).fit(
        matrix, [each.example.kind for each in described], sample_weight=counts
    )
    bias = dict(zip(model.classes_.tolist(), model.intercept_.round(3).tolist(), strict=True))
    features = {
        feature: {
            kind: round(float(weight), 2)
            for kind, weight in zip(bias, model.coef_[:, place] * _SCALES[_sort(feature)], strict=True)
            if abs(weight) >= _SMALL
        }
        for feature, place in known.items()
    }
    return DeclineWeights(bias, {f: told for f, told in features.items() if told}, **LIMITS)


def _sort(feature: str) -> str:
    if not feature.startswith("#"):
        return "word"
    return "pair" if " " in feature else "sign"


def _is_held(text: str) -> bool:
    return int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), 16) % 10 < _HELD


def _outcomes(described: Sequence[Described], hearing: Hearing) -> Counter[tuple[str, str]]:
    """Count by group what became of its questions: the reason of the decline, or ``answered``."""
    rows: Counter[tuple[str, str]] = Counter()
    for each in described:
        kind = declined(each.asked, hearing.wording, hearing.today)
        rows[each.example.group, kind.reason if kind else ANSWERED] += 1
    return rows


def _print(described: Sequence[Described], hearing: Hearing) -> None:
    _print_rows(_outcomes(described, hearing))


def _print_rows(rows: Counter[tuple[str, str]]) -> None:
    for group in dict.fromkeys(group for group, _ in rows):
        told = {reason: times for (own, reason), times in rows.most_common() if own == group}
        whole = sum(told.values())
        print(f"{group:20} {whole:5} declined {1 - told.get(ANSWERED, 0) / whole:.3f}  {told}")
    asked = sum(times for (group, _), times in rows.items() if group not in _ANSWERED_GROUPS)
    missed = sum(
        times for (group, what), times in rows.items() if group not in _ANSWERED_GROUPS and what == ANSWERED
    )
    print(f"{'all kinds':20} {asked:5} declined {1 - missed / asked:.3f}")


if __name__ == "__main__":
    main()
