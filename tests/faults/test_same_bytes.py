"""The same inputs, settings and code give the same bytes, whatever surrounds the run."""

import shutil
import sys
from pathlib import Path

import processors
import pytest
from workshop import PERIOD, NewWorkshop, Workshop, tree

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


def test_one_notebook_on_another_processor(shop: Workshop) -> None:
    """As the plainest kernel of BLAS and as that which this processor takes by itself, in the notebook too."""
    if len(cores := processors.kernels()) < 2:
        pytest.skip("this processor runs one kernel of BLAS only")
    before = (shop.period / "north" / "results.json").read_bytes()
    words = ("run", shop.file, "--period", PERIOD, "--unit", "North", "--force", "--jobs", "1", "--quiet")
    done = shop.command(*words, own_kernels=True, OPENBLAS_CORETYPE=cores[0])
    assert (done.returncode, done.stderr) == (0, "")
    assert (shop.period / "north" / "results.json").read_bytes() == before


@pytest.mark.long
def test_the_review_of_the_sample_company_on_other_processors(tmp_path: Path) -> None:
    """BG/NBD, Gamma-Gamma, scores and log-rank tests: all that runs through BLAS."""
    import os
    import subprocess

    if len(cores := processors.kernels()) < 2:
        pytest.skip("this processor runs one kernel of BLAS only")
    root, made = Path(__file__).parents[2], set()
    for core in cores:
        command = ["run", str(root / "params" / "demo.yml"), "--unit", "all", "--out", str(tmp_path / core), "--quiet"]
        done = subprocess.run(
            [sys.executable, "-m", "portfolio_review", *command],
            env={**os.environ, "OPENBLAS_CORETYPE": core}, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        made.add(next(tmp_path.glob(f"{core}/demo/*/all/results.json")).read_bytes())
    assert len(made) == 1


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
