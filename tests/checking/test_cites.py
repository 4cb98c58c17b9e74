"""Every passage that a verdict may cite exists: an id written in a module can't dangle unseen."""

from __future__ import annotations

import re
from pathlib import Path

import citecoder.checking
from citecoder.checking.claims import Facts


def test_no_passage_named_in_the_code_is_missing(facts: Facts) -> None:
    folder = Path(citecoder.checking.__file__).parent
    named = {
        cite
        for module in folder.glob("*.py")
        for cite in re.findall(r'"([a-z0-9-]+/[a-z0-9-]+)"', module.read_text(encoding="utf-8"))
    }
    named.discard("knowledge/claims")
    assert len(named) > 10
    assert named <= set(facts.passages), sorted(named - set(facts.passages))
