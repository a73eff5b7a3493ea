"""FHIR R4 in, read strictly or refused with every reason: referral bundles, and answers."""

from activities.fhir.codes import BUNDLE_TYPES
from activities.fhir.document import MAX_BYTES
from activities.fhir.problems import InvalidDocument
from activities.fhir.referral import read_referral

__all__ = ["BUNDLE_TYPES", "MAX_BYTES", "InvalidDocument", "read_referral"]
