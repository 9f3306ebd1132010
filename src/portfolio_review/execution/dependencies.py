"""What a piece of code depends on: the modules of this package that it imports, and those that they import.

Found in the text of the modules, without importing one: a run that has nothing to do must not load pandas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_NAME = PACKAGE.name
_FROM = re.compile(rf"^[ \t]*from[ \t]+({_NAME}[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE)
_IMPORT = re.compile(rf"^[ \t]*import[ \t]+({_NAME}[\w.]*)", re.MULTILINE)
_WORD = re.compile(r"\w+")
_COMMENT = re.compile(r"#[^\n]*")


def imported(source: str) -> frozenset[str]:
    """The dotted names that Python source may import from this package; absolute imports, the only ones here."""
    found = set(_IMPORT.findall(source))
    for module, names in _FROM.findall(source):
        found.add(module)
        found.update(f"{module}.{name}" for name in _WORD.findall(_COMMENT.sub("", names)))
    return frozenset(found)


@cache
def file_of(name: str) -> Path | None:
    """The file of a module of this package; None for the name of something inside a module."""
    place = PACKAGE.joinpath(*name.split(".")[1:])
    if (place / "__init__.py").is_file():
        return place / "__init__.py"
    module = place.with_suffix(".py")
    return module if module.is_file() else None


@cache
def _files_named_by(path: Path) -> frozenset[Path]:
    return _files(imported(path.read_text(encoding="utf-8")))


def _files(names: Iterable[str]) -> frozenset[Path]:
    """The files of modules, and of the packages that they lie in."""
    found: set[Path | None] = set()
    for name in names:
        parts = name.split(".")
        found.update(file_of(".".join(parts[:end])) for end in range(1, len(parts) + 1))
    return frozenset(path for path in found if path is not None)


def closure(names: Iterable[str]) -> tuple[Path, ...]:
    """Every file of this package that running the named modules may need, in order of path."""
    found: set[Path] = set()
    waiting = set(_files(names))
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting |= _files_named_by(path) - found
    return tuple(sorted(found))


def of_notebook(path: Path) -> tuple[Path, ...]:
    """Every file of this package that a notebook's cells need."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return closure(imported(code))


def modules_of_notebook(path: Path) -> tuple[str, ...]:
    """The dotted names of the modules of this package that a notebook's cells need."""
    inside = (file.relative_to(PACKAGE.parent).with_suffix("").parts for file in of_notebook(path))
    return tuple(".".join(parts[:-1] if parts[-1] == "__init__" else parts) for parts in inside)
