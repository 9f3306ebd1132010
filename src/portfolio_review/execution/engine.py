"""papermill's engine for reviews: notebook and kernel in, the executed notebook in its fixed form out.

papermill writes what an engine returns. So the fixed form is made here, and the notebook is written once.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger

NAME = "portfolio-review"


class ReviewEngine(NBClientEngine):  # type: ignore[misc]
    """Runs cells as papermill's own engine does; leaves no clock time, path or random id behind."""

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **words: Any) -> NotebookNode:
        executed: NotebookNode = super().execute_notebook(nb, kernel_name, **words)
        nbformat.validate(executed)  # an output that is no output fails the notebook; writing would only log it
        _normalise(executed)
        return executed

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        input_path: str,
        start_timeout: int,
        execution_timeout: int,
        **words: Any,
    ) -> NotebookNode:
        client = RecordClient(
            nb_man,
            kernel_name=kernel_name,
            log=logger,
            startup_timeout=start_timeout,
            timeout=execution_timeout,
            record_timing=False,
            on_cell_start=_unclocked,
            **words,
        )
        executed: NotebookNode = client.execute()
        return executed


class RecordClient(PapermillNotebookClient):  # type: ignore[misc]
    """Takes what a cell displays as it comes: the whole notebook is validated once, when it has run."""

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        plain = msg["msg_type"] == "display_data" and not display_id and not self.clear_before_next_output
        if not plain or self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)  # type: ignore[no-any-return]
        data, metadata = msg["content"]["data"], msg["content"]["metadata"]
        made = NotebookNode(output_type="display_data", data=data, metadata=metadata)  # type: ignore[no-untyped-call]
        outs.append(made)
        return made


def _unclocked(cell: NotebookNode, cell_index: int) -> None:
    """papermill would parse the time it has just written, to tell how long the cell took; nobody asks."""
    cell.metadata.papermill["start_time"] = None


def _normalise(notebook: NotebookNode) -> None:
    """Take clock times, paths and random ids out, so that the same run leaves the same bytes.

    papermill looks for the cell that failed when the engine is done: its mark stays.
    """
    settled = notebook.metadata.pop("papermill", {})
    notebook.metadata["papermill"] = {"parameters": settled.get("parameters", {})}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if not cell.metadata.get("papermill", {}).get("exception"):
            cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = "injected-parameters"


papermill_engines.register(NAME, ReviewEngine)
