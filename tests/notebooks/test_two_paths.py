"""Small odd companies through both paths: every figure that SQL recomputes is what the notebooks say.

Unknown is null on both sides, an empty sum is 0 on both.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from in_process import Company

MONTHS = [f"{2024 + (10 + n) // 12}-{(10 + n) % 12 + 1:02d}" for n in range(24)]
"""November 2024 to October 2026: W0 and W1 of a review of October 2026."""
SETTINGS = "id: odd\ncurrency: EUR\ndata_until: 2026-10-31\nsources:\n  transactions: {path: sales.csv}\n"
Row = tuple[str, str, float, str, str]


def sales(clients: dict[str, list[str]], margin: Callable[[str], str] = lambda day: "3", unit: str = "N") -> list[Row]:
    """A row of 10 on each day given of each client."""
    return [(client, day, 10.0, margin(day), unit) for client, days in clients.items() for day in days]


def days(months: list[str], day: int = 10) -> list[str]:
    return [f"{month}-{day:02d}" for month in months]


STEADY = sales({"a": days(MONTHS), "b": days(MONTHS, 20)})
COMPANIES: dict[str, tuple[list[Row], str]] = {
    "nothing odd": (STEADY, "all"),
    "a unit without a row in the period": ([*STEADY, *sales({"c": days(MONTHS[:-1:3])}, unit="S")], "S"),
    "a unit without a row in either window": ([*STEADY, *sales({"c": ["2024-11-10"]}, unit="S")], "S"),
    "a company without a row in the period": (sales({"a": days(MONTHS[:-1])}), "all"),
    "a company without a row in W1": (sales({"a": days(MONTHS[:12])}), "all"),
    "a company without a row in W0": (sales({"x": days(MONTHS[:1]), "a": days(MONTHS[12:])}), "all"),
    "a margin of no row": (sales({"a": days(MONTHS)}, lambda day: ""), "all"),
    "a margin not yet known in the last months": (
        sales({"a": days(MONTHS)}, lambda day: "" if day >= "2026-09" else "3"), "all"),
    "a margin known for nine tenths of P": (
        [*STEADY, *sales({"c": days(MONTHS[-1:] * 7)}), *sales({"d": days(MONTHS[-1:])}, lambda day: "")], "all"),
    "a margin known for less": ([*STEADY, *sales({"c": days(MONTHS[-1:])}, lambda day: "")], "all"),
    "everybody bought once": (sales({f"u{n:02d}": [f"{month}-10"] for n, month in enumerate(MONTHS)}), "all"),
    "one row": (sales({"a": days(MONTHS[-1:])}), "all"),
    "one row long ago": (sales({"a": days(MONTHS[:1])}), "all"),
    "only returns in W1": ([*sales({"a": days(MONTHS[:12])}), ("a", "2026-01-10", -10.0, "-3", "N")], "all"),
    "only returns": ([("a", "2026-01-10", -10.0, "-3", "N"), ("a", "2026-10-10", -10.0, "", "N")], "all"),
    "revenue of nothing": ([("a", "2026-10-10", 0.0, "", "N"), *sales({"b": days(MONTHS[:3])})], "all"),
    "sales and returns that cancel": ([("a", "2026-10-10", 10.0, "3", "N"), ("a", "2026-10-11", -10.0, "-3", "N")], "all"),
}  # fmt: skip
PAYMENTS = "client_id,date,due_date,amount,paid_date\nzz,2026-09-01,2026-09-30,5,\nb,2026-08-01,2026-08-31,7,\n"
"""Of a client that never bought, and of one that not every company or unit has."""


DAILY = (
    "a unit without a row in the period", "a company without a row in W1", "a company without a row in W0",
    "a margin of no row", "a margin not yet known in the last months", "everybody bought once", "one row", "only returns",
)  # fmt: skip
DAILY_WITHOUT = ("a unit without a row in the period", "only returns")
"""Of those whose oddity is not in the margin."""


def case(name: str, with_margin: bool) -> object:
    daily = name in (DAILY if with_margin else DAILY_WITHOUT)
    id = name if with_margin else f"{name}, without margin"
    return pytest.param(name, with_margin, id=id, marks=[] if daily else pytest.mark.long)


@pytest.mark.parametrize(
    ("name", "with_margin"),
    [*(case(name, True) for name in COMPANIES), *(case(name, False) for name in COMPANIES if "margin" not in name)],
)
def test_both_paths_say_the_same(tmp_path: Path, name: str, with_margin: bool) -> None:
    rows, unit = COMPANIES[name]
    lines = [",".join(map(str, row if with_margin else (*row[:3], row[4]))) for row in rows]
    head = "client_id,date,revenue,margin,unit" if with_margin else "client_id,date,revenue,unit"
    (tmp_path / "sales.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    (tmp_path / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    file = tmp_path / "odd.yml"
    file.write_text(SETTINGS + "  payments: {path: payments.csv}\n", encoding="utf-8")
    records = Company(file, tmp_path / "made").records("2026-10", unit, only=("00", "01", "02", "03", "04", "06"))[unit]
    failed = [
        check for record in records if record["kind"] == "checks" for check in record["checks"] if not check["passed"]
    ]
    assert failed == []
    assert sum(1 for record in records for check in record.get("checks", ()) if check["id"].startswith("sql_")) == 5


FLASH = [
    *STEADY, *sales({"c": days(MONTHS[::3], 5)}), ("c", "2026-11-02", 10.0, "3", "N"), ("d", "2026-11-08", 10.0, "", "N"),
    ("a", "2026-11-09", -4.0, "-1", "N"),
]  # fmt: skip
"""To 9 November 2026: a month, a quarter, a half and a year that are partial."""


@pytest.mark.parametrize(
    "period", ["2026-11", *(pytest.param(longer, marks=pytest.mark.long) for longer in ("2026-Q4", "2026-H2")), "2026"]
)
def test_both_paths_say_the_same_of_a_partial_period(tmp_path: Path, period: str) -> None:
    lines = ["client_id,date,revenue,margin,unit", *(",".join(map(str, row)) for row in FLASH)]
    (tmp_path / "sales.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = tmp_path / "odd.yml"
    file.write_text(SETTINGS.replace("2026-10-31", "2026-11-09"), encoding="utf-8")
    records = Company(file, tmp_path / "made").records(period, "all")["all"]
    checks = [check for record in records if record["kind"] == "checks" for check in record["checks"]]
    assert [check for check in checks if not check["passed"]] == []
    figures = {one["id"]: one for record in records for one in record.get("figures", ())}
    assert figures["headline.lapsed_clients"]["reason"] == "lapse is judged at month ends"
    ytd = 2 * 100 + 30 + 10 + 10 - 4  # January to October of a and b, c every third month, and November's days
    assert figures["headline.revenue"]["ytd"] == pytest.approx(ytd)
