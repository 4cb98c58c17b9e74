"""Measure whether a question is answered alike however it is worded.

    python plugin/scripts/measure_wordings.py [FILE]

FILE is YAML, a question's id → its wordings (``evals/wordings.yaml`` unless told). An answer to a wording counts when it
states every fact of the question's key in ``evals/cases/answers``. Wordings of the dev topics alone: look at them freely.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table

from citecoder.answers import Question
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.evals.questions import FOLDER, read_topics
from citecoder.paths import packaged_root

EVALS = packaged_root() / "evals"


def main() -> None:
    """Print how many wordings of each question are answered with every fact, and those that are not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, nargs="?", default=EVALS / "wordings.yaml")
    wordings: dict[str, list[str]] = yaml.safe_load(parser.parse_args().file.read_text(encoding="utf-8"))
    cases = {case.id: case for topic in read_topics(EVALS / FOLDER) for case in topic.questions}
    answers = Parts(load_settings()).answers
    console = Console()
    table = Table("question", "wordings", "every fact", "wrong statement", "first passages")
    missed: list[str] = []
    whole = 0
    for name, said in track(list(wordings.items()), "asking", console=console, transient=True):
        given = [answers.invoke(Question(text)) for text in said]
        stated = [all(fact.stated_in(answer.text) for fact in cases[name].must) for answer in given]
        wrong = sum(any(fact.stated_in(answer.text) for fact in cases[name].must_not) for answer in given)
        firsts = {answer.passages[0].id for answer in given if answer.passages}
        missed += [f"{name}: {text}" for text, held in zip(said, stated, strict=True) if not held]
        whole += sum(stated)
        table.add_row(name, str(len(said)), str(sum(stated)), str(wrong), str(len(firsts)))
    console.print(table)
    console.print(f"{whole} of {sum(map(len, wordings.values()))} answers state every fact; missed:")
    for line in missed:
        console.print(f"  {line}", markup=False, highlight=False)


if __name__ == "__main__":
    main()
