"""The notebooks read as the style asks, and their kept records are what a fresh run records."""

import ast
import copy
import json
import re
from pathlib import Path
from typing import Any

import kept_records
import nbformat
import pytest
from nbval.plugin import IPyNbFile

from portfolio_review.catalog import CATALOG
from portfolio_review.execution.runner import PARAMETERS
from portfolio_review.results import store
from portfolio_review.results.contract import MIME

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PORTRAIT = ROOT / "notebooks" / "portrait" / "client_portrait.ipynb"
every = pytest.mark.parametrize("path", [*NOTEBOOKS, PORTRAIT], ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list[Any]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


@every
def test_cells_are_short_and_hold_no_logic(path: Path) -> None:
    for cell in cells(path, "code"):
        tree = ast.parse(cell.source)
        assert cell.source.count("\n") < 10, cell["id"]
        assert not [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.While | ast.If)
        ]


@every
def test_it_has_the_four_parameters_as_text_and_a_portrait_its_client(path: Path) -> None:
    tagged = [cell for cell in cells(path, "code") if "parameters" in cell.metadata.get("tags", ())]
    assert len(tagged) == 1
    names = {node.targets[0].id: node.value.value for node in ast.parse(tagged[0].source).body}
    assert tuple(names) == (PARAMETERS if path != PORTRAIT else (*PARAMETERS, "client"))
    assert all(isinstance(value, str) for value in names.values())


@every
def test_a_name_is_bound_in_one_cell_unless_it_grows(path: Path) -> None:
    bound: dict[str, str] = {}
    for cell in cells(path, "code"):
        names = {
            n.id for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        for name in names - {"base"}:  # the frame of clients gains columns
            assert name not in bound, f"{name} in {cell['id']} and {bound[name]}"
            bound[name] = cell["id"]


CONSTANTS = "|".join([
    r"\$\$[^$]*\$\$", r"\$[^$\n]*\$",  # formulas
    r"\*\*\(\d\)\*\*", r"[ARW][01]", r"r\(W[01]\)", r"[Nn]otebook \d\d", r"> 0", r"n − 1", r"\(1 − p\)", r"1 /",
    # constants of the definitions: a reviewer must be able to compute from the text
    r"[0-9]+ % interval", r"80 % quantile", r"at least (?:4|10)\b", r"fewer than (?:4|10)\b", r"24 calendar months",
    r"below (?:90 %|3 intervals|5 clients)", r"0\.80 and 0\.95", r"1\.2 r\(W0\)", r"0\.8 r\(W0\)", r"last (?:3|12) month",
    r"at most (?:0\.7|45 days)", r"5 (?:is the best|for the latest)", r"3 months and at least 9 months", r"touches 1 %",
    r"limit, (?:0\.5|1\.0)", r", 1\.0,", r"Scores 1 to 5", r"the 12 months that end", r"the 6 orders", r"1 % more", r": 0 when",
    r"180 to 545 days", r"within 180 days", r"Intervals: 95 %", r"max\([^)]*\)", r"2 g", r", 0\)", r"at age 0",
    r"more than 60 %", r"(?:at least|less than) 90 %", r"by 10 points", r"(?:at least|less than) 70 %", r"Below 3 candidates", r"1,000 draws", r"last 24 month ends",
    r"last 12 month", r"next 12 months", r"of 12 months", r"within 12 months", r"\bp12\b",
    r"(?:at least|less than) 90 %", r"last active 12 months", r"threat of 4 or more", r"more than 60 days", r"within 90 days",
    r"value over 12 months", r"at least 25 %", r"best 12 months", r"0\.01 % of value", r"within 12 months",
    r"last 6 months", r"lapsed 12 months ago", r" 12 / months",
])  # fmt: skip


@every
def test_prose_has_no_typed_number(path: Path) -> None:
    for cell in cells(path, "markdown"):
        text = re.sub(CONSTANTS, "", cell.source)
        assert not re.findall(r"(?<![A-Za-z₍])\d+(?:[.,]\d+)?", text), (cell["id"], text)


@every
def test_it_asks_a_question_first_and_closes_last(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert "?**" in notebook.cells[0].source
    assert notebook.cells[-1].source == "record.close()"
    assert 15 <= len(notebook.cells) <= 50


@every
def test_every_code_cell_was_run_in_order(path: Path) -> None:
    counts = [cell.execution_count for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


def _records(path: Path) -> list[tuple[str, dict[str, Any]]]:
    return [(cell["id"], record) for cell in cells(path, "code") for record in kept_records.of(cell.outputs)]


def outputs(figure: float, kind: str = "figures") -> list[dict[str, Any]]:
    record = {"kind": kind, "id": "", "figures": [{"id": "headline.revenue", "value": figure, "reason": None}]}
    return [{"data": {"text/plain": "x"}}, {"output_type": "stream"}, {"data": {MIME: record}}]


def test_a_record_that_a_fresh_run_makes_otherwise_is_found() -> None:
    """nbval runs every notebook, and for each cell asks `kept_records`."""
    assert kept_records.difference(outputs(1e9), outputs(1e9 + 0.1)) == ""
    assert "record figures : {" in kept_records.difference(outputs(1e9), outputs(1e9 + 10))
    assert "records [('figures', '')], kept are []" in kept_records.difference(outputs(1), outputs(1)[:2])
    assert "kept are [('checks', '')]" in kept_records.difference(outputs(1), outputs(1, "checks"))
    assert kept_records.difference(outputs(1, "close"), outputs(2, "close")) == ""
    assert not kept_records.same([None], [0.0])


def test_nbval_asks_for_the_records_too(request: pytest.FixtureRequest) -> None:
    file = IPyNbFile.from_parent(request.session, path=NOTEBOOKS[0])
    cell = next(cell for cell in file.collect() if kept_records.of(cell.cell.outputs))
    kept_records.compare_too(cell)
    file.skip_compare += (MIME,)
    fresh = copy.deepcopy(cell.cell.outputs)
    assert cell.compare_outputs(fresh, cell.cell.outputs)
    kept_records.of(fresh)[0]["id"] = "another"
    assert not cell.compare_outputs(fresh, cell.cell.outputs)
    assert "another" in cell.comparison_traceback[-1]


def test_every_figure_leads_to_a_cell_that_exists() -> None:
    results = json.loads(store.to_json(store.read_notebooks(NOTEBOOKS)))
    ids = {path.stem: {cell["id"] for cell in cells(path, "code")} for path in NOTEBOOKS}
    for group in ("figures", "tables"):
        for id, entry in results[group].items():
            assert entry["cell"] in ids[entry["notebook"]], id


def test_every_id_of_the_catalogue_is_recorded_by_exactly_one_cell() -> None:
    ours = (id for id in CATALOG if not id.startswith("report."))  # checks of the printed report, which no cell makes
    places: dict[str, set[tuple[str, str]]] = {id: set() for id in ours}
    for path in NOTEBOOKS:
        for cell, record in _records(path):
            ids = [entry["id"] for entry in record.get("figures", record.get("checks", ()))]
            for id in [*ids, *([record["id"]] if record["kind"] == "table" else [])]:
                places.setdefault(id, set()).add((path.stem, cell))
    assert {id: found for id, found in places.items() if len(found) != 1} == {}
