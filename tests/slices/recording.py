"""Frames of slices as short digests: recorded once, they tell whether a later reduction gives the same values.

    python tests/slices/recording.py CASE…       record cases anew: only where a contract changed, and say which

A column's digest is of its values: text, days and whole numbers as they are, doubles in whole 10⁻⁶ (sums of
logarithms in 10⁻⁸), for money and gaps are multiples of more than that. Figures of the second path and parameters of
models are recorded as they are and compared to within 10⁻⁹ of their size.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from portfolio_review import review as review_files
from portfolio_review import sources
from portfolio_review.calendar import Period
from portfolio_review.slices import Slice, build, load

HERE = Path(__file__).parent
REVIEWS = HERE.parent / "reviews"
SAMPLE = HERE.parents[1] / "params" / "demo.yml"
ODD = "client_id,date,revenue,order_id,product,category,unit\n" + "".join(
    # clients of several units, orders of several clients and months, returns, and clients named out of order
    f"c{n * n % 23},202{3 + n % 2}-{1 + n % 12:02}-{1 + n * 7 % 28:02},{n % 50 - 3}.{n % 97:02},o{n * 31 % 400},"
    f"p{n % 7},k{n % 5},u{n % 23 % 4 if n % 11 else 3}\n"
    for n in range(1500)
)
MERGED = "client_id,merged_into,group_id\n" + "".join(
    f"c{n},{f'c{n - 5}' if n % 9 == 8 else ''},{f'g{n % 3}' if n % 2 else ''}\n" for n in range(23)
)
PARTIAL = "client_id,date,revenue,margin,order_id,product,category,unit\n" + "".join(
    # ids of orders used again each year, margins known of some, names that are missing, and a last month cut short
    f"c{n * n % 37},{2021 + n % 4}-{1 + n * 5 % 12:02}-{1 + n * 11 % 28:02},{n % 40 - 2}.{n % 89:02},"
    f"{n % 13 if n % 3 else ''},{n * 17 % 300 if n % 19 else ''},{f'p{n % 6}' if n % 8 else ''},"
    f"{f'k{n % 5}' if n % 9 else ''},{f'u{n % 3}' if n % 31 else ''}\n"
    for n in range(2500)
    if (n % 4, n * 5 % 12) < (3, 9) or (n * 5 % 12 == 9 and n * 11 % 28 < 17)
)
CASES: dict[str, tuple[object, str]] = {
    "sample": (SAMPLE, "2026-10"),
    "odd": ((ODD, MERGED, ""), "2024-11"),
    "odd groups": ((ODD, MERGED, "client_level: group"), "2024-11"),
    "odd duplicates": ((ODD, MERGED, "drop_duplicates: true"), "2024-11"),
    "odd partial": ((PARTIAL, "", "data_until: 2024-10-17"), "2024-Q4"),
    "northwind": (REVIEWS / "northwind.yml", "1998-04"),
    "cdnow": (REVIEWS / "cdnow.yml", "1998-06"),
    "adventureworks": (REVIEWS / "adventureworks.yml", "2013-11"),
    "online_retail_ii": (REVIEWS / "online_retail_ii.yml", "2011-11"),
    "online_retail_ii partial": (REVIEWS / "online_retail_ii.yml", "2011-12"),
}
QUICK = ("sample", "odd", "odd groups", "odd duplicates", "odd partial", "northwind")
AS_THEY_ARE = ("recomputed", "company")


def frames_of(case: str, folder: Path) -> dict[str, Any]:
    """By unit and frame what is recorded of a case, made below `folder`."""
    source, period = CASES[case]
    if isinstance(source, tuple):
        transactions, clients, settings = source
        (folder / "sales.csv").write_text(transactions, encoding="utf-8")
        text = f"id: odd\ncurrency: EUR\nwindow_months: 6\n{settings}\nsources:\n  transactions: {{path: sales.csv}}\n"
        if clients:
            (folder / "clients.csv").write_text(clients, encoding="utf-8")
            text += "  clients: {path: clients.csv}\n"
        source = folder / "odd.yml"
        source.write_text(text, encoding="utf-8")
    assert isinstance(source, Path)
    review = review_files.load(source)
    (folder / "tables").mkdir()
    found = sources.read(review, source.parent, folder / "tables")
    made = build.build(review, found, Period.parse(period), folder / "slices")
    return {unit: of_slice(load(path)) for unit, path in made.units.items()}


def of_slice(data: Slice) -> dict[str, Any]:
    tables = {f"given_{name}": table for name, table in data.tables.items()}
    return {
        "stated": dict(data.stated),
        **{name: of_frame(name, frame) for name, frame in sorted({**data.frames, **tables}.items())},
    }


def of_frame(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Rows, and of each column its digest; of some frames the values."""
    if name in AS_THEY_ARE:
        return json.loads(frame.to_json(orient="split", index=False, double_precision=15))
    return {"rows": len(frame), **{column: digest(frame[column]) for column in frame}}


def digest(column: pd.Series) -> str:
    """Eight digits of what a column holds, in its order, with its type."""
    if column.dtype.kind == "f":
        unit = 1e8 if column.name == "log_gaps" else 1e6
        values = np.rint(column.to_numpy(dtype=float) * unit) + 0.0
        data = np.where(np.isnan(values), np.inf, values).tobytes()
    elif column.dtype.kind in "iub":
        data = column.to_numpy().astype(np.int64).tobytes()
    else:
        data = "\0".join(column.astype("str").fillna("\1")).encode()
    return hashlib.sha256(str(column.dtype).encode() + data).hexdigest()[:8]


def lacking(case: str) -> list[str]:
    """The files of a case that are not on this machine."""
    source, _ = CASES[case]
    if not isinstance(source, Path):
        return []
    named = [one.path or one.query or "" for one in review_files.load(source).sources.values()]
    words = [word for text in named for word in ([text] if " " not in text else text.split("'"))]
    return [word for word in words if word.endswith(".parquet") and not (source.parent / word).exists()]


def path(case: str) -> Path:
    return HERE / "recorded" / f"{case.replace(' ', '_')}.json"


def recorded(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path(case).read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as folder:
            units = frames_of(case, Path(folder))
        lines = [f"{json.dumps(unit)}: {json.dumps(found)}" for unit, found in units.items()]
        path(case).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        print(case, len(units))
