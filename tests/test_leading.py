"""Questions to the clinician: those that lead are told with the words that lead, open ones are let through."""

from __future__ import annotations

# Written before the linter was.
LEADS_BEFORE = [
    ("Was the therapist in constant attendance throughout?", "yes_no"),
    ("Did the patient need verbal cues to keep the knee aligned?", "yes_no"),
    ("Is it correct that the whole session was one-on-one?", "yes_no"),
    ("How many patients were in the pool, and did the therapist stay beside this one?", "yes_no"),
    ("The treatment was given one-on-one, correct?", "yes_no"),
    ("Wasn't the gait training done with a walker?", "yes_no"),
    ("Please clarify whether the clinician adjusted the load.", "yes_no"),
    ("Please document that the patient needed skilled care.", "instruction"),
    ("Can you confirm that 15 minutes of manual therapy were given?", "instruction"),
    ("Add the grade of the mobilization and the joint.", "instruction"),
    ("Could you state that the exercises were changed at this visit?", "instruction"),
    ("The note should say that the patient was supervised the whole time.", "instruction"),
    ("What can be written to support the treatment given?", "purpose"),
    ("Which cues did you give, so that the session counts as therapy?", "purpose"),
    ("What did the clinician do, in order to bill the stimulation as attended?", "purpose"),
    ("What makes the visit medically necessary?", "payment"),
    ("Which deficit will keep this from being denied?", "payment"),
    ("What would an auditor need to see about the response?", "payment"),
    ("How many units of exercise were billed?", "payment"),
    ("Which findings make this a 97163?", "code"),
    ("Which comorbidities bring the evaluation to moderate complexity?", "code"),
    ("Did you do at least 8 minutes of ultrasound?", "threshold"),
    ("How many minutes did the massage take, 15 or more?", "threshold"),
    ("Which technique was used: joint mobilization?", "one_choice"),
    ("What did the therapist do, for example tactile cueing?", "one_choice"),
    ("Why did the patient need a therapist for this?", "wanted"),
    ("Which skilled interventions were provided?", "wanted"),
    ("How much did the patient improve?", "wanted"),
]
OPEN_BEFORE = [
    "What body region was treated, and on which side?",
    "Who was present and what did they do?",
    "How many minutes did the manual therapy take?",
    "What was the skin like afterwards, or was it not looked at?",
    "Which aid, if any, did the patient walk with?",
    "How far, on which surface or stairs, did the patient walk?",
    "What, if anything, changed since the last visit?",
    "In which regions and at which times were massage and manual therapy given?",
    "The caregivers of how many patients were trained together?",
    "When and how did the condition begin?",
    "Was the shoulder treated the right one, the left one, both, or neither?",
    "Did the therapist stay with the patient, or did the stimulation run with nobody beside?",
    "Was the stretch active or passive?",
    "What was used to support the arm during the exercise?",
    "What was added to the programme today?",
    "Which symptoms did the patient report or deny?",
    "Which topics were covered in the teaching?",
    "In which units was the grip force measured?",
    "Who was in charge of the group?",
    "What was adjusted so that the patient could sit upright?",
    "Please describe what the clinician did while the patient walked.",
    "What should the patient do at home until the next visit?",
    "On how many days of the 30 were data received?",
    "How did the patient respond: better, worse, the same, or not asked?",
    "If the session was in a group, how many patients were in it?",
    "For how long, in total, was the patient in the water?",
    "Which assistance was required for the transfer?",
    "Was there an order for the therapy or not, and who holds it?",
]


def test_no_question_is_in_both_sets() -> None:
    assert not {question for question, _ in LEADS_BEFORE} & set(OPEN_BEFORE)
