"""Why something gets no line, in words, with the passages that stand behind the words."""

from __future__ import annotations

_PLANNED = ("coding-principles/planned-is-not-performed", "cms-bpm-15/interventions-named")
_NAMED = ("cms-bpm-15/interventions-named",)

WHY_NOT: dict[str, tuple[str, tuple[str, ...]]] = {
    "planned": ("The note plans it; it does not say that it was given at this visit.", _PLANNED),
    "deferred": ("The note says that it was held or put off.", _PLANNED),
    "declined": ("The note says that the patient declined it.", _PLANNED),
    "contraindicated": ("The note says that it was contraindicated or not appropriate.", _PLANNED),
    "home_program": (
        "The note gives it to the home programme; work at home is not given at the visit.",
        _PLANNED,
    ),
    "history": ("The note speaks of earlier care, not of this visit.", _PLANNED),
    "other_date": ("The note gives it to another date.", ("coding-principles/separate-dates", *_NAMED)),
    "other_provider": (
        "The note says that somebody else gave it, who can't bill it here.",
        ("cms-bpm-15/aides-not-billable", "cms-bpm-15/other-staff-not-billable"),
    ),
    "not_performed": ("The note says that it was not done.", _PLANNED),
    "template": ("The words stand in a template or a list of choices, not in a record of treatment.", _NAMED),
    "not_described": (
        "The note does not describe it well enough to say that it was given and what it was.",
        _NAMED,
    ),
    "outside_code_set": ("There is no code of its own for it in the code set used here.", _NAMED),
}
