"""Opening a session: by two who are trained, and with every patient who may take part."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.clinician.qualifications import Qualifications
from domain.clinician.state import Service
from domain.commands.group import AdmitLate, Joining, NameSubstitute, OpenSession
from domain.decider import Reference
from domain.events.group import MemberAdmitted, MemberNotAdmitted, SessionOpened
from domain.events.presence import Admission, Refusal
from domain.group import GROUP, Group
from domain.pathway.rows import ConsentPeriod
from domain.pathway.standing import Standing
from tests.domain.groups import (
    ALEX,
    CONSENTS,
    DAY,
    FORMED_AT,
    HOUR,
    KIM,
    LENGTH,
    MINUTE,
    ROBIN,
    SAM,
    also,
    clinician,
    held,
    meeting,
    members,
    opened,
    opening,
    patient,
    qualified,
    standing,
    tuesday,
)
from tests.domain.histories import IN_SERVICE, ny
from tests.domain.specification import Given

START = tuesday(1)


def with_members(*numbers: int, **facts: Any) -> Given[Group]:
    """A group with these members; `facts` are of the first patient, or of Sam."""
    known: dict[str, Any] = {}
    if "sam" in facts:
        known[SAM] = facts.pop("sam")
    if facts:
        known[patient(1)] = standing(**facts)
    group = also(meeting(), *members(*numbers))
    return Given(group.specification.knowing(known), group.events)


def late(number: int, location: str | None = "FL", session: int = 1, **fields: Any) -> AdmitLate:
    return AdmitLate(session=session, pathway_id=patient(number), location=location, **fields)


def refused(given: Given[Group], number: int = 1, at: datetime = START) -> tuple[str, ...]:
    """Why one of the patients who come to the opening does not take part."""
    [session] = given.when(opening(1, 2), at=at).events
    assert isinstance(session, SessionOpened)
    by_patient = {one.pathway_id: one.reasons for one in session.not_admitted}
    return by_patient.get(patient(number), ())


def test_a_session_opens_with_two_trained_facilitators() -> None:
    """Demand 10: two trained facilitators."""
    with_members(1, 2).when(opening(1, 2), at=START).then(
        SessionOpened(
            at=START,
            session=1,
            starts_at=START,
            clinicians=(ROBIN, SAM),
            admitted=(
                Admission(pathway_id=patient(1), location="FL"),
                Admission(pathway_id=patient(2), location="FL"),
            ),
            not_admitted=(),
        )
    )


@pytest.mark.parametrize("clinicians", [(), (ROBIN,)])
def test_a_session_cannot_open_with_fewer(clinicians: tuple[str, ...]) -> None:
    """Demands 10 and 19: strong reactions are held by two facilitators, never by one."""
    with_members(1).when(opening(1, clinicians=clinicians), at=START).then_rejected(
        "too_few_facilitators"
    )


def test_the_same_clinician_twice_is_one() -> None:
    with_members(1).when(opening(1, clinicians=(ROBIN, ROBIN)), at=START).then_rejected(
        "too_few_facilitators", "clinician_named_twice"
    )


def test_a_credential_that_has_run_out_opens_no_session() -> None:
    """Demand 12: an MBT credential with an expiry date."""
    expired = qualified("FL", until=date(2026, 1, 6))
    with_members(1, sam=expired).when(opening(1), at=START).then_happened(SessionOpened)
    with_members(1, sam=expired).when(opening(1, session=2), at=tuesday(2)).then_rejected(
        "not_credentialed"
    )


def test_the_day_of_a_credential_is_that_of_the_group_s_zone() -> None:
    """At seven in the evening in New York it is tomorrow in UTC already."""
    last_day = qualified("FL", until=date(2026, 1, 6))
    at = ny("2026-01-06 19:10")
    assert at.date() == date(2026, 1, 7)
    with_members(1, sam=last_day).when(opening(1), at=at).then_happened(SessionOpened)


def test_whoever_is_not_in_service_opens_no_session() -> None:
    away = qualified("FL", active=False)
    with_members(1, sam=away).when(opening(1), at=START).then_rejected("not_credentialed")
    unknown = Qualifications()
    with_members(1, sam=unknown).when(opening(1), at=START).then_rejected("not_credentialed")


def test_whoever_led_a_session_before_they_left_is_entered_late() -> None:
    """What counts is who was in service when it began."""
    service = Service(since=ny("2026-01-05 09:00"), until=START + HOUR)
    sam = qualified("FL").model_copy(update={"service": (service,)})
    group = with_members(1, sam=sam)
    group.when(opening(1, at=START), at=START + DAY).then_happened(SessionOpened)
    not_yet = service.model_copy(update={"since": START + MINUTE})
    new = sam.model_copy(update={"service": (not_yet,)})
    group = with_members(1, sam=new)
    group.when(opening(1, at=START), at=START + HOUR / 2).then_rejected("not_credentialed")


def test_only_facilitators_and_named_substitutes_lead_a_session() -> None:
    group = with_members(1)
    asked = opening(1, clinicians=(ROBIN, KIM))
    group.when(asked, at=START).then_rejected("not_a_facilitator")
    named = group.when(NameSubstitute(session=1, clinician_id=KIM, instead_of=SAM)).and_given()
    named.when(asked, at=START).then_happened(SessionOpened)


def test_an_untrained_third_clinician_keeps_the_session_closed() -> None:
    group = with_members(1)
    three = opening(1, clinicians=(ROBIN, SAM, ALEX))
    group.when(three, at=START).then_rejected("not_a_facilitator", "not_credentialed")


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (START - 31 * MINUTE, "too_early"),
        (START - 30 * MINUTE, None),
        (START + LENGTH - MINUTE, None),
        (START + LENGTH, "session_over"),
    ],
)
def test_a_session_opens_from_half_an_hour_before_until_its_end(
    at: datetime, code: str | None
) -> None:
    tried = with_members(1).when(opening(1), at=at)
    if code:
        tried.then_rejected(code)
    else:
        tried.then_happened(SessionOpened)


def test_an_opening_can_be_entered_later_but_not_before_it_happened() -> None:
    entered = with_members(1).when(opening(1, at=START + MINUTE), at=START + DAY)
    [session] = entered.events
    assert session.at == START + MINUTE
    with_members(1).when(opening(1, at=START + HOUR), at=START).then_rejected("in_the_future")


def test_no_session_is_opened_twice() -> None:
    also(meeting(), opened(1)).when(opening(), at=START).then_rejected(
        "session_already_opened", "session_open"
    )
    also(meeting(), opened(1), held(1)).when(opening(), at=START).then_rejected(
        "session_already_held"
    )


def test_one_session_is_held_before_the_next_is_opened() -> None:
    still = also(meeting(), opened(1))
    still.when(opening(session=2), at=tuesday(2)).then_rejected("session_open")


def test_a_session_that_is_not_planned_cannot_be_opened() -> None:
    meeting().when(opening(session=99), at=START).then_rejected("unknown_session")


def test_one_who_may_not_join_does_not_keep_the_others_out() -> None:
    """Demand 23: that patient does not join, with the reason recorded."""
    given = with_members(1, 2, consents=())
    [session] = given.when(opening(1, 2), at=START).events
    assert isinstance(session, SessionOpened)
    assert [one.pathway_id for one in session.admitted] == [patient(2)]
    assert session.not_admitted == (
        Refusal(pathway_id=patient(1), location="FL", reasons=("consent_missing",)),
    )


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("status", "paused", "pathway_paused"),
        ("status", "closed", "pathway_closed"),
        ("status", "erased", "pathway_closed"),
        ("status", "absent", "pathway_closed"),
        ("phase", "introduction", "phase_not_served"),
        ("phase", None, "phase_not_served"),
        ("consents", (), "consent_missing"),
        ("safety_plan_since", None, "safety_plan_missing"),
        ("safety_plan_since", START + MINUTE, "safety_plan_missing"),
    ],
)
def test_what_keeps_a_patient_out_is_recorded(fact: str, value: object, code: str) -> None:
    """Demands 7 and 18: no group before the crisis plan, or in a phase that it is not for."""
    assert refused(with_members(1, 2, **{fact: value})) == (code,)


def test_a_patient_whom_nothing_keeps_out_takes_part() -> None:
    assert refused(with_members(1, 2)) == ()


def test_consent_counts_while_it_is_in_force() -> None:
    def consented(since: datetime, until: datetime | None, version: str | None = None) -> Any:
        return tuple(
            one.model_copy(update={"since": since, "until": until, "document_version": version})
            for one in CONSENTS
        )

    def judged(*period: Any) -> tuple[str, ...]:
        return refused(with_members(1, 2, consents=consented(*period)))

    assert judged(FORMED_AT, None) == ()
    assert judged(FORMED_AT, START + MINUTE) == ()
    assert judged(FORMED_AT, START) == ("consent_missing",)
    assert judged(START + MINUTE, None) == ("consent_missing",)
    assert judged(FORMED_AT, None, "0") == ("consent_missing",)


def test_which_document_binds_is_for_the_patient_s_own_version_of_the_programme() -> None:
    other = tuple(one.model_copy(update={"document_version": "9"}) for one in CONSENTS)
    given = with_members(1, 2, consents=other, programme="mbt-g@2")
    assert refused(given) == ()


def test_another_consent_is_no_consent_to_treatment() -> None:
    other = (ConsentPeriod(consent="photographs", since=FORMED_AT),)
    assert refused(with_members(1, 2, consents=other)) == ("consent_missing",)


def test_only_members_take_part() -> None:
    assert refused(with_members(2)) == ("not_a_member",)


def test_every_facilitator_is_licensed_where_the_patient_says_to_be() -> None:
    """Demand 23: every facilitator must be licensed for that state on that day."""

    def reasons(location: str | None, *clinicians: str) -> tuple[str, ...]:
        joining = (Joining(pathway_id=patient(1), location=location),)
        asked = OpenSession(session=1, clinicians=clinicians, joining=joining)
        [session] = with_members(1).when(asked, at=START).events
        assert isinstance(session, SessionOpened)
        return session.not_admitted[0].reasons if session.not_admitted else ()

    assert reasons("CA", ROBIN, SAM) == ()
    assert reasons("AZ", ROBIN, SAM) == ("facilitator_not_licensed",)
    assert reasons("GA", ROBIN, SAM) == ("facilitator_not_licensed",)
    assert reasons(None, ROBIN, SAM) == ("location_not_attested",)


def test_a_licence_that_ran_out_yesterday_keeps_the_patient_out() -> None:
    credential = qualified().credentials
    licences = qualified("FL", until=date(2026, 1, 12)).licences
    sam = Qualifications(service=IN_SERVICE, credentials=credential, licences=licences)
    given = with_members(1, 2, sam=sam)
    assert refused(given) == ()
    [second] = given.when(opening(1, session=2), at=tuesday(2)).events
    assert isinstance(second, SessionOpened)
    assert second.not_admitted[0].reasons == ("facilitator_not_licensed",)


def test_a_substitute_s_licence_counts_and_not_that_of_whom_they_replace() -> None:
    named = with_members(1).when(NameSubstitute(session=1, clinician_id=KIM, instead_of=SAM))
    joining = (Joining(pathway_id=patient(1), location="CA"),)
    asked = OpenSession(session=1, clinicians=(ROBIN, KIM), joining=joining)
    [session] = named.and_given().when(asked, at=START).events
    assert isinstance(session, SessionOpened)
    assert session.not_admitted[0].reasons == ("facilitator_not_licensed",)


def test_every_reason_is_recorded_at_once() -> None:
    given = with_members(1, 2, status="paused", phase="assessment", consents=())
    assert refused(given) == ("pathway_paused", "phase_not_served", "consent_missing")


def test_a_patient_comes_once() -> None:
    with_members(1).when(opening(1, 1), at=START).then_rejected("patient_named_twice")


@pytest.mark.parametrize("location", ["Florida", "fl", ""])
def test_a_location_is_the_code_of_a_state(location: str) -> None:
    with pytest.raises(ValidationError):
        Joining(pathway_id=patient(1), location=location)


def test_whoever_comes_later_is_judged_in_the_same_way() -> None:
    running = also(with_members(1, 2), opened(1))
    running.when(late(2), at=START + 16 * MINUTE).then(
        MemberAdmitted(
            at=START + 16 * MINUTE,
            session=1,
            admission=Admission(
                pathway_id=patient(2), location="FL", late_by=timedelta(minutes=16)
            ),
        )
    )
    running.when(late(2, "AZ"), at=START).then(
        MemberNotAdmitted(
            at=START,
            session=1,
            refusal=Refusal(
                pathway_id=patient(2), location="AZ", reasons=("facilitator_not_licensed",)
            ),
        )
    )


def test_whoever_joins_before_the_start_is_not_late() -> None:
    early = opened().model_copy(update={"at": START - 20 * MINUTE})
    running = also(with_members(1), early)
    [admitted] = running.when(late(1), at=START - 5 * MINUTE).events
    assert isinstance(admitted, MemberAdmitted)
    assert admitted.admission.late_by == timedelta(0)


def test_a_patient_who_brings_what_was_missing_is_let_in() -> None:
    turned_away = with_members(1, 2, consents=()).when(opening(1, 2), at=START).and_given()
    consented = Given(
        turned_away.specification.knowing({patient(1): standing()}), turned_away.events
    )
    let_in = consented.when(late(1), at=START + MINUTE).and_given()
    session = let_in.state.session(1)
    assert session is not None
    assert [one.pathway_id for one in session.admitted] == [patient(2), patient(1)]
    assert session.not_admitted == ()


def test_a_second_refusal_takes_the_place_of_the_first() -> None:
    given = with_members(1, 2, consents=()).when(opening(1, 2), at=START).and_given()
    again = given.when(late(1, None), at=START + MINUTE).and_given()
    session = again.state.session(1)
    assert session is not None
    assert [one.reasons for one in session.not_admitted] == [
        ("consent_missing", "location_not_attested")
    ]


def test_nobody_is_let_in_twice_nor_before_nor_after_the_session() -> None:
    running = also(with_members(1, 2), opened(1))
    running.when(late(1), at=START).then_rejected("already_admitted")
    running.when(late(2), at=START + LENGTH).then_rejected("session_over")
    running.when(late(2, at=START - MINUTE), at=START).then_rejected("before_opening")
    with_members(1).when(late(1), at=START).then_rejected("session_not_opened", "no_session_open")
    with_members(1).when(late(1, session=99), at=START).then_rejected("no_session_open")
    running.when(late(1, session=99), at=START).then_rejected("unknown_session")


def test_what_a_session_relies_on_is_asked_for() -> None:
    def named(references: list[Reference]) -> list[str]:
        return [one.name for one in references]

    state = also(with_members(1), opened(1)).state
    assert named(GROUP.needs(state, opening(1, 2))) == [ROBIN, SAM, patient(1), patient(2)]
    assert named(GROUP.needs(state, opening(1, 1, clinicians=(ROBIN, ROBIN)))) == [
        ROBIN,
        patient(1),
    ]
    assert named(GROUP.needs(state, late(2))) == [ROBIN, SAM, patient(2)]
    assert named(GROUP.needs(state, late(2, session=99))) == [patient(2)]


def test_somebody_never_heard_of_is_judged_too() -> None:
    unheard = {patient(1): Standing(), clinician(9): Qualifications()}
    given = Given(meeting().specification.knowing(unheard), meeting().events)
    assert refused(also(given, *members(2))) == (
        "not_a_member",
        "pathway_closed",
        "phase_not_served",
        "consent_missing",
        "safety_plan_missing",
    )


def test_a_plan_agreed_in_the_minute_of_the_opening_is_in_place() -> None:
    """Demand 7: in place before the first group session."""
    assert refused(with_members(1, 2, safety_plan_since=START)) == ()
    tomorrow = with_members(1, 2, safety_plan_since=START + MINUTE)
    assert refused(tomorrow) == ("safety_plan_missing",)
