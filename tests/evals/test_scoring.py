"""What an answer counts for, part by part."""

from __future__ import annotations

import pytest

from citecoder.evals.outcomes import Answer, Line, Row
from citecoder.evals.scoring import abstention, claim, gaps, proof, refusals
from citecoder.evals.scoring.direction import Yardstick
from citecoder.evals.scoring.direction import judge as judge_direction
from citecoder.evals.suites.notes import row_of, task_of
from citecoder.evals.suites.suite import EvalSet
from tests.evals.making import NOTE, answer, case, line


def _direction(
    by: Yardstick, gold: list[dict[str, object]], *said: dict[str, object]
) -> list[tuple[object, ...]]:
    of = case(codes=gold)
    _, errors = judge_direction(of, claim.judge(of, answer(*said)), by)  # type: ignore[arg-type]
    return [
        (e["kind"], e["gold"], e["said"], None if e["dollars"] is None else round(e["dollars"], 2))
        for e in errors
    ]


def test_a_dearer_lookalike_is_upcoded_and_a_cheaper_one_downcoded(by: Yardstick) -> None:
    exercise, activities = [{"code": "97110", "units": 1}], [{"code": "97530", "units": 1}]
    assert _direction(by, exercise, line("97530")) == [("upcoded", "97110", "97530", 6.01)]
    assert _direction(by, activities, line("97110")) == [("downcoded", "97530", "97110", -6.01)]


def test_what_is_no_lookalike_is_missed_and_invented(by: Yardstick) -> None:
    assert _direction(by, [{"code": "97110", "units": 1}], line("97161")) == [
        ("missed", "97110", None, -29.06),
        ("invented", None, "97161", 97.86),
    ]


def test_units_of_the_right_code_count_over_and_under(by: Yardstick) -> None:
    gold = [{"code": "97110", "units": 2}]
    assert _direction(by, gold, line("97110", 3)) == [("units_over", "97110", "97110", 29.06)]
    assert _direction(by, gold, line("97110", 1)) == [("units_under", "97110", "97110", -29.06)]


def test_what_has_no_value_is_counted_and_not_taken_for_nothing(by: Yardstick) -> None:
    of = case(codes=[])
    counts, errors = judge_direction(of, claim.judge(of, answer(line("97533"), line("97110", None))), by)
    assert [each["dollars"] for each in errors] == [None, None]
    assert (counts["unvalued"], counts["dollars_over"]) == (2, 0)


def test_a_gap_of_the_note_may_be_told_on_a_line_and_of_a_code_on_its_alternative() -> None:
    of = case(
        codes=[{"code": "97110", "alt_codes": ["97112"]}],
        gaps=[
            {"code": "note", "kind": "total_timed_minutes", "verdict": "not_met"},
            {"code": "97110", "kind": "minutes", "verdict": "not_met"},
            {"code": "97110", "kind": "technique", "verdict": "not_met"},
        ],
    )
    told = answer(
        line(
            "97112",
            missing=[
                {"kind": "minutes", "verdict": "not_met"},
                {"kind": "total_timed_minutes", "verdict": "not_met"},
            ],
        )
    )
    counts, detail = gaps.judge(of, told)
    assert (counts["gap_asked"], counts["gap_missed"]) == (2, 1)
    assert detail["gaps_missed"] == [("97110", "technique")]


def test_verdicts_are_confused_as_they_are() -> None:
    of = case(
        gaps=[
            {"code": "97110", "kind": "minutes", "verdict": "met"},
            {"code": "97110", "kind": "technique", "verdict": "not_met"},
            {"code": "97110", "kind": "goals", "verdict": "cannot_tell"},
            {"code": "97110", "kind": "body_region", "verdict": "cannot_tell"},
        ]
    )
    told = answer(
        line(
            "97110",
            met=[{"kind": "minutes"}, {"kind": "body_region"}],
            missing=[
                {"kind": "technique", "verdict": "cannot_tell"},
                {"kind": "body_region", "verdict": "not_met"},
            ],
        )
    )
    counts, _ = gaps.judge(of, told)
    assert {key: n for key, n in counts.items() if key.startswith("verdict:")} == {
        "verdict:met:met": 1,
        "verdict:not_met:cannot_tell": 1,
        "verdict:cannot_tell:silent": 1,
        "verdict:cannot_tell:cannot_tell": 1,  # one part met and one not: it can't be told
    }


def test_labelled_quotes_are_found_where_evidence_overlaps_them() -> None:
    of = case(codes=[{"code": "97110", "units": 1, "evidence": ["Therapeutic exercise", "left knee"]}])
    at = NOTE.index("exercise")
    told = answer(
        line(
            evidence=[
                {"start": at, "end": at + 8, "quote": "exercise"},
                {"start": 90, "end": 93, "quote": "🙂 E"},
            ]
        )
    )
    counts = proof.judge(of, told, claim.judge(of, told))
    assert (counts["quotes"], counts["quotes_found"], counts["spans"], counts["spans_labelled"]) == (
        2,
        1,
        2,
        1,
    )


def test_a_citation_counts_where_it_is_shown_and_to_the_point() -> None:
    of = case()
    reasons = [
        {"text": "Exercise with one clinician for one patient.", "citations": ["good", "off"]},
        {"text": "Strength is regained.", "citations": ["gone"]},
    ]
    passages = [{"id": "good", "text": "97110 is exercise"}, {"id": "off", "text": "Parking is free."}]
    told = answer(line(reasons=reasons), passages=passages)
    counts = proof.judge(of, told, claim.judge(of, told))
    assert (counts["statements"], counts["statements_cited"]) == (2, 1)
    assert (counts["citations"], counts["citations_apt"]) == (3, 1)


def test_a_refusal_is_right_with_its_reason() -> None:
    of = case(
        codes=[], not_coded=[{"code": "97035", "reason": "planned"}, {"code": "97140", "reason": "history"}]
    )
    told = answer(line("97140"), not_coded=[{"code": "97035", "reason": "planned"}])
    counts = refusals.judge(of, told)
    assert (counts["refusals"], counts["refusals_kept_off"], counts["refusals_reason"]) == (2, 1, 1)


def test_risk_falls_with_the_threshold_and_the_area_is_of_the_steps() -> None:
    lines = [
        Line("97110", 0.9, True),
        Line("97110", 0.9, True),
        Line("97140", 0.6, False),
        Line("97140", 0.5, True),
    ]
    curve = abstention.risk_coverage(lines)
    assert [(p["coverage"], p["risk"]) for p in curve] == [(0.5, 0.0), (0.75, 1 / 3), (1.0, 0.25)]
    assert abstention.area(curve) == pytest.approx(0.25 / 3 + 0.25 / 4)


def test_calibration_is_the_gap_between_said_and_true() -> None:
    lines = [Line("97110", 0.95, True)] * 3 + [Line("97110", 0.95, False)]
    told = abstention.calibration(lines)
    assert told["ece"] == pytest.approx(0.2)
    assert told["brier"] == pytest.approx((3 * 0.05**2 + 0.95**2) / 4)


def test_a_threshold_is_told_for_codes_with_enough_lines() -> None:
    lines = [Line("97110", 0.9, True)] * 4 + [Line("97110", 0.4, False)] * 4 + [Line("97140", 0.9, True)] * 4
    (told,) = abstention.thresholds(lines)
    assert (told["code"], told["threshold"], told["coverage"]) == ("97110", 0.9, 0.5)


def test_an_answer_becomes_one_row_with_everything(by: Yardstick) -> None:
    row: Row = row_of(
        task_of(case()), Answer("c1", "answered", answer(line(modifiers=["GP"], confidence=0.7)), ms=3.0), by
    )
    assert row.passed
    assert (row.counts["tp"], row.counts["units_right"], row.counts["modifiers_right"], row.ms) == (
        1,
        1,
        1,
        3.0,
    )
    assert row.lines == (Line("97110", 0.7, True),)


def test_a_set_of_rows_has_no_folder_of_its_own(tmp_path: object) -> None:
    from pathlib import Path

    of = EvalSet(Path("rows.jsonl"), Path("packaged"))
    assert of.folder("queries") == Path("packaged/queries")
