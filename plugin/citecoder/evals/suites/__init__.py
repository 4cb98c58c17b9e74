"""What can be evaluated. A suite is one module with a ``SUITE``; a new one is a file here and a name in the tuple."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.errors import InputError
from citecoder.evals.suites import answers, coding, gaps, mentions, retrieval, robustness, units

if TYPE_CHECKING:
    from citecoder.evals.suites.suite import Suite

SUITES: dict[str, Suite] = {
    module.SUITE.name: module.SUITE
    for module in (coding, units, gaps, retrieval, robustness, mentions, answers)
}


def find_suite(name: str) -> Suite:
    """Return a suite by its name.

    Raises:
        InputError: there is none of that name.
    """
    if name not in SUITES:
        raise InputError(f"--suite {name[:40]!r} is not known; choose one of {', '.join(SUITES)}", "--suite")
    return SUITES[name]
