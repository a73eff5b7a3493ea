"""The open groups as lists and forms name them: read once for each state of their view."""

from collections.abc import Mapping

from fastapi import Request

from projections.groups.reading import all_groups, find_group
from projections.groups.rows import GroupRow
from projections.groups.view import GROUPS
from web.pages.kept import kept_of
from web.pages.wording import in_words, sentence
from web.services import Services


async def open_groups(request: Request) -> Mapping[str, GroupRow]:
    """Every open group by its id. Raises `ViewAbsent`, `StoreUnavailable`."""
    services: Services = request.app.state.services

    async def work_out() -> Mapping[str, GroupRow]:
        return {one.group_id: one for one in await all_groups(services.pool)}

    return await kept_of(request).of([GROUPS], "open groups", work_out)


def title_of(group: GroupRow) -> str:
    """What a group is called; one without a title is called by its kind."""
    return group.title or sentence(in_words(group.kind or "group"))


async def title_by_id(request: Request, group_id: str) -> str:
    """What a group is called, open or not. Raises `ViewAbsent`, `StoreUnavailable`."""
    services: Services = request.app.state.services
    found = await find_group(services.pool, services.now(), group_id)
    return title_of(found) if found else "Group"
