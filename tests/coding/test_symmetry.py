"""The same threshold of evidence up and down: neither the cheaper nor the dearer code of a pair comes more easily.

Each pair is told once in each of its two ways, in the same frame, at the same length of time. Every description must
give its own code and not the other, whichever stands first; taking evidence away must take either line away alike.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from citecoder.model import Review

# cheaper code, its description, dearer code, its description; payer and discipline the same for both
PAIRS = [
    ("97124", "Effleurage and kneading of both calves", "97140", "Grade III posterior glides of the talus", "PT"),
    ("97110", "Green band rows 3x12 and clams 2x15", "97530", "Lifting a 15 lb crate from floor to counter", "PT"),
    ("97110", "Leg press 60 lb and heel raises 3x10", "97112", "Tandem stance on foam with eyes closed", "PT"),
    ("97116", "Gait with the cane, cues for heel strike, 200 ft", "97112", "Single leg stance on a wobble board", "PT"),
    ("97110", "Putty squeezes and wrist curls 2 lb 3x12", "97535", "Dressing with the sock aid and reacher", "OT"),
    ("97014", "Interferential stim to the low back, patient left resting", "97032", "Hand-held stim to the motor point, therapist in constant contact", "PT"),
    ("97018", "Paraffin to the right hand, six dips", "97022", "Fluidotherapy to the right hand", "OT"),
    ("97012", "Mechanical lumbar traction 70 lb", "97140", "Manual lumbar distraction and soft tissue mobilization", "PT"),
    ("97763", "Splint check and strap adjustment of the splint issued last week", "97760", "New thumb splint fabricated and fitted", "OT"),
    ("92507", "Naming and sentence drills for aphasia", "92526", "Swallow exercises with effortful swallow and chin tuck trials", "SLP"),
]  # fmt: skip


def _told(suggest: Callable[..., Review], words: str, discipline: str) -> Review:
    return suggest(f"Treatment today:\n{words}\nTolerated well.", payer="commercial", discipline=discipline)


@pytest.mark.parametrize(("cheap", "its", "dear", "others", "discipline"), PAIRS)
def test_each_description_gives_its_own_code(
    suggest: Callable[..., Review], cheap: str, its: str, dear: str, others: str, discipline: str
) -> None:
    for words, own, other in ((its, cheap, dear), (others, dear, cheap)):
        given = {s.code: s for s in _told(suggest, f"{words}, 15 min", discipline).suggestions}
        assert own in given
        assert other not in given
        assert given[own].units == 1


@pytest.mark.parametrize(("cheap", "its", "dear", "others", "discipline"), PAIRS)
def test_order_favours_neither(
    suggest: Callable[..., Review], cheap: str, its: str, dear: str, others: str, discipline: str
) -> None:
    first = _told(suggest, f"{its}, 15 min\n{others}, 15 min", discipline)
    second = _told(suggest, f"{others}, 15 min\n{its}, 15 min", discipline)
    lines = [{(s.code, s.units) for s in review.suggestions} for review in (first, second)]
    assert lines[0] == lines[1]


@pytest.mark.parametrize(("cheap", "its", "dear", "others", "discipline"), PAIRS)
@pytest.mark.parametrize("frame", ["Plan: {} next visit", "{} was declined", "HEP: {}", "{} held today"])
def test_what_takes_one_away_takes_the_other_away(
    suggest: Callable[..., Review], frame: str, cheap: str, its: str, dear: str, others: str, discipline: str
) -> None:
    for words in (its, others):
        given = _told(suggest, frame.format(words), discipline).suggestions
        assert {s.code for s in given} & {cheap, dear} == set()
