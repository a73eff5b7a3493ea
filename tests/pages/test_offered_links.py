"""No page leads anybody to a form that their role may not send."""

import re

import httpx
import pytest
import pytest_asyncio

from domain.actor import ROLES, Role
from tests.pages.desk import Desk
from tests.pages.sessions import running

LINKS = re.compile(r'(?:href|action)="(/entities/([a-z]+)-[^"/]+/commands/([a-z_]+)[^"]*)"')
ANSWERED = 200
PEOPLE = [role for role in ROLES if role != "service"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def addresses(desk: Desk) -> list[str]:
    """Every list, and one page of each kind of entity; of a group also a session to be run."""
    session = await running(desk, 0)
    pathway = await desk.pathway_in("introduction")
    clinician = await desk.clinician_of("facilitator")
    return [
        session.address,
        f"/groups/{session.group_id}",
        f"/pathways/{pathway}",
        f"/pathways/{pathway}/discharge",
        f"/clinicians/{clinician}",
        *("/today", "/safety", "/caseload", "/waitlist", "/groups", "/clinicians"),
        *("/clinicians/on-call", "/operations"),
    ]


@pytest.mark.parametrize("role", PEOPLE)
async def test_each_command_that_a_page_offers_to_a_role_is_the_roles(
    desk: Desk, addresses: list[str], role: Role
) -> None:
    name, secret = await desk.session(role)
    headers = {"accept": "text/html"}
    async with httpx.AsyncClient(
        base_url=desk.url, cookies={name: secret}, headers=headers, trust_env=False, timeout=30
    ) as browser:
        offered: dict[tuple[str, str], str] = {}
        for address in addresses:
            answer = await browser.get(address)
            if answer.status_code == ANSWERED:
                for link, kind, command in LINKS.findall(answer.text):
                    offered.setdefault((kind, command), link)
        refused = [
            link for link in offered.values() if (await browser.get(link)).status_code == 403
        ]
    assert refused == []
