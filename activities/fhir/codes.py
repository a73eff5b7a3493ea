"""Codes that FHIR R4 binds to the elements that intake reads: every one of them, and no other."""

from typing import Literal, get_args

BundleType = Literal[
    "document",
    "message",
    "transaction",
    "transaction-response",
    "batch",
    "batch-response",
    "history",
    "searchset",
    "collection",
]
"""http://hl7.org/fhir/R4/valueset-bundle-type.html"""

BUNDLE_TYPES: tuple[str, ...] = get_args(BundleType)

Gender = Literal["male", "female", "other", "unknown"]
"""http://hl7.org/fhir/R4/valueset-administrative-gender.html"""

LinkType = Literal["replaced-by", "replaces", "refer", "seealso"]
"""http://hl7.org/fhir/R4/valueset-link-type.html"""

RequestStatus = Literal[
    "draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"
]
"""http://hl7.org/fhir/R4/valueset-request-status.html"""

RequestIntent = Literal[
    "proposal",
    "plan",
    "directive",
    "order",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
]
"""http://hl7.org/fhir/R4/valueset-request-intent.html"""
