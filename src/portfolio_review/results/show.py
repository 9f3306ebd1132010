"""How a recorded object looks in a notebook: small HTML tables with a plain-text twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from portfolio_review.catalog import Entry
from portfolio_review.catalog.formulas import chosen, filled
from portfolio_review.doubt import Doubt
from portfolio_review.figure import Figure
from portfolio_review.results.contract import ReviewHead

SHOWN_ROWS = 40
_DECIMALS = {"money": 2, "share": 4, "count": 0, "orders": 0, "days": 1, "months": 1, "index": 4}


def number(value: object, unit: str) -> str:
    """A value as a reviewer reads it: grouped, with the decimals of its unit; shares and chances as per cent."""
    if value is None or (isinstance(value, float) and value != value):
        return "n/a"
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float):
        if unit in ("share", "chance"):
            return f"{value:.2%}".replace("-", "\u2212")
        decimals = _DECIMALS.get(unit, 4 if isinstance(value, float) else 0)
        return f"{value:,.{decimals}f}".replace("-", "\u2212")
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return str(value)


def head(review: ReviewHead) -> dict[str, str]:
    """Which review, which spans."""
    rows = [
        ("Review", f"{review.id}, unit {review.unit}"),
        (
            "Period P",
            f"{review.period} ({review.start} to {review.end}{', partial' if review.partial else ''})",
        ),
        ("W1", f"{review.w1[0]} to {review.w1[1]}"),
        ("W0", f"{review.w0[0]} to {review.w0[1]}"),
        ("History", f"{review.history_start} to {review.data_until}"),
    ]
    return _html(("", ""), rows, caption="Review and spans")


def figures(values: Mapping[str, Figure], entries: Mapping[str, Entry], settings: Mapping[str, str]) -> dict[str, str]:
    """One row a figure: name, value, interval, what it is compared with, formula under the review's `settings`."""
    shown = [
        name
        for name in ("interval", "previous", "previous_year", "ytd", "window", "window_previous", "target")
        if any(getattr(figure, name) is not None for figure in values.values())
    ]
    rows = []
    for id_, figure in values.items():
        unit = entries[id_].unit
        row = [
            entries[id_].en,
            number(figure.value, unit) if figure.value is not None else f"n/a: {figure.reason}",
        ]
        for name in shown:
            other = getattr(figure, name)
            if name == "interval" and other is not None:
                row.append(f"{number(other[0], unit)} to {number(other[1], unit)}")
            else:
                row.append("" if other is None else number(other, unit))
        rows.append((*row, filled(chosen(entries[id_], settings), settings), id_))
    names = {
        "previous": "PP",
        "previous_year": "PY",
        "ytd": "year to date",
        "window": "W1",
        "window_previous": "W0",
        "interval": "95 % interval",
        "target": "target",
    }
    return _html(("Figure", "Value", *(names[name] for name in shown), "Formula", "Id"), rows, caption="Figures")


def answer(values: Mapping[str, Figure], entries: Mapping[str, Entry], told: Sequence[str]) -> dict[str, str]:
    """The answer to the notebook's question: a line a figure, with its interval and the year before, then sentences."""
    lines = []
    for id_, figure in values.items():
        unit = entries[id_].unit
        line = f"{entries[id_].en}: " + (
            f"n/a, {figure.reason}" if figure.value is None else number(figure.value, unit)
        )
        if figure.interval is not None:
            line += f" (95 % interval {number(figure.interval[0], unit)} to {number(figure.interval[1], unit)})"
        if figure.previous_year is not None:
            line += f", a year before {number(figure.previous_year, unit)}"
        lines.append(line)
    every = [*lines, *told]
    items = "".join(f"<li>{escape(line)}</li>" for line in every)
    return {"text/html": f"<p><b>Answer</b></p><ul>{items}</ul>", "text/plain": "\n".join(every)}


def table(frame: pd.DataFrame, entry: Any) -> dict[str, str]:
    """The first rows of a table under its catalogue names."""
    units = [column.unit for column in entry.columns]
    rows = [
        tuple(number(value, unit) for value, unit in zip(row, units, strict=True))
        for row in frame.head(SHOWN_ROWS).itertuples(index=False, name=None)
    ]
    more = f"{len(frame) - SHOWN_ROWS:,} more rows" if len(frame) > SHOWN_ROWS else ""
    return _html(tuple(column.en for column in entry.columns), rows, more, f"{entry.en} ({entry.id})")


def doubts(found: Sequence[Doubt], not_met: Sequence[str]) -> dict[str, str]:
    """One row a doubt: examples, what was done, what settles it; then the accepted ids that do not occur."""
    rows = [(doubt.id, "; ".join(doubt.examples), str(doubt.done), str(doubt.remedy)) for doubt in found]
    more = f"accepted and not met: {', '.join(not_met)}" if not_met else ""
    return _html(("Doubt", "Examples", "What was done", "What settles it"), rows, more, "Doubts")


def checks(outcomes: Sequence[Any]) -> dict[str, str]:
    """One row a check."""
    return _html(
        ("Check", "Outcome", "Detail"),
        [(c.id, "passed" if c.passed else "FAILED", c.detail) for c in outcomes],
        caption="Checks",
    )


def _html(head: Sequence[str], rows: Sequence[Sequence[str]], more: str = "", caption: str = "") -> dict[str, str]:
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    note = f"<p>{escape(more)}</p>" if more else ""
    text = "\n".join("  ".join(cell for cell in row) for row in rows) + (f"\n{more}" if more else "")
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = f"<thead><tr>{heads}</tr></thead>" if any(head) else ""
    return {"text/html": f"<table>{named}{top}<tbody>{body}</tbody></table>{note}", "text/plain": text}
