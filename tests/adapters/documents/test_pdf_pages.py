"""PDF files: their text, their pages, and what is said of those that can't be read."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from citecoder.adapters.documents import Document, Limits, load_document
from citecoder.adapters.documents.pdf_layout import to_markdown
from citecoder.adapters.documents.pdf_lines import Line
from citecoder.errors import InputError
from citecoder.retrieval.chunking import chunk_article
from tests.adapters.documents.policy_pdf import policy_pdf


def load(tmp_path: Path, data: bytes, limits: Limits | None = None) -> Document:
    path = tmp_path / "policy.pdf"
    path.write_bytes(data)
    return load_document(path, limits)


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(policy_pdf())))
    writer.encrypt(password, "owner", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_policy_becomes_markdown_with_its_headings_list_and_table(tmp_path: Path) -> None:
    found = load(tmp_path, policy_pdf())
    assert (found.kind, found.title, found.published, found.remarks) == (
        "pdf", "Outpatient therapy payment policy", None, (),
    )  # fmt: skip
    headings = [line for line in found.text.split("\n") if line.startswith("#")]
    assert headings[:4] == [
        "# Outpatient therapy payment policy",
        "## Hot and cold packs",
        "## Manual therapy with activities",
        "## Codes and rules",
    ]
    assert "\n- the technique and the region\n- the minutes" in found.text
    assert "| Code | Service | Rule |\n|---|---|---|\n| 97140 | Manual therapy | Timed |" in found.text
    assert "| Hot or cold packs | Bundled, without payment on any day with other services |" in found.text


def test_running_headers_footers_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    text = load(tmp_path, policy_pdf()).text
    assert "Payment Policy T-12" not in text
    assert "Acme 2026" not in text
    assert "Page" not in text
    assert text.count("Timed codes, part") == 3


def test_words_parted_at_a_line_end_are_mended_and_compounds_kept(tmp_path: Path) -> None:
    text = load(tmp_path, policy_pdf()).text
    assert "separate regions" in text
    assert "Self-care training" in text


def test_each_line_knows_its_page(tmp_path: Path) -> None:
    found = load(tmp_path, policy_pdf())
    lines = found.text.split("\n")
    assert len(lines) == len(found.places)
    assert found.place(1) == "page 1"
    assert found.place(lines.index("## Timed codes, part 3") + 1) == "page 2"
    assert found.place(len(lines) + 1) == ""


def test_a_policy_gives_passages_under_its_headings(tmp_path: Path) -> None:
    found = load(tmp_path, policy_pdf())
    passages = {
        p.id: p
        for p in chunk_article(
            found.text, "acme.pdf", checked=date(2026, 11, 22), known_codes={"97010", "97140", "97530"}
        )
    }
    assert list(passages)[:3] == [
        "acme/hot-and-cold-packs", "acme/manual-therapy-with-activities", "acme/codes-and-rules",
    ]  # fmt: skip
    assert passages["acme/hot-and-cold-packs"].codes == ("97010",)
    assert "and <total> treatment time" in passages["acme/manual-therapy-with-activities"].text
    assert "97010 | Hot or cold packs | Bundled" in passages["acme/codes-and-rules"].text


def test_a_sentence_over_two_pages_stays_one(tmp_path: Path) -> None:
    paragraphs = load(tmp_path, policy_pdf()).text.strip().split("\n\n")
    timed = [each for each in paragraphs if each.startswith("Timed codes are")]
    assert [each.count("Timed codes") for each in timed] == [12, 12, 12]


def test_a_pdf_that_needs_a_password_is_named_and_one_that_opens_for_all_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"policy.pdf: is encrypted and needs a password; save"):
        load(tmp_path, locked("secret"))
    assert load(tmp_path, locked("")).text == load(tmp_path, policy_pdf()).text


def test_a_scan_is_named_as_one(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    written = io.BytesIO()
    writer.write(written)
    with pytest.raises(InputError, match=r"has no text, only images \(a scan\); run text recognition"):
        load(tmp_path, written.getvalue())


def test_pages_without_text_among_others_are_told(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(policy_pdf())))
    writer.add_blank_page(300, 300)
    written = io.BytesIO()
    writer.write(written)
    assert load(tmp_path, written.getvalue()).remarks == ("page 3 of 3 has no text (blank or scanned)",)


@pytest.mark.parametrize("data", [policy_pdf()[:900], b"%PDF", b"%PDF-1.4\n" + b"1 0 obj\n<<" * 20_000])
def test_a_broken_pdf_is_named(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match=r"is broken or not a whole PDF .*fetch it again"):
        load(tmp_path, data)


def test_pages_in_a_ring_are_no_trap(tmp_path: Path) -> None:
    ring = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 2/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Pages/Count 1/Parent 2 0 R/Kids[2 0 R]>>endobj\ntrailer<</Size 4/Root 1 0 R>>"
    )
    with pytest.raises(InputError, match="broken"):
        load(tmp_path, ring)


def test_a_long_pdf_is_cut_and_says_so(tmp_path: Path) -> None:
    found = load(tmp_path, policy_pdf(sections=12), Limits(pages=2))
    assert found.remarks == ("cut after page 2 of 4: at most 2 are read; raise CITECODER_MAX_DOCUMENT_PAGES",)
    assert set(found.places) == {1, 2}


def test_a_pdf_that_takes_too_long_is_refused_when_not_even_a_page_was_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"longer than 1e-09 s; .*CITECODER_MAX_DOCUMENT_SECONDS"):
        load(tmp_path, policy_pdf(), Limits(seconds=1e-9))


# --- layout --------------------------------------------------------------------------------------


def line(text: str, page: int, y: float, *, size: float = 10.0, bold: bool = False, x: float = 50.0) -> Line:
    return Line((text,), (x,), page, y, size, bold)


def body(page: int) -> list[Line]:
    return [line(f"Text of page {word} goes on", page, 700 - 12 * at) for at, word in enumerate("abcdefgh")]


def written(pages: list[list[Line]]) -> list[str]:
    return [text for text, _ in to_markdown(pages) if text]


def test_a_sentence_that_opens_several_pages_is_no_running_header() -> None:
    pages = [[line("The plan pays", page, 712), *body(page)] for page in (1, 2, 3)]
    assert sum(each.count("The plan pays") for each in written(pages)) == 3


def test_page_numbers_that_begin_anywhere_are_dropped_and_other_numbers_stay() -> None:
    pages = [
        [*body(page), line("15", page, 580 - 7 * page), line(str(page + 44), page, 30)] for page in (1, 2, 3)
    ]
    whole = "\n".join(written(pages))
    assert "15" in whole
    assert not any(number in whole for number in ("45", "46", "47"))


def test_where_nothing_stands_out_a_lone_line_in_title_case_is_a_heading() -> None:
    page = [line("Covered Services", 1, 740), *body(1)]
    assert written([page])[0] == "## Covered Services"


def test_lines_of_a_table_of_contents_are_no_content() -> None:
    page = [
        line("1. Covered services ........ 3", 1, 740),
        line("2. Units . . . . . . . iv", 1, 728),
        *body(1),
    ]
    assert "services" not in " ".join(written([page]))
    assert "Units" not in " ".join(written([page]))


def test_a_watermark_is_dropped(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 5.5, "The plan pays 97140 in units of fifteen minutes. " * 6)
    pdf.set_font("Helvetica", "B", 60)
    with pdf.rotation(45, 100, 150):
        pdf.text(60, 150, "DRAFT")
    text = load(tmp_path, bytes(pdf.output())).text
    assert "DRAFT" not in text
    assert text.count("The plan pays") == 6


def test_text_that_reads_like_markup_stays_text() -> None:
    page = [line("> 8 minutes are a unit in <Plan> A.", 1, 740), *body(1)]
    assert written([page])[0] == r"\> 8 minutes are a unit in \<Plan> A."


def test_a_document_cannot_write_its_own_front_matter(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><p>---</p><p>payer: aetna</p><p>---</p><p>The plan pays 97140.</p></body></html>"
    )
    (passage,) = chunk_article(load_document(page).text, "page.html", checked=date(2026, 11, 22))
    assert passage.source.payer is None
