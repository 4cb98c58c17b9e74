"""units: minutes of each code in, units and claim lines out, with the arithmetic and its sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citecoder import wire
from citecoder.rules.day import Day, codes_of_day, count_day

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def units(parts: Parts, asked: wire.UnitsRequest) -> wire.UnitsResponse:
    """Count a day's units.

    Raises:
        UnknownCodeError: a code is not in the code set.
        InputError: assistant minutes that don't fit the minutes.
    """
    counted = count_day(_day(parts, asked))
    known = {passage.id: passage for passage in parts.authored if passage.id in counted.citations}
    cites = [cite for cite in counted.citations if cite in known]
    return wire.UnitsResponse(
        id=asked.id,
        payer=asked.payer,
        method=counted.methods[0] if len(counted.methods) == 1 else None,
        minutes=asked.minutes,
        total_timed_minutes=counted.total_timed_minutes,
        units=dict(counted.units),
        total_units=counted.total_units,
        by_method={method: dict(units) for method, units in counted.by_method.items()},
        lines=[wire.UnitsLine.model_validate(line) for line in counted.lines],
        ties=[list(tie) for tie in counted.ties],
        explanation=counted.explanation,
        citations=cites,
        passages=wire.passages_to_wire([known[cite] for cite in cites]),
    )


def _day(parts: Parts, asked: wire.UnitsRequest) -> Day:
    return Day(
        minutes=asked.minutes,
        codes=codes_of_day(parts.codes, asked.minutes),
        on=asked.date or datetime.now(UTC).date(),
        payer=parts.payers.get(asked.payer) if asked.payer else None,
        payer_named=bool(asked.payer),
        method=asked.method,
        assistant_minutes=asked.assistant_minutes,
        discipline=asked.discipline,
    )
