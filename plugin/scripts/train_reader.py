"""Learns ``knowledge/model/reading.json``: which service a clause speaks of, and whether it was done today.

    python plugin/scripts/train_reader.py                    # fragments, and the train and dev parts of the mention layer
    python plugin/scripts/train_reader.py --split train      # leaves dev aside, to measure on it
    python plugin/scripts/train_reader.py --ablate s,n,p     # without some kinds of features
    python plugin/scripts/train_reader.py --only components  # the tables of evaluations' components, the others as they are

Reads marked fragments (``evals/fragments``) and the mention layer of the labelled set; never its test part. Makes linear
models over the features of ``citecoder/notes/features.py``, and for the components of evaluations over those of
``citecoder/notes/sentences.py``, and writes them as one file of readable tables. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from citecoder.codes import CodeSet, load_codes
from citecoder.coding.engine import lexicon_of
from citecoder.evals.case_files import load_cases
from citecoder.evals.fragments import MarkedComponent, read_evaluations, read_fragments
from citecoder.evals.mentions import read_mentions
from citecoder.notes.blocks import parse_blocks, parse_segments
from citecoder.notes.clauses import Clause
from citecoder.notes.features import Found, describe, describe_visit
from citecoder.notes.learned import NONE, PERFORMED, UNTRAINED
from citecoder.notes.scans import mend
from citecoder.notes.sentences import Sentence, blank_unticked, describe_sentences
from citecoder.notes.terms import Lexicon, find_mentions
from citecoder.notes.times import find_times
from citecoder.paths import DataRoots, packaged_root

STATUS = {
    "aide": "other_provider", "caregiver_taught": PERFORMED, "screening": "finding", "unclear": "finding",
    "order_in_text": "template", "not_described": "finding",
}  # fmt: skip
TOLD = {
    "97032": "electrical_stimulation?attended=yes", "G0281": "electrical_stimulation?wound=yes",
    "97607": "npwt?disposable_device=yes", "97608": "npwt?disposable_device=yes",
    "97605": "npwt?durable_pump=yes", "97606": "npwt?durable_pump=yes",
    "29200": "rigid_strapping?holds_still=yes", "29240": "rigid_strapping?holds_still=yes",
    "29260": "rigid_strapping?holds_still=yes", "29280": "rigid_strapping?holds_still=yes",
    "29520": "rigid_strapping?holds_still=yes", "29530": "rigid_strapping?holds_still=yes",
    "29540": "rigid_strapping?holds_still=yes",
    "97552": "caregiver_training", "97763": "orthotic_followup",
}  # fmt: skip
SAME = {
    "G0283": "97014", "92608": "92607", "92618": "92605", "90913": "90912", "97551": "97550", "97130": "97129",
    "98981": "98980", "97546": "97545", "97598": "97597",
}  # fmt: skip
"""Codes without a rule of their own: further units of another code, or one payer's code for the same service."""
VISITS = ("evaluation", "reevaluation")
EVERY = 2
_LATER = re.compile(r"re-?eval|re-?exam|re-?assess|progress|discharge|daily|visit \d|follow", re.IGNORECASE)
WHOLE = "whole_"  # opens the name of a file of whole notes, whose share of silence is true to life
LEAST = 0.34  # of a clause that a mark must cover
LIGHTEST = {
    "spoken": 0.1,
    "service": 0.3,
    "status": 0.1,
    "visit": 0.05,
    "components": 0.1,
}  # weights under this are left out: no figure changes


class Sample(NamedTuple):
    """A clause: its features, the class of its service and its status."""

    features: tuple[str, ...]
    service: str
    status: str


class Mark(NamedTuple):
    """A stretch of a text with what it speaks of."""

    start: int
    end: int
    service: str
    status: str


def classes_of(codes: CodeSet) -> dict[str, str]:
    """Return the class of every code: its concept, with what else the code tells.

    Raises:
        SystemExit: a code has no class; the words told of it would be learned as silence.
    """
    found: dict[str, str] = {}
    for family in codes.families:
        for rule in family.rules:
            found.setdefault(rule.code, rule.concept)
    found |= TOLD
    found |= {code: found[other] for code, other in SAME.items()}
    if lost := sorted(codes.codes.keys() - found.keys()):
        sys.exit(
            f"no class for {', '.join(lost)}: name a rule in knowledge/families, or the code it goes with in SAME"
        )
    return found


def disciplines_of(codes: CodeSet, classes: dict[str, str]) -> dict[str, list[str]]:
    """Return, by class, whose services they can be: a chiropractor's adjustment is no one else's."""
    found: dict[str, set[str]] = {}
    for code, name in classes.items():
        found.setdefault(name, set()).update(codes.codes[code].disciplines)
    return {name: sorted(told) if "any" not in told else [] for name, told in found.items()}


def samples(lexicon: Lexicon, text: str, marks: Sequence[Mark], discipline: str | None) -> list[Sample]:
    """Return the clauses of a text, each with the mark that covers it best."""
    text = mend(text, lambda word: word in lexicon.known_words)
    blocks = parse_blocks(lexicon, text)
    segments = parse_segments(lexicon, text, blocks, None)
    found = Found(text, blocks, segments, find_mentions(lexicon, text), find_times(text), discipline)
    described = describe(lexicon, found)
    return [Sample(d.features, *_label(d.clause, marks)) for d in described]


def _label(clause: Clause, marks: Sequence[Mark]) -> tuple[str, str]:
    covering = [(min(m.end, clause.end) - max(m.start, clause.start), m) for m in marks]
    length, mark = max(covering, key=lambda c: c[0], default=(0, None))
    if mark is None or length <= 0:
        return NONE, NONE
    enough = length >= LEAST * (clause.end - clause.start) or length >= 0.6 * (mark.end - mark.start)
    return (mark.service, mark.status) if enough else (NONE, NONE)


def fragment_samples(
    lexicon: Lexicon, place: Path, classes: dict[str, str], *, whole: bool
) -> Iterable[Sample]:
    """Yield the samples of the marked fragments: of the pieces, or of the whole notes among them."""
    fragments, faults = read_fragments(place)
    for fault in faults:
        print(fault)
    for fragment in (f for f in fragments if f.id.startswith(WHOLE) == whole):
        marks = [
            Mark(s.start, s.end, classes.get(s.code or "", NONE), STATUS.get(s.status, s.status))
            for s in fragment.services
        ]
        yield from samples(lexicon, fragment.text, marks, None)


def layer_samples(
    lexicon: Lexicon, place: Path, classes: dict[str, str], parts: set[str]
) -> Iterable[Sample]:
    """Yield the samples of the mention layer, of the parts that may be learned from."""
    layers = read_mentions(place)
    for case in load_cases(place):
        if case.split in parts and case.id in layers:
            marks = [
                Mark(m.start, m.end, classes.get(m.code or "", NONE), STATUS.get(m.status, m.status))
                for m in layers[case.id].mentions
            ]
            yield from samples(lexicon, case.note, marks, case.ask.discipline)


def table(
    classes: Sequence[str],
    names: Sequence[str],
    weights: NDArray[Any],
    bias: Iterable[float],
    lightest: float,
) -> dict[str, Any]:
    """Return a model as plain data: by feature, the number of a class and its weight."""
    rows = {}
    for name, row in sorted(zip(names, weights.T, strict=True), key=lambda r: r[0]):
        kept = {str(i): round(float(w), 2) for i, w in enumerate(row) if abs(w) >= lightest}
        if kept:
            rows[name] = kept
    return {"classes": list(classes), "bias": [round(float(b), 3) for b in bias], "weights": rows}


def learn_spoken(found: Sequence[Sample], least: int) -> dict[str, Any]:
    """Learn whether a clause tells of a service that was given."""
    names, x = _matrix([s.features for s in found], least)
    model = LogisticRegression(C=0.2, max_iter=300).fit(x, _given(found))
    weights = np.vstack([np.zeros_like(model.coef_[0]), model.coef_[0]])
    return table([NONE, "service"], names, weights, [0.0, model.intercept_[0]], LIGHTEST["spoken"])


def _given(found: Sequence[Sample]) -> NDArray[np.bool_]:
    return np.array([s.service != NONE and s.status == PERFORMED for s in found])


def balance(found: Sequence[Sample], whole: NDArray[np.bool_], heat: float) -> list[float]:
    """Return how both models speak together of whether a clause tells of a service: constant and two weights.

    Each is asked about a fifth of the clauses that it has not seen; the balance is set on whole notes, whose share of
    clauses without a service is true to life.
    """
    folds = np.arange(len(found)) // 400 % 5
    given = _given(found)
    told = np.array([s.service != NONE and s.status != "finding" for s in found])
    signs = np.zeros((len(found), 2))
    _, x = _matrix([s.features for s in found], 3)
    services = np.array([s.service for s in found])
    for fold in range(5):
        held = folds == fold
        spoken = LogisticRegression(C=0.2, max_iter=200).fit(x[~held], given[~held])
        service = LinearSVC(C=0.1, class_weight="balanced", random_state=0).fit(
            x[~held & told], services[~held & told]
        )
        signs[held, 0] = spoken.decision_function(x[held])
        signs[held, 1] = heat * service.decision_function(x[held]).max(axis=1)
    model = LogisticRegression(C=10.0).fit(signs[whole], given[whole])
    return [round(float(v), 3) for v in (model.intercept_[0], *model.coef_[0])]


def learn_service(found: Sequence[Sample], least: int) -> tuple[dict[str, Any], float]:
    """Learn which service it is: one line a class, set apart by margins that are then brought to likelihoods."""
    told = [s for s in found if s.service != NONE and s.status != "finding"]
    names, x = _matrix([s.features for s in told], least)
    y = np.array([s.service for s in told])
    rare = {c for c, n in zip(*np.unique(y, return_counts=True), strict=True) if n < 3}
    keep = np.array([c not in rare for c in y])
    model = LinearSVC(C=0.1, class_weight="balanced", random_state=0).fit(x[keep], y[keep])
    heat = _temperature(x[keep], y[keep])
    classes = [str(c) for c in model.classes_]
    return table(classes, names, model.coef_ * heat, model.intercept_ * heat, LIGHTEST["service"]), heat


def _temperature(x: Any, y: NDArray[Any]) -> float:
    """Return the factor that makes margins likelihoods, from a part that the lines were not set on."""
    held = np.arange(len(y)) // 60 % 5 == 0
    model = LinearSVC(C=0.1, class_weight="balanced", random_state=0).fit(x[~held], y[~held])
    margins = model.decision_function(x[held])
    at = {c: i for i, c in enumerate(model.classes_)}
    known = np.array([c in at for c in y[held]])
    wanted = np.array([at[c] for c in y[held][known]])

    def loss(heat: float) -> float:
        return float(-np.log(softmax(margins[known] * heat, axis=1)[np.arange(len(wanted)), wanted]).mean())

    return min(np.arange(1.0, 8.0, 0.25), key=loss)


def learn_status(found: Sequence[Sample], least: int) -> dict[str, Any]:
    """Learn whether what is spoken of was done today, or why not."""
    told = [s for s in found if s.status != NONE]
    names, x = _matrix([s.features for s in told], least)
    model = LogisticRegression(C=0.3, max_iter=300).fit(x, [s.status for s in told])
    return table([str(c) for c in model.classes_], names, model.coef_, model.intercept_, LIGHTEST["status"])


class Record(NamedTuple):
    """A whole note: its features, the evaluation that was carried out in it, and whether anything was given at all."""

    features: tuple[str, ...]
    evaluation: str
    given: bool


def records(place: Path, classes: dict[str, str], parts: set[str]) -> list[Record]:
    """Return the fragments as records, and twice what is whole: the notes of the set and those among the fragments."""
    fragments, _ = read_fragments(place)
    found = []
    for f in fragments:
        given = [classes.get(s.code, NONE) for s in f.services if s.code and s.status == PERFORMED]
        found += [_record(f.text, given)] * (2 if f.id.startswith(WHOLE) else 1)
    for case in load_cases(packaged_root() / "evals"):
        if case.split in parts:
            found += [_record(case.note, [classes.get(g.code, NONE) for g in case.codes])] * 2
    return found


def visit_records(place: Path, whole: Sequence[Record]) -> list[Record]:
    """Return the records with the pieces of evaluations, whose components are marked and not their services."""
    pieces, _ = read_evaluations(place)
    first = [p for p in pieces if p.components and not _LATER.search(p.text)]
    return [*whole, *(Record(describe_visit(p.text), "evaluation", given=True) for p in first)]


def _record(text: str, given: Sequence[str]) -> Record:
    return Record(describe_visit(text), next((c for c in given if c in VISITS), NONE), bool(given))


def learn_record(found: Sequence[Record], wanted: Sequence[str], least: int) -> dict[str, Any]:
    """Learn a question about whole notes: which evaluation they record, or whether anything was given."""
    names, x = _matrix([r.features for r in found], least)
    model = LogisticRegression(C=0.2, max_iter=400, class_weight="balanced").fit(x, wanted)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([np.zeros_like(weights[0]), weights[0]]), np.array([0.0, bias[0]])
    return table([str(c) for c in model.classes_], names, weights, bias, LIGHTEST["visit"])


def learn_components(place: Path) -> dict[str, Any]:
    """Learn, by discipline, which component of an evaluation a sentence tells, and the level that it reaches."""
    evaluations, faults = read_evaluations(place)
    for fault in faults:
        print(fault)
    others = _without_components(place)
    learned = {}
    for discipline in sorted({e.discipline for e in evaluations if e.components}):
        found = [
            (sentence.features, _component(sentence, e.components))
            for e in evaluations
            if e.discipline == discipline
            for sentence in describe_sentences(blank_unticked(e.text))
        ] + others
        names, x = _matrix([features for features, _ in found], 2)
        model = LogisticRegression(C=0.3, max_iter=600, class_weight="balanced").fit(x, [c for _, c in found])
        classes = [str(c) for c in model.classes_]
        learned[discipline] = table(classes, names, model.coef_, model.intercept_, LIGHTEST["components"])
    return learned


def _without_components(place: Path) -> list[tuple[tuple[str, ...], str]]:
    """Return sentences that tell none: of treatment, plans and goals, from the fragments where no one is evaluated."""
    fragments, _ = read_fragments(place)
    return [
        (sentence.features, NONE)
        for fragment in fragments[::EVERY]
        if not any((s.code or "").startswith("9716") for s in fragment.services)
        for sentence in describe_sentences(blank_unticked(fragment.text))
    ]


def _component(sentence: Sentence, marks: Sequence[MarkedComponent]) -> str:
    """Return what a sentence tells: the component and level of the mark that covers it best (``history.moderate``)."""
    covering = [Mark(m.start, m.end, f"{m.name}.{m.level}", PERFORMED) for m in marks]
    return _label(Clause(sentence.start, sentence.end), covering)[0]


def _matrix(features: Sequence[Sequence[str]], least: int) -> tuple[list[str], Any]:
    counter = CountVectorizer(analyzer=lambda given: given, binary=True, min_df=least, dtype=np.float32)
    x = counter.fit_transform(features)
    return list(counter.get_feature_names_out()), x


def main() -> None:
    """Learn and write."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--split", default="train,dev", help="parts of the mention layer to learn from")
    told.add_argument("--set", type=Path, default=packaged_root() / "evals")
    told.add_argument("--out", type=Path, default=packaged_root() / "knowledge" / "model" / "reading.json")
    told.add_argument("--ablate", default="", help="kinds of features to leave out, as w,b,s")
    told.add_argument(
        "--only", choices=["components", "visit"], help="learn this table, keep the others of the file"
    )
    given = told.parse_args()
    parts = set(given.split.split(","))
    if "test" in parts:
        told.error("the test part is never learned from")
    if given.only:
        model = json.loads(given.out.read_bytes())
    else:
        model = _learn(given.set, parts, tuple(f"{kind}:" for kind in given.ablate.split(",") if kind))
    if given.only != "visit":
        model["components"] = learn_components(given.set)
    if given.only != "components":
        classes = classes_of(load_codes(DataRoots(packaged_root(), None)))
        whole = visit_records(given.set, records(given.set, classes, parts))
        model["visit"] = learn_record(whole, [r.evaluation for r in whole], 2)
    text = json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace(
        '},"', '},\n"'
    )
    given.out.write_text(text + "\n", encoding="utf-8")
    print(f"{given.out.stat().st_size / 1e6:.2f} MB in {given.out}")


def _learn(place: Path, parts: set[str], without: tuple[str, ...]) -> dict[str, Any]:
    """Learn every table about services, without some kinds of features."""
    roots = DataRoots(packaged_root(), None)
    codes = load_codes(roots)
    lexicon, classes = lexicon_of(codes, roots, UNTRAINED), classes_of(codes)
    pieces = list(fragment_samples(lexicon, place, classes, whole=False))
    notes = fragment_samples(lexicon, place, classes, whole=True)
    found = [*pieces, *notes, *layer_samples(lexicon, packaged_root() / "evals", classes, parts)]
    if without:
        found = [
            s._replace(features=tuple(f for f in s.features if not f.startswith(without))) for s in found
        ]
    print(f"{len(found)} clauses")
    whole = records(place, classes, parts)
    service, heat = learn_service(found, 2)
    return {
        "spoken": learn_spoken(found, 3),
        "service": service,
        "balance": balance(found, np.arange(len(found)) >= len(pieces), heat),
        "status": learn_status(found, 3),
        "given": learn_record(whole, ["given" if r.given else NONE for r in whole], 2),
        "disciplines": disciplines_of(codes, classes),
    }


if __name__ == "__main__":
    main()
