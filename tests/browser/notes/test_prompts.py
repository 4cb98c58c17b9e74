"""Where words go that the sidebar puts into a note, whatever kind of field holds it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.notes.field import host, seen, selected

pytestmark = pytest.mark.browser

PROMPT = "Region treated: ___"
BLANK = {"start": 16, "end": 19}
PLACES = [
    ("IFC unatte|nded today.\nGait 8 min.", "IFC unattended today.\n{}\nGait 8 min."),
    ("Gait 8 min|", "Gait 8 min\n{}"),
    ("Gait 8 min\n|\nSLR", "Gait 8 min\n{}\nSLR"),
    ("SLR and a sentence th|at\ngoes on below.\nGait", "SLR and a sentence that\ngoes on below.\n{}\nGait"),
    ("Gait 8 min.\n\nM. Okafor, PT|", "Gait 8 min.\n{}\n\nM. Okafor, PT"),
    ("Gait 8 min.\n\nM. Okafor, PT\n|", "Gait 8 min.\n{}\n\nM. Okafor, PT\n"),
    ("|", "{}"),
]
NO_CARET = [
    ("Gait 8 min.", "Gait 8 min.\n{}"),
    ("Gait 8 min.\n\nM. Okafor, PT\n", "Gait 8 min.\n{}\n\nM. Okafor, PT\n"),
    ("Gait.\nR. Lindqvist, MS, CCC-SLP", "Gait.\n{}\nR. Lindqvist, MS, CCC-SLP"),
    ("Gait.\nJ. van der Berg, COTA/L 5/1/26", "Gait.\n{}\nJ. van der Berg, COTA/L 5/1/26"),
    ("Gait.\nSigned: Jane Doe PT, DPT", "Gait.\n{}\nSigned: Jane Doe PT, DPT"),
    (
        "Gait.\nElectronically signed by P. Anand, DC\n05/18/2026 2:02 PM",
        "Gait.\n{}\nElectronically signed by P. Anand, DC\n05/18/2026 2:02 PM",
    ),
    ("P: Continue PT", "P: Continue PT\n{}"),
    ("Discussed with M. Okafor, PT", "Discussed with M. Okafor, PT\n{}"),
    ("Jane Doe, PT says that he can walk.", "Jane Doe, PT says that he can walk.\n{}"),
    ("M. Okafor, PT", "{}\nM. Okafor, PT"),
]
FIELDS = [
    "<textarea rows=8 cols=60></textarea>",
    "<div contenteditable=plaintext-only style='white-space: pre-wrap'></div>",
    "<div contenteditable=true style='white-space: pre-wrap'></div>",
]


def put_caret(page: Page, at: int, to: int | None = None) -> None:
    """Put the caret, or a selection, as a writer would: with the focus in the field."""
    page.evaluate(
        """([at, to]) => {
          field.focus();
          if ('value' in field) return field.setSelectionRange(at, to);
          const words = field.firstChild ?? field;
          getSelection().setBaseAndExtent(words, at, words, to);
        }""",
        [at, at if to is None else to],
    )
    page.wait_for_timeout(30)


def insert(page: Page, at: str = "caret") -> None:
    assert page.evaluate("how => adapter.insert('Region treated: ___', how)", {"at": at, "select": BLANK})


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("note", "expected"), PLACES)
def test_a_prompt_gets_a_line_of_its_own_below_the_carets(
    page: Page, field: str, note: str, expected: str
) -> None:
    host(page, field, note.replace("|", ""))
    put_caret(page, note.index("|"))
    insert(page)
    assert seen(page) == expected.format(PROMPT)
    assert selected(page) == "___"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("note", "expected"), NO_CARET)
def test_a_prompt_goes_above_the_signature_where_no_caret_was_placed(
    page: Page, field: str, note: str, expected: str
) -> None:
    host(page, field, note)
    insert(page)
    assert seen(page) == expected.format(PROMPT)
    assert selected(page) == "___"


@pytest.mark.parametrize("field", FIELDS)
def test_prompts_replace_no_selection_and_never_share_a_line(page: Page, field: str) -> None:
    host(page, field, "Ultrasound held today.\nGait 8 min.")
    put_caret(page, 0, 10)
    insert(page)
    insert(page)
    insert(page, "end")
    assert seen(page).split("\n") == ["Ultrasound held today.", PROMPT, PROMPT, "Gait 8 min.", PROMPT]
    page.keyboard.type("R knee")
    assert seen(page).endswith("Gait 8 min.\nRegion treated: R knee")


@pytest.mark.parametrize("field", FIELDS)
def test_a_prompt_after_a_jump_leaves_the_quote_whole(page: Page, field: str) -> None:
    host(page, field, "Ultrasound held today.\nGait 8 min.")
    page.evaluate("adapter.jump({start: 0, end: 10})")
    page.wait_for_timeout(30)
    insert(page)
    assert seen(page) == f"Ultrasound held today.\n{PROMPT}\nGait 8 min."


@pytest.mark.parametrize("field", FIELDS)
def test_undo_takes_a_prompt_back(page: Page, field: str) -> None:
    host(page, field)
    page.evaluate("field.focus()")
    page.keyboard.type("Gait 8 min.")
    page.evaluate("told.length = 0")
    insert(page)
    page.wait_for_function("told.length > 0")
    assert seen(page) == f"Gait 8 min.\n{PROMPT}"
    page.keyboard.press("Control+z")
    assert seen(page) == "Gait 8 min."


@pytest.mark.parametrize("field", FIELDS)
def test_the_end_of_a_line_settles(page: Page, field: str) -> None:
    host(page, field)
    page.evaluate("field.focus()")
    page.keyboard.type("Gait")
    assert page.evaluate("told.includes(true)") is False
    page.keyboard.press("Enter")
    page.wait_for_function("told.includes(true)")


def test_a_field_that_can_not_be_written_to_says_so(page: Page) -> None:
    host(page, "<textarea readonly>kept</textarea>")
    assert page.evaluate("adapter.insert('more')") is False
    host(page, "<p>kept</p>")
    assert page.evaluate("adapter.insert('more')") is False
    assert seen(page) == "kept"


def test_a_caret_in_a_note_that_a_program_has_replaced_counts_no_more(page: Page) -> None:
    host(page, f"{FIELDS[1]}<input>", "Gait 8 min.\nSLR.")
    put_caret(page, 3)
    page.focus("input")
    page.evaluate("field.textContent = 'Another note.\\nM. Okafor, PT'")
    insert(page)
    assert seen(page) == f"Another note.\n{PROMPT}\nM. Okafor, PT"
