"""A reviewer looks closely at a proof, in a real browser."""

import re

from playwright.sync_api import expect

from destinations.flows.filing.tests import kit
from forms.models import Attachment
from tests.waiting import Late


def test_proof_that_is_turned_before_it_is_there_fits_when_it_comes(desktop, desk, file_many):
    file_many(1)
    late = Late(desktop, "**/desk/files/*/")
    page = desk()
    late.wait_for_one()
    page.keyboard.press("o")
    picture = page.locator("[data-proof-view] img").first
    expect(picture).to_have_attribute("style", re.compile(r"rotate\(90deg\) scale\(1\)"))
    late.come()
    expect(picture).to_have_attribute("style", re.compile(r"rotate\(90deg\) scale\([01]\.\d+\)"))


def test_proof_is_enlarged_and_turned_by_keys(desk, file_many):
    file_many(1)
    page = desk()
    picture = page.locator("[data-proof-view] img").first
    expect(picture).to_be_visible()
    page.keyboard.press("+")
    expect(picture).to_have_css("transform", "matrix(1.4, 0, 0, 1.4, 0, 0)")
    page.keyboard.press("0")
    page.keyboard.press("o")
    expect(picture).to_have_attribute("style", re.compile(r"rotate\(90deg\)"))
    second = page.locator("[data-proof-view]").nth(1)
    second.focus()
    page.keyboard.press("+")
    expect(second.locator("img")).to_have_attribute("style", re.compile(r"scale\(1\.4\)"))


def test_proof_that_is_a_pdf_stands_in_the_page(desk, file_many):
    filing = file_many(1)[0]
    file = Attachment.objects.filter(case_id=kit.case_of(filing).pk).first()
    Attachment.objects.filter(pk=file.pk).update(content_type="application/pdf")
    page = desk()
    frame = page.locator("iframe.proof-pdf")
    expect(frame).to_have_attribute("src", f"/desk/files/{file.pk}/")
