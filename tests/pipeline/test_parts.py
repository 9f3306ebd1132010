"""Keys: which part of a review changes which key, and how the difference is said."""

import ast
from pathlib import Path

import pytest

from portfolio_review import resources
from portfolio_review import review as review_files
from portfolio_review.execution import dependencies
from portfolio_review.pipeline import parts

REVIEW = "id: shop\ncurrency: EUR\nsources: {transactions: {path: sales.csv}}\n"
SLICE = {"rows": "1", "tables": "2", "settings": "3", "series": "4"}


def of_unit(tmp_path: Path, **slice_parts: str) -> dict[str, str]:
    file = tmp_path / "shop.yml"
    return parts.of_unit(
        review_files.parse(REVIEW), file, "2023-12", "North", "north-1", {**SLICE, **slice_parts}, "lists"
    )


EDITIONS = {"templates", "code:rendering", "brand", "formats", "pages", "languages", "owners", "notes"}


def test_each_part_changes_the_key_of_the_review_and_only_its_own_notebooks(tmp_path: Path) -> None:
    before = of_unit(tmp_path)
    stems = [path.stem for path in resources.notebooks()]
    keys = parts.notebook_keys(before)
    assert list(keys) == stems
    assert set(before) > EDITIONS
    for name in before:
        after = {**before, name: before[name] + "x"}
        if name.startswith("read:"):  # told by the manifest; what it does to the rows is in the slice
            assert (parts.key(after), parts.differences(before, after)) == (parts.key(before), [])
            assert parts.same_notebooks(before, after)
            continue
        assert parts.key(after) != parts.key(before), name
        changed = [stem for stem, key in parts.notebook_keys(after).items() if key != keys[stem]]
        own = [stem for stem in stems if name in (f"notebook:{stem}", f"code:{stem}")]
        if own == [resources.CLIENTS]:  # those after it load its table
            own = stems[stems.index(resources.CLIENTS) :]
        assert changed == ([] if name in EDITIONS else own or stems), name
        assert len(parts.differences(before, after)) == 1, name
        assert parts.same_notebooks(before, after) == (name in EDITIONS), name


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({"slice:rows": "1"}, {"slice:rows": "2"}, ["its transactions changed"]),
        ({"library:pandas": "3.0.0"}, {"library:pandas": "3.0.1"}, ["pandas is 3.0.1, was 3.0.0"]),
        ({}, {"notebook:07_x": "1", "code:07_x": "2"}, ["notebook 07_x is new"]),
        ({"notebook:07_x": "1", "code:07_x": "2"}, {}, ["notebook 07_x is gone"]),
        (
            {"code:01_a": "1", "code:02_b": "1"},
            {"code:01_a": "2", "code:02_b": "2"},
            ["the code that 01_a, 02_b import changed"],
        ),
        ({"templates": "1"}, {"templates": "1"}, []),
    ],
)
def test_differences_in_words(before: dict[str, str], now: dict[str, str], said: list[str]) -> None:
    assert parts.differences(before, now) == said


def test_the_analysts_notes_are_a_part(tmp_path: Path) -> None:
    before = of_unit(tmp_path)
    notes = tmp_path / "notes" / "2023-12" / "north-1.md"
    notes.parent.mkdir(parents=True)
    notes.write_text("Good month.")
    assert parts.differences(before, of_unit(tmp_path)) == ["the analyst's notes changed"]


def _imports(path: Path) -> set[str]:
    """The same as `dependencies.imported`, from the syntax tree."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports are not seen by the cache"
            found |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)}
    return {name for name in found if name.split(".")[0] == "portfolio_review"}


def test_imports_are_found_in_the_text_as_the_syntax_tree_has_them() -> None:
    files = sorted(dependencies.PACKAGE.rglob("*.py"))
    assert len(files) > 100
    for path in files:
        in_text = dependencies.imported(path.read_text(encoding="utf-8"))
        assert _imports(path) <= in_text, path


def test_the_code_of_a_notebook_is_what_it_imports_and_what_that_imports() -> None:
    (notebook,) = (path for path in resources.notebooks() if path.stem == "00_data")
    found = {path.relative_to(dependencies.PACKAGE).as_posix() for path in dependencies.of_notebook(notebook)}
    assert {"__init__.py", "metrics/checks.py", "metrics/windows.py", "results/record.py", "catalog/data.py"} <= found
    assert not any(name.startswith(("rendering/", "pipeline/", "delivery/")) for name in found)
