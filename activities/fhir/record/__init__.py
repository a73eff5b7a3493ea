"""A patient's course as FHIR R4 resources, for whoever is handed the record."""
