"""Makes ``knowledge/redaction/names.yaml`` and ``words.yaml``: which words may be names, and which are ordinary.

python plugin/scripts/make_redaction_words.py --census DIR --dictionary FILE

DIR holds the US Census name files (``dist.all.last`` and so on; the PyPI package ``names`` has them), FILE is a word list
such as Debian's ``wamerican-small``. Clinical words are those that knowledge/ and the pieces of notes in evals/fragments
write in lower case.
"""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "knowledge" / "redaction"
SURNAMES = 20_000
_WORD = re.compile(r"(?<![\w'’\\-])[a-z][a-z]+(?![\w'’])")


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--dictionary", type=Path, required=True)
    asked = parser.parse_args()
    given = _census(asked.census, "dist.female.first") | _census(asked.census, "dist.male.first")
    surnames = _census(asked.census, "dist.all.last", SURNAMES)
    ordinary = {w for w in asked.dictionary.read_text(encoding="utf-8").split() if re.fullmatch("[a-z]+", w)}
    clinical = _clinical() - ordinary - given
    _write("names.yaml", {"given": given, "surnames": surnames}, "The US Census Bureau's names of 1990.")
    _write("words.yaml", {"ordinary": ordinary, "clinical": clinical}, "SCOWL's common words, and our own.")


def _census(folder: Path, name: str, most: int | None = None) -> set[str]:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()[:most]
    return {line.split()[0].lower() for line in lines if len(line.split()[0]) > 1}


def _clinical() -> set[str]:
    files = [
        p
        for folder in ("knowledge", "evals/fragments")
        for p in (CHECKOUT / folder).rglob("*")
        if p.suffix in {".yaml", ".md", ".txt"} and FOLDER not in p.parents
    ]
    return {word for path in files for word in _WORD.findall(path.read_text(encoding="utf-8"))}


def _write(name: str, lists: dict[str, Iterable[str]], about: str) -> None:
    blocks = [
        f"{key}: >-\n" + textwrap.indent(textwrap.fill(" ".join(sorted(words)), 118), "  ")
        for key, words in lists.items()
    ]
    text = f"# {about} Made by plugin/scripts/make_redaction_words.py.\n" + "\n".join(blocks) + "\n"
    (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
