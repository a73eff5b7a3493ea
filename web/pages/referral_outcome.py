"""What became of a referral, and what to do now, in words."""

from dataclasses import dataclass

from web.outcome import ACCEPTED, DUPLICATE, Intake

TOLD = {
    ACCEPTED: ("good", "Taken in", "A pathway is open. Go on with what it needs first."),
    DUPLICATE: (
        "attention",
        "Here already",
        "Nothing was opened twice. Go on with the pathway that is there.",
    ),
    "state_not_served": (
        "danger",
        "Refused: the state is not served",
        "Tell the sender. If the state is wrong, correct it and send the referral again.",
    ),
    "under_": (
        "danger",
        "Refused: the patient is too young",
        "Tell the sender. If the birth date is wrong, correct it and send the referral again.",
    ),
    "deceased": (
        "danger",
        "Refused: the patient has died, says the referral",
        "Ask the sender. If that is a mistake, have it corrected and sent again.",
    ),
    "invalid": (
        "danger",
        "Refused: it cannot be taken as it is",
        "Correct what stands here, or have the sender correct it, and send it again.",
    ),
}

OTHERWISE = ("danger", "Refused", "See to what stands here, and send the referral again.")

NOTHING_KEPT = "Nothing of it was kept."


@dataclass(frozen=True)
class Told:
    """An outcome for people. `source` is the file's name, or none for the form."""

    intake: Intake
    tone: str
    title: str
    advice: str
    source: str | None = None

    @property
    def taken(self) -> bool:
        """Whether there is a pathway to go on with."""
        return self.intake.pathway_id is not None


def told(intake: Intake, source: str | None = None) -> Told:
    """The outcome in words; every reason stands in the intake itself."""
    found = (words for code, words in TOLD.items() if intake.outcome.startswith(code))
    tone, title, advice = next(found, OTHERWISE)
    if intake.pathway_id is None:
        advice = f"{advice} {NOTHING_KEPT}"
    return Told(intake, tone, title, advice, source)
