"""The notebooks read as the style asks, and their kept records are what a fresh run records."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner

from portfolio_review.catalog import CATALOG
from portfolio_review.cli import cli
from portfolio_review.execution.runner import PARAMETERS
from portfolio_review.results import store
from portfolio_review.results.contract import MIME

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PORTRAIT = ROOT / "notebooks" / "portrait" / "client_portrait.ipynb"
of_a_review = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
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


@every
def test_prose_has_no_typed_number(path: Path) -> None:
    for cell in cells(path, "markdown"):
        text = re.sub(
            r"\*\*\(\d\)\*\*|[ARW][01]|r\(W[01]\)|[0-9]+ % interval|notebook \d\d|\(2k − n − 1\)|1 /|2 g|, 0\)|\(1 − p\)|max\([^)]*\)",
            "",
            cell.source,
        )
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
    return [
        (cell["id"], output["data"][MIME])
        for cell in cells(path, "code")
        for output in cell.outputs
        if MIME in output.get("data", {})
    ]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample's review, with the results alone: no edition but the workbook."""
    out = tmp_path_factory.mktemp("fresh")
    review, every_format = out / "demo.yml", "formats: [pdf, html, xlsx]"
    text = (ROOT / "params" / "demo.yml").read_text(encoding="utf-8")
    assert every_format in text
    review.write_text(text.replace(every_format, "formats: [xlsx]"), encoding="utf-8")
    (out / "demo").symlink_to(ROOT / "params" / "demo")
    words = [
        "run",
        str(review),
        "--unit",
        "all",
        "--period",
        "2026-10",
        "--out",
        str(out / "reports"),
        "--quiet",
    ]
    result = CliRunner().invoke(cli, [*words, "--jobs", "1"])
    assert result.exit_code == 0, result.output
    return next(out.rglob("results.json")).parent


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return one is not None and other is not None and one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return bool(one == other)


@of_a_review
def test_kept_records_are_those_of_a_fresh_run(path: Path, fresh: Path) -> None:
    kept, now = _records(path), _records(fresh / "notebooks" / path.name)
    assert [(cell, record["kind"], record["id"]) for cell, record in kept] == [(c, r["kind"], r["id"]) for c, r in now]
    for (cell, mine), (_, other) in zip(kept, now, strict=True):
        if mine["kind"] not in ("chart", "close"):
            assert same(mine, other), cell


def test_every_figure_leads_to_a_cell_that_exists(fresh: Path) -> None:
    results = json.loads((fresh / "results.json").read_text())
    ids = {path.stem: {cell["id"] for cell in cells(path, "code")} for path in NOTEBOOKS}
    for group in ("figures", "tables"):
        for id, entry in results[group].items():
            assert entry["cell"] in ids[entry["notebook"]], id


def test_reading_the_notebooks_again_gives_the_same_results(fresh: Path) -> None:
    read = store.read_notebooks(sorted((fresh / "notebooks").glob("*.ipynb")))
    assert store.to_json(read) == (fresh / "results.json").read_text()


def test_every_id_of_the_catalogue_is_recorded_by_exactly_one_cell() -> None:
    counts: dict[str, int] = dict.fromkeys(CATALOG, 0)
    for path in NOTEBOOKS:
        for _, record in _records(path):
            ids = [entry["id"] for entry in record.get("figures", record.get("checks", ()))]
            for id in [*ids, *([record["id"]] if record["kind"] == "table" else [])]:
                counts[id] = counts.get(id, 0) + 1
    assert {id: count for id, count in counts.items() if count != 1} == {}
