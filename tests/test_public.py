"""The Python door: what ``import citecoder`` offers, that it is light, and that it runs what the other doors run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import citecoder
from citecoder import model
from citecoder.app import api
from citecoder.app.wiring import Parts
from citecoder.errors import InputError, UnknownCodeError
from citecoder.model import Review
from tests.conftest import CHECKOUT

NOTE = "Manual therapy x 15 min: grade III PA mobs L4-L5. Timed 15, total 15. A. Reyes, PT"
ASSISTANT = "Can a PTA do an evaluation?"
EXAMPLE = CHECKOUT / "plugin" / "examples" / "review_a_note.py"
HEAVY = ("chromadb", "langchain", "langchain_core", "pydantic", "fastapi", "typer", "rich", "numpy")


@pytest.fixture(autouse=True)
def _session_parts(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the verbs work with the session's parts instead of the user's own folders."""
    monkeypatch.setattr(api, "_parts", lambda: parts)


def _python(*arguments: str, folder: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "CITECODER_SITE": str(folder / "site"),
        "CITECODER_CACHE": str(folder / "cache"),
        **extra,
    }
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300
    )


# --- what is offered -----------------------------------------------------------------------------


def test_the_public_names_are_these_and_no_others() -> None:
    assert citecoder.__all__ == [
        "Answer", "Passage", "Question", "Request", "Review", "Suggestion", "Turn",
        "ask", "lookup", "search", "suggest", "units",
    ]  # fmt: skip


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(citecoder, name) is not None for name in citecoder.__all__)
    assert set(citecoder.__all__) <= set(dir(citecoder))
    assert citecoder.Review is model.Review


def test_the_stub_for_type_checkers_names_the_same() -> None:
    stub = ast.parse((CHECKOUT / "plugin/citecoder/__init__.pyi").read_text(encoding="utf-8"))
    named = {name.name for each in stub.body if isinstance(each, ast.ImportFrom) for name in each.names}
    assert named == set(citecoder.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error_that_lists_what_is() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'nothing'.*suggest"):
        citecoder.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_loads_no_vendor(tmp_path: Path) -> None:
    ask = f"import sys, citecoder; print([m for m in {HEAVY!r} if m in sys.modules])"
    ran = _python("-c", ask, folder=tmp_path)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


# --- suggest -------------------------------------------------------------------------------------


def test_suggest_gives_the_review_of_the_one_chain(suggest: Callable[..., Review]) -> None:
    told = citecoder.suggest(NOTE, payer="medicare", discipline="PT", date_of_service=date(2026, 5, 1))
    assert told == suggest(NOTE, payer="medicare", discipline="PT", date_of_service=date(2026, 5, 1))
    assert [(line.code, line.units, line.modifiers) for line in told.suggestions] == [("97140", 1, ("GP",))]


def test_suggest_takes_a_date_as_text() -> None:
    assert citecoder.suggest(NOTE, date_of_service="2026-05-01").encounter.date_of_service == date(2026, 5, 1)


def test_suggest_takes_the_other_fields_of_a_request() -> None:
    billed = (model.BilledLine("97140", 2, ("GP",)),)
    told = citecoder.suggest(NOTE, payer="medicare", discipline="PT", billed=billed, stage="draft")
    assert [(each.code, each.verdict) for each in told.billed_review] == [("97140", "overbilled")]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"discipline": "XX"}, "discipline"),
        ({"date_of_service": "May 1"}, "date_of_service"),
        ({"stage": "?"}, "stage"),
    ],
)
def test_a_wrong_argument_is_named_and_the_note_is_not_repeated(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InputError) as caught:
        citecoder.suggest(NOTE, **wrong)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert "mobs" not in str(caught.value)


# --- ask ------------------------------------------------------------------------------------------


def test_ask_gives_the_answer_of_the_one_chain(parts: Parts) -> None:
    told = citecoder.ask(ASSISTANT, payer="medicare", date_of_service="2026-05-01")
    asked = citecoder.Question(ASSISTANT, payer="medicare", date_of_service=date(2026, 5, 1))
    assert told == parts.answers.invoke(asked)
    assert isinstance(told, citecoder.Answer)
    assert (told.abstained, told.as_of) == (False, date(2026, 5, 1))
    known = {passage.id for passage in told.passages}
    assert all(sentence.citations and set(sentence.citations) <= known for sentence in told.sentences)


def test_ask_goes_on_from_turns_or_from_their_json() -> None:
    said = citecoder.ask(ASSISTANT)
    turns = [citecoder.Turn("user", ASSISTANT), citecoder.Turn("assistant", said.text)]
    plain = [{"role": turn.role, "content": turn.content} for turn in turns]
    told = citecoder.ask("And for Medicare?", history=turns)
    assert told == citecoder.ask("And for Medicare?", history=plain)
    assert {passage.id for passage in told.passages} & {passage.id for passage in said.passages}
    assert told != citecoder.ask("And for Medicare?")


def test_ask_declines_with_a_reason() -> None:
    told = citecoder.ask("What is the weather today?")
    assert (told.abstained, told.reason) == (True, "out_of_scope")
    assert told.sentences


def test_ask_refuses_a_turn_of_nobody_and_does_not_repeat_it() -> None:
    with pytest.raises(InputError) as caught:
        citecoder.ask(ASSISTANT, history=[{"role": "system", "content": "Jane Roe"}])
    assert caught.value.field == "history"
    assert "Jane" not in str(caught.value)


# --- search, lookup, units -----------------------------------------------------------------------


def test_search_gives_hits_that_satisfy_the_filters() -> None:
    hits = citecoder.search("is one-on-one contact needed", code="97116", authority="regulator", k=3)
    assert 1 <= len(hits) <= 3
    assert all(isinstance(hit.passage, model.Passage) for hit in hits)
    assert {hit.passage.source.authority for hit in hits} == {"regulator"}


def test_an_unknown_filter_is_refused() -> None:
    with pytest.raises(InputError, match="colour"):
        citecoder.search("gait", colour="red")  # type: ignore[call-arg]


def test_lookup_says_what_the_payer_does_with_the_code() -> None:
    told = citecoder.lookup("97014", payer="medicare")
    assert (told.payer.status, told.payer.substitute) == ("not_recognized", "G0283")


def test_lookup_of_an_unknown_code_says_so() -> None:
    with pytest.raises(UnknownCodeError, match="00000"):
        citecoder.lookup("00000")


def test_units_counts_by_the_payers_method() -> None:
    told = citecoder.units({"97110": 33, "97140": 7}, payer="medicare")
    assert (told.method, told.units, told.total_units) == ("medicare_total_time", {"97110": 2, "97140": 1}, 3)


def test_units_takes_a_method_in_place_of_a_payer() -> None:
    told = citecoder.units({"97110": 33, "97140": 7}, method="midpoint")
    assert told.units == {"97110": 2, "97140": 0}


# --- the example ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_example_runs_and_shows_each_line_with_its_two_ends(parts: Parts, tmp_path: Path) -> None:
    _ = parts.store  # the index is there already; the example finds it
    ran = _python(str(EXAMPLE), folder=tmp_path, CITECODER_CACHE=str(parts.settings.cache))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert '97140 x1 GP: supported\n  note:    "Manual therapy R knee' in ran.stdout
    assert "sources: cms-pfs-2026/manual-therapy" in ran.stdout
    assert "33 + 7 minutes: {'97110': 2, '97140': 1}" in ran.stdout
