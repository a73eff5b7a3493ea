"""The FHIR R4 interface, for other systems: referrals and answers in, records out."""
