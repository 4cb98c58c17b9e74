"""The tagger: pieces and their features, the weights and what they are asked, and what it adds to and takes from the rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots
from citecoder.redaction import Wording, redact
from citecoder.redaction.describing import describe
from citecoder.redaction.tagger import load_tagger


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("seen 3/5/26 by Reed/Ortiz", ["seen", "3/5/26", "by", "Reed", "Ortiz"]),
        ("PT-4471, O'Brien; DOB:3/4/60", ["PT-4471", "O'Brien", "DOB", "3/4/60"]),
        ("L.Ortiz at 10:15-11:05", ["L", "Ortiz", "at", "10:15-11:05"]),
        ("mail a.b@clinic.example or https://x.example/a?b=1.", ["mail", "a.b@clinic.example", "or", "https://x.example/a?b=1"]),
        ("pic knee_0302.jpg; 192.0.2.1", ["pic", "knee_0302.jpg", "192.0.2.1"]),
        ("", []),
        (" \n. ", []),
    ],
)  # fmt: skip
def test_a_text_is_cut_into_pieces(wording: Wording, text: str, pieces: list[str]) -> None:
    assert [text[piece.start : piece.end] for piece in describe(text, [], wording)] == pieces


def test_no_feature_holds_the_line_break_that_parts_them_in_the_file(wording: Wording) -> None:
    text = "Pt:\tMaria\u2028Alvarez\x0b3/4\r\nDr. X\x0c(Y)"
    assert not [f for piece in describe(text, [], wording) for f in piece.features if "\n" in f]


def test_likelihoods_are_shares(wording: Wording) -> None:
    told = wording.tagger.likelihoods(describe("Pt Maria Alvarez walked 150 ft.", [], wording))
    assert told.shape == (6, len(wording.tagger.kinds))
    assert np.allclose(told.sum(1), 1, atol=1e-5)
    assert told.argmax(1).tolist()[3:] == [0, 0, 0]
    assert wording.tagger.likelihoods([]).shape == (0, len(wording.tagger.kinds))


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("knee note, mr wojtas is 12 days out, wife bozena drove", ["wojtas", "bozena"]),
        ("drove in from Lower Skaneel today", ["Skaneel"]),
        ("TAYLOR RIDGE PHYSICAL THERAPY\nPATIENT: OKONKWO, ADA", ["TAYLOR", "OKONKWO", "ADA"]),
    ],
)
def test_what_no_list_knows_is_told_by_what_stands_around_it(
    wording: Wording, text: str, gone: list[str]
) -> None:
    told = redact(text, wording)
    assert not [word for word in gone if word in told.text]
    assert told.restore(told.text) == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Referred by Dr. Mishi. Tolerated well, cues for mishi on steps.", "mishi"),
        ("job-site visit 3/12 w/ Ms. Udall. 97545 x1", "udall"),
    ],
)
def test_a_name_behind_a_title_goes_wherever_it_stands(wording: Wording, text: str, gone: str) -> None:
    assert gone not in redact(text, wording).text.lower()


def test_missing_or_broken_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="train_redaction"):
        load_tagger(DataRoots(tmp_path))
    folder = tmp_path / "knowledge" / "model"
    folder.mkdir(parents=True)
    np.savez(folder / "redaction.npz", features=np.zeros(1, np.uint8))
    with pytest.raises(KnowledgeError, match="shape"):
        load_tagger(DataRoots(tmp_path))
    whole = (folder / "redaction.npz").read_bytes()
    (folder / "redaction.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(KnowledgeError, match="shape"):
        load_tagger(DataRoots(tmp_path))
