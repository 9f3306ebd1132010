"""The JSON Schema of the review file, for editors: made from the model, with what its validators know beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from portfolio_review import doubt
from portfolio_review.review import TABLES, Review, Source
from portfolio_review.review.model import ABC_XYZ_CELLS, STRATEGIC_WEIGHTS
from portfolio_review.sources.contracts import CONTRACTS, KINDS

TITLE = "Review file of portfolio-review"
FILE = "portfolio-review.schema.json"
"""Name of the file beside a review file that its first line names."""
LINE = f"# yaml-language-server: $schema={FILE}"
"""The comment by which editors that have the YAML language server find the schema."""
_BOUNDS = {
    "ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum",
    "pattern": "pattern", "min_length": "minLength", "max_length": "maxLength",
}  # fmt: skip
_FREE_TEXT = ["string", "number", "boolean"]
"""What an editor may take unquoted text for: 012 and true are text to us."""

Node = dict[str, Any]


def schema() -> Node:
    """The schema as plain values; every file that `review.load` takes is valid by it."""
    found = Review.model_json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = TITLE
    definitions = found["$defs"]
    _bound(Review, found)
    for model in _models(Review):
        _bound(model, definitions[model.__name__])
    _free_texts(found)
    own = found["properties"]
    own["sources"] = {
        "description": own["sources"]["description"],
        "type": "object", "additionalProperties": False, "required": [TABLES[0]],
        "properties": {table: _of_table(definitions[Source.__name__], table) for table in TABLES},
    }  # fmt: skip
    own["cadence"] |= {"propertyNames": {"enum": list(ABC_XYZ_CELLS)}}
    definitions["Strategic"]["properties"]["weights"] |= {"propertyNames": {"enum": list(STRATEGIC_WEIGHTS)}}
    ids = {"enum": list(doubt.IDS)}
    described = own["accepted"].pop("description")
    own["accepted"] = {
        "description": described,
        "anyOf": [{"type": "array", "items": ids}, own["accepted"] | {"propertyNames": ids}],
    }
    return found


def text() -> str:
    """The same as `schema` prints it and as it lies beside a review file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def is_ours(written: str) -> bool:
    """Whether a text is a schema that this program wrote, of any version."""
    try:
        found = json.loads(written)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("title") == TITLE


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models that stand below one."""
    parts = (part for field in model.model_fields.values() for part in _types(field.annotation))
    for part in dict.fromkeys(one for one in parts if isinstance(one, type) and issubclass(one, BaseModel)):
        yield part
        yield from _models(part)


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _types(part)


def _bound(model: type[BaseModel], node: Node) -> None:
    """Limits and patterns of a model's fields, which a validator before them hides from the generator."""
    for name, field in model.model_fields.items():
        bounds = {
            _BOUNDS[key]: value
            for one in field.metadata
            for key in _BOUNDS
            if (value := getattr(one, key, None)) is not None
        }
        target = node["properties"][field.alias or name]
        for branch in target.get("anyOf", [target]):
            if branch.get("type") != "null":
                branch.update(bounds)


def _free_texts(node: Any) -> None:
    """Text without a pattern or a list of words may be written without quotes, whatever it looks like."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str) and "properties" not in node:
            del node["title"]  # the key's name again
        if node.get("type") == "string" and not {"enum", "const", "pattern"} & set(node):
            node["type"] = _FREE_TEXT
        for one in node.values():
            _free_texts(one)
    elif isinstance(node, list):
        for one in node:
            _free_texts(one)


def _of_table(source: Node, table: str) -> Node:
    """The source of one table, whose columns are known."""
    contract = CONTRACTS[table]
    columns = {
        column.name: {
            "description": f"{column.note}: {', '.join(column.words) if column.words else KINDS[column.kind]}",
            "type": _FREE_TEXT,
        }
        for column in contract.columns
    }
    listed = {"type": "object", "additionalProperties": False, "properties": columns}
    described = source["properties"]["columns"]["description"]
    properties = source["properties"] | {
        "columns": {"description": described, "default": None, "anyOf": [listed, {"type": "null"}]}
    }
    return source | {"description": f"{contract.row}. It gives a review: {contract.adds}.", "properties": properties}
