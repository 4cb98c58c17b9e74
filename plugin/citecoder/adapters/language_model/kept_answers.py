"""Answers that are kept: in memory, or on disk where the site asks for it. They hold words of notes."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from citecoder.adapters.language_model.private_files import OWNER_ONLY, private_folder, write_whole
from citecoder.errors import InputError

LOG = logging.getLogger("citecoder.language_model")
MOST_IN_MEMORY = 512
_MOST_BYTES = 4_000_000


def key_of(*parts: Any) -> str:
    """Return the sha256 of plain values: the model, the prompt's mark, data, schema, sample, settings."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class KeptAnswers:
    """Answers by key.

    Args:
        where: ``off``, ``memory`` or a folder. A folder is made for its owner alone; nothing in it is ever deleted.
    """

    def __init__(self, where: str = "memory") -> None:
        self._lock = threading.Lock()
        self._most = 0 if where == "off" else MOST_IN_MEMORY
        self._answers: OrderedDict[str, str] = OrderedDict()
        self._folder = None if where in {"off", "memory"} else Path(where).expanduser()

    def demand_writable(self) -> None:
        """Make the folder, where there is to be one.

        Raises:
            InputError: it is no absolute path, or can't be written.
        """
        if self._folder is None:
            return
        if not self._folder.is_absolute():  # a word that was meant as something else would put notes anywhere
            raise InputError(
                "CITECODER_LLM_CACHE: write memory, off, or a folder from the root on", "CITECODER_LLM_CACHE"
            )
        try:
            if not self._folder.is_dir():
                private_folder(self._folder).chmod(OWNER_ONLY)
            writable = os.access(self._folder, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            raise InputError(
                "CITECODER_LLM_CACHE: can't be written; name a folder of yours", "CITECODER_LLM_CACHE"
            )

    def get(self, key: str, shape: type[BaseModel]) -> BaseModel | None:
        """Return a kept answer, or None; what does not fit the shape any more counts as not kept."""
        text = self._text(key)
        try:
            return None if text is None else shape.model_validate_json(text)
        except ValidationError:
            return None

    def put(self, key: str, answer: BaseModel) -> None:
        """Keep an answer."""
        text = answer.model_dump_json()
        self._remember(key, text)
        if self._folder is None:
            return
        try:
            write_whole(self._folder / f"{key}.json", text.encode())
        except OSError as error:
            LOG.warning("an answer could not be kept", extra={"kind": type(error).__name__})

    def _text(self, key: str) -> str | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        if self._folder is None:
            return None
        try:
            path = self._folder / f"{key}.json"
            if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
                return None
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        self._remember(key, text)
        return text

    def _remember(self, key: str, text: str) -> None:
        with self._lock:
            if self._most:
                self._answers[key] = text
                self._answers.move_to_end(key)
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)
