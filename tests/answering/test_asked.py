"""What a question names, alone and as a turn that goes on with the ones before."""

from __future__ import annotations

from datetime import date

import pytest

from tests.answering.asking import Understand


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


def test_what_the_request_states_outranks_the_words(understood: Understand) -> None:
    asked = understood("is 97014 paid by Aetna", payer="medicare", date_of_service=date(2025, 3, 1))
    assert (asked.payer, asked.on, asked.day_named) == ("medicare", date(2025, 3, 1), True)


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


def test_the_assistants_turns_are_not_the_askers(understood: Understand) -> None:
    from citecoder.answers import Turn

    asked = understood("and with 97140?", history=(Turn("assistant", "Ask about 97530 for Aetna."),))
    assert (asked.codes, asked.payer) == (("97140",), None)


def test_ranges_of_codes_are_spelled_out(understood: Understand) -> None:
    assert understood("how do I choose among 97161-97163").codes == ("97161", "97163", "97162")
