"""Reviews of data that no one here wrote, against values known from elsewhere.

Sources: the reference values of the public data sets as computed by independent programs from the raw
files (for CDNOW: Fader and Hardie's cohort), given with three to six digits; the tolerance is half of
the last digit.
"""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from companies import REVIEWS, need_data

from portfolio_review.cli import cli


@pytest.fixture(scope="class")
def made(request: pytest.FixtureRequest, make):
    """The review that the class names."""
    return make(*request.cls.review)


@pytest.mark.long
class TestOnlineRetail:
    """A million rows; test_real_data looks at their figures every day."""

    review = ("online_retail_ii", "2011-11", "all", "html, xlsx")

    def test_retention_with_its_interval(self, made) -> None:
        assert made.value("retention.client_retention_rate") == pytest.approx(0.63596, abs=5e-6)
        assert made.interval("retention.client_retention_rate") == pytest.approx([0.62140, 0.65027], abs=5e-6)
        assert made.value("retention.kept_at_end_rate") == pytest.approx(0.66449, abs=5e-6)

    def test_classes(self, made) -> None:
        abc = made.by("structure.abc", "class")
        assert (abc["A"]["clients"], abc["C"]["clients"], abc["none"]["clients"]) == (1177, 1652, 20)
        assert abc["A"]["revenue"] == pytest.approx(6_376_694.82, abs=0.005)
        xyz = made.by("structure.xyz", "class")
        assert [xyz[name]["clients"] for name in "XYZ"] == [325, 2280, 1692]

    def test_money(self, made) -> None:
        assert made.value("headline.revenue") == pytest.approx(1_132_407.74, abs=0.005)
        assert made.value("bridge.adjustments") == pytest.approx(52_201.93, abs=0.005)

    def test_returned_cannot_be_known_when_the_history_starts_with_w0(self, made) -> None:
        figure = made.results["figures"]["movement.returned_clients"]
        assert (figure["value"], figure["reason"]) == (None, "history starts 2009-12, needs 2009-11")
        assert made.value("bridge.returned") == 0

    def test_every_row_of_the_source_is_accounted_for(self, made) -> None:
        # data sheet: 1,067,371 raw rows, 22,523 of them in both sheets
        rows = made.by("data.reconciliation", "item")
        assert rows["sources"]["rows"] == 1_067_371
        out = made.by("data.left_out", "reason")
        assert out["removed_by_where"]["rows"] == 22_523
        assert rows["used"]["rows"] + rows["left_out"]["rows"] == 1_067_371

    def test_every_check_passed(self, made) -> None:
        assert [check for check in made.results["checks"] if not check["passed"]] == []


class TestAdventureWorks:
    review = ("adventureworks", "2013-10", "all", "html, xlsx")

    def test_reference_values(self, made) -> None:
        assert made.value("retention.client_retention_rate") == pytest.approx(0.78295, abs=5e-6)
        assert made.by("structure.abc", "class")["A"]["clients"] == 149
        xyz = made.by("structure.xyz", "class")
        assert (xyz["X"]["clients"], xyz["Z"]["clients"]) == (425, 58)
        assert made.value("series.xyz_interval") == "quarter"

    def test_margin_is_known(self, made) -> None:
        assert made.value("headline.margin") is not None

    def test_every_check_passed(self, made) -> None:
        assert [check for check in made.results["checks"] if not check["passed"]] == []


class TestNorthwind:
    review = ("northwind", "1998-04", "all", "html, xlsx")

    def test_the_join_of_files_brings_the_whole_revenue(self, made) -> None:
        # data sheet: 2,155 lines, 1,265,793.04 net of discount
        sources = made.by("data.reconciliation", "item")["sources"]
        assert sources["rows"] == 2155
        assert sources["revenue"] == pytest.approx(1_265_793.04, abs=0.005)

    def test_the_window_is_six_months(self, made) -> None:
        assert made.results["review"]["w1"] == ["1997-11-01", "1998-04-30"]

    def test_every_check_passed(self, made) -> None:
        assert [check for check in made.results["checks"] if not check["passed"]] == []


class TestCdnow:
    @pytest.mark.parametrize(
        ("period", "retention", "grr", "nrr", "with_returned"),
        [
            pytest.param("1997-Q3", 0.4258, 0.3757, 0.5358, 0.8141, marks=pytest.mark.long),
            pytest.param("1997-Q4", 0.4839, 0.4068, 0.6377, 1.0285, marks=pytest.mark.long),
        ],
    )
    def test_quarters(self, make, period: str, retention: float, grr: float, nrr: float, with_returned: float) -> None:
        made = make("cdnow", period)
        names = (
            "client_retention_rate",
            "gross_revenue_retention",
            "net_revenue_retention",
            "net_revenue_retention_with_returned",
        )
        found = [made.value(f"retention.{name}") for name in names]
        assert found == pytest.approx([retention, grr, nrr, with_returned], abs=5e-5)


@pytest.mark.long
class TestEveryUnit:
    """Every unit active in W1, and `all`: minutes of work."""

    @pytest.mark.parametrize(
        ("name", "period", "units"), [("online_retail_ii", "2011-11", 38), ("adventureworks", "2013-10", 11)]
    )
    def test_every_unit_is_made_and_adds_up(self, name: str, period: str, units: int, tmp_path: Path) -> None:
        file = REVIEWS / f"{name}.yml"
        need_data(file)
        result = CliRunner().invoke(cli, ["run", str(file), "--period", period, "--out", str(tmp_path), "--json"])
        assert result.exit_code == 0, result.output
        entries = json.loads(result.stdout)["periods"][0]["units"]
        assert len(entries) == units
        assert {entry["status"] for entry in entries} == {"made"}
        revenue = {
            entry["unit"]: json.loads((next(tmp_path.glob(f"*/{period}")) / entry["slug"] / "results.json").read_text())
            for entry in entries
        }
        money = {unit: results["figures"]["structure.revenue"]["value"] for unit, results in revenue.items()}
        # units without a purchase in W1 may have refunds there; they have no review
        assert math.fsum(value for unit, value in money.items() if unit != "all") == pytest.approx(
            money["all"], abs=5000
        )


HEAD = "client_id,date,revenue"
ODD = {
    "one_client": f"{HEAD}\n" + "".join(f"a,{y}-{m:02d}-10,{100 + m}\n" for y in (2022, 2023) for m in range(1, 13)),
    "one_month": f"{HEAD}\n" + "".join(f"c{k},2023-12-{k % 28 + 1:02d},{10 * k + 5}\n" for k in range(40)),
    "nobody_in_w0": f"{HEAD}\n"
    + "".join(f"n{k},{y}-{k % 12 + 1:02d}-05,{k + 3}\n" for k in range(30) for y in (2021, 2023)),
}


class TestOddCompanies:
    """Transactions alone, and little of them: what cannot be said is n/a with its reason, the rest stands."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("one_month", "history starts 2023-12, needs 2022-01"),
            pytest.param("nobody_in_w0", "no active client in W0", marks=pytest.mark.long),
            pytest.param("one_client", None, marks=pytest.mark.long),
        ],
    )
    def test_a_review_is_made_and_says_why(self, make, tmp_path: Path, name: str, reason: str | None) -> None:
        (tmp_path / "sales.csv").write_text(ODD[name])
        file = tmp_path / f"{name}.yml"
        file.write_text(
            f"id: {name.replace('_', '-')}\ncurrency: EUR\nsources: {{transactions: {{path: sales.csv}}}}\n"
        )
        made = make(str(file), "2023-12")
        rate = made.results["figures"]["retention.client_retention_rate"]
        assert (rate["value"] is None, rate["reason"]) == (reason is not None, reason)
        assert made.value("headline.revenue") is not None
        assert all(figure["reason"] for figure in made.results["figures"].values() if figure["value"] is None)
        assert [check for check in made.results["checks"] if not check["passed"]] == []
        assert (made.folder / "review.pdf").read_bytes().startswith(b"%PDF-1.7")
