"""The waitlist over HTTP."""

from tests.web.api import Api


async def test_who_waits_is_told_with_every_reason_why_nothing_fits(clinic: Api) -> None:
    pathway = await clinic.opened()
    assert (await clinic.get("/api/waitlist")).json()["places"] == []
    joined = await clinic.submit(
        pathway,
        "join_waitlist",
        group_kind="introduction",
        modalities=["virtual"],
        urgency="urgent",
        zone="America/New_York",
    )
    assert joined.status_code == 200, joined.text
    formed = await clinic.submit(
        "group-new",
        "form",
        programme="mbt-g@1",
        kind="introduction",
        modality="virtual",
        first_on="2026-12-01",
    )
    group = str(formed.json()["entity_id"])
    await clinic.submit(group, "schedule", weekdays=[1], starts="18:00", zone="America/New_York")

    [place] = (await clinic.get("/api/waitlist")).json()["places"]

    assert (place["pathway_id"], place["urgency"]) == (pathway, "urgent")
    assert (place["proposed"], place["fitting"]) == (None, [])
    [against] = [one for one in place["against"] if one["group_id"] == group]
    assert [reason["code"] for reason in against["reasons"]] == ["too_few_facilitators"]
