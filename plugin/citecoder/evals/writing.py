"""Case files as people write them: a case → YAML that reads well, a new set, and the JSON Schema for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from citecoder.errors import InputError
from citecoder.evals.cases import Case
from citecoder.evals.questions import Topic

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "case.schema.json"
QUESTIONS_SCHEMA = "answers.schema.json"
HEAD = f"# yaml-language-server: $schema=../{SCHEMA}\n"
README = """\
# Our cases

A case is `cases/<id>.yaml` and its note `notes/<id>.txt`. Add one with

    citecoder eval add NOTE.txt --set . --payer medicare --discipline PT

fill in what a careful coder puts on the claim, and check the set with `citecoder eval validate --set .`.
Measure with `citecoder eval run --set .`. Name other arms in `arms.yaml`.

Notes here are synthetic, or lie where notes of patients may lie.
"""
ARMS = """\
# Names for arms: what stands for them, and what they are.
# theirs:
#   arm: "command:python their_coder.py"
#   about: JSON lines in, JSON lines out
{}
"""


class _Dumper(yaml.SafeDumper):
    """Writes long texts folded and codes quoted, as a person would."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = value.isdigit() or not value
    style = '"' if plain else ("|" if "\n" in value else None)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def case_yaml(case: Case) -> str:
    """Return a case as YAML without its note, leaving out what is empty."""
    raw = case.model_dump(mode="json", exclude={"note"}, exclude_defaults=True)
    ordered: dict[str, Any] = {
        key: raw[key] for key in ("id", "family", "split", "tags", "ask", "visit_type") if key in raw
    }
    ordered |= {"split": case.split, **{key: value for key, value in raw.items() if key not in ordered}}
    return HEAD + yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def write_case(folder: Path, case: Case) -> Path:
    """Write a case and its note into a set; the note byte for byte.

    Raises:
        InputError: the set holds a case of that id.
    """
    path = folder / "cases" / f"{case.id}.yaml"
    note = folder / "notes" / f"{case.id}.txt"
    if path.exists() or note.exists():
        raise InputError(f"{path}: there is a case {case.id} already; choose another --id", "--id")
    for each in (path, note):
        each.parent.mkdir(parents=True, exist_ok=True)
    note.write_bytes(case.note.encode())
    path.write_text(case_yaml(case), encoding="utf-8")
    return path


def schema() -> str:
    """Return the JSON Schema of a case file, whose note may lie beside it."""
    told = _titled(Case.model_json_schema(), "citecoder case")
    told["required"] = [key for key in told["required"] if key != "note"]
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def questions_schema() -> str:
    """Return the JSON Schema of a file of questions."""
    told = _titled(Topic.model_json_schema(), "citecoder questions of one topic")
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def _titled(told: dict[str, Any], title: str) -> dict[str, Any]:
    return {**told, "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}


def make_set(folder: Path) -> list[Path]:
    """Lay out an empty set; files that are there stay as they are.

    Returns:
        What was written.
    """
    written = []
    for name, text in ((SCHEMA, schema()), ("README.md", README), ("arms.yaml", ARMS)):
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    for name in ("cases", "notes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return written
