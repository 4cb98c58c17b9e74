"""Identifiers taken out of texts before they leave the machine, and put back into what comes back.

What counts is the list of 45 CFR 164.514(b)(2)(i), the Safe Harbor. Years, states, clock times, ages up to 89 and everything
that tells what was done stay. Rules, the word lists of knowledge/redaction, and a tagger with the weights of knowledge/model/redaction.npz: all of it
on this machine.
"""

from citecoder.redaction.engine import redact, redact_all
from citecoder.redaction.marking import Key, Kind, Mark, Names, Redacted, Redaction
from citecoder.redaction.wording import Wording, load_wording

__all__ = [
    "Key",
    "Kind",
    "Mark",
    "Names",
    "Redacted",
    "Redaction",
    "Wording",
    "load_wording",
    "redact",
    "redact_all",
]
