"""Sharing with the primary care provider, unless the patient chooses to opt out."""

from uuid import UUID

import pytest

from domain.commands.access import NamePcp, OptInToSharing, OptOutOfSharing, ShareRecord
from domain.commands.base import SettleEffect
from domain.decider import Effect
from domain.events.access import PcpNamed, RecordShareAsked, SharingOptedIn, SharingOptedOut
from domain.events.effects import EffectOutcome
from domain.events.pathway import Discharged, EffectSettled, Erased, PathwayEvent
from domain.pathway.arrangements import Share
from domain.patient import PrimaryCareProvider
from tests.domain.histories import FIRST_GROUP, PLANNED_END, WEEK, closed, given, in_treatment

PCP = PrimaryCareProvider(name="Dr Example", fax="+1 555 0102")
NAMED = PcpNamed(at=FIRST_GROUP, pcp=PCP)
OUT = SharingOptedOut(at=FIRST_GROUP)
ASKED = RecordShareAsked(at=FIRST_GROUP, share=1, what="summary")
EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")


def sharing(*events: PathwayEvent) -> tuple[PathwayEvent, ...]:
    return (*in_treatment(), NAMED, *events)


def test_a_record_is_shared_with_the_provider_that_was_named() -> None:
    """Demand 25: records may be shared with the primary care provider."""
    share = ShareRecord(what="summary")
    given(*in_treatment()).when(share).then_rejected("pcp_not_named")
    asked = given(*sharing()).when(share)
    asked.then(ASKED)
    assert asked.and_given().reactions() == [
        Effect(name="share_record-1", port="share", template="summary", recipient="pcp")
    ]


def test_naming_another_provider_replaces_the_first() -> None:
    other = PrimaryCareProvider(name="Dr Other")
    named = given(*sharing()).when(NamePcp(pcp=other))
    assert named.and_given().state.sharing.pcp == other


def test_an_opt_out_is_the_patients_at_any_time() -> None:
    """Demand 25: unless you choose to opt out."""
    out = given(*sharing()).when(OptOutOfSharing())
    out.then(OUT)
    assert given(*sharing()).state.sharing_allowed
    assert not out.and_given().state.sharing_allowed
    back = out.and_given().when(OptInToSharing())
    back.then(SharingOptedIn(at=FIRST_GROUP))
    assert back.and_given().state.sharing_allowed


def test_nothing_is_shared_while_nobody_is_named() -> None:
    assert not given(*in_treatment()).state.sharing_allowed
    assert not given().state.sharing_allowed


def test_an_opt_out_is_checked_when_sending_and_not_when_asking() -> None:
    """Demand 25: it is checked when sending, not when queueing."""
    assert given(*sharing(OUT)).when(ShareRecord(what="summary")).events
    queued = given(*sharing(ASKED)).when(OptOutOfSharing()).and_given()
    assert not queued.state.sharing_allowed


@pytest.mark.parametrize("outcome", ["suppressed", "done"])
def test_what_came_of_sending_is_recorded(outcome: EffectOutcome) -> None:
    """Demand 25: what is suppressed is recorded as suppressed."""
    settle = SettleEffect(effect_id=EFFECT_ID, effect="share_record-1", outcome=outcome)
    second = RecordShareAsked(at=FIRST_GROUP, share=2, what="records")
    settled = given(*sharing(ASKED, second, OUT)).when(settle)
    settled.then_happened(EffectSettled)
    assert settled.and_given().state.sharing.shares == (
        Share(number=1, what="summary", outcome=outcome),
        Share(number=2, what="records"),
    )


def test_each_document_has_its_own_number() -> None:
    (second,) = given(*sharing(ASKED)).when(ShareRecord(what="records")).events
    assert second == RecordShareAsked(at=FIRST_GROUP, share=2, what="records")


def test_opting_out_twice_or_in_without_having_opted_out_is_refused() -> None:
    given(*sharing(OUT)).when(OptOutOfSharing()).then_rejected("opted_out_already")
    given(*sharing()).when(OptInToSharing()).then_rejected("not_opted_out")
    assert not given(*sharing(OUT)).permitted("opt_out_of_sharing").open
    assert given(*sharing(OUT)).permitted("opt_in_to_sharing").open


def test_the_choice_does_not_end_with_the_pathway() -> None:
    at = PLANNED_END + 2 * WEEK
    ended = given(*closed())
    assert ended.permitted("opt_out_of_sharing").open
    ended.when(NamePcp(pcp=PCP), at=at).then_happened(PcpNamed)
    ended.when(OptOutOfSharing(), at=at).then_happened(SharingOptedOut)
    ended.when(ShareRecord(what="discharge_summary"), at=at).then_rejected("pcp_not_named")


def test_of_an_erased_or_unknown_patient_nothing_is_shared() -> None:
    erased = given(*closed(), Erased(at=PLANNED_END + 2 * WEEK, reason="patient_request"))
    erased.when(OptOutOfSharing()).then_rejected("pathway_erased")
    given().when(OptOutOfSharing(), at=FIRST_GROUP).then_rejected("unknown_pathway")
    erased.when(NamePcp(pcp=PCP)).then_rejected("pathway_erased")
    erased.when(ShareRecord(what="summary")).then_rejected("pathway_erased", "pcp_not_named")


@pytest.mark.parametrize("command", [OptOutOfSharing, OptInToSharing])
def test_of_an_unknown_patient_nothing_was_chosen_earlier_either(
    command: type[OptOutOfSharing | OptInToSharing],
) -> None:
    said = given().when(command(at=FIRST_GROUP), at=FIRST_GROUP + 2 * WEEK)
    assert "unknown_pathway" in {reason.code for reason in said.reasons}


def test_nobody_writes_to_the_dead() -> None:
    """Policy: deceased is a discharge reason that stops every message."""
    died = given(*in_treatment(), Discharged(at=FIRST_GROUP, reason="deceased"))
    assert given(*in_treatment()).state.messages_allowed
    assert not died.state.messages_allowed
    assert not given().state.messages_allowed
