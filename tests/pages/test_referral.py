"""Referring a patient, in a browser: by hand, by a file, and every outcome."""

import json
from typing import Any
from uuid import uuid4

from playwright.async_api import FilePayload, Page, expect

from activities.fhir import read_referral
from domain.pathway.state import Pathway
from tests.pages.conftest import OpenPage
from tests.pages.desk import Desk
from tests.pages.looking import look
from tests.web.api import bundle
from web.pages.referral_form import ReferredByHand, bundle_of


async def fill(page: Page, **other: str) -> None:
    answers = {
        "Family name": "Okonkwo-Reyes",
        "Given names": "Wren Ada",
        "Birth date": "1990-04-02",
        "Record number": str(uuid4()),
        **other,
    }
    state = answers.pop("State where the patient lives", "FL")
    await page.get_by_label("State where the patient lives").select_option(state)
    for label, value in answers.items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_label("Urgent").check()


async def refer(page: Page) -> None:
    await page.get_by_role("button", name="Refer the patient").click()


async def pathway_of(page: Page, desk: Desk) -> Pathway:
    return await desk.pathway(page.url.rpartition("/")[2].partition("?")[0])


async def test_a_patient_is_referred_by_hand(open_page: OpenPage, desk: Desk) -> None:
    page = await open_page("/referrals/new")
    await look(page, "referral-new")
    await fill(page)

    await refer(page)

    await expect(page.get_by_text("Taken in")).to_be_visible()
    await look(page, "referral-accepted")
    assert "Okonkwo" not in page.url
    referral = (await pathway_of(page, desk)).referral
    assert referral is not None
    assert referral.patient.given_names == ("Wren", "Ada")
    assert (referral.patient.state, referral.urgency) == ("FL", "urgent")


async def test_who_is_here_already_is_led_to_their_pathway(open_page: OpenPage) -> None:
    number = str(uuid4())
    page = await open_page("/referrals/new")
    for _ in range(2):
        await page.goto("/referrals/new")
        await fill(page, **{"Record number": number})
        await refer(page)
        await page.wait_for_url("**/referrals/pathway-*")

    await expect(page.get_by_text("Here already")).to_be_visible()
    await page.get_by_role("link", name="Open the pathway").click()
    await expect(page.get_by_role("heading", name="Okonkwo-Reyes, Wren Ada")).to_be_visible()


async def test_a_refusal_says_every_reason_and_keeps_what_was_written(
    open_page: OpenPage,
) -> None:
    page = await open_page("/referrals/new")
    await fill(page, **{"Birth date": "2015-04-02", "State where the patient lives": "NY"})

    await refer(page)

    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    await expect(summary).to_contain_text("under 18")
    await expect(summary).to_contain_text("does not serve")
    await expect(page.get_by_label("Family name")).to_have_value("Okonkwo-Reyes")
    await look(page, "referral-refused")


async def test_what_is_missing_is_told_at_its_field(open_page: OpenPage) -> None:
    page = await open_page("/referrals/new")

    await refer(page)
    await page.get_by_role("link", name="Family name: this is needed.").click()

    await expect(page.get_by_label("Family name")).to_be_focused()


async def test_files_are_taken_in_and_each_outcome_told(open_page: OpenPage) -> None:
    page = await open_page("/referrals/new")
    files = [
        _file("fits.json", bundle()),
        _file("too-young.json", bundle(born="2015-04-02")),
        FilePayload(name="broken.json", mimeType="application/json", buffer=b"{"),
    ]

    await page.get_by_label("FHIR R4 bundle").set_input_files(files)
    await page.get_by_role("button", name="Take in the file").click()

    await expect(page.get_by_text("1 of 3 taken in.")).to_be_visible()
    await expect(page.get_by_text("is not valid JSON")).to_be_visible()
    await expect(page.get_by_text("the patient is under 18")).to_be_visible()
    await look(page, "referral-files")


async def test_without_a_file_nothing_is_taken_in(open_page: OpenPage) -> None:
    page = await open_page("/referrals/new")

    await page.get_by_role("button", name="Take in the file").click()

    await expect(page.get_by_role("alert")).to_contain_text("Choose a file")


async def test_a_clinician_takes_in_no_referral(open_page: OpenPage) -> None:
    page = await open_page("/caseload", role="clinician")

    assert (await page.request.get("/referrals/new")).status == 403


def test_the_bundle_of_a_form_reads_back_as_what_was_written(desk: Desk) -> None:
    answers = ReferredByHand.model_validate(
        {
            "family_name": "Okonkwo-Reyes",
            "given_names": "Wren Ada",
            "birth_date": "1990-04-02",
            "state": "FL",
            "record_number": "MRN-7",
            "numbered_by": "http://hospital.example.org",
            "phone": "555-0142",
            "email": "wren@example.org",
            "language": "es",
            "urgency": "asap",
            "reasons": ["F60.3"],
            "written_on": "2026-01-15",
            "payer": "Cigna",
            "member_id": "S-1",
        }
    )

    referral = read_referral(bundle_of(answers, "a-number"), desk.now())

    patient = referral.patient
    assert patient.record_number == "http://hospital.example.org|MRN-7"
    assert (patient.phone, patient.email, patient.language) == (
        "555-0142",
        "wren@example.org",
        "es",
    )
    assert (referral.urgency, referral.reasons) == ("asap", ("F60.3",))
    assert referral.coverage is not None
    assert (referral.coverage.payer, referral.coverage.member_id) == ("Cigna", "S-1")
    assert referral.authored_at is not None


def _file(name: str, content: dict[str, Any]) -> FilePayload:
    return FilePayload(
        name=name, mimeType="application/fhir+json", buffer=json.dumps(content).encode()
    )
