"""A payer's policy as a PDF: running header and footer, headings, a list, a table, two pages and a parted word."""

from __future__ import annotations

from fpdf import FPDF

BEFORE_TABLE = "Modifier 59 is required on 97530 when it is billed with 97140 on the same day, for sepa-\nrate regions. Self-\ncare training keeps its hyphen. The note must show:"
TIMED = "Timed codes are counted in units of fifteen minutes, and the note holds the minutes of each. "


class _Policy(FPDF):
    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, "Acme Health Plan - Payment Policy T-12", new_x="LMARGIN", new_y="NEXT")
        self.ln(6)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, f"Acme 2026 | Page {self.page_no()} of {{nb}}", align="C")

    def heading(self, text: str, size: int = 13) -> None:
        self.ln(3)
        self.set_font("Helvetica", "B", size)
        self.cell(0, 8, text, new_x="LMARGIN", new_y="NEXT")

    def text_block(self, text: str) -> None:
        self.set_font("Helvetica", size=11)
        self.multi_cell(0, 5.5, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(2)


def policy_pdf(sections: int = 3) -> bytes:
    """Return the policy's bytes; ``sections`` of about a third of a page follow its table."""
    pdf = _Policy()
    pdf.add_page()
    pdf.heading("Outpatient therapy payment policy", 18)
    pdf.heading("Hot and cold packs")
    pdf.text_block("Code 97010 is bundled into the primary service and is not separately reimbursed. " * 2)
    pdf.heading("Manual therapy with activities")
    pdf.text_block(BEFORE_TABLE)
    pdf.text_block("- the technique and the region")
    pdf.text_block(
        "- the minutes of each timed service, and <total> treatment time of the visit in the daily note too"
    )
    pdf.heading("Codes and rules")
    pdf.set_font("Helvetica", size=10)
    with pdf.table() as table:
        for row in (
            ("Code", "Service", "Rule"),
            ("97140", "Manual therapy", "Timed"),
            ("97010", "Hot or cold packs", "Bundled, without payment on any day with other services"),
        ):
            table.row(row)
    for number in range(1, sections + 1):
        pdf.heading(f"Timed codes, part {number}")
        pdf.text_block(TIMED * 12)
    return bytes(pdf.output())
