"""From which files a view's content follows: its own, and all that their imports lead to."""

import ast
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

DECODING = "domain.events.upcasters"
"""No view imports it: it makes what every view is given."""


def modules_behind(files: Iterable[Path]) -> tuple[str, ...]:
    """The modules that these files import, whatever those import, and so on; in order.

    Of the views' code only packages count, such as other views: the modules beside them move
    batches, whatever is in them.
    """
    found: set[str] = set()
    ahead = {DECODING, *(one for file in files for one in _imported(file))}
    while ahead:
        module = ahead.pop()
        found.add(module)
        ahead |= _imported(source_of(module)) - found
    return tuple(sorted(found))


@cache
def source_of(module: str) -> Path:
    """The file of a module. Raises `LookupError` if there is none."""
    found = find_spec(module)
    if found is None or found.origin is None:
        message = f"a view relies on module {module}, which does not exist: correct its imports"
        raise LookupError(message)
    return Path(found.origin)


@cache
def _imported(file: Path) -> frozenset[str]:
    """The modules that shape content and that a file imports, by their full names."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return frozenset(one for node in imports for one in _named(node) if _shapes_content(one))


def _named(node: ast.Import | ast.ImportFrom) -> set[str]:
    """A name that a package only gathers is looked for where it stands: in its module."""
    if isinstance(node, ast.Import):
        return {one.name for one in node.names}
    package = node.module or ""
    modules = {name for one in node.names if _is_module(name := f"{package}.{one.name}")}
    return modules if len(modules) == len(node.names) else {package, *modules}


def _shapes_content(module: str) -> bool:
    top, _, rest = module.partition(".")
    return (top == "domain" and bool(rest)) or (top == "projections" and "." in rest)


@cache
def _is_module(name: str) -> bool:
    if not _shapes_content(name):
        return False
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
