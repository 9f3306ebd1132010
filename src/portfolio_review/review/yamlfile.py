"""YAML text to plain data in which every scalar stays the text the user wrote, with its line.

Types are decided by the review file's model, not by YAML: `NO`, `012` and `22:30` stay text.
Duplicate keys, aliases, tags, several documents and files above 1 MiB are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from portfolio_review.errors import MissingFileError, ReviewFileError
from portfolio_review.filekind import REMEDY, odd_kind

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
LONGEST_SHOWN = 200


class Bare(str):
    """A scalar written without quotes: `null` means nothing where the model allows that."""


@dataclass
class Document:
    """The data of a review file and the line on which each key stands."""

    data: dict[str, object]
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)


def read(path: Path) -> Document:
    """Read one YAML mapping; every fault in its form is a `ReviewFileError`."""
    name = str(path)
    if kind := odd_kind(path):
        raise MissingFileError(f"review file {name} is {kind}, not a file. {REMEDY}")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ReviewFileError(name, [f"the file has {size:,} bytes, a review file at most {MAX_BYTES:,}"])
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MissingFileError(f"review file {name} does not exist: check the path") from None
    except UnicodeDecodeError as error:
        raise ReviewFileError(name, [f"byte {error.start}: not UTF-8 text; save the review file in UTF-8"]) from None
    except OSError as error:
        shown = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
        raise MissingFileError(f"review file {shown} cannot be read: {error.strerror}") from None
    return parse(text, name)


def parse(text: str, name: str) -> Document:
    """The same for YAML text; `name` is the file named in messages."""
    try:
        faults = _refused(text)
        if faults:
            raise ReviewFileError(name, faults)
        nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise ReviewFileError(name, [f"{line}not readable as YAML: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise ReviewFileError(name, [f"not readable as YAML: {error}"]) from None
    if len(nodes) != 1 or not isinstance(nodes[0], yaml.MappingNode):
        found = "nothing" if not nodes else f"{len(nodes)} documents" if len(nodes) > 1 else "no mapping"
        raise ReviewFileError(name, [f"expected one mapping of keys and values, found {found}"])
    document = Document({})
    faults = []
    document.data = _mapping(nodes[0], (), document.lines, faults)
    if faults:
        raise ReviewFileError(name, faults)
    return document


_REFUSED = {yaml.AliasToken: "an alias (*)", yaml.AnchorToken: "an anchor (&)", yaml.TagToken: "a tag (!)"}
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


def _refused(text: str) -> list[str]:
    """Faults of form, found while scanning; scanning stops where a file is nested beyond reason."""
    faults, depth = [], 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        line = f"line {token.start_mark.line + 1}"
        if what := _REFUSED.get(type(token)):
            faults.append(f"{line}: {what} is not allowed in a review file; write the value out")
        if depth > MAX_DEPTH:
            return [*faults, f"{line}: nested too deeply to be a review file"]
    return faults


def _mapping(
    node: yaml.MappingNode,
    path: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    faults: list[str],
) -> dict[str, object]:
    data: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(f"line {line}: a key must be one word, found a list or mapping")
            continue
        key = key_node.value
        if key in data:
            first = lines[(*path, key)]
            faults.append(f"line {line}: '{'.'.join(map(str, (*path, key)))}' stands twice, first on line {first}")
            continue
        lines[(*path, key)] = line
        data[key] = _value(value_node, (*path, key), lines, faults)
    return data


def _value(
    node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], faults: list[str]
) -> object:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, faults)
    if isinstance(node, yaml.SequenceNode):
        values = []
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            values.append(_value(item, (*path, index), lines, faults))
        return values
    assert isinstance(node, yaml.ScalarNode)
    return str(node.value) if node.style else Bare(node.value)
