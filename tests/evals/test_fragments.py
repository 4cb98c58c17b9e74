"""Marked fragments: what they are read as, and that ours hold nothing unknown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from citecoder.app.wiring import Parts
from citecoder.errors import InputError
from citecoder.evals.fragments import (
    LEVELS,
    STATUSES,
    MarkedComponent,
    MarkedService,
    MarkedTime,
    parse_evaluation,
    parse_fragment,
    read_evaluations,
    read_fragments,
)
from citecoder.evals.phi import suspicions
from citecoder.evals.validating import validate
from citecoder.rules.complexity import COMPONENTS

EVALS = Path(__file__).resolve().parents[2] / "evals"
SCRIPT = Path(__file__).resolve().parents[2] / "plugin" / "scripts" / "train_reader.py"


def test_marks_are_taken_out_and_their_places_kept() -> None:
    found = parse_fragment(
        "a", "Tx: [[97110 performed|bands 3x10]] [[t 97110|12 min]], [ ] ice, [[none finding|ROM [x] 98]]"
    )
    assert found.text == "Tx: bands 3x10 12 min, [ ] ice, ROM [x] 98"
    assert found.services == (
        MarkedService(4, 14, "97110", "performed"),
        MarkedService(32, 42, None, "finding"),
    )
    assert found.times == (MarkedTime(15, 21, "dose", ("97110",)),)


@pytest.mark.parametrize(
    "marked", ["[[97110 performed|bands", "[[97110|bands]]", "[[a b|c]] ]]", "[[97110 sometime|bands]]"]
)
def test_a_broken_mark_is_an_error(marked: str) -> None:
    with pytest.raises(InputError):
        parse_fragment("a", marked)


def test_one_broken_fragment_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "fragments").mkdir()
    (tmp_path / "fragments" / "x.txt").write_text(
        "one [[97110 performed|bands]]\n%%\nfine\ntwo [[97110\n%%\nthree [[t 97110+97140|20 min]]\n",
        encoding="utf-8",
    )
    found, faults = read_fragments(tmp_path)
    assert [f.text for f in found] == ["one bands", "three 20 min"]
    assert [(f.file, f.line) for f in faults] == [("x.txt", 3)]
    assert found[1].times[0].codes == ("97110", "97140")


def test_components_are_read_with_their_levels() -> None:
    found = parse_evaluation("pt-4", "Hx [[history low|none]]. CP: [[presentation moderate|still moving]]")
    assert found.text == "Hx none. CP: still moving"
    assert found.discipline == "PT"
    assert found.components == (
        MarkedComponent(3, 7, "history", "low"),
        MarkedComponent(13, 25, "presentation", "moderate"),
    )


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("slp-1", "[[history low|none]]"),
        ("pt-1", "[[profile low|brief]]"),
        ("ot_hands-1", "[[profile medium|expanded]]"),
        ("ot-1", "[[profile|brief]]"),
        ("ot-1", "[[profile low|brief"),
    ],
)
def test_a_broken_mark_of_a_component_is_an_error(name: str, marked: str) -> None:
    with pytest.raises(InputError):
        parse_evaluation(name, marked)


def test_a_broken_component_is_told_when_the_set_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / "fragments" / "components"
    folder.mkdir(parents=True)
    (folder / "pt.txt").write_text("[[exam low|grip]]\n%%\n[[profile low|brief]]\n", encoding="utf-8")
    found, faults = read_evaluations(tmp_path)
    assert [e.id for e in found] == ["pt-0"]
    assert [(f.file, f.line) for f in faults] == [("pt.txt", 3)]
    assert faults[0] in validate(tmp_path, []).faults


def test_our_evaluations_hold_known_components_and_nobody() -> None:
    found, faults = read_evaluations(EVALS)
    assert faults == []
    assert {e.discipline for e in found} == set(COMPONENTS)
    for discipline, names in COMPONENTS.items():
        told = {(c.name, c.level) for e in found if e.discipline == discipline for c in e.components}
        assert told == {(name, level) for name in names for level in LEVELS}
    assert [(e.id, s.what) for e in found for s in suspicions(e.text)] == []


def test_our_fragments_hold_known_codes_and_nobody(parts: Parts) -> None:
    found, faults = read_fragments(EVALS)
    assert faults == []
    assert len(found) > 3000
    codes = {s.code for f in found for s in f.services if s.code}
    assert codes - set(parts.codes.codes) == set()
    assert {s.status for f in found for s in f.services} <= STATUSES
    assert [(f.id, s.what) for f in found for s in suspicions(f.text)] == []


@pytest.mark.slow
def test_the_test_part_is_never_learned_from() -> None:
    ran = subprocess.run(
        [sys.executable, SCRIPT, "--split", "train,test"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "never learned from" in ran.stderr


@pytest.mark.slow
def test_components_are_learned_alone_and_alike(tmp_path: Path) -> None:
    shipped = json.loads((EVALS.parent / "knowledge" / "model" / "reading.json").read_bytes())
    made = []
    for name in ("one", "two"):
        out = tmp_path / f"{name}.json"
        out.write_text(json.dumps(shipped | {"components": {}}), encoding="utf-8")
        subprocess.run([sys.executable, SCRIPT, "--only", "components", "--out", out], check=True)
        made.append(out.read_bytes())
    assert made[0] == made[1]
    learned = json.loads(made[0])
    assert learned["components"].keys() == shipped["components"].keys()
    assert {k: v for k, v in learned.items() if k != "components"} == {
        k: v for k, v in shipped.items() if k != "components"
    }


@pytest.mark.slow
def test_the_same_fragments_make_the_same_weights(tmp_path: Path) -> None:
    folder = tmp_path / "fragments"
    folder.mkdir()
    pieces = (EVALS / "fragments" / "g_notes.txt").read_text(encoding="utf-8").split("%%")[:80]
    (folder / "g.txt").write_text("%%".join(pieces), encoding="utf-8")
    made = []
    for name in ("one", "two"):
        out = tmp_path / f"{name}.json"
        subprocess.run(
            [sys.executable, SCRIPT, "--set", tmp_path, "--out", out, "--split", "train"], check=True
        )
        made.append(out.read_bytes())
    assert made[0] == made[1]
