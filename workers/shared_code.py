"""The code of the workflows' modules, read once for all sandboxes.

Each sandbox makes modules of its own, with globals of its own; the code in them never changes, nor
where it came from, so all make them of the same. A copy for each was 77 kB of every cached workflow
(docs/adr/0014), and a worker whose files were replaced under it would have begun to mix two builds.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType


def share_code_of(package: str) -> None:
    """From now on, import the package's modules of one code, however often they are imported."""
    if not any(isinstance(one, _Finder) and one.package == package for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder(package))


class _Finder(MetaPathFinder):
    def __init__(self, package: str) -> None:
        self.package = package
        self._specs: dict[str, ModuleSpec] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is, with a loader that knows its code already; none for other packages."""
        if fullname.partition(".")[0] != self.package:
            return None
        if fullname not in self._specs:
            found = PathFinder.find_spec(fullname, path, target)
            shared = _shared(found) if found else None
            if shared is None:
                return found
            return self._specs.setdefault(fullname, shared)
        return self._specs[fullname]


def _shared(found: ModuleSpec) -> ModuleSpec | None:
    """The same module, of code that is read once; none if it is of no file."""
    if found.origin is None:
        return None
    loader = _Loader(found.name, found.origin)
    return spec_from_file_location(found.name, found.origin, loader=loader)


class _Loader(SourceFileLoader):
    _code: CodeType | None = None

    def get_code(self, fullname: str) -> CodeType | None:
        if self._code is None:
            self._code = super().get_code(fullname)
        return self._code
