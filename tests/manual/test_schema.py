"""The JSON Schema takes what the program takes, and names no less than the model."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from portfolio_review.manual import schema
from portfolio_review.review import Review, parse
from portfolio_review.sample import project

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "params").glob("*.yml")), *sorted((ROOT / "tests" / "reviews").glob("*.yml"))]
MINIMAL = "id: a\ncurrency: EUR\nsources: {transactions: {path: a.csv}}\n"


def as_an_editor_reads(text: str) -> Any:
    """Values with the types that YAML gives them; a day is text to an editor (YAML 1.2)."""
    return json.loads(json.dumps(yaml.safe_load(text), default=dt.date.isoformat))


def faults(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema.schema())
    return [error.json_path for error in validator.iter_errors(as_an_editor_reads(text))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_review_file_of_ours_is_valid(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


def test_the_sample_is_valid_and_names_the_schema_in_its_first_line() -> None:
    text = project.review_file(schema.LINE)
    assert faults(text) == []
    assert text.startswith(f"# yaml-language-server: $schema={schema.FILE}\n")


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ("curency: EUR", "$"),
        ("window_months: 0", "$.window_months"),
        ("abc: {measure: turnover}", "$.abc.measure"),
        ("abc: {limits: [0.8]}", "$.abc.limits"),
        ("accepted: [duplicate]", "$.accepted"),
        ("accepted: {duplicates: many}", "$.accepted"),
        ("cadence: {AW: 3}", "$.cadence"),
        ("strategic: {weights: {revenu: 1}}", "$.strategic.weights"),
        ("risk: {high_above: 1.5}", "$.risk.high_above"),
        ("report: {formats: [doc]}", "$.report.formats[0]"),
        ("send: {sender: a@example.com}", "$.send"),
        ("recipients: {North: a@example.com}", "$.recipients.North"),
    ],
)
def test_what_the_program_refuses_an_editor_marks(more: str, path: str) -> None:
    assert faults(MINIMAL) == []
    assert path in faults(MINIMAL + more)


@pytest.mark.parametrize(
    "sources",
    ["{client: {path: a}}", "{clients: {path: a.csv}}", "{transactions: {path: a, columns: {revenu: x}}}",
     "{transactions: {path: a, header_row: 0}}", "{transactions: {pat: a}}"],
)  # fmt: skip
def test_tables_and_their_columns_are_known(sources: str) -> None:
    assert faults(f"id: a\ncurrency: EUR\nsources: {sources}\n")


@pytest.mark.parametrize("more", ["accepted: [duplicates]", "accepted: {duplicates: 0.1, few_rows: null}",
                                  "strategic: {accounts: [417]}", "data_until: 2026-10-31", "title: {en: A, ru: Б}",
                                  "recipients: {all: [a@example.com], North: [], owners: {K. Brandt: [b@example.com]}}",
                                  "send: {smtp: env:SMTP, from: a@example.com, attach: link, base_url: 'https://example.com'}"])  # fmt: skip
def test_every_way_to_write_a_setting_is_valid(more: str) -> None:
    parse(MINIMAL + more)
    assert faults(MINIMAL + more) == []


def test_every_setting_says_what_it_does() -> None:
    def silent(node: dict[str, Any], place: str) -> list[str]:
        own = [
            f"{place}.{name}" for name, one in node.get("properties", {}).items()
            if not one.get("description")
        ]  # fmt: skip
        return own

    found = schema.schema()
    nodes = {"review": found, **found["$defs"]}
    assert [key for name, node in nodes.items() for key in silent(node, name)] == []
    assert set(found["properties"]) == set(Review.model_fields)
