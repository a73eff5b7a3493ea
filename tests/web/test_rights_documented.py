"""What administrators read of roles is what the code says."""

from pathlib import Path

from domain.actor import ROLES
from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from web.rights.commands import may_submit
from web.rights.permissions import SAYS, Permission, may

PAGE = Path(__file__).parents[2] / "docs" / "security.md"


def rows() -> dict[str, tuple[str, ...]]:
    """The roles that each row says yes to, by the code in its first cell."""
    lines = (one for one in PAGE.read_text().splitlines() if one.startswith("| `"))
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return {
        first.split("`")[1]: tuple(
            role for role, cell in zip(ROLES, told, strict=True) if cell == "yes"
        )
        for first, *told in cells
        if len(told) == len(ROLES)
    }


def test_the_table_of_permissions_is_that_of_the_code() -> None:
    told = rows()
    for permission in Permission:
        assert told[permission] == tuple(role for role in ROLES if may(role, permission))
        assert f"`{permission}`: {SAYS[permission]} |" in PAGE.read_text()


def test_the_table_of_commands_is_that_of_the_code() -> None:
    commands = {
        f"{kind}.{name}": tuple(role for role in ROLES if may_submit(role, kind, name))
        for kind, names in COMMANDS.items()
        for name in names
        if name not in {*INTERNAL, *FROM_ENTITIES.get(kind, ()), "refer"}
    }
    assert {one: who for one, who in rows().items() if "." in one} == commands
