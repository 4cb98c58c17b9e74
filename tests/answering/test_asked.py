"""What a question names, alone and as a turn that goes on with the ones before."""

from __future__ import annotations

from datetime import date

import pytest

from citecoder.answers import Turn
from citecoder.app.wiring import Parts
from tests.answering.asking import Understand, asker


@pytest.mark.parametrize(
    ("text", "minutes", "assistant"),
    [
        ("how many units is 33 min of 97110 and 7 min of manual therapy", {"97110": 33, "97140": 7}, {}),
        ("97110 x 24, 97140 = 16, how many units", {"97110": 24, "97140": 16}, {}),
        ("97530 (20) and 97112 (9): units?", {"97530": 20, "97112": 9}, {}),
        ("by the 8 minute rule how many units is 20 min of gait training", {"97116": 20}, {}),
        ("the PTA did 10 of the 25 minutes of 97110, how many units with CQ", {"97110": 25}, {"97110": 10}),
        ("PT gave 9 min and the PTA 14 min of 97530, units?", {"97530": 23}, {"97530": 14}),
    ],
)
def test_minutes_go_to_their_service(
    understood: Understand, text: str, minutes: dict[str, int], assistant: dict[str, int]
) -> None:
    amounts = understood(text).amounts
    assert amounts.minutes == minutes
    assert amounts.assistant == assistant


def test_minutes_of_no_service_are_a_total(understood: Understand) -> None:
    assert understood("how many units is 40 timed minutes").amounts.total == 40


@pytest.mark.parametrize(
    ("text", "payer"),
    [
        ("does MCR pay for 97014", "medicare"),
        ("is it covered by a Medicare Advantage plan", "medicare_advantage"),
        ("what does UHC want", "uhc"),
        ("Aetna says no, but what about Medicare", "medicare"),
        ("how is 97110 timed", None),
    ],
)
def test_the_payer_is_the_one_named(understood: Understand, text: str, payer: str | None) -> None:
    assert understood(text).payer == payer


def test_a_payer_in_the_words_outranks_the_field_and_the_field_what_nobody_said(
    understood: Understand,
) -> None:
    asked = understood("is 97014 paid by Aetna", payer="medicare", date_of_service=date(2025, 3, 1))
    assert (asked.payer, asked.on, asked.day_named) == ("aetna", date(2025, 3, 1), True)
    assert understood("is 97014 paid", payer="medicare").payer == "medicare"


@pytest.mark.parametrize(
    "text",
    [
        "Non-Medicare patient: 97110 10 min, 97140 10 min: units?",
        "My patient does not have Medicare. Units?",
        "Aetna and Cigna both cover her, units?",
        "United States veteran, 97110 20 min units?",
    ],
)
def test_a_payer_that_is_denied_or_one_of_several_is_not_the_payer(understood: Understand, text: str) -> None:
    assert understood(text).payer is None


def test_medicares_rule_is_not_the_payer_where_another_is_named(understood: Understand) -> None:
    assert understood("Patient has Aetna, but does the Medicare 8 minute rule apply?").payer == "aetna"


@pytest.mark.parametrize(
    ("text", "charges"),
    [
        ("PT $2,600, OT $1,000. Medicare, KX needed?", {"PT": 2600.0, "OT": 1000.0}),
        ("$900 for OT and $2,600 for PT so far, Medicare. KX?", {"OT": 900.0, "PT": 2600.0}),
        ("12 visits at $100 each for PT, Medicare, KX?", None),
        ("PT $2,300 so far and today's visit is $250. Medicare KX?", None),
    ],
)
def test_charges_go_to_the_discipline_beside_them_or_are_asked_for(
    parts: Parts, text: str, charges: dict[str, float] | None
) -> None:
    answer = asker(parts)(text)
    assert answer.computed.get("threshold", {}).get("charges") == charges
    assert (answer.reason == "needs_more") == (charges is None)


@pytest.mark.parametrize(
    "text",
    [
        "eval 45 minutes and 97110 10 minutes, Medicare units?",
        "97110 30 min and e-stim 15 min, Medicare units?",
        "dry needling 15 min and 97110 15 min, Medicare units?",
        "97110 10-12 min, Medicare units?",
        "97110 7.5 minutes, units?",
        "session 60 minutes, 97110 30 min 97140 15 min, Medicare units?",
        "half an hour of 97110 and a quarter hour of 97140, units?",
        "97110 999 minutes, units?",
        "97110 one on one w/ pt A for 15 min, then led A and B together for 20 min, Medicare units for A?",
    ],
)
def test_minutes_that_are_not_plain_are_asked_for(parts: Parts, text: str) -> None:
    assert asker(parts)(text).reason == "needs_more"


def test_a_modifier_behind_a_code_is_no_minutes(understood: Understand) -> None:
    asked = understood("97110-59 15 minutes and 97140-GP 15 minutes, Medicare units?")
    assert asked.amounts.minutes == {"97110": 15, "97140": 15}


def test_another_patient_is_a_new_question(understood: Understand) -> None:
    asked = understood(
        "Cigna patient, 97110 25 min 97530 12 min. Units?",
        "Now a Tricare patient with 97112 for 9 minutes, units?",
    )
    assert (asked.payer, asked.amounts.minutes) == ("tricare", {"97112": 9})


def test_a_method_that_a_turn_names_outranks_the_payer_before(parts: Parts) -> None:
    told = asker(parts)(
        "97110 25 minutes and 97140 8 minutes for Medicare, units?", "and under the midpoint rule?"
    )
    assert told.computed["units"]["methods"] == ["midpoint"]


@pytest.mark.parametrize(
    "turn", ["but 97110 was 5 minutes longer", "what if I drop the 97140?", "and if the PTA did all of it?"]
)
def test_a_change_that_is_not_worked_out_is_asked_for(parts: Parts, turn: str) -> None:
    assert (
        asker(parts)("97110 25 minutes and 97140 8 minutes for Medicare, units?", turn).reason == "needs_more"
    )


def test_what_the_payer_does_with_a_counted_code_leads(parts: Parts) -> None:
    assert "G0283" in asker(parts)("97014 for 15 min for a Medicare pt, how many units?").sentences[0].text


def test_a_turn_with_a_matter_of_its_own_is_a_question_of_its_own(understood: Understand) -> None:
    asked = understood("what is the KX threshold in 2024?", "is telehealth allowed?")
    assert not asked.continues


def test_a_year_is_its_last_day_when_it_is_past(understood: Understand) -> None:
    assert understood("KX amount in 2024?").on == date(2024, 12, 31)


def test_a_turn_that_goes_on_keeps_what_it_does_not_replace(understood: Understand) -> None:
    asked = understood("How many units is 38 min of 97110 for Aetna?", "and for Medicare?")
    assert asked.continues
    assert (asked.payer, asked.amounts.minutes) == ("medicare", {"97110": 38})


def test_new_minutes_replace_the_old_ones(understood: Understand) -> None:
    asked = understood("Units for 20 min of 97530, Medicare?", "what about 40 minutes?")
    assert asked.amounts.minutes == {"97530": 40}


def test_a_question_of_its_own_starts_afresh(understood: Understand) -> None:
    asked = understood(
        "Is 97014 paid by Medicare?", "How often does a physical therapist have to write a progress report?"
    )
    assert not asked.continues
    assert asked.codes == ()


@pytest.mark.parametrize(
    ("told", "helped"),
    [
        ("PTA did 8 of the 97110 minutes. what changes for Medicare?", {"97110": 8}),
        ("the PTA gave 8 min of the 97110", {"97110": 8}),
        ("the PTA did the 97110", {"97110": 22}),
        ("the PTA did the 97110, 3 of the 4 exercises", {"97110": 22}),
    ],
)
def test_an_assistants_part_told_later_is_a_part(
    understood: Understand, told: str, helped: dict[str, int]
) -> None:
    before = (
        Turn("user", "Medicare: 97110 22 min, 97140 15 min, how many units?"),
        Turn("assistant", "2 units."),
    )
    amounts = understood(told, history=before).amounts
    assert amounts.minutes == {"97110": 22, "97140": 15}
    assert amounts.assistant == helped
    assert amounts.plain


@pytest.mark.parametrize(
    "text",
    [
        "Medicare: 97110 15 min, 97140 8 min, do I add them together for units?",
        "97110 15 min, 97140 8 min. Both together, how many units?",
    ],
)
def test_codes_that_are_added_together_are_plain(understood: Understand, text: str) -> None:
    assert understood(text).amounts.plain


def test_more_than_the_whole_is_asked_about(understood: Understand) -> None:
    before = (
        Turn("user", "Medicare: 97110 22 min, 97140 15 min, how many units?"),
        Turn("assistant", "2 units."),
    )
    assert not understood("the PTA did 30 of the 97110 minutes", history=before).amounts.plain


def test_the_assistants_turns_are_not_the_askers(understood: Understand) -> None:

    asked = understood("and with 97140?", history=(Turn("assistant", "Ask about 97530 for Aetna."),))
    assert (asked.codes, asked.payer) == (("97140",), None)


def test_ranges_of_codes_are_spelled_out(understood: Understand) -> None:
    assert understood("how do I choose among 97161-97163").codes == ("97161", "97163", "97162")


def test_a_turn_that_points_back_and_names_another_code_asks_anew(understood: Understand) -> None:
    asked = understood(
        "Medicare: 38 min of 97110 and 7 min of 97140, how many units?",
        "My boss read on that website that 97162 is therapeutic exercise. Right?",
    )
    assert not asked.continues
    assert (asked.codes, dict(asked.amounts.minutes)) == (("97162",), {})
