"""Prompts: a version is its words, and what changed between versions can be seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from citecoder.errors import InputError, KnowledgeError
from citecoder.paths import DataRoots, packaged_root
from citecoder.prompts import difference, history, load_prompt, prompt_names, sha_of

ROOTS = DataRoots(packaged_root())
VERSIONS = [(name, v.version) for name in prompt_names(ROOTS) for v in history(ROOTS, name)]


@pytest.fixture
def roots(tmp_path: Path) -> DataRoots:
    """A folder with one prompt of two versions."""
    folder = tmp_path / "prompts"
    (folder / "earlier").mkdir(parents=True)
    (folder / "earlier" / "greet@1.md").write_text("Say {name}.\n", encoding="utf-8")
    _write(folder / "greet.md", "Say {name} twice.", sha_of("Say {name} twice."))
    return DataRoots(tmp_path)


def _write(path: Path, text: str, sha: str) -> None:
    first = f'  - {{version: 1, on: 2026-01-01, sha: "{sha_of("Say {name}.")}", change: "First, short."}}'
    second = f'  - {{version: 2, on: 2026-01-02, sha: "{sha}", change: Twice.}}'
    path.write_text(
        f"---\nname: greet\nversion: 2\nhistory:\n{first}\n{second}\n---\n{text}\n", encoding="utf-8"
    )


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_every_version_of_every_prompt_has_the_words_of_its_hash(name: str, version: str) -> None:
    prompt = load_prompt(ROOTS, name, version)

    assert prompt.sha == sha_of(prompt.text)
    assert re.fullmatch(rf"{name}@{version}#[0-9a-f]{{12}}", prompt.mark)


@pytest.mark.parametrize("name", prompt_names(ROOTS))
def test_every_line_of_a_history_says_when_and_what(name: str) -> None:
    assert all(v.on and v.change.endswith(".") for v in history(ROOTS, name))


def test_words_that_change_under_a_version_do_not_load(roots: DataRoots) -> None:
    _write(roots.packaged / "prompts" / "greet.md", "Say {name} thrice.", sha_of("Say {name} twice."))

    with pytest.raises(KnowledgeError, match=f"raise `version`.*|{sha_of('Say {name} thrice.')}"):
        load_prompt(roots, "greet")


def test_an_earlier_version_comes_with_its_own_words(roots: DataRoots) -> None:
    assert load_prompt(roots, "greet", "1").text == "Say {name}."
    assert load_prompt(roots, "greet").version == "2"


def test_an_earlier_text_that_was_lost_is_named(roots: DataRoots) -> None:
    (roots.packaged / "prompts" / "earlier" / "greet@1.md").unlink()

    with pytest.raises(KnowledgeError, match=r"greet@1\.md is missing"):
        load_prompt(roots, "greet", "1")


def test_a_version_that_never_was_is_refused_with_those_that_are(roots: DataRoots) -> None:
    with pytest.raises(InputError, match="has 1, 2"):
        load_prompt(roots, "greet", "9")


def test_a_difference_shows_what_went_and_what_came(roots: DataRoots) -> None:
    lines = difference(load_prompt(roots, "greet", "1"), load_prompt(roots, "greet"))

    assert "-Say {name}." in lines
    assert "+Say {name} twice." in lines


@pytest.mark.parametrize(
    ("name", "places"),
    [("suggest", {"codes", "note"}), ("judge", {"questions", "note"}), ("answer", {"question", "passages"})],
)
def test_a_prompt_has_the_places_that_code_fills(name: str, places: set[str]) -> None:
    assert set(re.findall(r"\{(\w+)\}", load_prompt(ROOTS, name).text)) == places
