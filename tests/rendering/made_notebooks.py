"""Executed notebooks as a run leaves them, with outputs that a hostile name could have made."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from portfolio_review.results.contract import MIME

NAMES = (
    "00_data", "02_structure", "03_what_moved", "04_retention", "06_risk_and_outlook",
    "07_actions",
)  # fmt: skip
CHECKS = {
    "kind": "checks", "id": "",
    "checks": [
        {"id": "bridge_closes", "passed": True, "detail": "0.00"},
        {"id": "units_add_up", "passed": False, "detail": "<script>alert(3)</script>"},
    ],
}  # fmt: skip
FINDING = {"kind": "finding", "id": "movement.lost", "finding": {"text": "Lost: <b>51</b> clients"}}
HTML = (
    '<table onclick="x()"><tr><td><script>alert(4)</script><img src="https://example.org/x.png" onerror="x()">'
    '<a href="javascript:alert(5)">link</a><a href="https://example.org">out</a>kept</td></tr></table>'
    '<style>body{display:none}</style><iframe src="https://example.org"></iframe>'
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" onload="x()"><title>a chart</title>'
    '<script>alert(6)</script><path d="M 0 0 L 10 10" fill="#404040"/><text x="1" y="1">label</text>'
    '<image href="https://example.org/y.png"/></svg>'
)


def write(folder: Path) -> list[Path]:
    return [_write(folder / f"{name}.ipynb") for name in NAMES]


def _write(path: Path) -> Path:
    outputs = [
        new_output("stream", text="plain <b>text</b> \x1b[31mred\x1b[0m"),
        new_output("display_data", data={"text/html": HTML, "text/plain": "a table", MIME: CHECKS}),
        new_output(
            "display_data", data={"image/svg+xml": SVG, "text/plain": "a chart", MIME: {"kind": "chart", "secret": 1}}
        ),
        new_output("execute_result", data={"text/plain": "</pre><script>alert(7)</script>"}),
        new_output("display_data", data={"text/plain": "said", MIME: FINDING}),
        new_output("display_data", data={"image/png": "iVBORw0KGgo=", "text/plain": "picture"}),
        new_output("error", ename="ValueError", evalue="bad", traceback=["<script>alert(8)</script>"]),
    ]
    cells = [
        new_markdown_cell(
            "# A title <script>alert(9)</script>\n\nText with `code`, [a link](https://example.org).", id="question"
        ),
        new_code_cell('name = "<script>alert(10)</script>"\nprint(name)', id="load", outputs=outputs),
        new_code_cell("", id="empty"),
        new_markdown_cell("## Rates between `W0` and W1\n\nWhy we look.", id="rates"),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    return path
