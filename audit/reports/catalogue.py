"""Every report that is ready, by its name."""

from collections.abc import Mapping

from audit.reports.attempts import refused_attempts
from audit.reports.breaches import licence_failures, response_clocks, seats_and_facilitators
from audit.reports.care import measured_care, overdue_measures, suicide_risk, two_identifiers
from audit.reports.report import SIX_YEARS, OfStreams, OfView, Report

REQUIREMENTS = ("entity_id", "requirement", "met", "at", "seq")

REPORTS: Mapping[str, Report] = {
    report.name: report
    for report in (
        Report(
            name="access-of-patient",
            title="Who read a patient's record",
            says="Every read of one patient's record, alone or in a list of so many, those "
            "without a care relationship first, and what was refused (45 CFR 164.312(b)).",
            columns=(
                "at",
                "subject",
                "role",
                "on_behalf_of",
                "what",
                "purpose",
                "times",
                "number",
                "break_glass",
                "reason",
                "refused",
                "seq",
            ),
            source=OfView("access_log", "access_of_patient"),
            of="pathway",
        ),
        Report(
            name="access-by-user",
            title="What a person read",
            says="Every read by one person, those without a care relationship first, and what was "
            "refused (45 CFR 164.312(b)).",
            columns=(
                "at",
                "pathway_id",
                "role",
                "on_behalf_of",
                "what",
                "purpose",
                "times",
                "number",
                "break_glass",
                "reason",
                "refused",
                "seq",
            ),
            source=OfView("access_log", "access_by_user"),
            of="subject",
        ),
        Report(
            name="refused-attempts",
            title="What was refused",
            says="Every command that the rules refused to somebody, and every request for want of "
            "a right, with the codes of the reasons; about one patient or all.",
            columns=("at", "entity_id", "command", "subject", "role", "times", "reasons", "seq"),
            source=OfStreams(("access",), refused_attempts),
        ),
        Report(
            name="disclosures",
            title="Accounting of disclosures",
            says="What was disclosed in the last six years, or perhaps was: date, recipient, what "
            "and why (45 CFR 164.528); of one patient or of all.",
            columns=("pathway_id", "at", "recipient", "to", "what", "purpose", "source", "outcome"),
            source=OfView("disclosures", "disclosures"),
            reaches_back=SIX_YEARS,
        ),
        Report(
            name="measured-care",
            title="Measurement-based care (CTS.03.01.09)",
            says="Of each patient whose treatment began in the period: a standardised tool at "
            "baseline, used again, and its results used in a review of the plan.",
            columns=REQUIREMENTS,
            source=OfStreams(("pathway",), measured_care),
        ),
        Report(
            name="suicide-risk",
            title="Suicide risk (NPSG.15.01.01)",
            says="Of each patient and each resolved escalation: a validated screen, an assessment, "
            "documented risk and mitigation, and another look.",
            columns=REQUIREMENTS,
            source=OfStreams(("escalation", "pathway"), suicide_risk),
        ),
        Report(
            name="two-identifiers",
            title="Two identifiers (NPSG.01.01.01)",
            says="Whether each patient was recognised by two identifiers before the first session, "
            "and on the day of every later one that they attended.",
            columns=REQUIREMENTS,
            source=OfStreams(("pathway",), two_identifiers),
        ),
        Report(
            name="group-breaches",
            title="Breaches of seats and facilitators",
            says="Every event after which a group held more members than it may, and every session "
            "that was led by fewer facilitators than the programme asks for.",
            columns=("group_id", "at", "breach", "limit", "actual", "seq"),
            source=OfStreams(("group",), seats_and_facilitators),
        ),
        Report(
            name="licence-failures",
            title="Not admitted for want of a licence",
            says="Every patient who could not join a session because the clinic, or a facilitator, "
            "was not licensed for where the patient was.",
            columns=("group_id", "at", "session", "pathway_id", "location", "reason", "seq"),
            source=OfStreams(("group",), licence_failures),
        ),
        Report(
            name="response-clocks",
            title="Response clocks that ran out",
            says="Every escalation that was not acknowledged, contacted or seen in time, and every "
            "request for records that was not answered in time.",
            columns=("entity_id", "at", "clock", "due_at", "seq"),
            source=OfStreams(("escalation", "request"), response_clocks),
        ),
        Report(
            name="overdue-measures",
            title="Overdue measures",
            says="Every measure that was overdue or expired, and when it was answered after all.",
            columns=("pathway_id", "at", "occasion", "measure", "state", "answered_at", "seq"),
            source=OfStreams(("pathway",), overdue_measures),
        ),
    )
}
