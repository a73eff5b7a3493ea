"""Licences and credentials: they hold on both their dates, and nobody is surprised by their end."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.clinician import CLINICIAN
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.clinician import (
    RecordCredential,
    RecordLicence,
    RevokeCredential,
    RevokeLicence,
)
from domain.commands.registry import read
from domain.decider import Rejected
from domain.events.clinician import (
    CredentialExpired,
    CredentialRecorded,
    CredentialRevoked,
    Deactivated,
    EffectSettled,
    ExpiryWarned,
    LicenceExpired,
    LicenceRecorded,
    LicenceRevoked,
)
from domain.programmes.definition import Definition
from tests.domain.clinicians import (
    CREDENTIALED,
    EXPIRED_AT,
    LICENSED,
    REGISTERED,
    REGISTERED_AT,
    SINCE,
    SIXTY_DAYS_AHEAD,
    THIRTY_DAYS_AHEAD,
    UNTIL,
    given,
    known,
    licence,
)
from tests.domain.histories import mbt_g_document, ny
from tests.domain.specification import COMMAND_ID, Specification

DAY = timedelta(days=1)
NEXT = date(2028, 9, 21)


def a_licence(**changes: Any) -> RecordLicence:
    return RecordLicence(
        **{"state": "FL", "number": "SW 1", "since": SINCE, "until": UNTIL, **changes}
    )


def a_credential(**changes: Any) -> RecordCredential:
    return RecordCredential(
        **{"kind": "mbt", "number": "M 1", "since": SINCE, "until": UNTIL, **changes}
    )


def test_a_licence_is_recorded_with_its_warnings_and_its_end() -> None:
    """Demand 23: every facilitator must be licensed for the patient's state on that day."""
    given(REGISTERED).when(a_licence()).then(LICENSED)


def test_a_credential_is_recorded_with_its_warnings_and_its_end() -> None:
    """Demand 12: an MBT credential with an expiry date."""
    given(REGISTERED).when(a_credential()).then(CREDENTIALED)


@pytest.mark.parametrize(
    ("day", "holds"),
    [(SINCE - DAY, False), (SINCE, True), (UNTIL, True), (UNTIL + DAY, False)],
)
def test_it_holds_on_both_its_dates_and_between(day: date, *, holds: bool) -> None:
    """Demands 12 and 23: on that day."""
    assert known(REGISTERED, LICENSED).licensed("FL", day, at=REGISTERED_AT) is holds
    assert known(REGISTERED, CREDENTIALED).credentialed("mbt", day, at=REGISTERED_AT) is holds


def test_a_licence_is_for_its_own_state_and_a_credential_of_its_own_kind() -> None:
    assert not known(REGISTERED, LICENSED).licensed("AZ", UNTIL, at=REGISTERED_AT)
    assert not known(REGISTERED, CREDENTIALED).credentialed("dbt", UNTIL, at=REGISTERED_AT)
    assert not known(REGISTERED, LICENSED).credentialed("mbt", UNTIL, at=REGISTERED_AT)


def test_the_last_day_ends_at_midnight_in_the_zone_of_the_programme() -> None:
    """In summer, New York is four hours behind UTC."""
    deadlines = given(REGISTERED, LICENSED).deadlines("expiry")
    assert [one.at.isoformat() for one in deadlines] == ["2026-09-22T04:00:00+00:00"]


def test_an_expiry_is_warned_of_sixty_and_thirty_days_ahead() -> None:
    sixty = given(REGISTERED, LICENSED).when_due("expiry_warning")
    sixty.then(
        ExpiryWarned(at=SIXTY_DAYS_AHEAD, period=1, what="licence", of="FL", number="SW 1", days=60)
    )
    thirty = sixty.and_given().when_due("expiry_warning")
    thirty.then(
        ExpiryWarned(
            at=THIRTY_DAYS_AHEAD, period=1, what="licence", of="FL", number="SW 1", days=30
        )
    )
    assert [one.kind for one in thirty.and_given().deadlines()] == ["expiry"]


def test_on_the_day_after_its_last_it_has_expired() -> None:
    licensed = given(REGISTERED, LICENSED).when_due("expiry")
    licensed.then(LicenceExpired(at=EXPIRED_AT, period=1, state="FL", number="SW 1", until=UNTIL))
    assert licensed.and_given().deadlines() == []
    given(REGISTERED, CREDENTIALED).when_due("expiry").then(
        CredentialExpired(at=EXPIRED_AT, period=1, kind="mbt", number="M 1", until=UNTIL)
    )


def test_a_warning_that_comes_late_says_what_it_would_have_said() -> None:
    warned = given(REGISTERED, CREDENTIALED).when_due("expiry_warning", at=THIRTY_DAYS_AHEAD)
    warned.then(
        ExpiryWarned(
            at=SIXTY_DAYS_AHEAD, period=1, what="credential", of="mbt", number="M 1", days=60
        )
    )


@pytest.mark.parametrize(
    ("recorded_at", "days"),
    [(ny("2026-07-23 00:00"), 60), (ny("2026-09-02 12:00"), 19), (ny("2026-09-21 23:59"), 0)],
)
def test_what_is_recorded_after_a_warning_would_have_come_is_warned_of_at_once(
    recorded_at: datetime, days: int
) -> None:
    recorded = given(REGISTERED).when(a_licence(), at=recorded_at)
    recorded.then_happened(LicenceRecorded, ExpiryWarned)
    assert recorded.events[1] == ExpiryWarned(
        at=recorded_at, period=1, what="licence", of="FL", number="SW 1", days=days
    )
    assert all(at > recorded_at for at in recorded.events[0].warn_at)  # type: ignore[attr-defined]
    assert all(one.at > recorded_at for one in recorded.and_given().deadlines())


def test_a_credential_is_warned_of_at_once_as_well() -> None:
    recorded = given(REGISTERED).when(a_credential(), at=ny("2026-09-01 12:00"))
    recorded.then_happened(CredentialRecorded, ExpiryWarned)


def test_what_has_expired_already_is_recorded_as_history_and_waits_for_nothing() -> None:
    recorded = given(REGISTERED).when(a_licence(), at=EXPIRED_AT)
    recorded.then_happened(LicenceRecorded)
    assert recorded.and_given().deadlines() == []


def test_a_programme_may_warn_at_other_times_or_never() -> None:
    """Policy: credential_warnings."""
    document = mbt_g_document()
    document["policies"]["credential_warnings"] = ["P7D", "P1D", "P7D"]
    weekly = Specification(CLINICIAN, Definition.model_validate(document)).given(REGISTERED)
    recorded = weekly.when(a_licence())
    warnings = recorded.and_given().deadlines("expiry_warning")
    assert [one.at for one in warnings] == [ny("2026-09-14 00:00"), ny("2026-09-20 00:00")]

    document["policies"]["credential_warnings"] = []
    never = Specification(CLINICIAN, Definition.model_validate(document)).given(REGISTERED)
    recorded = never.when(a_licence(), at=ny("2026-09-21 12:00"))
    recorded.then_happened(LicenceRecorded)
    assert [one.kind for one in recorded.and_given().deadlines()] == ["expiry"]


def test_the_shipped_programme_warns_sixty_and_thirty_days_ahead() -> None:
    """Policy: credential_warnings; a definition that does not say so means the same."""
    document = mbt_g_document()
    assert document["policies"]["credential_warnings"] == ["P60D", "P30D"]
    del document["policies"]["credential_warnings"]
    without = Definition.model_validate(document)
    assert without.policies.credential_warnings == (60 * DAY, 30 * DAY)


@pytest.mark.parametrize("since", [date(2026, 6, 1), UNTIL + DAY])
def test_a_renewal_cancels_the_warnings_and_the_end_of_what_it_goes_on_from(since: date) -> None:
    renewed = given(REGISTERED, LICENSED).when(a_licence(since=since, until=NEXT))
    renewed.then(licence(2, since, NEXT))
    assert {one.subject for one in renewed.and_given().deadlines()} == {"period-2"}
    assert renewed.and_given().when_due("expiry").events[0].at == ny("2028-09-22 00:00")


def test_a_stale_deadline_changes_nothing() -> None:
    renewed = given(REGISTERED, LICENSED, licence(2, UNTIL + DAY, NEXT))
    for kind, at in (("expiry_warning", SIXTY_DAYS_AHEAD), ("expiry", EXPIRED_AT)):
        stale = MeetDeadline(kind=kind, subject="period-1", at=at)
        renewed.when(stale, at=EXPIRED_AT + DAY).then_nothing()


def test_a_deadline_that_has_not_come_changes_nothing() -> None:
    early = EXPIRED_AT - timedelta(seconds=1)
    given(REGISTERED, LICENSED).when_due("expiry", at=early).then_nothing()


def test_a_renewal_recorded_ahead_leaves_no_gap_and_takes_no_day_away() -> None:
    """The licence of today is not lost because the next one is known."""
    facts = known(REGISTERED, LICENSED, licence(2, UNTIL + DAY, NEXT))
    days = (SINCE + n * DAY for n in range((NEXT - SINCE).days + 1))
    assert all(facts.licensed("FL", day, at=REGISTERED_AT) for day in days)


def test_a_renewal_after_a_gap_leaves_the_earlier_end_as_it_is() -> None:
    gap = given(REGISTERED, LICENSED, licence(2, UNTIL + 2 * DAY, NEXT))
    assert [one.subject for one in gap.deadlines("expiry")] == ["period-1", "period-2"]
    facts = known(REGISTERED, LICENSED, licence(2, UNTIL + 2 * DAY, NEXT))
    assert not facts.licensed("FL", UNTIL + DAY, at=REGISTERED_AT)


def test_another_number_or_another_state_renews_nothing() -> None:
    other_number = licence(2, UNTIL + DAY, NEXT, number="SW 2")
    other_state = licence(3, UNTIL + DAY, NEXT, state="AZ")
    both = given(REGISTERED, LICENSED, other_number, other_state)
    assert len(both.deadlines("expiry")) == 3


@pytest.mark.parametrize("until", [UNTIL, UNTIL - DAY])
def test_a_renewal_that_ends_no_later_is_refused(until: date) -> None:
    shorter = a_licence(since=date(2025, 1, 1), until=until)
    given(REGISTERED, LICENSED).when(shorter).then_rejected("licence_recorded")
    shorter_training = a_credential(since=date(2025, 1, 1), until=until)
    given(REGISTERED, CREDENTIALED).when(shorter_training).then_rejected("credential_recorded")


def test_recording_the_same_again_changes_nothing() -> None:
    given(REGISTERED, LICENSED).when(a_licence()).then_nothing()
    given(REGISTERED, CREDENTIALED).when(a_credential()).then_nothing()


def test_a_revoked_licence_holds_until_the_day_before() -> None:
    revoked = given(REGISTERED, LICENSED).when(
        RevokeLicence(state="FL", number="SW 1", reason="Surrendered"), at=ny("2026-03-02 15:00")
    )
    gone = LicenceRevoked(
        at=ny("2026-03-02 15:00"),
        state="FL",
        number="SW 1",
        last_day=date(2026, 3, 1),
        reason="Surrendered",
    )
    revoked.then(gone)
    assert revoked.and_given().deadlines() == []
    facts = known(REGISTERED, LICENSED, gone)
    assert facts.licensed("FL", date(2026, 3, 1), at=REGISTERED_AT)
    assert not facts.licensed("FL", date(2026, 3, 2), at=REGISTERED_AT)


def test_a_revoked_credential_holds_until_the_day_before() -> None:
    gone = CredentialRevoked(
        at=ny("2026-03-02 15:00"),
        kind="mbt",
        number="M 1",
        last_day=date(2026, 3, 1),
        reason="No supervision",
    )
    command = RevokeCredential(kind="mbt", number="M 1", reason="No supervision")
    given(REGISTERED, CREDENTIALED).when(command, at=gone.at).then(gone)
    assert not known(REGISTERED, CREDENTIALED, gone).credentialed(
        "mbt", date(2026, 3, 2), at=REGISTERED_AT
    )


def test_a_revocation_entered_late_counts_from_the_day_it_happened() -> None:
    late = RevokeLicence(
        state="FL", number="SW 1", reason="By the board", at=ny("2026-02-01 09:00")
    )
    revoked = given(REGISTERED, LICENSED).when(late, at=ny("2026-03-02 15:00"))
    assert revoked.events[0].at == ny("2026-02-01 09:00")
    revoked.then_state(
        periods=(
            given(REGISTERED, LICENSED)
            .state.periods[0]
            .model_copy(
                update={
                    "until": date(2026, 1, 31),
                    "warn_at": (),
                    "expires_at": None,
                    "revoked": True,
                }
            ),
        )
    )


def test_a_revocation_that_has_not_happened_is_refused() -> None:
    ahead = RevokeLicence(state="FL", number="SW 1", reason="Planned", at=ny("2026-02-01 09:00"))
    given(REGISTERED, LICENSED).when(ahead).then_rejected("in_the_future")


def test_revoked_from_its_first_day_nothing_of_it_stays_and_it_can_be_entered_rightly() -> None:
    """How a mistake is corrected: the log keeps both."""
    mistaken = RevokeLicence(
        state="FL", number="SW 1", reason="Wrong date", at=ny("2024-09-22 00:00")
    )
    corrected = given(REGISTERED, LICENSED).when(mistaken).and_given()
    assert corrected.state.periods == ()
    corrected.when(a_licence(until=date(2025, 1, 31))).then_happened(LicenceRecorded)


def test_revoked_on_its_second_day_it_held_on_its_first() -> None:
    at = ny("2024-09-23 12:00")
    gone = RevokeLicence(state="FL", number="SW 1", reason="Wrong state", at=at)
    revoked = given(REGISTERED, LICENSED).when(gone).and_given()
    facts = known(*revoked.events)
    assert facts.licensed("FL", SINCE, at=REGISTERED_AT)
    assert not facts.licensed("FL", SINCE + DAY, at=REGISTERED_AT)


def test_a_licence_given_back_is_recorded_again() -> None:
    command = RevokeLicence(state="FL", number="SW 1", reason="Suspended")
    suspended = given(REGISTERED, LICENSED).when(command, at=ny("2026-03-02 15:00")).and_given()
    again = suspended.when(a_licence(since=date(2026, 4, 1)), at=ny("2026-04-01 09:00"))
    again.then_happened(LicenceRecorded)
    assert len(again.and_given().deadlines("expiry")) == 1


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (RevokeLicence(state="AZ", number="SW 1", reason="x"), "unknown_licence"),
        (RevokeLicence(state="FL", number="SW 2", reason="x"), "unknown_licence"),
        (RevokeCredential(kind="mbt", number="SW 1", reason="x"), "unknown_credential"),
    ],
)
def test_what_is_not_there_is_not_revoked(command: Any, code: str) -> None:
    given(REGISTERED, LICENSED).when(command).then_rejected(code)


def test_what_was_revoked_is_not_revoked_again() -> None:
    command = RevokeLicence(state="FL", number="SW 1", reason="Surrendered")
    once = given(REGISTERED, LICENSED).when(command).and_given()
    once.when(command).then_rejected("unknown_licence")


def test_the_clinician_is_told_of_an_end_to_come_and_of_the_end() -> None:
    """The message holds no number and no state: the adapter looks up what it needs."""
    warned = given(REGISTERED, LICENSED).when_due("expiry_warning").and_given()
    [effect] = warned.reactions()
    assert (effect.port, effect.template, effect.recipient) == (
        "notify",
        "licence_expiry",
        "clinician",
    )
    assert effect.data == {}
    [effect] = given(REGISTERED, LICENSED).when_due("expiry").and_given().reactions()
    assert effect.template == "licence_expiry"
    [effect] = given(REGISTERED, CREDENTIALED).when_due("expiry").and_given().reactions()
    assert effect.template == "credential_expiry"


def test_who_is_out_of_service_is_not_written_to_but_the_end_is_recorded() -> None:
    away = Deactivated(at=REGISTERED_AT, reason="Leave")
    expired = given(REGISTERED, LICENSED, away).when_due("expiry")
    expired.then_happened(LicenceExpired)
    assert expired.and_given().reactions() == []


def test_nobody_is_told_what_they_did_themselves() -> None:
    assert given(REGISTERED, LICENSED).reactions() == []


def test_what_came_of_a_message_is_a_fact() -> None:
    settled = SettleEffect(
        effect_id=COMMAND_ID, effect="notify_clinician", outcome="failed", attempts=5
    )
    given(REGISTERED).when(settled).then(
        EffectSettled(
            at=REGISTERED_AT,
            effect_id=COMMAND_ID,
            effect="notify_clinician",
            outcome="failed",
            attempts=5,
        )
    )


@pytest.mark.parametrize("state", ["XX", "PR", "fl", "Florida", ""])
def test_a_licence_is_for_one_of_fifty_states_or_the_district(state: str) -> None:
    assert a_licence(state="DC").state == "DC"
    with pytest.raises(ValidationError):
        a_licence(state=state)


@pytest.mark.parametrize("command", ["record_licence", "record_credential"])
def test_a_period_that_ends_before_it_begins_is_refused(command: str) -> None:
    of = {"record_licence": {"state": "FL"}, "record_credential": {"kind": "mbt"}}[command]
    data = {**of, "number": "1", "since": "2026-01-02", "until": "2026-01-01"}
    with pytest.raises(Rejected, match="until is before since"):
        read("clinician", command, data)
    read("clinician", command, {**data, "until": "2026-01-02"})


def test_a_day_out_of_reach_is_refused() -> None:
    with pytest.raises(ValidationError):
        a_licence(until=date(9999, 12, 31))
