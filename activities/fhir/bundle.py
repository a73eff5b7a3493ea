"""A bundle's entries: which resources there are, and which of them a reference means."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from activities.fhir.document import Members
from activities.fhir.elements import Bundle, E, Entry, Reference, Resource, read_element
from activities.fhir.problems import Path, Problems, written

MAX_ENTRIES = 1000
"""The most entries read: a referral has a handful, and refusing a flood must stay quick."""


@dataclass(frozen=True)
class Found:
    """A resource in the bundle: where it stands, its type, its address and its members."""

    path: Path
    kind: str
    full_url: str | None
    members: Members

    def read(self, model: type[E], problems: Problems) -> E:
        """The resource as `model`, without the members that cannot be read (noted)."""
        return read_element(model, self.members, self.path, problems)

    def addresses(self) -> set[str]:
        """What a reference to this resource may say: its fullUrl, `Type/id`, or id."""
        resource_id = read_element(Resource, self.members, self.path, Problems()).id
        by_id = {resource_id, f"{self.kind}/{resource_id}"} if resource_id else set()
        return by_id | {self.full_url} if self.full_url else by_id


def target(reference: Reference) -> str | None:
    """The address that a reference gives, without the version; `None` if it gives none."""
    return (reference.reference or "").partition("/_history/")[0] or None


def refers_to(reference: Reference, found: Found) -> bool:
    """Whether the reference means this resource."""
    return target(reference) in found.addresses()


def resources(bundle: Members, problems: Problems) -> list[Found]:
    """The resources of a bundle in their order; entries that have none are noted."""
    if bundle.get("resourceType") != "Bundle":
        problems.add(("resourceType",), "must be Bundle: send the referral as a FHIR R4 Bundle.")
    stated = {"type": bundle["type"]} if "type" in bundle else {}
    if read_element(Bundle, stated, (), problems).type is None:
        problems.add(("type",), "is missing: say what the bundle is, such as collection.")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        problems.add(("entry",), "must be a list: put it in brackets.")
        return []
    if len(entries) > MAX_ENTRIES:
        problems.add(("entry",), f"has more than {MAX_ENTRIES} items: send one referral's own.")
        return []
    found = (_resource(entry, ("entry", at), problems) for at, entry in enumerate(entries))
    return [resource for resource in found if resource is not None]


def _resource(entry: object, path: Path, problems: Problems) -> Found | None:
    if not isinstance(entry, dict):
        problems.add(path, "must be an object with a resource.")
        return None
    read = read_element(Entry, entry, path, problems)
    if read.resource is None:
        problems.add((*path, "resource"), "is missing: every entry must hold a resource.")
        return None
    return _typed(read.resource, read.full_url, (*path, "resource"), problems)


def _typed(
    members: dict[Any, Any], full_url: str | None, path: Path, problems: Problems
) -> Found | None:
    kind = members.get("resourceType")
    if isinstance(kind, str) and kind.strip():
        return Found(path, kind, full_url, members)
    problems.add((*path, "resourceType"), "must name the type of the resource, such as Patient.")
    return None


def of_kind(kind: str, found: Iterable[Found]) -> list[Found]:
    """The resources of one type, in the bundle's order."""
    return [resource for resource in found if resource.kind == kind]


def only(kind: str, found: Iterable[Found], problems: Problems) -> Found | None:
    """The one resource of that type; none or several are noted, because a referral has one."""
    resources_of_kind = of_kind(kind, found)
    if len(resources_of_kind) == 1:
        return resources_of_kind[0]
    if not resources_of_kind:
        problems.add_text(f"entry: holds no {kind}; add the one that the referral is about.")
        return None
    places = ", ".join(written(resource.path) for resource in resources_of_kind[:5])
    problems.add_text(
        f"entry: holds {len(resources_of_kind)} resources of type {kind} ({places}); "
        "send one referral in each bundle."
    )
    return None
