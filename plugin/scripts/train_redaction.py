"""Learns ``knowledge/model/redaction.npz``: which words, numbers and codes of a text are identifiers.

    python plugin/scripts/train_redaction.py                 # from every file of evals/redaction/training
    python plugin/scripts/train_redaction.py --without f --to weights.npz  # leaves a file aside, to measure on it

Needs torch (``pip install torch``; the CPU build does), which citecoder itself doesn't. Reads marked texts; beside each of
them several copies in which each identifier is another one of its kind, so that not the names themselves are learned but
what stands around them. Takes eight minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from torch import Tensor, nn

from citecoder.paths import DataRoots, packaged_root
from citecoder.redaction import Wording, load_wording
from citecoder.redaction.describing import Piece, describe
from citecoder.redaction.engine import ruled

Row = Mapping[str, Any]
TRAINING = packaged_root() / "evals" / "redaction" / "training"
WRITTEN = packaged_root() / "knowledge" / "model" / "redaction.npz"
NONE = "none"
_COPIES = 4
_SWAPPED = 0.7  # of the identifiers of a copy
_INVENTED = 1500  # names made of the lists, beside those of the texts
_LEAST = 6  # pieces that a feature must be of
_WIDTH, _STATE = 96, 64
_BATCH, _ROUNDS, _FASTEST = 16, 8, 4e-3
_FORGOTTEN = 0.15  # of the features, anew at each reading
_OPEN = -100
_DIGIT = re.compile(r"\d")


class Sample(NamedTuple):
    """The pieces of a text and the kind of each."""

    pieces: list[Piece]
    kinds: list[str]


class Net(nn.Module):
    """What ``redaction/tagger.py`` computes, with what makes it learn."""

    def __init__(self, features: int, kinds: int) -> None:
        super().__init__()
        self.rows = nn.EmbeddingBag(features + 1, _WIDTH, mode="sum")
        self.norm = nn.LayerNorm(_WIDTH)
        self.reads = nn.GRU(_WIDTH, _STATE, bidirectional=True, batch_first=True)
        self.drop = nn.Dropout(0.4)
        self.out = nn.Linear(2 * _STATE + _WIDTH, kinds)

    def forward(self, batch: Sequence[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
        """Return a score a text, piece and kind."""
        texts = []
        for features, starts, _ in batch:
            kept = (
                torch.where(torch.rand(len(features)) > _FORGOTTEN, features, 0)
                if self.training
                else features
            )
            texts.append(self.drop(torch.relu(self.norm(self.rows(kept, starts)))))
        lengths = torch.tensor([len(each) for each in texts])
        padded = nn.utils.rnn.pad_sequence(texts, batch_first=True)
        packed = nn.utils.rnn.pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
        read, _ = nn.utils.rnn.pad_packed_sequence(self.reads(packed)[0], batch_first=True)
        return self.out(torch.cat([self.drop(read), padded], -1))  # type: ignore[no-any-return]


def main() -> None:
    """Learn, and write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="FILE", help="a file to leave aside"
    )
    parser.add_argument("--to", type=Path, default=WRITTEN, help="where the weights go")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    given = parser.parse_args()
    if given.without and given.to == WRITTEN:
        parser.error("tell with --to where weights that leave a file aside go; those that ship stay")
    torch.manual_seed(1)
    chance = random.Random(1)  # noqa: S311 - nothing secret
    wording = load_wording(DataRoots(packaged_root()))
    rows = [
        json.loads(line)
        for path in sorted(TRAINING.glob("*.jsonl"))
        if path.stem not in given.without
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    pool = _pool(rows, wording, chance)
    copies = [_swapped(row, pool, chance) for _ in range(_COPIES) for row in rows]
    samples = [_sample(row, wording) for row in track([*rows, *copies], "describing", transient=True)]
    samples = [each for each in samples if each.pieces]
    counted = Counter(feature for each in samples for piece in each.pieces for feature in set(piece.features))
    features = sorted(feature for feature, times in counted.items() if times >= _LEAST)
    kinds = [NONE, *sorted({kind for each in samples for kind in each.kinds} - {NONE})]
    net = Net(len(features), len(kinds))
    Console().print(f"{len(rows)} texts and {len(copies)} copies, {len(features)} features")
    known = {feature: at for at, feature in enumerate(features, start=1)}
    _learn(net, [_numbered(each, known, kinds) for each in samples], given.rounds, chance)
    _write(net, features, kinds, given.to)


def _pool(rows: Iterable[Row], wording: Wording, chance: random.Random) -> dict[str, list[str]]:
    """Collect what an identifier of each kind may be."""
    pool: dict[str, list[str]] = {}
    for row in rows:
        for one in row["identifiers"]:
            pool.setdefault(one["kind"], []).append(one["text"])
    givens, surnames = sorted(wording.given), sorted(wording.surnames)
    for _ in range(_INVENTED):
        given, surname, other = (chance.choice(names).title() for names in (givens, surnames, surnames))
        ways = (given, surname, f"{given} {surname}", f"{surname}, {given}", f"{given} {surname}-{other}", f"{given[0]}. {surname}")  # fmt: skip
        pool["name"].append(chance.choice(ways))
    return pool


def _swapped(row: Row, pool: Mapping[str, Sequence[str]], chance: random.Random) -> Row:
    """Return a text with other identifiers of their kinds, the same for the same, as high and low as those were."""
    text, made, marks, at = row["text"], "", [], 0
    others: dict[tuple[str, str], str] = {}
    for one in sorted(row["identifiers"], key=lambda one: one["start"]):
        if one["start"] < at:
            continue
        made += text[at : one["start"]]
        key = (one["kind"], one["text"].lower())
        if key not in others:
            others[key] = _other(one, pool[one["kind"]], chance)
        words = _as_high(others[key], one["text"])
        marks.append({"kind": one["kind"], "start": len(made), "end": len(made) + len(words), "text": words})
        made, at = made + words, one["end"]
    return {"text": made + text[at:], "identifiers": marks}


def _other(one: Mapping[str, str], pool: Sequence[str], chance: random.Random) -> str:
    words = one["text"]
    if one["kind"] == "age" or chance.random() > _SWAPPED:
        return words
    for _ in range(6):
        other = chance.choice(pool)
        alike = abs(len(other.split()) - len(words.split())) < 2
        alike = alike and bool(_DIGIT.search(other)) == bool(_DIGIT.search(words))
        if alike and (one["kind"] != "date" or other[0].isdigit() == words[0].isdigit()):
            return other
    return words


def _as_high(words: str, like: str) -> str:
    if like.isupper():
        return words.upper()
    if like.islower():
        return words.lower()
    return words.title() if words.isupper() or words.islower() else words


def _sample(row: Row, wording: Wording) -> Sample:
    text = row["text"]
    kinds = [NONE] * len(text)
    for one in row["identifiers"]:
        kinds[one["start"] : one["end"]] = [one["kind"]] * (one["end"] - one["start"])
    pieces = describe(text, ruled(text, wording), wording)
    told = [
        Counter(kinds[at] for at in range(piece.start, piece.end) if text[at].isalnum()).most_common(1)
        for piece in pieces
    ]
    return Sample(pieces, [most[0][0] if most else NONE for most in told])


def _numbered(
    sample: Sample, known: Mapping[str, int], kinds: Sequence[str]
) -> tuple[Tensor, Tensor, Tensor]:
    told: list[int] = []
    starts: list[int] = []
    for piece in sample.pieces:
        starts.append(len(told))
        told += [known[each] for each in piece.features if each in known] or [0]
    return (
        torch.tensor(told),
        torch.tensor(starts),
        torch.tensor([kinds.index(kind) for kind in sample.kinds]),
    )


def _learn(
    net: Net, samples: list[tuple[Tensor, Tensor, Tensor]], rounds: int, chance: random.Random
) -> None:
    steps = rounds * -(-len(samples) // _BATCH)
    learner = torch.optim.AdamW(net.parameters(), weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(learner, _FASTEST, total_steps=steps)
    for _ in track(range(rounds), "learning", transient=True):
        for batch in _batches(samples, chance):
            wanted = nn.utils.rnn.pad_sequence(
                [each[2] for each in batch], batch_first=True, padding_value=_OPEN
            )
            scores = net(batch).flatten(0, 1)
            loss = nn.functional.cross_entropy(
                scores, wanted.flatten(), ignore_index=_OPEN, label_smoothing=0.02
            )
            learner.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            learner.step()
            pace.step()


def _batches(samples: list[tuple[Tensor, Tensor, Tensor]], chance: random.Random) -> Iterator[list[tuple[Tensor, Tensor, Tensor]]]:  # fmt: skip
    chance.shuffle(samples)
    yield from (samples[at : at + _BATCH] for at in range(0, len(samples), _BATCH))


def _write(net: Net, features: Sequence[str], kinds: Sequence[str], path: Path) -> None:
    names = {
        "norm.weight": "norm", "norm.bias": "norm_bias", "out.weight": "out", "out.bias": "out_bias",
        "reads.weight_ih_l0": "forward_given", "reads.weight_hh_l0": "forward_held",
        "reads.bias_ih_l0": "forward_given_bias", "reads.bias_hh_l0": "forward_held_bias",
        "reads.weight_ih_l0_reverse": "backward_given", "reads.weight_hh_l0_reverse": "backward_held",
        "reads.bias_ih_l0_reverse": "backward_given_bias", "reads.bias_hh_l0_reverse": "backward_held_bias",
        "rows.weight": "rows",
    }  # fmt: skip
    told = {names[name]: value.numpy().astype(np.float16) for name, value in net.state_dict().items()}
    lists = {"features": features, "kinds": kinds}
    told |= {name: np.frombuffer("\n".join(each).encode(), np.uint8) for name, each in lists.items()}
    np.savez_compressed(path, **told)


if __name__ == "__main__":
    main()
