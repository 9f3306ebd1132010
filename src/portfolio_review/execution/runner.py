"""Step 4: one notebook run by papermill in a kernel of its own, left behind in a fixed form."""

from __future__ import annotations

import os
import tempfile
import time
from functools import cache
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from portfolio_review.errors import NotebookError
from portfolio_review.execution import engine
from portfolio_review.execution.kernels.pool import FOLDER, KERNEL_ENVIRONMENT
from portfolio_review.workfolder import for_sockets

PARAMETERS = ("review", "period", "unit", "workspace")
KERNEL = "python3"
CLIENT = "portfolio_review.execution.kernels.client.PromptClient"


def execute(source: Path, target: Path, parameters: dict[str, str], folder: Path, seconds: int) -> float:
    """Run `source` in `folder`, write the executed notebook to `target`; returns seconds taken.

    `NotebookError` names the notebook, the cell, its source and its error. A notebook that takes
    other parameters than those given is refused before it runs.
    """
    _check_parameters(source, tuple(parameters))
    os.environ.update(KERNEL_ENVIRONMENT)
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="review-", dir=os.environ.get(FOLDER) or for_sockets()) as sockets:
            # a profile of its own: what the user lets IPython run at its start must change no figure
            os.environ["IPYTHONDIR"] = str(Path(os.environ.get(FOLDER, sockets), "ipython"))
            papermill.execute_notebook(
                _plain_path(_bare(source, Path(sockets))),
                _plain_path(target.resolve()),
                parameters=parameters,
                engine_name=engine.NAME,
                request_save_on_cell_execute=False,  # it is written once, at the end
                autosave_cell_every=0,
                kernel_name=KERNEL,
                cwd=folder,
                progress_bar=False,
                log_output=False,
                execution_timeout=seconds,
                start_timeout=120,
                shutdown_kernel="immediate",  # it has nothing to save
                extra_arguments=["--HistoryManager.enabled=False"],  # nobody typed these cells
                config=_sockets(sockets),
            )
    except papermill.PapermillExecutionError as error:
        target.unlink(missing_ok=True)  # as far as it came: no record
        cell = _failed_cell(source, str(error.source))
        raise NotebookError(_message(source.stem, cell, error), source.stem, cell) from None
    except CellTimeoutError:
        raise NotebookError(
            f"notebook {source.stem}: a cell took longer than {seconds} s; see limits.cell_seconds",
            source.stem,
        ) from None
    except DeadKernelError:
        raise NotebookError(
            f"notebook {source.stem}: its kernel died, for lack of memory or by a signal", source.stem
        ) from None
    except nbformat.ValidationError as error:
        raise NotebookError(
            f"notebook {source.stem}: what a cell displays is no output: {str(error).splitlines()[0]}", source.stem
        ) from None
    with target.open("a", encoding="utf-8") as file:
        file.write("\n")  # which papermill leaves out
    return time.monotonic() - started


def _sockets(folder: str) -> Config:
    """Kernels talk over sockets in a folder of their own: no port is opened, no two kernels can meet.

    The folder is a short one: a socket's path has at most 107 bytes.
    """
    names = {"ip": "kernel", "connection_file": "kernel.json"}
    places = {trait: str(Path(folder, name)) for trait, name in names.items()}
    return Config({"KernelManager": {"transport": "ipc", "client_class": CLIENT, **places}})


def _check_parameters(source: Path, given: tuple[str, ...]) -> None:
    found = _parameters(source, source.stat().st_mtime_ns)
    if sorted(found) != sorted(given):
        raise NotebookError(
            f"notebook {source.stem}: its parameters cell names {', '.join(found) or 'nothing'}; "
            f"it must name {', '.join(given)}",
            source.stem,
        )


@cache
def _parameters(source: Path, _changed: int) -> tuple[str, ...]:
    return tuple(papermill.inspect_notebook(_plain_path(source)))


def _bare(source: Path, folder: Path) -> Path:
    """A copy of the notebook without the outputs that it keeps: papermill reads and checks them only to drop them."""
    copy = folder / source.name
    copy.write_text(_without_outputs(source, source.stat().st_mtime_ns), encoding="utf-8")
    return copy


@cache
def _without_outputs(source: Path, _changed: int) -> str:
    notebook = _read(source)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return nbformat.writes(notebook)  # type: ignore[no-untyped-call,no-any-return]


def _plain_path(path: Path) -> str:
    """A path as papermill takes it: braces in it are not for parameters to fill in."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _failed_cell(path: Path, source: str) -> str | None:
    """The id of the cell with this source; papermill's own count includes cells it adds."""
    found = (cell["id"] for cell in _read(path).cells if cell.cell_type == "code" and cell.source == source)
    return next(found, None)


def _message(name: str, cell: str | None, error: papermill.PapermillExecutionError) -> str:
    source = "\n".join(f"    {line}" for line in str(error.source).splitlines())
    return f"notebook {name}, cell {cell or error.exec_count}: {error.ename}: {error.evalue}\n{source}"


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call,no-any-return]
