"""Does a sentence say what its passages say: values, people, affirmed and denied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from citecoder.answering.bearing import GroundingWeights, load_grounding_weights
from citecoder.answering.evidence import tables_as_text
from citecoder.answering.grounding import grounded, objections
from citecoder.answering.tokens import tokens
from citecoder.answers import Sentence
from citecoder.app.wiring import Parts
from citecoder.errors import KnowledgeError
from citecoder.model import Passage
from citecoder.paths import DataRoots, packaged_root

Why = Callable[[str, str], tuple[str, ...]]


@pytest.fixture(scope="module")
def passages(parts: Parts) -> dict[str, Passage]:
    return {passage.id: passage for passage in parts.authored}


@pytest.fixture(scope="module")
def weights(parts: Parts) -> GroundingWeights:
    return load_grounding_weights(parts.roots)


@pytest.fixture(scope="module")
def why(passages: dict[str, Passage], weights: GroundingWeights) -> Why:
    return lambda cite, text: objections(Sentence(text, (cite,)), [passages[cite]], weights)


@pytest.mark.parametrize(
    ("cite", "true", "false"),
    [
        ("cms-cq-co/ten-percent", "Hitting exactly 10% doesn't trigger it.", "Hitting exactly 10% triggers it."),
        ("cms-cq-co/ten-percent", "It is needed above a tenth of the service.", "It is needed above a fifth of the service."),
        ("cms-cq-co/ten-percent", "The assistant alone gave more than 10 percent.", "The assistant alone gave at most 10 percent."),
        ("telehealth/modifier-95", "Institutional claims put 95 on the telehealth line.", "Institutional claims put GT on the telehealth line."),
        ("payer-tricare/assistants", "TRICARE has paid for PTAs since April 16, 2020.", "TRICARE has paid for PTAs since April 16, 2022."),
        ("payer-tricare/assistants", "TRICARE pays for care by PTAs.", "Cigna pays for care by PTAs."),
        ("payer-tricare/policy", "Dry needling is not reimbursed.", "Dry needling is reimbursed."),
        ("cms-pfs-2026/group-therapy", "97150 is not time-based.", "97150 is time-based."),
        ("cms-bpm-15/assistants-limits", "Assistants may not evaluate or set goals.", "Students may not evaluate or set goals."),
        ("mac-billing-articles/attended-stimulation", "Watching the patient is not enough for 97032.", "Watching the patient is enough for 97032."),
        ("cms-bpm-15/assistants-limits", "Assistants can never be billed incident to a physician.", "Students can always be billed incident to a physician."),
    ],
)  # fmt: skip
def test_a_paraphrase_stands_and_its_contrary_falls(why: Why, cite: str, true: str, false: str) -> None:
    assert why(cite, true) == ()
    assert why(cite, false)


@pytest.mark.parametrize(
    ("files", "least_true", "least_false", "true_dropped", "false_dropped"),
    [("close*.yaml", 150, 230, 0.10, 0.95), ("*.yaml", 630, 580, 0.33, 0.95)],
)
def test_most_planted_errors_fall_and_most_true_sentences_of_close_drafts_stand(
    why: Why, files: str, least_true: int, least_false: int, true_dropped: float, false_dropped: float
) -> None:
    """Holds on what the weights are learned from: it tells that the code and the weights fit, not how well they do."""
    told = [
        (row["bad"], why(draft["passage"], row["text"]))
        for file in sorted((packaged_root() / "evals" / "grounding").glob(files))
        for draft in yaml.safe_load(file.read_text(encoding="utf-8"))
        for row in draft["sentences"]
    ]
    true, false = [w for bad, w in told if not bad], [w for bad, w in told if bad]
    assert len(true) >= least_true
    assert len(false) >= least_false
    assert sum(map(bool, true)) <= true_dropped * len(true)
    assert sum(map(bool, false)) >= false_dropped * len(false)


@pytest.mark.parametrize(
    ("cite", "true", "false"),
    [
        ("group-and-overlap/one-on-one-blocks-among-others", "Ten minutes now and five later with the same patient add up.", "Ten minutes now and five later with the same patient do not add up."),
        ("cms-bpm-15/chiropractor-and-dentist-may-not-certify", "No, chiropractors and dentists may neither certify a therapy plan nor refer for therapy.", "Under Medicare physicians may neither certify a therapy plan nor refer for therapy."),
        ("payer-cigna/daily-limit", "From 2022-10-15 Cigna pays at most 4 units a visit.", "From 2022-10-15 Cigna pays at least 4 units a visit."),
        ("cms-pfs-2026/mechanical-traction", "97012 is traction by a machine, untimed, supervised, one unit a day.", "It is timed, one unit a day, payable under Medicare."),
    ],
)  # fmt: skip
def test_a_sentence_in_its_passages_words_stands_and_a_departure_falls(
    why: Why, cite: str, true: str, false: str
) -> None:
    assert why(cite, true) == ()
    assert why(cite, false)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    roots = DataRoots(packaged=tmp_path)
    with pytest.raises(KnowledgeError, match=r"restore it"):
        load_grounding_weights(roots)
    folder = tmp_path / "knowledge" / "model"
    folder.mkdir(parents=True)
    (folder / "grounding.json").write_text("{}", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"fit_grounding\.py"):
        load_grounding_weights(roots)


def test_every_lead_is_borne_by_its_own_passage(passages: dict[str, Passage], why: Why) -> None:
    refused = [p.id for p in passages.values() if p.lead and why(p.id, p.lead)]
    assert refused == []


def test_a_sentence_without_citation_or_passage_is_not_grounded(
    passages: dict[str, Passage], weights: GroundingWeights
) -> None:
    passage = passages["cms-cq-co/ten-percent"]
    lead = passage.lead or ""
    assert grounded(Sentence(lead, (passage.id,)), [passage], weights)
    assert not grounded(Sentence(lead), [passage], weights)
    assert not grounded(Sentence(lead, (passage.id,)), [], weights)


def test_words_of_another_subject_are_not_grounded(why: Why) -> None:
    assert why("cms-cq-co/ten-percent", "Bananas ripen quickly when stored beside apples.")


def test_every_payer_that_notes_and_questions_name_is_known(parts: Parts) -> None:
    root = parts.roots.packaged / "knowledge"
    for file in ("lexicon/visit.yaml", "answers/asking.yaml"):
        named = yaml.safe_load((root / file).read_text(encoding="utf-8"))["payers"]
        for names in named.values():
            for name in names:
                assert any(t.kind == "payer" for t in tokens(f"Bill it to {name} today.")), name


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit", "bound"),
    [
        ("at least eight minutes", "number", "8", "minute", "at least"),
        ("no more than 6 units a visit", "number", "6", "unit", "at most"),
        ("fewer than twenty-three minutes", "number", "23", "minute", "under"),
        ("over $2,330", "number", "2330", "dollar", "over"),
        ("since April 16, 2020", "date", "2020-04-16", "", "at least"),
        ("until 2026-12-31", "date", "2026-12-31", "", "at most"),
        ("with modifier 25", "modifier", "25", "", ""),
        ("97161 to 97163", "code", "97162", "", ""),
        ("by a physical therapist assistant", "who", "assistant", "", ""),
    ],
)
def test_values_are_read_with_units_and_bounds(
    text: str, kind: str, value: str, unit: str, bound: str
) -> None:
    assert (kind, value, unit, bound) in {(t.kind, t.value, t.unit, t.bound) for t in tokens(text)}


def test_a_cell_of_a_table_is_read_with_its_heads() -> None:
    assert "97162 factors 1-2." in tables_as_text("| part | 97162 |\n|---|---|\n| factors | 1-2 |")
