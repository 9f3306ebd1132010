"""The review file: YAML text in, a checked and frozen `Review` out."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from portfolio_review.errors import PortfolioReviewError, ReviewFileError, nearest
from portfolio_review.review import unbuilt, yamlfile
from portfolio_review.review.model import TABLES, Review
from portfolio_review.review.source import CsvOptions, FileOptions, Source

__all__ = ["TABLES", "CsvOptions", "FileOptions", "Review", "Source", "load", "parse", "with_lines"]

_PLAIN_WORDS = {
    "missing": "is missing",
    "int_parsing": "expected a whole number, found '{input}'",
    "int_from_float": "expected a whole number, found '{input}'",
    "float_parsing": "expected a number, found '{input}'",
    "literal_error": "expected {expected}, found '{input}'",
    "dict_type": "expected keys and values, found '{input}'",
    "model_type": "expected keys and values, found '{input}'",
    "tuple_type": "expected a list, found '{input}'",
    "string_type": "expected text, found '{input}'",
    "greater_than": "expected a number above {gt}, found '{input}'",
    "greater_than_equal": "expected at least {ge}, found '{input}'",
    "less_than_equal": "expected at most {le}, found '{input}'",
    "too_short": "expected {min_length} values, found {actual_length}",
    "too_long": "expected {max_length} values, found {actual_length}",
}


def load(path: Path, *, languages: Sequence[str] = ()) -> Review:
    """Read and check a review file; all its faults are raised as one `ReviewFileError`.

    languages: instead of those of the file, the first as the review's own.
    """
    return _build(yamlfile.read(path), str(path), languages)


def with_lines(said: str, file: Path) -> str:
    """A message about keys of a review file, one a line, with the line of the file on which each key stands."""
    try:
        lines = yamlfile.read(file).lines
    except PortfolioReviewError:
        return said
    found = []
    for one in said.split("\n"):
        text = one.lstrip()
        at = lines.get(tuple(text.partition(":")[0].split(".")))
        found.append(f"{one[: len(one) - len(text)]}line {at}: {text}" if at else one)
    return "\n".join(found)


def parse(text: str, name: str = "review file", *, languages: Sequence[str] = ()) -> Review:
    """The same for YAML text."""
    return _build(yamlfile.parse(text, name), name, languages)


def _build(document: yamlfile.Document, name: str, languages: Sequence[str]) -> Review:
    data = _speaking(document.data, languages) if languages else document.data
    try:
        return Review.model_validate(data)
    except ValidationError as error:
        faults = dict.fromkeys(_fault(detail, document) for detail in error.errors(include_url=False))
        raise ReviewFileError(name, list(faults)) from None


def _speaking(data: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """The file's settings with these languages in place of its own."""
    report = data.get("report") or {}
    if isinstance(report, dict):
        report = {**report, "languages": list(languages[1:])}
    return {**data, "language": languages[0], "report": report}


def _fault(detail: ErrorDetails, document: yamlfile.Document) -> str:
    """`line 12: abc.measure: expected 'revenue' or 'margin', found 'turnover'`."""
    path = tuple(part for part in detail["loc"] if not _is_branch(part, document, detail["loc"]))
    where = next((document.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in document.lines), None)
    line = f"line {where}: " if where else ""
    key = ".".join(str(part) for part in path if part != "[key]")
    kind, context = detail["type"], detail.get("ctx", {})
    if (kind == "extra_forbidden" or "[key]" in path) and (said := unbuilt.said(key)):
        return f"{line}{said}"
    if kind == "extra_forbidden":
        return f"{line}unknown key '{key}'{nearest(str(path[-1]), _known_keys(path[:-1]))}"
    if "[key]" in path:
        return f"{line}unknown name '{key}'{nearest(str(detail['input']), TABLES)}; known: {', '.join(TABLES)}"
    if kind == "value_error":
        text = str(context.get("error", detail["msg"]))
    elif kind == "string_pattern_mismatch":
        text = f"expected text of the form {context['pattern']}, found '{detail['input']}'"
    elif kind in _PLAIN_WORDS:
        text = _PLAIN_WORDS[kind].format(
            input=_shown(detail["input"]), **{k: v for k, v in context.items() if k != "input"}
        )
    else:
        text = f"{detail['msg'][0].lower()}{detail['msg'][1:]}, found '{_shown(detail['input'])}'"
    if kind == "literal_error":
        options = [option.strip(" '") for option in str(context["expected"]).replace(" or ", ", ").split(",")]
        text += nearest(str(detail["input"]), options)
    return f"{line}{key}: {text}" if key else f"{line}{text}"


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _is_branch(part: int | str, document: yamlfile.Document, loc: tuple[int | str, ...]) -> bool:
    """Whether a part of pydantic's location names a branch of a union and not a key of the file."""
    if part == "[key]" or isinstance(part, int):
        return False
    return part in ("str", "constrained-str") or part.startswith(
        ("dict[", "function-", "nullable", "literal[", "tuple[")
    )


def _known_keys(path: tuple[int | str, ...]) -> list[str]:
    """The keys that the model knows at a place of the file."""
    model: type[BaseModel] = Review
    for part in path:
        if isinstance(part, int):
            continue
        if model is Review and part == "sources":
            model = _Sources
        elif model is Source and part == "files":
            model = _Files
        elif model is _Sources:
            model = Source
        elif model is _Files:
            model = FileOptions
        else:
            model = _model_in(model.model_fields[part].annotation) if part in model.model_fields else _Sources
    return [field.alias or name for name, field in model.model_fields.items()]


class _Sources(BaseModel):
    """Stands for the mapping of tables, whose keys are not fields."""


class _Files(BaseModel):
    """Stands for the mapping of a query's files, whose keys are paths."""


def _model_in(annotation: object) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated):
        for argument in typing.get_args(annotation):
            if isinstance(argument, type) and issubclass(argument, BaseModel):
                return argument
    return _Sources
