"""A therapy group as a FHIR Group: for staff alone, because it tells each member of the others."""

from activities.fhir.record.chart import Json, own, period
from domain.group.state import Group


def roster(group_id: str, group: Group) -> Json:
    """Who has a seat, by the opaque ids of their pathways, and who leads."""
    return {
        "resourceType": "Group",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": _urn(group_id)}],
        "active": group.status == "open",
        "type": "person",
        "actual": True,
        "code": own("group", group.kind or "group"),
        "name": group.title or group_id,
        "quantity": len(group.members),
        "characteristic": [
            {
                "code": {"text": "facilitator"},
                "valueReference": {"identifier": _identifier(one), "type": "Practitioner"},
                "exclude": False,
            }
            for one in group.facilitators
        ],
        "member": [
            {
                "entity": {"identifier": _identifier(one.pathway_id), "type": "Patient"},
                "period": period(one.since, None),
            }
            for one in group.members
        ],
    }


def _identifier(entity_id: str) -> Json:
    return {"system": "urn:ietf:rfc:3986", "value": _urn(entity_id)}


def _urn(entity_id: str) -> str:
    return "urn:uuid:" + entity_id.partition("-")[2]
