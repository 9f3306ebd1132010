"""(g) What a notebook's run costs beyond its cells: processor time of all its processes, less that of the cells.

    python benchmarks/overhead.py REVIEW PERIOD UNIT [--times N]

The cells' own time is taken inside the kernel, from before each cell to after it, over all its threads.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import time
from pathlib import Path

import measure
import nbformat

from portfolio_review import resources
from portfolio_review.calendar import Period
from portfolio_review.execution.kernels.pool import ForkedKernels
from portfolio_review.execution.runner import execute
from portfolio_review.pipeline.run import load_review
from portfolio_review.pipeline.series import Series
from portfolio_review.pipeline.workers import SELDOM

BEFORE = """import time as _time
from IPython import get_ipython as _shell
_own = []
_shell().events.register("pre_run_cell", lambda info: _own.append(-_time.process_time()))
_shell().events.register("post_run_cell", lambda result: _own.append(_time.process_time()))"""
AFTER = "print(sum(_own[1:-1]))"


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("review", type=Path)
    words.add_argument("period")
    words.add_argument("unit")
    words.add_argument("--times", type=int, default=5)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ForkedKernels() as kernels:
        work = Path(folder)
        review, span = load_review(asked.review), Period.parse(asked.period)
        series = Series(review, asked.review, work / "series", work / "slices", lambda text: None)
        slices = series.slices(span, series.cut(span, (asked.unit,)), [asked.unit])
        if slices is None:
            raise SystemExit("the sources changed while they were read")
        slice_ = slices[asked.unit]
        os.environ.update(kernels.environment())
        gc.collect()  # as a worker of the program does
        gc.freeze()
        gc.set_threshold(*SELDOM)
        parameters = {
            "review": asked.review.name, "period": asked.period, "unit": asked.unit, "workspace": slice_.name
        }  # fmt: skip
        found = {}
        for source in resources.notebooks():
            timed = watched(source, work)
            execute(timed, work / "out.ipynb", parameters, slice_.parent, 600)
            runs = [_once(timed, work / "out.ipynb", parameters, slice_.parent) for _ in range(asked.times)]
            own, all_of_it = (statistics.fmean(run[part] for run in runs) for part in (0, 1))
            found[source.stem] = {"cells": own, "overhead": all_of_it - own}
            print(f"{source.stem}: cells {own:.2f} s, beyond them {all_of_it - own:.2f} s of processor")
    median = statistics.median(each["overhead"] for each in found.values())
    measure.keep("overhead", review=review.id, unit=asked.unit, times=asked.times, notebooks=found, median=median)


def watched(source: Path, folder: Path) -> Path:
    """The notebook with a cell more at both ends, which take the time of the others."""
    notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    first = next(number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    # behind the parameters, which must stay the first code cell
    notebook.cells.insert(first + 1, nbformat.v4.new_code_cell(BEFORE))  # type: ignore[no-untyped-call]
    notebook.cells.append(nbformat.v4.new_code_cell(AFTER))  # type: ignore[no-untyped-call]
    path = folder / source.name
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    return path


def _once(source: Path, target: Path, parameters: dict[str, str], folder: Path) -> tuple[float, float]:
    """Seconds of processor of the cells, and of everything: this process, the server and its kernel."""
    began = time.process_time() + _others()
    execute(source, target, parameters, folder, 600)
    time.sleep(0.2)  # until the server has heard of the kernel's end
    spent = time.process_time() + _others() - began
    return own_seconds(target), spent


def own_seconds(executed: Path) -> float:
    """What the cells of an executed `watched` notebook took."""
    return float(nbformat.read(executed, as_version=4).cells[-1].outputs[0].text)  # type: ignore[no-untyped-call]


def _others() -> float:
    """Seconds of processor of every child of this process and of the children that these have reaped."""
    ticks, me = os.sysconf("SC_CLK_TCK"), os.getpid()
    children = Path(f"/proc/{me}/task/{me}/children").read_text().split()
    stats = (Path("/proc", child, "stat").read_text().rpartition(")")[2].split() for child in children)
    return sum(sum(map(int, fields[11:15])) for fields in stats) / ticks


if __name__ == "__main__":
    main()
