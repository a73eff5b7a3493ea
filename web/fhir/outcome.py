"""OperationOutcome: what became of a request, issue by issue, each with the element it is about."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from activities.fhir.problems import Problem, expression
from activities.fhir.record.chart import WORDS
from domain.decider import Reason
from web.errors import WebError

Json = dict[str, Any]
Severity = Literal["fatal", "error", "warning", "information"]

FHIR_JSON = "application/fhir+json"

UNREADABLE, REFUSED = 400, 422

_KINDS: Mapping[str, str] = {
    "accepted": "informational",
    "bad_request": "invalid",
    "break_glass": "forbidden",
    "busy": "throttled",
    "duplicate": "duplicate",
    "erased": "deleted",
    "forbidden": "forbidden",
    "insufficient_scope": "forbidden",
    "internal": "exception",
    "invalid": "invalid",
    "items_missing": "required",
    "answer_out_of_range": "value",
    "media_type": "not-supported",
    "method_not_allowed": "not-supported",
    "not_acceptable": "not-supported",
    "not_asked_for": "business-rule",
    "not_found": "not-found",
    "not_supported": "not-supported",
    "not_your_role": "forbidden",
    "risk_not_recorded": "incomplete",
    "token_expired": "expired",
    "token_for_others": "security",
    "token_forged": "security",
    "too_long": "too-long",
    "too_many": "throttled",
    "too_slow": "timeout",
    "unauthorised": "login",
    "unavailable": "transient",
    "provider_unreachable": "transient",
    "unknown_item": "code-invalid",
    "unknown_patient": "not-found",
}
"""Our words by http://hl7.org/fhir/R4/valueset-issue-type.html; any other is a rule of ours."""


class FhirRefused(WebError):
    """A request that is refused, with the element of each issue."""

    code = "invalid"

    def __init__(self, status: int, issues: Iterable[Json]) -> None:
        self.outcome = outcome(issues)
        super().__init__(str(self.outcome["issue"][0]["diagnostics"]))
        self.status = status  # type: ignore[misc] # each refusal has its own

    def content(self) -> Json:
        return self.outcome


def outcome(issues: Iterable[Json]) -> Json:
    """The resource."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(reason: Reason, at: str | None = None, severity: Severity = "error") -> Json:
    """One issue; `at` is the FHIRPath of the element that it is about."""
    return {
        "severity": severity,
        "code": _KINDS.get(reason.code, "business-rule"),
        "details": {"coding": [{"system": f"{WORDS}reason", "code": reason.code}]},
        "diagnostics": reason.message,
        **({"expression": [at]} if at else {}),
    }


def refusal(root: str, problems: Iterable[Problem]) -> FhirRefused:
    """What is wrong with a document of type `root`: 400 if it is no JSON at all, or else 422."""
    found = tuple(problems)
    readable = any(one.path is not None for one in found)
    return FhirRefused(REFUSED if readable else UNREADABLE, (_told(root, one) for one in found))


def _told(root: str, problem: Problem) -> Json:
    at = None if problem.path is None else expression(root, problem.path)
    severity: Severity = "fatal" if problem.code == "risk_not_recorded" else "error"
    return issue(problem.reason, at, severity)


def outcome_of(told: Json) -> Json:
    """The same for an error that was answered as everywhere else in carepath."""
    error = told.get("error", {"code": "refused", "message": "This is refused."})
    given = told.get("reasons", error.get("reasons", []))
    reasons = [Reason(code=one["code"], message=one["message"]) for one in given]
    own = Reason(code=error["code"], message=error["message"])
    return outcome(issue(one) for one in (reasons or [own]))
