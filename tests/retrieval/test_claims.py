"""Statements about codes in a payer's ingested policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from citecoder.retrieval.chunking import IngestOptions, chunk_article
from citecoder.retrieval.claims import PolicyClaim, policy_claims

CODES = frozenset(
    [
        "97010",
        "97012",
        "97014",
        "97026",
        "97110",
        "97112",
        "97140",
        "97161",
        "97530",
        "20560",
        "20561",
        "G0283",
        "S8948",
    ]
)


def claims(text: str, payer: str = "acme") -> tuple[PolicyClaim, ...]:
    options = IngestOptions(payer=payer, effective=date(2026, 1, 1))
    return policy_claims(
        chunk_article(
            f"# Therapy Policy\n\n{text}",
            "p.md",
            checked=date(2026, 1, 2),
            known_codes=CODES,
            options=options,
        )
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("97010 is bundled and not separately reimbursed.", ("97010",)),
        ("Hot and cold packs (97010) are considered incidental to other services.", ("97010",)),
        ("No separate payment is made for 97010.", ("97010",)),
        ("We do not reimburse 97010 separately.", ("97010",)),
        ("97012 and 97010 are not separately payable.", ("97012", "97010")),
    ],
)
def test_bundled(text: str, codes: tuple[str, ...]) -> None:
    (claim,) = claims(text)
    assert (claim.kind, claim.codes, claim.payer, claim.passage) == (
        "bundled",
        codes,
        "acme",
        "p/therapy-policy",
    )
    assert claim.effective == date(2026, 1, 1)
    assert claim.sentence == text


@pytest.mark.parametrize(
    "text",
    [
        "97014 is not accepted; use G0283.",
        "97014 will not be accepted. Use G0283 instead.",
        "Providers must submit G0283 in place of 97014.",
        "Do not report 97014; report G0283.",
        "97014 has been replaced by G0283.",
    ],
)
def test_substitute(text: str) -> None:
    (claim,) = claims(text)
    assert (claim.kind, claim.codes, claim.substitute) == ("substitute", ("97014",), "G0283")


@pytest.mark.parametrize(
    ("text", "codes", "modifiers", "beside"),
    [
        ("Modifier 59 is required on 97530 when billed with 97140.", ("97530",), ("59",), ("97140",)),
        (
            "97530 requires modifier 59, XE or XP when reported with 97140.",
            ("97530",),
            ("59", "XE", "XP"),
            ("97140",),
        ),
        ("Append modifier 59 to 97530 when billed together with 97140.", ("97530",), ("59",), ("97140",)),
        ("97530 needs modifier 59 when billed beside 97140.", ("97530",), ("59",), ("97140",)),
        ("Modifiers GP, GO or GN are required on 97110.", ("97110",), ("GP", "GO", "GN"), ()),
    ],
)
def test_modifier(
    text: str, codes: tuple[str, ...], modifiers: tuple[str, ...], beside: tuple[str, ...]
) -> None:
    (claim,) = claims(text)
    assert (claim.kind, claim.codes, claim.modifiers, claim.beside) == ("modifier", codes, modifiers, beside)


@pytest.mark.parametrize(
    "text", ["97026 is not covered.", "The plan does not cover 97026.", "97026 is no longer covered."]
)
def test_not_covered(text: str) -> None:
    (claim,) = claims(text)
    assert (claim.kind, claim.codes) == ("not_covered", ("97026",))


def test_an_announced_list_is_read_item_by_item() -> None:
    found = claims(
        "The following codes are not covered:\n\n- 97026 infrared\n- S8948 laser\n\n97110 is covered."
    )
    assert [(c.kind, c.codes) for c in found] == [("not_covered", ("97026",)), ("not_covered", ("S8948",))]


@pytest.mark.parametrize(
    "text",
    [
        "97010 is not bundled.",
        "97010 is no longer bundled.",
        "97010 may be bundled.",
        "97010 is bundled unless it is the only service.",
        "Is 97010 bundled?",
        "97010 was bundled until 2024.",
        "97010 is bundled and 97110 is covered.",
        "It is a myth that 97010 is not covered.",
        "Medicare does not recognize 97014; use G0283.",
        "Modifier 59 is not required on 97530 when billed with 97140.",
        "97530 must not be billed with modifier 59.",
        "20560 is covered.",
        "97140 is not covered for chiropractors.",
        "97161 is not reimbursed when performed by assistants.",
        "97140 is not covered when billed with 97530.",
        "97530 and 97140 are not payable on the same day.",
        "Packs are bundled.",
    ],
)
def test_what_is_negated_conditional_past_or_about_another_says_nothing(text: str) -> None:
    assert claims(text) == ()


def test_only_ingested_policies_of_a_named_payer_are_read() -> None:
    text = "# Policy\n\n97010 is bundled and not separately reimbursed."
    article = chunk_article(text, "p.md", checked=date(2026, 1, 1), known_codes=CODES)
    assert policy_claims(article) == ()
    policy = chunk_article(
        text, "p.md", checked=date(2026, 1, 1), known_codes=CODES, options=IngestOptions(payer="acme")
    )
    assert policy_claims([replace(p, ingested=False) for p in policy]) == ()
    assert len(policy_claims(policy)) == 1
