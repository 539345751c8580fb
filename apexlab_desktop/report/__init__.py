"""Results to PDF and HTML bytes; the only place of reportlab.

reportlab and jinja2 are loaded at first use, so that importing this package stays cheap.
"""

from __future__ import annotations

from apexlab_desktop.report.report_input import ReportInput

__all__ = ["ReportInput", "html_bytes", "pdf_bytes"]


def pdf_bytes(report: ReportInput) -> bytes:
    """Return the report as a PDF of A4 pages; equal input gives equal bytes.

    Raises
    ------
    EnvironmentFaultError
        If a font file is missing or damaged.
    """
    from apexlab_desktop.report.pdf_document import render_pdf
    from apexlab_desktop.report.report_model import report_model

    return render_pdf(report_model(report), report.fonts)


def html_bytes(report: ReportInput) -> bytes:
    """Return the report as one self-contained UTF-8 page; equal input gives equal bytes."""
    from apexlab_desktop.report.html_document import render_html
    from apexlab_desktop.report.report_model import report_model

    return render_html(report_model(report))
