"""Every paper is accessible and fit for the archive, by the judgement of a validator that is not ours."""

from io import BytesIO

import pikepdf
import pytest

from portal.paper.letter import letter_pdf
from portal.paper.record import Record, record_pdf
from portal.paper.report import Status, report_pdf
from rights.letters import policy_pdf
from rights.models import PolicyVersion
from tests.paper import samples
from tests.paper.conftest import Validate

pytestmark = [pytest.mark.trust(14)]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_paper_holds_pdf_ua_and_pdf_a(validate: Validate, language: str) -> None:
    assert (
        validate(
            report=report_pdf(samples.annual_report(2, language=language)),
            draft=report_pdf(samples.annual_report(0, language=language, status=Status.DRAFT)),
            history=record_pdf(samples.record(40, language=language)),
            decision=letter_pdf(samples.decision(language)),
            receipt=letter_pdf(samples.receipt(language)),
        )
        == ""
    )


@pytest.mark.strategy("B43-4b")
def test_the_rules_to_attach_to_an_agreement_hold(validate: Validate, db: None) -> None:
    rules = PolicyVersion.objects.get(number=1)
    assert validate(sv=policy_pdf(rules, "sv"), en=policy_pdf(rules, "en")) == ""


def test_a_paper_with_nothing_to_say_still_holds(validate: Validate) -> None:
    blank = Record("", "Utan innehåll", "Idé", "sv", samples.MOMENT)
    assert validate(report=report_pdf(samples.empty_report()), history=record_pdf(blank)) == ""


def test_a_validator_that_finds_a_fault_says_so(validate: Validate) -> None:
    pdf, broken = pikepdf.open(BytesIO(letter_pdf(samples.receipt()))), BytesIO()
    del pdf.Root.Lang
    pdf.save(broken)
    assert "BREAKS ua1" in validate(broken=broken.getvalue())


@pytest.mark.slow
def test_a_long_report_holds(validate: Validate, whole: bool) -> None:
    """Of thirty pages; with --whole of two hundred."""
    units, appendices, pages = (26, 12, 200) if whole else (3, 2, 30)
    paper = report_pdf(samples.long_report(units=units, appendices=appendices))
    assert len(pikepdf.open(BytesIO(paper)).pages) >= pages
    assert validate(long=paper) == ""
