"""Who may take part in a session: judged for each patient, on that day, with every reason."""

from domain.commands.group import Joining
from domain.decider import Context, Reason, failed
from domain.events.presence import Admission, Refusal
from domain.group.guards_on_seats import licensed
from domain.group.local import days_of
from domain.group.state import Group, Session
from domain.pathway.standing import Standing


def judge(
    group: Group, session: Session, joining: Joining, clinicians: tuple[str, ...], context: Context
) -> Admission | Refusal:
    """Whether one patient takes part in a session with these clinicians, and if not, why not."""
    barriers = barriers_of(group, session, joining, clinicians, context)
    if barriers:
        codes = tuple(dict.fromkeys(one.code for one in barriers))
        return Refusal(pathway_id=joining.pathway_id, location=joining.location, reasons=codes)
    return Admission(pathway_id=joining.pathway_id, location=joining.location)


def barriers_of(
    group: Group, session: Session, joining: Joining, clinicians: tuple[str, ...], context: Context
) -> tuple[Reason, ...]:
    """Every reason why a patient may not take part; none: they may."""
    standing = context.facts(joining.pathway_id, Standing)
    return failed(
        member(group, joining.pathway_id),
        in_care(standing),
        phase_served(group, standing),
        *consents_given(group, standing, joining.location, context),
        safety_plan_agreed(standing, context),
        *_location_guards(group, session, joining, clinicians, context),
    )


def member(group: Group, pathway_id: str) -> Reason | None:
    if group.has_member(pathway_id):
        return None
    return Reason(code="not_a_member", message="The patient has no seat in this group.")


def in_care(standing: Standing) -> Reason | None:
    if standing.status == "open":
        return None
    if standing.status == "paused":
        return Reason(code="pathway_paused", message="The pathway is paused: resume it first.")
    return Reason(code="pathway_closed", message="The patient's pathway is not open.")


def phase_served(group: Group, standing: Standing) -> Reason | None:
    if standing.phase in group.phases:
        return None
    return Reason(
        code="phase_not_served", message=f"The group is for patients in {', '.join(group.phases)}."
    )


def consents_given(
    group: Group, standing: Standing, location: str | None, context: Context
) -> list[Reason | None]:
    """Every consent of the programme was in force at that moment.

    What virtual sessions need is not asked of those who are there in person. Which version of a
    document binds is for the patient's own version of the programme to say.
    """
    same_version = standing.programme == group.programme
    return [
        consent_given(one.id, one.document_version if same_version else None, standing, context)
        for one in context.definition.consents
        if one.needed_for != "virtual" or group.modality_of(location) == "virtual"
    ]


def consent_given(
    consent: str, version: str | None, standing: Standing, context: Context
) -> Reason | None:
    for period in standing.consents:
        binding = None in (version, period.document_version) or period.document_version == version
        if period.consent == consent and binding and period.covers(context.now):
            return None
    return Reason(code="consent_missing", message=f"Not in force: the consent {consent}.")


def safety_plan_agreed(standing: Standing, context: Context) -> Reason | None:
    """A crisis plan is in place before the first group session."""
    since = standing.safety_plan_since
    if since is not None and since <= context.now:
        return None
    return Reason(
        code="safety_plan_missing", message="Agree the safety plan with the patient first."
    )


def _location_guards(
    group: Group, session: Session, joining: Joining, clinicians: tuple[str, ...], context: Context
) -> list[Reason | None]:
    """Every facilitator is licensed, that day, for the state where a virtual patient says to be.

    In person nobody is asked, as the clinic's own licence counts; but in a hybrid group silence
    does not mean that somebody is there in person.
    """
    location = joining.location
    there = group.modality == "in_person" or joining.in_person
    if group.modality_of(location) == "in_person" and there:
        return []
    if location is None:
        message = "Ask in which US state the patient is: nobody joins virtually without saying so."
        return [Reason(code="location_not_attested", message=message)]
    days = days_of(group, session, context)
    return [licensed(one, location, day, context) for one in clinicians for day in days]
