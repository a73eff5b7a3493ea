"""What receivers are shown of events: envelopes, and content where they may see it."""

import json
from datetime import timedelta

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.v1.event import CloudEvent

from activities.feeds import delivery
from activities.feeds.delivery import deliver
from activities.feeds.page import Feed
from activities.feeds.subscription import Subscription, note_delivery
from domain.events import registry
from domain.events.pathway import Referred
from eventstore.connect import Pool
from eventstore.reads import access_stream_by
from eventstore.store import EventStore
from tests.activities.web_server import Reply
from tests.domain import escalations
from tests.domain.histories import closed, ready, referred
from tests.encryption.given import ERASED, a_closed_pathway, a_pathway, happened
from tests.feeds.given import EVERYTHING, LAB, Clinic
from tests.projections.given import settle
from web.rights.fields import FIELDS, TAKES
from web.rights.permissions import Permission
from web.rights.sight import SIGHTS, sight_of

BEGUN = referred()[0]
assert isinstance(BEGUN, Referred)
NAMES = (BEGUN.referral.patient.family_name, BEGUN.referral.patient.record_number)


async def test_every_envelope_is_a_cloud_event(clinic: Clinic) -> None:
    await happened(clinic.store, a_pathway(), closed())
    await settle(clinic.pool)
    await clinic.subscribe(sees=EVERYTHING)

    await clinic.send()

    for asked in clinic.web.asked:
        read = from_structured_event(HTTPMessage(headers=dict(asked.headers), body=asked.body))
        assert isinstance(read, CloudEvent)
        assert read.get_id() == asked.json["id"]
        assert read.get_type().startswith("org.carepath.pathway.")
        assert read.get_data() == asked.json["data"]
        assert str(read.get_time()).endswith("+00:00")
        own = {name for name in asked.json if name.startswith("carepath")}
        assert all(len(name) <= 20 and name.isalnum() for name in own)


async def test_an_envelope_says_what_and_when_and_of_which_stream(clinic: Clinic) -> None:
    pathway = await clinic.referred()
    await clinic.subscribe()

    await clinic.send()

    [recorded] = await clinic.store.read_stream(pathway)
    [got] = clinic.got
    assert got["id"] == str(recorded.event_id)
    assert got["source"] == f"urn:carepath:log:{recorded.event_id}"
    assert got["type"] == "org.carepath.pathway.referred.v2"
    assert got["subject"] == pathway
    assert got["time"] == recorded.recorded_at.isoformat().replace("+00:00", "Z")
    assert got["carepatheffective"] == recorded.effective_at.isoformat().replace("+00:00", "Z")
    assert (got["carepathposition"], got["carepathversion"]) == ("1", 1)
    assert got["carepathprogramme"] == "mbt-g@1"


async def test_who_was_given_nothing_is_told_that_it_happened_and_no_more(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe()

    await clinic.send()

    [asked] = clinic.web.asked
    assert "data" not in asked.json
    assert asked.json["carepathcontent"] == "withheld"
    assert not [name for name in NAMES if name in asked.body.decode()]


async def test_who_may_see_all_gets_what_the_log_holds_with_its_schema(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe(sees=EVERYTHING)

    await clinic.send()

    [got] = clinic.got
    assert got["data"] == json.loads(registry.write(BEGUN))
    assert got["carepathcontent"] == "whole"
    assert got["dataschema"] == "urn:carepath:event:pathway.referred:2"


@pytest.mark.parametrize("withheld", [Permission.READ_IDENTITY, Permission.READ_CLINICAL])
async def test_what_a_receiver_may_not_see_is_left_out(
    clinic: Clinic, withheld: Permission
) -> None:
    await clinic.referred()
    await clinic.subscribe(sees=[one for one in EVERYTHING if one != withheld])

    await clinic.send()

    [got] = clinic.got
    assert got["carepathcontent"] == "partly"
    assert "dataschema" not in got
    written = json.dumps(got["data"])
    assert not [name for name in FIELDS[withheld] if f'"{name}"' in written]
    if withheld == Permission.READ_IDENTITY:
        assert not [name for name in NAMES if name in written]


@pytest.mark.parametrize(("event_type", "takes"), TAKES.items())
def test_what_is_confidential_as_a_whole_takes_its_own_permission(
    event_type: str, takes: Permission
) -> None:
    assert event_type in {one.name for one in registry.TYPES}
    without = sight_of([one for one in SIGHTS if one != takes])
    assert not without.may_see("pathway-1", event_type)
    assert sight_of(["read_patient", takes]).may_see("pathway-1", event_type)
    assert not sight_of([takes]).may_see("pathway-1", event_type)


def test_each_kind_of_entity_takes_what_it_takes_of_people() -> None:
    assert sight_of(["read_groups"]).may_see("group-1", "group.formed")
    assert not sight_of(["read_patient"]).may_see("group-1", "group.formed")
    assert not sight_of(["read_patient"]).may_see("escalation-1", "escalation.opened")
    assert not sight_of(SIGHTS).may_see("stranger-1", "stranger.came")
    assert sight_of(()).may_see("programme-mbt-g", "programme.published")
    assert not sight_of(["decode", "nonsense"]).may_see("pathway-1", "pathway.referred")


async def test_of_an_erased_patient_nothing_comes_along_any_more(clinic: Clinic) -> None:
    pathway = await a_closed_pathway(clinic.store)
    await happened(clinic.store, pathway, [ERASED])
    await clinic.store.destroy_key(pathway)
    await settle(clinic.pool)
    await clinic.subscribe(types=["pathway.*"], sees=EVERYTHING)

    await clinic.send()

    assert len(clinic.got) == len(closed()) + 1
    *before, erased = clinic.got
    assert {one["carepathcontent"] for one in before} == {"erased"}
    assert not [one for one in before if "data" in one]
    assert erased["type"] == "org.carepath.pathway.erased.v1"
    assert erased["data"] == {"reason": "retention_expired"}


async def test_who_is_erased_while_others_are_sent_is_not_shown_any_more(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clinic.referred()
    erased = await clinic.referred()

    async def saved(pool: Pool, one: Subscription, before: int, reached: int, sent: int) -> bool:
        if before == 0:
            await happened(clinic.store, erased, [ERASED])
            await clinic.store.destroy_key(erased)
        return await note_delivery(pool, one, before, reached, sent)

    monkeypatch.setattr(delivery, "FRESH", timedelta(0))
    monkeypatch.setattr(delivery, "note_delivery", saved)
    await clinic.subscribe(sees=EVERYTHING)

    await clinic.send()

    assert [one["carepathcontent"] for one in clinic.got] == ["whole", "erased"]


async def test_who_is_shown_content_is_recorded_with_whose_it_is(clinic: Clinic) -> None:
    pathway = await clinic.referred()
    escalation = pathway.replace("pathway-", "escalation-")
    begun = escalations.opened(pathway_id=pathway)
    await happened(clinic.store, escalation, [begun, *escalations.open_at()[1:]])
    await settle(clinic.pool)
    await clinic.subscribe(sees=EVERYTHING)

    await clinic.send()

    [read] = await clinic.store.read_stream(access_stream_by("feed-lab"))
    said = json.loads(registry.write(read.event))
    assert (read.type, read.origin.actor.role) == ("access.list_read", "service")
    assert said["pathways"] == [pathway.removeprefix("pathway-")]


async def test_an_escalation_s_later_events_are_of_its_patient_too(clinic: Clinic) -> None:
    pathway = a_pathway()
    escalation = pathway.replace("pathway-", "escalation-")
    first, *others = escalations.open_at()
    assert others
    begun = escalations.opened(pathway_id=pathway, at=first.at)
    await happened(clinic.store, escalation, [begun, *others])
    last = await settle(clinic.pool)
    feed = Feed(clinic.pool, clinic.store, sight_of(EVERYTHING))

    page = await feed.page(last - 1, 10)

    assert [one.pathways for one in page.told] == [{pathway}]


async def test_a_page_that_is_sent_again_is_not_recorded_again(clinic: Clinic) -> None:
    await clinic.referred()
    await clinic.subscribe(sees=EVERYTHING)
    clinic.web.will(Reply(500), Reply(500), Reply())

    for _ in range(3):
        await clinic.send()

    assert len(clinic.got) == 3
    assert len(await clinic.store.read_stream(access_stream_by("feed-lab"))) == 1


async def test_envelopes_alone_are_recorded_as_no_read(clinic: Clinic) -> None:
    await happened(clinic.store, a_pathway(), ready())
    await settle(clinic.pool)
    await clinic.subscribe()
    await clinic.send()
    assert await clinic.store.read_stream(access_stream_by("feed-lab")) == []


async def test_envelopes_are_told_where_no_key_is_at_hand(clinic: Clinic) -> None:
    """Without its keys a worker can read nothing, and what needs none goes on."""
    await clinic.referred()
    await clinic.subscribe()
    without = Clinic(clinic.pool, EventStore(clinic.pool), clinic.web, clinic.folder)
    await deliver(without.feeds, await clinic.lab())
    assert clinic.counted.said == []
    assert without.counted.said == [("delivered", LAB)]
