"""The facts that claims are held against: the shipped knowledge, on one day."""

from __future__ import annotations

from datetime import date

import pytest

from citecoder.checking.claims import Facts
from citecoder.checking.records import element_words
from citecoder.checking.wording import load_wording
from citecoder.codes import load_codes
from citecoder.elements import load_visit_elements
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.articles import load_passages
from citecoder.rules.edits import load_edits
from citecoder.rules.payer import load_payers


@pytest.fixture(scope="session")
def facts() -> Facts:
    roots = DataRoots(packaged_root())
    on = date(2026, 11, 21)
    codes = load_codes(roots)
    return Facts(
        codes=codes,
        edits=load_edits(roots).on(on),
        payers=load_payers(roots),
        passages={p.id: p for p in load_passages(roots)},
        wording=load_wording(roots),
        elements=element_words(codes.codes.values(), load_visit_elements(roots)),
        on=on,
    )
