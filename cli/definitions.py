"""Reading a programme definition from a YAML file, with the place of everything that is wrong."""

from pathlib import Path
from typing import Any

import typer
import yaml
from pydantic import ValidationError

from domain.programmes.definition import Definition


class _Strict(yaml.SafeLoader):
    """YAML's safe subset, in which no member may be given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        for at, name in enumerate(names):
            if name in names[:at]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{name!r} is given more than once", node.value[at][0].start_mark
                )
        return super().construct_mapping(node, deep)


def read_definition(file: Path) -> Definition:
    """The definition in a file. Raises `typer.BadParameter` naming lines or places."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _Strict)  # noqa: S506 - a safe loader
        return Definition.model_validate(content)
    except OSError as missing:
        raise typer.BadParameter(f"{file}: cannot be read ({missing.strerror})") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file}: is not UTF-8") from None
    except yaml.YAMLError as broken:
        raise typer.BadParameter(f"{file}: {_place(broken)}") from None
    except ValidationError as invalid:
        raise typer.BadParameter(f"{file}: {_places(invalid)}") from None


def _place(broken: yaml.YAMLError) -> str:
    mark = getattr(broken, "problem_mark", None)
    problem = getattr(broken, "problem", None) or "is not YAML"
    if mark is None:
        return str(problem)
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"


def _places(invalid: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'the definition'}: {problem['msg']}"
        for problem in invalid.errors()
    )
