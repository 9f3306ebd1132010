"""What pages print beside the rows of a table: totals, the rest of what is not shown, shares of a whole, changes.

In: the tables and figures that a notebook has recorded, by id; out: its table `<section>.lines` of the columns
`COLUMNS`: which table (`object`), which `line` of it, and the numbers printed there. Source: the tables named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from portfolio_review.catalog.lines import SHOWN
from portfolio_review.figure import Figure
from portfolio_review.metrics.portfolio import total

COLUMNS = ("object", "line", "rows", "clients", "amount_before", "amount", "amount_change", "share")
OTHERS, ALL = "others", "all"
LISTS = ("actions.return", "actions.retain", "actions.retain.thread", "actions.develop", "actions.reward")
EXISTING = ("churn", "gone_quiet", "contraction", "expansion")
FRESH = ("returned", "new")
ENDS = ("start", "end")
CLASSES = ("A", "B", "C", "none")
LARGEST_OF_BARS = "bridge.largest"
Line = dict[str, Any]
Frames = Mapping[str, pd.DataFrame]
Figures = Mapping[str, Figure]


def structure(tables: Frames, figures: Figures) -> pd.DataFrame:
    """`structure.lines`: the clients below the ten largest, the share of each cell of the classes in R(W1)."""
    clients, revenue = (figures[f"structure.{name}"] for name in ("clients", "revenue"))
    made = [*_largest(tables["structure.largest"], clients, revenue)]
    whole = _number(revenue.value)
    for id, keys in (("abc", ["class"]), ("abc_xyz", ["abc", "xyz"]), ("value_stability", ["group"])):
        table = tables[f"structure.{id}"]
        names = ["".join(map(str, key)) for key in table[keys].itertuples(index=False, name=None)]
        made += [_line(f"structure.{id}", name, share=_share(amount, whole))
                 for name, amount in zip(names, table["revenue"], strict=True)]  # fmt: skip
    return _table(made)


def _largest(table: pd.DataFrame, clients: Figure, revenue: Figure) -> Iterable[Line]:
    """Those below the largest, and all; W0 of all is R(W0)."""
    id, w1, w0 = "structure.largest", table["revenue_w1"], table["revenue_w0"]
    now, before = _number(revenue.value), _number(revenue.window_previous)
    rest_now, rest_before = now - total(w1), before - total(w0.fillna(0.0))
    share = 1 - float(table["running_share"].iloc[-1]) if len(table) else np.nan
    yield _change(id, OTHERS, rest_now, rest_before) | {"clients": _number(clients.value) - len(table), "share": share}
    yield _change(id, ALL, now, before) | {"clients": clients.value}


def movement(tables: Frames, figures: Figures) -> pd.DataFrame:
    """`movement.lines`: each step's share of R(W0) and the part of its named clients; what existing, new and returned
    clients made; clients and money of the migration matrix by row, column and move; Σ of the
    drivers' effects.
    """
    made = [*_bridge(tables["bridge.steps"], tables["bridge.largest"]), *_migration(tables["migration.abc"])]
    known = [figures[f"drivers.{factor}_effect"].value for factor in "nvl"]
    if None not in known:
        made.append(_line("drivers.factors", ALL, amount_change=total(pd.Series(known, dtype=float))))
    return _table(made)


def _bridge(steps: pd.DataFrame, largest: pd.DataFrame) -> Iterable[Line]:
    id = "bridge.steps"
    amounts = dict(zip(steps["step"], steps["amount"], strict=True))
    named_first = largest[largest["rank"] <= SHOWN[LARGEST_OF_BARS]]
    for step, amount in amounts.items():
        named = total(named_first.loc[named_first["step"] == step, "amount"])
        yield _line(id, step, share=_share(amount, amounts["start"]))
        yield _line(LARGEST_OF_BARS, step, share=named / amount if amount else np.nan)
    moved = {step: amount for step, amount in amounts.items() if step not in ENDS}
    if moved:
        groups = {
            "existing": [moved.get(step, 0.0) for step in EXISTING],
            "fresh": [moved.get(step, 0.0) for step in FRESH],
        }
        for name, parts in groups.items():
            yield _line(id, name, amount_change=total(pd.Series(parts, dtype=float)))


def _migration(matrix: pd.DataFrame) -> Iterable[Line]:
    id = "migration.abc"
    if matrix.empty:
        return
    for side in ("from", "to"):
        for name, cells in matrix.groupby(side):
            yield _moved(id, f"{side}:{name}", cells)
    yield _moved(id, ALL, matrix)
    place = {name: number for number, name in enumerate(CLASSES)}
    start, end = matrix["from"].map(place), matrix["to"].map(place)
    for name, moved in (
        ("rose", end < start),
        ("fell", end > start),
        ("moved", (end < start) | (end > start)),
    ):
        yield _moved(id, name, matrix[moved.to_numpy()])


def _moved(id: str, line: str, cells: pd.DataFrame) -> Line:
    """Clients of some cells of a matrix, and the change of their revenue."""
    return _line(id, line, clients=cells["clients"].sum(), amount_change=total(cells["amount_change"]))


def retention(tables: Frames) -> pd.DataFrame:
    """`retention.lines`: each stage's share of clients, sums of the stages and of lifecycle × value, and the share of
    each cohort active at each age."""
    made: list[Line] = []
    stages, crossed = tables["lifecycle.stages"], tables["lifecycle.stage_abc"]
    clients = int(stages["clients"].sum())
    for stage, count in zip(stages["stage"], stages["clients"], strict=True):
        made.append(_line("lifecycle.stages", stage, share=_share(count, clients)))
    made += [_sum("lifecycle.stages", ALL, stages), _sum("lifecycle.stage_abc", ALL, crossed)]
    for side in ("stage", "abc"):
        made += [
            _sum("lifecycle.stage_abc", f"{side}:{name}", rows) for name, rows in crossed.groupby(side, sort=False)
        ]
    for id in ("retention.cohorts", "retention.cohorts_quarter"):
        table = tables[id]
        rows = zip(table["cohort"], table["age"], table["clients"], table["size"], strict=True)
        made += [_line(id, f"{cohort}:{age}", share=_share(count, size)) for cohort, age, count, size in rows]
    return _table(made)


def risk(tables: Frames, figures: Figures) -> pd.DataFrame:
    """`risk.lines`: the part of the client with most money at risk, the change of clients in each quadrant, the
    contracts below those shown."""
    made: list[Line] = []
    # without W0 nothing is known of shrinking: what may fall silent is all there is
    values = (figures[f"risk.{part}"].value for part in ("revenue_at_risk", "may_fall_silent"))
    value = next((value for value in values if isinstance(value, int | float)), None)
    clients, matrix, contracts = (tables[f"risk.{name}"] for name in ("clients", "matrix", "contracts_ending"))
    at_risk = clients["at_risk"].dropna()
    if value is not None and len(at_risk):
        made.append(_line("risk.clients", "first", share=_share(at_risk.max(), value)))
    for quadrant, now, before in zip(matrix["quadrant"], matrix["clients"], matrix["clients_w0"], strict=True):
        made.append(_line("risk.matrix", quadrant, clients=now - before))
    rest = contracts.iloc[SHOWN["risk.contracts_ending"] :]
    if len(rest):
        made.append(_line("risk.contracts_ending", OTHERS, rows=len(rest), amount=total(rest["revenue"].fillna(0.0))))
    return _table(made)


def strategic(tables: Frames, figures: Figures) -> pd.DataFrame:
    """`strategic.lines`: the clients to be assessed first beyond those named, the managers below those shown, and for
    each strategic client the change of each category, those below the shown ones, and all."""
    made: list[Line] = []
    named = int((tables["strategic.proposal"]["decision"] == "assess_first").sum())
    if (more := int(figures["strategic.assess_first"].value or 0) - named) > 0:
        made.append(_line("strategic.assess_first", OTHERS, clients=more))
    managers = tables["strategic.managers"]
    rest = managers.iloc[SHOWN["strategic.managers"] :]
    if len(rest):
        share = np.nan if rest["share"].isna().any() else total(rest["share"])
        made.append(_sum("strategic.managers", OTHERS, rest) | {"share": share})
        made.append(_line("strategic.managers", f"{OTHERS}:key", clients=rest["key_clients"].sum()))
    for client, rows in tables["strategic.purchases"].groupby("client_id", sort=False):
        for category, now, before in zip(rows["category"], rows["revenue_w1"], rows["revenue_w0"], strict=True):
            made.append(_change("strategic.purchases", f"{client}:={category}", now, before))
        for name, some in ((OTHERS, rows.iloc[SHOWN["strategic.purchases"] :]), (ALL, rows)):
            if len(some):
                made.append(_bought(f"{client}:{name}", some))
    return _table(made)


def _bought(line: str, rows: pd.DataFrame) -> Line:
    now, before, share = (total(rows[name].dropna()) if rows[name].notna().any() else np.nan
                          for name in ("revenue_w1", "revenue_w0", "share"))  # fmt: skip
    now = 0.0 if np.isnan(now) else now
    return _change("strategic.purchases", line, now, before) | {"rows": len(rows), "share": share}


def actions(tables: Frames, figures: Figures) -> pd.DataFrame:
    """`actions.lines`: of each list the rows below those shown, the money at stake of the three lists to act on, the
    managers below those shown."""
    made: list[Line] = []
    for id in LISTS:
        shown = tables[id].head(SHOWN["actions.<rule>"])
        money = "lost" if id == "actions.return" else "at_stake"
        rest = _number(figures[f"{id}.at_stake"].value or 0.0) - total(shown[money].fillna(0.0))
        made.append(_line(id, OTHERS, clients=_number(figures[f"{id}.listed"].value or 0) - len(shown), amount=rest))
    back = tables["actions.return"].head(SHOWN["actions.<rule>"])["expected_back"].fillna(0.0)
    expected = _number(figures["actions.return.expected_back"].value or 0.0)
    made.append(_line("actions.return.expected_back", OTHERS, amount=expected - total(back)))
    rest_of = tables["actions.managers"].iloc[SHOWN["actions.managers"] :]
    if len(rest_of):
        made.append(_sum("actions.managers", OTHERS, rest_of))
    return _table(made)


def _line(object: str, line: str, **numbers: Any) -> Line:
    return {"object": object, "line": line, **numbers}


def _change(object: str, line: str, now: float, before: float) -> Line:
    return _line(object, line, amount=now, amount_before=before, amount_change=now - before)


def _sum(object: str, line: str, rows: pd.DataFrame) -> Line:
    revenue = total(rows["revenue"].fillna(0.0))
    return _line(object, line, rows=len(rows), clients=rows["clients"].sum(), amount=revenue)


def _share(part: float, whole: float) -> float:
    """part / whole; NaN where the whole is not above zero."""
    return float(part) / float(whole) if whole > 0 else np.nan


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _table(made: Iterable[Line]) -> pd.DataFrame:
    frame = pd.DataFrame(list(made), columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(COLUMNS[2:], float))
