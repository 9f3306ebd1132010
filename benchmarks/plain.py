"""The plain way to one unit's review: papermill from the shell for each notebook, then a process that renders.

python benchmarks/plain.py render FOLDER RUN    the rendering, from FOLDER/notebooks into FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import measure

from portfolio_review import resources


def unit(slice_: Path, parameters: dict[str, str], folder: Path, run: str) -> measure.Taken:
    """Make one unit's review in `folder` from the slice at `slice_`, one process after the other."""
    executed = folder / "notebooks"
    executed.mkdir(parents=True)
    wall = cpu = 0.0
    peak = 0
    words = [word for name, value in parameters.items() for word in ("-r", name, value)]
    commands = [
        [
            sys.executable, "-m", "papermill", str(notebook), str(executed / notebook.name), *words,
            "--cwd", str(slice_.parent), "-k", "python3", "--no-progress-bar", "--no-log-output",
        ]
        for notebook in resources.notebooks()
    ]  # fmt: skip
    commands.append([sys.executable, __file__, "render", str(folder), run, str(slice_.parent)])
    for command in commands:
        taken = measure.run(command)
        wall, cpu, peak = wall + taken.wall, cpu + taken.cpu, max(peak, taken.peak_bytes)
    return measure.Taken(wall, cpu, peak)


def render(folder: Path, run: str, tables: Path) -> None:
    """results.json and every edition, as the program writes them."""
    from portfolio_review.execution import fingerprint
    from portfolio_review.rendering import editions
    from portfolio_review.rendering.context import RunContext
    from portfolio_review.results import store

    for table in tables.glob("*.parquet"):
        table.rename(folder / table.name)
    executed = sorted((folder / "notebooks").glob("*.ipynb"))
    results = store.read_notebooks(executed)
    (folder / "results.json").write_text(store.to_json(results), encoding="utf-8")
    versions = dict(fingerprint.versions())
    context = RunContext(run=run, program=versions.pop("portfolio-review"), libraries=versions)
    editions.render(results, folder, context=context, notebooks_run=executed)


if __name__ == "__main__":
    render(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
