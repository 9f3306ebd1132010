"""Distinct orders, purchase days and items of rows in any order, against Python's own sets."""

from collections.abc import Callable

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio_review.slices import Slice

ROW = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["2023-11-30", "2024-01-10", "2024-01-11", "2024-03-31", "2024-04-01", "2024-06-05", "2024-06-30"]),
    st.sampled_from(["-5", "0", "1.25", "20", "0.333333"]),
    st.sampled_from(["", "o1", "o2", "o3"]),
    st.sampled_from(["", "p1", "p2"]),
    st.sampled_from(["North", "South"]),
)
SPANS = {"p": (6, 6), "pp": (5, 5), "w1": (4, 6), "w0": (1, 3)}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=25))
def test_what_is_counted_once_is_counted_once(
    cut_units: Callable[..., dict[str, Slice]], rows: list[tuple[str, ...]]
) -> None:
    rows = [*rows, ("a", "2024-06-30", "1", "o1", "p1", "North")]  # a review needs a purchase
    text = "client_id,date,revenue,order_id,product,unit\n" + "".join(",".join(row) + "\n" for row in rows)
    cuts = cut_units(text, "2024-06", ["all", "North"], settings="data_until: 2024-06-30")  # no row is too late
    for unit, made in cuts.items():
        mine = [row for row in rows if unit in ("all", row[5])]
        bought = [row for row in mine if float(row[2]) > 0]

        orders: dict[tuple[str, str], set[str]] = {}
        items: dict[str, set[tuple[str, str]]] = {}
        for client, date, _, order, product, _ in bought:
            month = (int(date[:4]) - 2024) * 12 + int(date[5:7])
            order = order or date  # without an id the client's purchase day
            for name, (first, last) in SPANS.items():
                if first <= month <= last:
                    orders.setdefault((client, name), set()).add(order)
            if product and month >= 4:
                items.setdefault(client, set()).add((order, product))
        found = made.orders[made.orders["span"] != "py"]
        keys = list(zip(found["client_id"], found["span"], strict=True))
        totals = made.totals.set_index("span")["orders"]
        for name in SPANS:
            assert totals.get(name, 0) == sum(len(each) for (_, span), each in orders.items() if span == name)
        assert dict(zip(keys, found["orders"], strict=True)) == {key: len(each) for key, each in orders.items()}
        assert made.items.set_index("client_id")["items"].to_dict() == {key: len(each) for key, each in items.items()}

        days = {(row[0], row[1][:7]): set[str]() for row in mine}
        for row in bought:
            days[row[0], row[1][:7]].add(row[1])
        months = [f"{month // 12}-{month % 12 + 1:02}" for month in made.monthly["month"]]
        keys = list(zip(made.monthly["client_id"], months, strict=True))
        counted = dict(zip(keys, made.monthly["purchase_days"], strict=True))
        assert counted == {key: len(each) for key, each in days.items()}
        assert keys == sorted(keys)
        revenue = pd.Series([float(row[2]) for row in mine]).sum()
        assert abs(made.monthly["revenue"].sum() - revenue) < 1e-9
