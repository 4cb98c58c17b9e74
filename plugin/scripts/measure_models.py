"""Measures what language models do to reviews: good ones, and fakes that mean no good.

    python plugin/scripts/measure_models.py                  # the dev part of evals/cases
    python plugin/scripts/measure_models.py --split train,dev --sample 100   # as many notes of each kind of visit as there are
    python plugin/scripts/measure_models.py --live           # also the model that CITECODER_LLM names, e.g. one on this machine
    python plugin/scripts/measure_models.py --split train,dev --arm "wrong siblings"
    python plugin/scripts/measure_models.py --reading weights.json   # other reading weights, see train_reader.py --split train

``told all`` offers every labelled line with its labelled words and minutes: what a model that reads without a fault can
add. ``forbidden codes`` offers every code that the labels forbid, on as many real sentences as fit: the worst that can be
tried. ``hangs`` and ``breaks off`` are servers on this machine that never end an answer, asked through the real adapter.
``scripted`` answers some notes by hand (evals/scripted.yaml) and no other. A rate is per note. Intervals are 95 %, paired bootstrap over families of notes. Never run on the test part.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.stats import bootstrap

from citecoder import wire
from citecoder.adapters.language_model.calling import LanguageModel
from citecoder.adapters.language_model.choices import Choices
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.coding.engine import Engine, State, decide_visit, lexicon_of, propose, read_note, retrieve
from citecoder.coding.offering import ModelProposer
from citecoder.evals.case_files import load_cases
from citecoder.evals.cases import Case
from citecoder.evals.scoring.claim import Claim, judge
from citecoder.language_model import AsksModel
from citecoder.model import Request
from citecoder.notes.heard import hear
from citecoder.notes.learned import read_weights
from citecoder.prompts import load_prompt

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.adapters.language_model import stub_server
from tests.coding import hostile_models

SPLITS = ("train", "dev")
_PATIENCE = 1.0
"""Seconds that a server that never ends an answer is waited for."""
ModelOf = Callable[[Case], AsksModel | None]


@dataclass(frozen=True)
class Measured:
    """What an arm did, case by case in one order."""

    name: str
    claims: Sequence[Claim]
    families: Sequence[str]
    seconds: float
    admitted: Counter[str]

    def counts(self) -> np.ndarray:
        """Return tp, fp, fn, forbidden lines and notes, a row a family."""
        rows: dict[str, np.ndarray] = {}
        for claim, family in zip(self.claims, self.families, strict=True):
            c = claim.counts
            row = np.array(
                [c["tp"], c["fp"], c["fn"], c["forbidden"], 1.0, c["units_wrong"] + c["units_invented"]]
            )
            rows[family] = rows.get(family, 0) + row
        return np.array([rows[f] for f in sorted(rows)])


def f1(rows: np.ndarray) -> np.ndarray:
    """Return the F1 of summed counts; the last axis but one is the families'."""
    total = rows.sum(axis=-2)
    return 2 * total[..., 0] / np.maximum(1, 2 * total[..., 0] + total[..., 1] + total[..., 2])


def forbidden(rows: np.ndarray) -> np.ndarray:
    """Return forbidden lines a note."""
    total = rows.sum(axis=-2)
    return total[..., 3] / total[..., 4]


def measure(name: str, engine: Engine, read: Sequence[tuple[Case, State]], model_of: ModelOf) -> Measured:
    """Review every case with the model that an arm has for it."""
    started, claims, told = time.perf_counter(), [], Counter[str]()
    prompt = load_prompt(engine.roots, "suggest")
    for case, state in read:
        ask = model_of(case)
        own = replace(engine, proposer=None if ask is None else ModelProposer(ask, prompt))
        own.__dict__["lexicon"] = engine.lexicon  # compiled once for all
        ended = decide_visit(propose(replace(state, engine=own)))
        if ended.review is None:
            raise RuntimeError("the steps ended without a review")
        told.update(s.origin for s in ended.review.suggestions)
        told.update("unconfirmed" for n in ended.review.not_coded if n.reason == "unconfirmed")
        answer = json.loads(wire.to_json(wire.review_to_wire(ended.review, case.id, 0.0)))
        claims.append(judge(case, answer))
    return Measured(name, claims, [c.family for c, _ in read], time.perf_counter() - started, told)


def told_all(case: Case) -> hostile_models.Hostile:
    """Return the model that offers every labelled line with its labelled words."""

    def answer(note: str, _: int) -> hostile_models.Answer:
        offers = []
        for line in case.codes:
            for quote in line.evidence[:2]:
                beside = hostile_models.minutes_beside(note, quote)
                offers.append({"code": line.code, "quote": quote[:300], "minutes_quote": beside})
                offers.append({"code": line.code, "quote": quote[:300]})
        return {"services": offers}

    return hostile_models.Hostile("told all", answer)


def scripted(folder: Path) -> ModelOf:
    """Return the model that gives the answers written by hand, and nothing for other notes."""
    written = yaml.safe_load((folder / "scripted.yaml").read_text(encoding="utf-8"))

    def model_of(case: Case) -> AsksModel | None:
        if case.id not in written:
            return None
        return hostile_models.Hostile("scripted", lambda _note, _sample: {"services": written[case.id]})

    return model_of


@contextmanager
def asked_over_http(reply: stub_server.Reply) -> Iterator[AsksModel]:
    """Yield what asks a server on this machine that answers so, within a second, as the adapter does."""
    with stub_server.serving() as stub, tempfile.TemporaryDirectory() as site:
        stub.script = [reply]
        choices = Choices("openai:stub", f"{stub.address}/v1", timeout=_PATIENCE, redact="unless-local")
        yield LanguageModel(choices, Path(site), None)


def sampled(cases: Sequence[Case], count: int) -> list[Case]:
    """Return a seeded sample with the same share of every first tag; all of them where there are no more."""
    if count >= len(cases):
        return list(cases)
    strata: dict[str, list[Case]] = {}
    for case in (cases[at] for at in np.random.default_rng(7).permutation(len(cases))):
        strata.setdefault(next(iter(case.tags), ""), []).append(case)
    share = count / len(cases)
    taken = [c for each in strata.values() for c in each[: max(1, round(share * len(each)))]]
    return sorted(taken[:count], key=lambda case: case.id)


def interval(
    statistic: Callable[[np.ndarray], np.ndarray], rules: np.ndarray, arm: np.ndarray
) -> tuple[float, float]:
    """Return the 95 percent interval of the difference of two arms over the same families."""
    if np.array_equal(rules, arm):
        return 0.0, 0.0
    indices = np.arange(len(rules))

    def difference(drawn: np.ndarray, axis: int = -1) -> np.ndarray:
        return statistic(arm[drawn]) - statistic(rules[drawn])

    found = bootstrap((indices,), difference, n_resamples=2000, method="percentile", vectorized=True, rng=7)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def show(console: Console, measured: Iterable[Measured]) -> None:
    """Print the table of arms against the first, the rules."""
    arms = list(measured)
    base = arms[0].counts()
    table = Table(
        "arm",
        "F1",
        "difference",
        "forbidden a note",
        "difference",
        "added",
        "extra",
        "units wrong",
        "unconfirmed",
        "s",
    )
    for arm in arms:
        rows = arm.counts()
        spans = [interval(s, base, rows) for s in (f1, forbidden)]
        told = [
            f"{s(rows) - s(base):+.4f} ({low:+.3f} to {high:+.3f})"
            for s, (low, high) in zip((f1, forbidden), spans, strict=True)
        ]
        table.add_row(
            arm.name, f"{f1(rows):.4f}", told[0], f"{forbidden(rows):.4f}", told[1], str(arm.admitted["llm"]),
            str(int(rows[:, 1].sum())), str(int(rows[:, 5].sum())), str(arm.admitted["unconfirmed"]), f"{arm.seconds:.0f}",
        )  # fmt: skip
    console.print(table)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", default="dev", help="train, dev or both, joined by a comma")
    parser.add_argument("--arm", action="append", help="this arm only; may be given again")
    parser.add_argument(
        "--reading", type=Path, help="weights of the note's reader, in place of those that ship"
    )
    parser.add_argument("--sample", type=int, default=10_000, help="so many notes, of all kinds")
    parser.add_argument("--live", action="store_true", help="also the model that CITECODER_LLM names")
    given = parser.parse_args()
    wanted = given.split.split(",")
    if not set(wanted) <= set(SPLITS):
        parser.error("--split takes train and dev; the test part is not for this")
    parts = Parts(load_settings())
    live = parts.language_model if given.live else None
    if given.live and live is None:
        parser.error("--live needs CITECODER_LLM; see plugin/docs/language-models.md")
    engine = replace(parts.engine, proposer=None, judge=None)
    if given.reading:
        engine.__dict__["lexicon"] = lexicon_of(engine.codes, engine.roots, read_weights(given.reading))
    folder = engine.roots.packaged / "evals"
    cases = sampled([c for c in load_cases(folder) if c.split in wanted], given.sample)
    read = [(c, retrieve(read_note(State(request_of(c), engine)))) for c in cases]
    read = [(c, replace(s, heard=hear(s.request, engine.lexicon))) for c, s in read]
    with ExitStack() as opened:
        arms: dict[str, ModelOf] = {"told all": told_all, "scripted": scripted(folder)}
        arms |= {name: _always(m) for name, m in hostile_models.hostile_models(engine.codes).items()}
        arms["forbidden codes"] = lambda case: hostile_models.every_code(engine.codes, case.forbidden)
        arms["hangs"] = _always(opened.enter_context(asked_over_http(stub_server.silent)))
        arms["breaks off"] = _always(opened.enter_context(asked_over_http(stub_server.stuck)))
        if live is not None:
            arms[live.name] = _always(live)
        chosen = {
            name: model
            for name, model in arms.items()
            if not given.arm or name in given.arm or (live is not None and name == live.name)
        }
        show(
            Console(width=180),
            [
                measure("rules", engine, read, _always(None)),
                *(
                    measure(name, engine, read, model)
                    for name, model in track(chosen.items(), "arms", console=Console(stderr=True))
                ),
            ],
        )


def _always(model: AsksModel | None) -> ModelOf:
    return lambda _: model


def request_of(case: Case) -> Request:
    """Return the request that a case asks."""
    ask = case.ask.model_dump(mode="json")
    return wire.read_request({"note": case.note, **ask})


if __name__ == "__main__":
    main()
