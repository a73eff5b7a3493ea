"""What each role may do: the table, as data. What stands nowhere here is nobody's."""

from collections.abc import Mapping
from enum import StrEnum

from domain.actor import Role


class Permission(StrEnum):
    """One thing that a role may or may not do. Routes declare theirs with `needs`."""

    SIGNED_IN = "signed_in"
    SUBMIT = "submit"
    REFER = "refer"
    READ_WORKLIST = "read_worklist"
    READ_CASELOAD = "read_caseload"
    READ_PATIENT = "read_patient"
    READ_IDENTITY = "read_identity"
    READ_COVERAGE = "read_coverage"
    READ_CLINICAL = "read_clinical"
    READ_GROUPS = "read_groups"
    READ_WAITLIST = "read_waitlist"
    READ_SAFETY = "read_safety"
    READ_OUTCOMES = "read_outcomes"
    READ_CLINICIANS = "read_clinicians"
    READ_PROGRAMMES = "read_programmes"
    READ_OPERATIONS = "read_operations"
    READ_AUDIT = "read_audit"
    READ_ACCESS_LOG = "read_access_log"
    READ_PAST = "read_past"
    READ_FEED = "read_feed"
    LINK_CALENDARS = "link_calendars"
    EXPORT_VIEWS = "export_views"
    HAND_OUT = "hand_out"
    DECODE = "decode"
    PUBLISH_PROGRAMME = "publish_programme"
    ERASE = "erase"
    REBUILD_VIEWS = "rebuild_views"
    RECOVER = "recover"


SAYS: Mapping[Permission, str] = {
    Permission.SIGNED_IN: "use carepath at all",
    Permission.SUBMIT: "submit commands",
    Permission.REFER: "take in referrals",
    Permission.READ_WORKLIST: "read the worklist",
    Permission.READ_CASELOAD: "read the caseload",
    Permission.READ_PATIENT: "read a patient's pathway",
    Permission.READ_IDENTITY: "read who a patient is: name, birth date, address, contact",
    Permission.READ_COVERAGE: "read who pays for a patient",
    Permission.READ_CLINICAL: "read what is clinical: answers, scores, diagnoses, reasons",
    Permission.READ_GROUPS: "read groups, their seats and sessions",
    Permission.READ_WAITLIST: "read the waitlist",
    Permission.READ_SAFETY: "read safety escalations and safety plans",
    Permission.READ_OUTCOMES: "read outcomes of whole programmes",
    Permission.READ_CLINICIANS: "read clinicians, their credentials and on-call lists",
    Permission.READ_PROGRAMMES: "read programme definitions",
    Permission.READ_OPERATIONS: "read how carepath itself is",
    Permission.READ_AUDIT: "replay the log, prove it and compare it",
    Permission.READ_ACCESS_LOG: "read who has read what",
    Permission.READ_PAST: "read views as of an instant, beside what the view itself takes",
    Permission.READ_FEED: "fetch the feed of events that other systems are told of",
    Permission.LINK_CALENDARS: "make and revoke secret links to calendars",
    Permission.EXPORT_VIEWS: "export de-identified views for analysts",
    Permission.HAND_OUT: "hand out disclosure bundles",
    Permission.DECODE: "have payloads decrypted that Temporal stores",
    Permission.PUBLISH_PROGRAMME: "publish programmes",
    Permission.ERASE: "erase patients, and follow their erasure",
    Permission.REBUILD_VIEWS: "build views anew and check them",
    Permission.RECOVER: "start workflows that are missing",
}
"""Each in words, as it follows "may"."""

READ_OF: Mapping[str, Permission] = {
    "pathway": Permission.READ_PATIENT,
    "escalation": Permission.READ_SAFETY,
    "request": Permission.READ_PATIENT,
    "group": Permission.READ_GROUPS,
    "clinician": Permission.READ_CLINICIANS,
    "oncall": Permission.READ_CLINICIANS,
    "programme": Permission.READ_PROGRAMMES,
}
"""What reading an entity takes, by its kind."""

_EVERYBODY = frozenset({Permission.SIGNED_IN, Permission.READ_PROGRAMMES})
_IN_CARE = _EVERYBODY | {
    Permission.SUBMIT,
    Permission.READ_WORKLIST,
    Permission.READ_CASELOAD,
    Permission.READ_PATIENT,
    Permission.READ_IDENTITY,
    Permission.READ_GROUPS,
    Permission.READ_SAFETY,
    Permission.LINK_CALENDARS,
}
_OF_THE_CLINIC = {
    Permission.REFER,
    Permission.READ_COVERAGE,
    Permission.READ_CLINICAL,
    Permission.READ_WAITLIST,
    Permission.READ_OUTCOMES,
    Permission.READ_CLINICIANS,
    Permission.READ_OPERATIONS,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "coordinator": _IN_CARE | _OF_THE_CLINIC | {Permission.READ_PAST},
    "clinician": _IN_CARE
    | {Permission.READ_CLINICAL, Permission.READ_WAITLIST, Permission.READ_CLINICIANS},
    "facilitator": _IN_CARE - {Permission.READ_CASELOAD},
    "supervisor": _IN_CARE
    | _OF_THE_CLINIC
    | {Permission.READ_ACCESS_LOG, Permission.READ_PAST, Permission.EXPORT_VIEWS},
    "auditor": _EVERYBODY
    | {
        Permission.READ_PATIENT,
        Permission.READ_CLINICAL,
        Permission.READ_GROUPS,
        Permission.READ_SAFETY,
        Permission.READ_OUTCOMES,
        Permission.READ_CLINICIANS,
        Permission.READ_OPERATIONS,
        Permission.READ_AUDIT,
        Permission.HAND_OUT,
        Permission.READ_ACCESS_LOG,
        Permission.READ_PAST,
        Permission.EXPORT_VIEWS,
        Permission.DECODE,
    },
    "administrator": _EVERYBODY
    | {
        Permission.SUBMIT,
        Permission.READ_CLINICIANS,
        Permission.READ_OPERATIONS,
        Permission.READ_ACCESS_LOG,
        Permission.DECODE,
        Permission.PUBLISH_PROGRAMME,
        Permission.ERASE,
        Permission.REBUILD_VIEWS,
        Permission.RECOVER,
    },
    "service": _EVERYBODY
    | {
        Permission.SUBMIT,
        Permission.REFER,
        Permission.READ_OPERATIONS,
        Permission.READ_FEED,
    },
}
"""Minimum necessary (45 CFR 164.502(b)): auditors see no names, administrators no patients."""


def may(role: Role, permission: Permission) -> bool:
    """Whether somebody in this role may do that."""
    return permission in PERMISSIONS[role]
