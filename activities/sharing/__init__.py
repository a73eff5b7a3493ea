"""Sharing a record with the primary care provider, unless the patient has opted out by then."""

from activities.sharing.disclosure import Disclosure
from activities.sharing.record import Clinic, Record

__all__ = ["Clinic", "Disclosure", "Record"]
