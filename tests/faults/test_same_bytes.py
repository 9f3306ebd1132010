"""The same inputs, settings and code give the same bytes, whatever surrounds the run."""

import shutil
import sys
from pathlib import Path

import pytest
from workshop import NewWorkshop, Workshop, tree

ELSEWHERE = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"}


def moved(shop: Workshop) -> Workshop:
    """The same workshop in a folder of another name, from which nothing has been made."""
    other = shop.root.with_name("other place")
    shutil.copytree(shop.root, other, ignore=shutil.ignore_patterns("out", "tmp"))
    (other / "tmp").mkdir()
    shop.root, shop.out, shop.file = other, other / "out", other / "shop.yml"
    return shop


def test_one_unit_made_elsewhere(workshop: NewWorkshop) -> None:
    shop = workshop(["North"], formats="pdf, html, xlsx")
    words = ("--unit", "North", "--force", "--jobs")
    assert shop.statuses(*words, "1", PYTHONHASHSEED="1", TZ="UTC") == {"North": "made"}
    expected = tree(shop.period)
    assert {"pdf", "html", "xlsx", "json", "ipynb"} <= {name.rsplit(".", 1)[-1] for name in expected}
    assert moved(shop).statuses(*words, "4", **ELSEWHERE) == {"North": "made"}
    assert tree(shop.period) == expected


@pytest.mark.long
def test_the_sample_company_made_elsewhere(tmp_path: Path) -> None:
    """Every unit with every notebook and edition: one job, then four, with all else different."""
    import os
    import subprocess

    root = Path(__file__).parents[2]
    trees = []
    for place, jobs, surroundings in (
        ("one", "1", {"PYTHONHASHSEED": "1", "TZ": "UTC"}),
        ("another", "4", ELSEWHERE),
    ):
        folder = tmp_path / place
        shutil.copytree(root / "params", folder)
        command = ["run", str(folder / "demo.yml"), "--jobs", jobs, "--out", str(folder / "out"), "--quiet"]
        done = subprocess.run(
            [sys.executable, "-m", "portfolio_review", *command],
            env={**os.environ, **surroundings}, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        trees.append(tree(folder / "out" / "demo"))
    assert len(trees[0]) > 100
    assert trees[0] == trees[1]
