"""What forms call their fields, where the field's own name would not be understood."""

from web.pages.wording import in_words, sentence

WEEKDAYS = (
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
)

_LABELS = {
    "about": "Where it is noted",
    "absent": "Who is away",
    "at": "When it happened",
    "attended": "Was the patient there?",
    "booking": "Booked session",
    "clinician_id": "Clinician",
    "closed_on": "Days without a session",
    "entry": "What is corrected",
    "held_at": "When it was held",
    "hours": "Times at which the patient can come",
    "identifiers": "What the patient said of themselves",
    "in_person": "Is there in person",
    "instead": "Who is called instead",
    "kind": "Kind",
    "late_by": "Late by, in minutes",
    "location": "State in which the patient is during the session",
    "modalities": "How the patient can take part",
    "moved_to": "State that the patient moved to",
    "note": "Clinical note that tells it",
    "notice_at": "When an absence was announced",
    "npi": "National Provider Identifier (NPI)",
    "option": "Treatment considered",
    "outcome": "What came of it",
    "own_coping": "Coping on one's own",
    "pathway_id": "Patient",
    "pcp": "Primary care provider",
    "professionals_and_services": "Professionals and services",
    "reached": "Was the patient reached?",
    "referred_to": "Where the patient goes on",
    "resume_at": "When the pathway is to go on",
    "risk_item": "Answer to the item about risk",
    "safer_environment": "A safer environment",
    "self_pay": "The patient pays themselves",
    "since": "From",
    "starts": "Local time of the sessions",
    "starts_at": "When it begins",
    "suitable": "Does the programme suit the patient?",
    "taken_at": "When the patient answered",
    "until": "Until",
    "valid_until": "Last day of cover",
    "what": "What",
    "zone": "Time zone",
}

_HINTS = {
    "about": "A pointer, such as the note's number. The note itself stays where it is.",
    "at": "Leave this empty if it is now.",
    "attended": "An absence announced early enough is excused; otherwise it counts as missed.",
    "closed_on": "One date a line, such as 2026-12-24.",
    "decided_by": "The clinician whose decision this is.",
    "identifiers": "Two that fit are needed. They are compared, and not kept.",
    "note": "Its number. The note itself never enters carepath.",
    "plan.warning_signs": "One a line, in the patient's own words.",
    "reason": "In words that a colleague will understand in a year.",
    "resume_at": "Resuming becomes a task on that day; it never happens by itself.",
    "risk_item": "Such as item 9 of the PHQ-9. It must never go unseen.",
    "score": "If the answers are not at hand.",
}


def label_of(path: str) -> str:
    word = path.rpartition(".")[2]
    return _LABELS.get(path) or _LABELS.get(word) or sentence(in_words(word))


def hint_of(path: str) -> str:
    return _HINTS.get(path) or _HINTS.get(path.rpartition(".")[2]) or ""
