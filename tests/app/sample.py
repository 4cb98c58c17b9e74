"""A note of an invented patient, and a review of it made by hand: what a door gets from the engine."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from citecoder import model
from citecoder.errors import IndexUnavailableError

NOTE = (
    "S: Knee \U0001f9b5 stiff in the morning, pain 4/10.\r\n"
    "O: Therapeutic exercise x 23 min: quad sets, SLR 3x10 with cues for terminal extension.\r\n"
    "Manual therapy R knee x 15 min, grade III patellar mobs. IFC x 15 min, unattended.\r\n"
    "Ultrasound held today.\r\n"
    "A: Tolerated well. P: Continue 2x/week.\r\n"
)
CRASH = "please crash: Jane Roe"
OFFLINE = "please be offline"
SLOW = "please take seconds: "


def span(words: str, note: str) -> model.Span:
    """Find words in the note."""
    start = note.index(words)
    return model.Span(start, start + len(words), words)


def passage(passage_id: str, authority: model.Authority, title: str, text: str, **more: Any) -> model.Passage:
    """Make a passage whose source is its article."""
    article, _, section = passage_id.partition("/")
    disputed = more.pop("disputed", None)
    codes = more.pop("codes", ())
    source = model.Source(
        id=article,
        title=title,
        publisher="CMS" if authority == "regulator" else "A publisher",
        authority=authority,
        confidence="high" if authority == "regulator" else "low",
        checked=date(2026, 11, 21),
        section=section,
        **more,
    )
    return model.Passage(passage_id, text, source, (section,), codes, disputed)


PASSAGES = (
    passage("cms-cpm-5/unit-allocation", "regulator", "Claims Processing Manual, outpatient therapy", "Full 15s first, then the largest leftover.", locator="Pub 100-04 ch.5 §20.2", codes=("97110", "97140")),
    passage("cms-pfs-2026/unattended-stimulation", "regulator", "Physician Fee Schedule 2026", "Unattended stimulation is untimed; Medicare takes G0283.", locator="CMS PFS RVU26D", effective=date(2026, 1, 1), codes=("97014", "G0283")),
    passage("mac-billing-articles/unattended-stimulation", "contractor", "Contractor billing articles", "The area treated is recorded.", locator="A57067", codes=("G0283",)),
    passage("coding-principles/planned-is-not-performed", "practice", "How citecoder codes", "What was planned, held or declined is not billed.", codes=()),
    passage(
        "article-97014/one-on-one-fifteen-minutes", "article", "An article about 97014", "It claims one-on-one contact in 15-minute units.",
        disputed=model.Dispute("cms-pfs-2026/unattended-stimulation", "The fee schedule makes it untimed and unattended."),
        published=date(2023, 5, 4), codes=("97014",),
    ),
)  # fmt: skip


def _line(
    code: str, label: str, units: int, reasons: tuple[model.Reason, ...], *evidence: model.Span, **more: Any
) -> model.Suggestion:
    missing = more.get("missing", ())
    return model.Suggestion(
        id=f"line-{code}",
        code=code,
        system="HCPCS" if code.startswith("G") else "CPT",
        label=label,
        discipline="PT",
        units=units,
        modifiers=("GP",),
        status="needs_documentation" if missing else "supported",
        confidence=0.93,
        origin="rules",
        evidence=evidence,
        reasons=reasons,
        arithmetic=more.get("arithmetic", ""),
        citations=tuple(dict.fromkeys(cite for reason in reasons for cite in reason.citations)),
        missing=missing,
        met=more.get("met", ()),
        alternatives=more.get("alternatives", ()),
    )


ELECTRODES = model.Gap(
    id="gap-1",
    element="G0283.area",
    kind="body_region",
    verdict="not_met",
    severity="required",
    where="note",
    label="Area treated",
    why="The area shows that the stimulation belongs to the plan.",
    query="Where were the electrodes placed?",
    citations=("mac-billing-articles/unattended-stimulation",),
)
CERTIFIED = model.Gap(
    id="gap-2",
    element="cert.current",
    kind="certification",
    verdict="cannot_tell",
    severity="required",
    where="chart",
    label="Certified plan of care",
    why="The certification lives in the chart.",
    query="Until when is the plan of care certified?",
    citations=(),
)


def review(request: model.Request) -> model.Review:
    """Return the sample review for the sample note, an empty one for any other; fail where the note says so."""
    if request.note.startswith(CRASH):
        raise RuntimeError(request.note)
    if request.note.startswith(OFFLINE):
        raise IndexUnavailableError("the index can't be opened; delete the cache folder and try again")
    if request.note.startswith(SLOW):
        time.sleep(float(request.note.removeprefix(SLOW).split()[0]))
    same = request.note.replace("\r\n", "\n") == NOTE.replace("\r\n", "\n")
    return _sample(request) if same else _empty(request)


def _encounter(request: model.Request, **more: Any) -> model.Encounter:
    return model.Encounter(
        visit_type="daily",
        discipline=request.discipline,
        payer=request.payer,
        date_of_service=request.date_of_service,
        rules_as_of=request.date_of_service or date(2026, 11, 21),
        read_from=(("payer", "request" if request.payer else "unknown"),),
        **more,
    )


def _empty(request: model.Request) -> model.Review:
    warning = model.Warn("other", "info", "No service of today's visit was found in this note.")
    return model.Review(
        len(request.note), _encounter(request), (), (), (), (), (warning,), (), (), (), model.UnitsTable(None)
    )


def _sample(request: model.Request) -> model.Review:
    def at(words: str) -> model.Span:
        return span(words, request.note)

    pooled = model.Reason(
        "units",
        "38 timed minutes → 3 units (38–52); 97110: 1 full 15, 8 left.",
        ("cms-cpm-5/unit-allocation",),
    )
    swap = model.Reason(
        "substitution",
        "Medicare takes G0283, not 97014.",
        ("cms-pfs-2026/unattended-stimulation",),
        (at("unattended"),),
    )
    lines = (
        _line("97110", "Therapeutic exercise", 2, (pooled,), at("Therapeutic exercise x 23 min"), at("SLR 3x10"), arithmetic=pooled.text),
        _line(
            "97140", "Manual therapy", 1, (pooled,), at("Manual therapy R knee x 15 min"), at("patellar mobs"),
            met=(model.Met("97140.region", "body_region", "note", (at("R knee"),)),),
            alternatives=(model.Alternative("97124", "Mobilization is not massage.", ("coding-principles/planned-is-not-performed",)),),
        ),
        _line("G0283", "Unattended electrical stimulation", 1, (swap,), at("IFC x 15 min, unattended"), missing=(ELECTRODES,)),
    )  # fmt: skip
    return model.Review(
        note_length=len(request.note),
        encounter=_encounter(request, timed_minutes=38, total_minutes=53),
        suggestions=lines,
        missing=(CERTIFIED,),
        met=(),
        not_coded=(
            model.NotCoded("97035", "deferred", "Ultrasound was held, so nothing was given today.", None, (at("Ultrasound held today"),), ("coding-principles/planned-is-not-performed",)),
        ),
        warnings=(model.Warn("payer_substitution", "warning", "97014 is not recognised by Medicare.", ("97014", "G0283"), (), ("cms-pfs-2026/unattended-stimulation",)),),
        billed_review=tuple(model.BilledVerdict(b.code, b.units, 2, "overbilled", "The minutes carry 2 units.") for b in request.billed),
        conflicts=(
            model.Conflict("97014 is one-on-one in 15-minute units.", "article-97014/one-on-one-fifteen-minutes", "cms-pfs-2026/unattended-stimulation", "untimed, one unit a day"),
        ),
        passages=PASSAGES,
        units=model.UnitsTable("medicare_total_time", (("medicare_total_time", (("97110", 2), ("97140", 1))), ("midpoint", (("97110", 2), ("97140", 1))))),
        engine={"knowledge": "abc123", "editions": {"ncci": "2024-07-01"}},
    )  # fmt: skip
