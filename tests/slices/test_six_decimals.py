"""Amounts of rows are taken to six decimals, half away from zero, before anything else; sums of them are exact."""

from collections.abc import Callable

from portfolio_review.slices import Slice

Cut = Callable[..., Slice]
HEAD = "client_id,date,revenue,margin\n"


def made(cut: Cut, *rows: tuple[str, str, str]) -> Slice:
    text = "".join(f"{client},2024-06-{day:02d},{revenue},{margin}\n"
                   for day, (client, revenue, margin) in enumerate(rows, 1))  # fmt: skip
    return cut(HEAD + text, "2024-06", settings="data_until: 2024-06-30")


WRITTEN = {
    "1.0000005": 1.000001, "-1.0000005": -1.000001, "1.00000049": 1.0, "0.0000015": 0.000002,
    "1.0000755": 1.000076, "-1.0005935": -1.000594, "12345678.1234565": 12345678.123457,
    "0.3000000000000004": 0.3, "1e-6": 0.000001, "5e-7": 0.000001, "4.9e-7": 0.0, "8765432109876.25": 8765432109876.25,
}  # fmt: skip


def test_each_row_is_rounded_half_away_from_zero(cut: Cut) -> None:
    found = made(cut, *((f"c{written}", written, written) for written in WRITTEN), ("b", "1", "1"))
    rounded = found.monthly.set_index("client_id")[["revenue", "margin"]]
    assert {written: rounded.loc[f"c{written}"].tolist() for written in WRITTEN} == {
        written: [expected, expected] for written, expected in WRITTEN.items()
    }


def test_parts_below_six_decimals_do_not_add_up(cut: Cut) -> None:
    rows = [("a", "0.0000004", "0"), ("a", "10.0000004", "0"), ("a", "10.0000004", "0")]
    found = made(cut, *rows)
    assert found.monthly["revenue"].tolist() == [20.0]
    assert found.recomputed["headline.revenue"] == 20.0
    assert (found.stated["source_revenue"], found.stated["used_revenue"]) == (20.0, 20.0)


def test_what_rounds_to_nothing_is_no_purchase(cut: Cut) -> None:
    found = made(cut, ("a", "0.0000004", "0"), ("b", "0.0000005", "0"))
    assert found.monthly["purchase_days"].tolist() == [0, 1]
    assert found.recomputed["headline.clients"] == 1


def test_rows_equal_to_six_decimals_are_duplicates(cut: Cut) -> None:
    rows = "a,2024-06-01,5.00000011,1\na,2024-06-01,5.00000012,1\na,2024-06-01,-0.0000001,1\na,2024-06-01,0,1\n"
    found = cut(HEAD + rows, "2024-06", settings="data_until: 2024-06-30")
    assert (found.stated["duplicate_rows"], found.stated["duplicate_revenue"]) == (2, 5.0)
