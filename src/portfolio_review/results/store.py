"""Results from executed notebooks, and `results.json` from results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat

from portfolio_review.doubt import Doubt
from portfolio_review.errors import NotebookError
from portfolio_review.figure import Figure
from portfolio_review.results import finding
from portfolio_review.results.contract import (
    MIME,
    SCHEMA,
    RecordedChart,
    RecordedCheck,
    RecordedDoubts,
    RecordedFigure,
    RecordedFinding,
    RecordedTable,
    RecordedVerdict,
    Results,
    ReviewHead,
    Source,
)


def read_notebooks(paths: Sequence[Path], *, whole: bool = True) -> Results:
    """Everything recorded in executed notebooks of one review; `whole` unless they are only some of it.

    `NotebookError` when a notebook does not end in its own end mark, two notebooks belong to
    different reviews, an id is recorded twice, or the verdict rests on what none of the whole recorded.
    """
    head: ReviewHead | None = None
    found: dict[str, dict[str, Any]] = {"figures": {}, "tables": {}, "charts": {}}
    findings: list[RecordedFinding] = []
    checks: list[RecordedCheck] = []
    doubts = RecordedDoubts()
    verdict: RecordedVerdict | None = None
    for path in paths:
        closed = False
        for source, record in _records(path):
            closed = record["kind"] == "close"
            match record["kind"]:
                case "review":
                    mine = _head(record)
                    if head is not None and mine != head:
                        raise NotebookError(
                            f"{path.name} was run for another review than the one before it",
                            path.stem,
                            source.cell,
                        )
                    head = mine
                case "figures":
                    for entry in record["figures"]:
                        _add(found["figures"], entry["id"], _figure(entry, source), source)
                case "table":
                    _add(found["tables"], record["id"], _table(record, source), source)
                case "chart":
                    _add(
                        found["charts"],
                        record["id"],
                        RecordedChart(record["alt"], source),
                        source,
                    )
                case "finding":
                    findings.append(RecordedFinding(finding.from_plain(record["finding"]), source))
                case "verdict":
                    verdict = RecordedVerdict(finding.verdict_from_plain(record["verdict"]), source)
                case "doubts":
                    doubts = RecordedDoubts(
                        tuple(map(Doubt.from_plain, record["doubts"])), tuple(record["not_met"]), source
                    )
                case "checks":
                    checks += [RecordedCheck(c["id"], c["passed"], c["detail"], source) for c in record["checks"]]
        if not closed:
            raise NotebookError(f"{path.name} did not run to its end mark record.close()", path.stem)
    if head is None:
        raise NotebookError("no notebook recorded a review", paths[0].stem if paths else "")
    figures, tables, charts = found["figures"], found["tables"], found["charts"]
    if whole:
        _held(verdict, {*figures, *tables})
    return Results(head, figures, tables, charts, tuple(findings), tuple(checks), doubts, verdict)


def _held(verdict: RecordedVerdict | None, recorded: set[str]) -> None:
    """`NotebookError` when the verdict rests on what no notebook recorded."""
    if verdict is not None and (unknown := [id for id in verdict.verdict.evidence if id not in recorded]):
        raise NotebookError(
            f"the verdict rests on {unknown[0]}, which no notebook has recorded",
            verdict.source.notebook,
            verdict.source.cell,
        )


def _records(path: Path) -> Iterator[tuple[Source, dict[str, Any]]]:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            record = output.get("data", {}).get(MIME)
            if record is not None:
                yield Source(path.stem, cell["id"]), record


def _add(into: dict[str, Any], id_: str, value: object, source: Source) -> None:
    if id_ in into:
        first = into[id_].source
        raise NotebookError(
            f"{id_} is recorded twice: {first.notebook}, cell {first.cell}, and here",
            source.notebook,
            source.cell,
        )
    into[id_] = value


def _head(record: dict[str, Any]) -> ReviewHead:
    fields = {name: record[name] for name in ReviewHead.__dataclass_fields__ if name != "id"}
    return ReviewHead(id=record["review_id"], **fields | {"w1": tuple(fields["w1"]), "w0": tuple(fields["w0"])})


def _figure(entry: dict[str, Any], source: Source) -> RecordedFigure:
    values = {name: entry[name] for name in Figure.__dataclass_fields__ if name in entry}
    if values.get("interval") is not None:
        values["interval"] = tuple(values["interval"])
    return RecordedFigure(Figure(**values), entry["unit"], source)


def _table(record: dict[str, Any], source: Source) -> RecordedTable:
    rows = None if record["rows"] is None else tuple(tuple(row) for row in record["rows"])
    return RecordedTable(
        tuple(record["columns"]), rows, source, record["count"], record.get("file"), record.get("sha256")
    )


_ALWAYS = ("value", "previous", "previous_year", "target", "reason")


def to_json(results: Results) -> str:
    """`results.json`: every figure, table, finding and check with its notebook and cell."""
    review = results.review
    document = {
        "schema": SCHEMA,
        "review": {name: getattr(review, name) for name in ReviewHead.__dataclass_fields__},
        "figures": {id_: _figure_json(entry) for id_, entry in results.figures.items()},
        "tables": {id_: _table_json(entry) for id_, entry in results.tables.items()},
        "verdict": _verdict_json(results.verdict),
        "findings": [_finding_json(entry) for entry in results.findings],
        "doubts": [doubt.said() | {"of_w1": doubt.of_w1, "of_w0": doubt.of_w0} for doubt in results.doubts.found],
        "notes": results.notes,
        "checks": [
            {
                "id": c.id,
                "passed": c.passed,
                "detail": c.detail,
                "notebook": c.source.notebook,
                "cell": c.source.cell,
            }
            for c in results.checks
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _figure_json(entry: RecordedFigure) -> dict[str, Any]:
    figure = entry.figure
    optional = {
        name: value
        for name in Figure.__dataclass_fields__
        if name not in (*_ALWAYS, "interval") and (value := getattr(figure, name)) is not None
    }
    return {
        "value": figure.value,
        "interval": None if figure.interval is None else list(figure.interval),
        "unit": entry.unit,
        "previous": figure.previous,
        "previous_year": figure.previous_year,
        "target": figure.target,
        **optional,
        "reason": figure.reason,
        "notebook": entry.source.notebook,
        "cell": entry.source.cell,
    }


def _verdict_json(entry: RecordedVerdict | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    plain = finding.verdict_to_plain(entry.verdict)
    return plain | {"notebook": entry.source.notebook, "cell": entry.source.cell}


def _finding_json(entry: RecordedFinding) -> dict[str, Any]:
    return finding.to_plain(entry.finding) | {"notebook": entry.source.notebook, "cell": entry.source.cell}


def _table_json(entry: RecordedTable) -> dict[str, Any]:
    long = {} if entry.rows is not None else {"count": entry.count, "file": entry.file, "sha256": entry.sha256}
    return {
        "columns": list(entry.columns),
        "rows": None if entry.rows is None else [list(row) for row in entry.rows],
        **long,
        "notebook": entry.source.notebook,
        "cell": entry.source.cell,
    }
