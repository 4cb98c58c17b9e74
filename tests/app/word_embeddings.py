"""Embeddings that need no model: a text is the sum of its hashed words."""

from __future__ import annotations

import hashlib

from langchain_core.embeddings import Embeddings

SIZE = 64


class WordEmbeddings(Embeddings):
    """Hashed bags of words; equal on every machine."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text."""
        vector = [0.001] * SIZE
        for word in text.casefold().split():
            vector[hashlib.sha256(word.encode()).digest()[0] % SIZE] += 1.0
        return vector
