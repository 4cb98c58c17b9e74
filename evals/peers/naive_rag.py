"""The retrieval pipeline that one builds in an afternoon: chunks of articles, the nearest four, the codes they name.

Requests as JSON lines on standard input, answers on standard output. Nothing here reads the note: the codes that are
named at least twice in the chunks nearest to it are the answer, one unit each.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document

from citecoder.adapters.embeddings import embeddings_for
from citecoder.app.wiring import silence_vendors
from citecoder.paths import packaged_root

CODE = re.compile(r"\b(?:9[2-8]\d{3}|G0283|2056[01])\b")
CHUNK, OVERLAP, NEAREST, TWICE = 1000, 100, 4, 2


def chunks_of(folder: Path, pattern: str) -> list[Document]:
    """Cut every text of a folder into overlapping pieces of the same length."""
    found = []
    for path in sorted(folder.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        starts = range(0, len(text), CHUNK - OVERLAP)
        found += [Document(text[at : at + CHUNK], metadata={"source": path.name}) for at in starts]
    return found


def answer(asked: dict[str, Any], store: Chroma) -> dict[str, Any]:
    """Answer one request."""
    found = store.similarity_search(asked["note"], k=NEAREST)
    named = Counter(code for each in found for code in CODE.findall(each.page_content))
    codes = [code for code, count in named.items() if count >= TWICE] or list(named)[:1]
    passages = [
        {"id": f"p{n}", "text": each.page_content, "source": {"id": each.metadata["source"]}}
        for n, each in enumerate(found)
    ]
    return {
        "id": asked.get("id"),
        "suggestions": [
            {
                "code": code,
                "units": 1,
                "modifiers": [],
                "evidence": [],
                "citations": [each["id"] for each in passages if code in each["text"]],
                "missing": [],
            }
            for code in sorted(codes)
        ],
        "missing": [],
        "warnings": [],
        "passages": passages,
    }


def main() -> None:
    """Index the articles and answer what comes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, default=packaged_root() / "knowledge" / "articles")
    parser.add_argument(
        "--pattern", default="article-*.md", help="which files of the folder; *.txt for plain texts"
    )
    parser.add_argument(
        "--embeddings", default="static", help="static, or minilm where its wheel is installed"
    )
    given = parser.parse_args()
    silence_vendors()
    chunks = chunks_of(given.articles, given.pattern)
    if not chunks:
        sys.exit(f"{given.articles} holds no {given.pattern}; name a folder of texts with --articles")
    with tempfile.TemporaryDirectory() as folder:
        store = Chroma.from_documents(chunks, embeddings_for(given.embeddings), persist_directory=folder)
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line), store)), flush=True)


main()
