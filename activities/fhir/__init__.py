"""Intake: FHIR R4 referral bundles, read strictly or refused with every reason."""

from activities.fhir.codes import BUNDLE_TYPES
from activities.fhir.document import MAX_BYTES
from activities.fhir.problems import InvalidReferral
from activities.fhir.referral import read_referral

__all__ = ["BUNDLE_TYPES", "MAX_BYTES", "InvalidReferral", "read_referral"]
