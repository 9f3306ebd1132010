"""How far clients moved between classes: money, names, Shorrocks' index, one more window ahead.

In: the client frame or a migration matrix; out: figures and tables. Source: Migration.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics.migration import INFLOWS, LOST, Scheme, steps_up, undefined_reason
from portfolio_review.metrics.portfolio import largest_first, names, total
from portfolio_review.metrics.stable import PRODUCT_DIGITS, significant
from portfolio_review.metrics.windows import Windows

MOVERS = 10
NOBODY_STAYED = "no active client of W0 was retained"
NO_CLASS = "no retained client has a class in both windows"


def figures(base: pd.DataFrame, scheme: Scheme, matrix: pd.DataFrame, when: Windows) -> dict[str, Figure]:
    """`migration.<s>.moved_share`, `.moved_revenue_share`, `.mobility` of the retained clients.

    moved_share: of clients, those whose class at W1 is another than at W0; moved_revenue_share: their
    positive r(W1) / that of all retained clients; mobility: `shorrocks`. matrix: `migration.<s>`.
    Source: Migration; Shorrocks 1978.
    """
    ids = [f"migration.{scheme.name}.{name}" for name in ("moved_share", "moved_revenue_share", "mobility")]
    reason = undefined_reason(base, scheme, when)
    rise = steps_up(base, scheme) if reason is None else pd.Series(dtype=np.int64)
    if reason or rise.empty:
        nobody = NO_CLASS if (base["state"] == "retained").any() else NOBODY_STAYED
        return {id: undefined(reason or nobody) for id in ids}
    money = base.loc[rise.index, "r1"].clip(lower=0.0)
    whole = total(money)
    index = shorrocks(matrix, scheme)
    few = "fewer than two classes have a retained client"
    return {
        ids[0]: Figure(value=int((rise != 0).sum()) / len(rise)),
        ids[1]: Figure(value=total(money[rise != 0]) / whole)
        if whole > 0
        else undefined("no positive revenue of retained clients in W1"),
        ids[2]: Figure(value=index) if index is not None else undefined(few),
    }


def shorrocks(matrix: pd.DataFrame, scheme: Scheme) -> float | None:
    """M = (k − trace P) / (k − 1): 0 when nobody moves; P holds the shares of each row.

    Over retained clients between the k classes proper that have one at W0; None below two such
    classes. Source: Shorrocks, A. F. (1978), Econometrica 46, 1013–1024.
    """
    proper = list(scheme.proper)
    cells = matrix[matrix["from"].isin(proper) & matrix["to"].isin(proper)]
    square = cells.pivot(index="from", columns="to", values="clients").reindex(index=proper, columns=proper)
    counts = square.to_numpy(dtype=float)
    sizes = counts.sum(axis=1)
    held = sizes > 0
    k = int(held.sum())
    if k < 2:
        return None
    return float((k - (np.diag(counts)[held] / sizes[held]).sum()) / (k - 1))


def movers(base: pd.DataFrame, scheme: Scheme, when: Windows, top: int = MOVERS) -> pd.DataFrame:
    """`migration.<s>.movers`: rank, client_id, name, from, to, revenue_w0, revenue_w1, amount_change.

    The retained clients of another class at W1 than at W0 with the largest |r(W1) − r(W0)|, equal ones
    by client id; amount_change = r(W1) − r(W0). No rows where undefined. Source: Migration.
    """
    moved = base.head(0)
    if undefined_reason(base, scheme, when) is None:
        rise = steps_up(base, scheme)
        moved = base.loc[rise.index[rise != 0]]
    change = moved["r1"] - moved["r0"]
    first = largest_first(moved.assign(change=change, size=change.abs()), "size").head(top)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(first) + 1),
            "client_id": first.index,
            "name": names(first).to_numpy(),
            "from": first[scheme.at_w0].to_numpy(dtype=object),
            "to": first[scheme.at_w1].to_numpy(dtype=object),
            "revenue_w0": first["r0"].to_numpy(),
            "revenue_w1": first["r1"].to_numpy(),
            "amount_change": first["change"].to_numpy(),
        }
    )


def expected(matrix: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """`migration.<s>.expected`: class, clients_w0, clients_w1, expected_clients, one more window ahead.

    expected_clients = Σ over classes of row share · size at W1, + the inflow of new and returned clients of
    W1. Clients of a class that had nobody at W0 are taken to stay. Source: Migration.
    """
    if matrix.empty:
        return pd.DataFrame(columns=["class", "clients_w0", "clients_w1", "expected_clients"])
    classes = [name for name in scheme.classes if name in set(matrix["to"])]
    square = matrix.pivot(index="from", columns="to", values="clients")
    stay = square.reindex(index=classes, columns=[*classes, LOST]).to_numpy(dtype=float)
    inflow = square.reindex(index=list(INFLOWS), columns=classes).to_numpy(dtype=float).sum(axis=0)
    then = stay.sum(axis=1)
    now = stay[:, :-1].sum(axis=0) + inflow
    shares = np.where(then[:, None] > 0, stay[:, :-1] / np.where(then > 0, then, 1.0)[:, None], np.eye(len(classes)))
    return pd.DataFrame(
        {
            "class": classes,
            "clients_w0": then.astype(np.int64),
            "clients_w1": now.astype(np.int64),
            "expected_clients": significant(now @ shares + inflow, PRODUCT_DIGITS),
        }
    )
