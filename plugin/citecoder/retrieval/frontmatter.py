"""The head of a Markdown file (YAML between two ``---`` lines) and the slug of a heading."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import yaml

from citecoder.errors import InputError
from citecoder.yaml_text import parse_yaml

_FENCE = re.compile(r"\A---[ \t]*\n(.*?)(?:\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)


def split_front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """Split a document into its front matter and its body.

    Args:
        text: the document, with plain newlines.
        where: the file, for the message.

    Returns:
        The keys of the front matter ({} when there is none) and what follows it.

    Raises:
        InputError: the front matter is not YAML keys and values.
    """
    found = _FENCE.match(text)
    if found is None:
        return {}, text
    try:
        head = parse_yaml(found[1])
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        at = "" if line is None else f", line {line + 2}"
        raise InputError(
            f"{where}{at}: the front matter is not YAML; quote values that hold a colon"
        ) from None
    if not isinstance(head, dict | None):
        raise InputError(f"{where}: the front matter must be lines of 'key: value'")
    return {str(key): value for key, value in (head or {}).items()}, text[found.end() :]


def slug(heading: str) -> str:
    """Return the slug of a heading: lower case, words joined by ``-``, punctuation dropped.

    >>> slug("Q&A: When is 97140 billed?")
    'q-a-when-is-97140-billed'
    """
    plain = unicodedata.normalize("NFKD", heading.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=\w)'(?=\w)", "", plain)))
