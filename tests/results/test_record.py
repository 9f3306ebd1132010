"""What notebooks record is shown, carried in the output, and read back as it was."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest

from portfolio_review.errors import NotebookError
from portfolio_review.figure import Figure, undefined
from portfolio_review.results import record as records
from portfolio_review.results import store
from portfolio_review.results.contract import MIME, ReviewHead
from portfolio_review.results.finding import Clause, Finding, Value, Verdict
from portfolio_review.results.plain import plain
from portfolio_review.results.record import Recorder
from portfolio_review.results.seen import Scope

HEAD = ReviewHead(
    id="shop", title="Review", unit="all", period="2023-12", start="2023-12-01", end="2023-12-31",
    w1=("2023-01-01", "2023-12-31"), w0=("2022-01-01", "2022-12-31"), partial=False, currency="EUR", language="en",
    window_months=12, history_start="2022-01-01", data_until="2023-12-31",
)  # fmt: skip
FOUND = Finding(
    id="f1", section="structure", page="structure", theme="growth", clauses=(Clause("It rose", {"x": Value("money", 2.5)}),),
    evidence=("structure.clients",), money=3.5, tone="good", text="It rose.",
)  # fmt: skip
ABC = pd.DataFrame(
    [
        ("A", 2, 90.0, 0.5, 0.9, None),
        ("B", 1, 7.0, 0.25, 0.07, None),
        ("C", 1, 3.0, 0.25, 0.03, None),
        ("none", 0, 0.0, 0.0, float("nan"), None),
    ],
    columns=["class", "clients", "revenue", "share_of_clients", "share_of_revenue", "share_of_measure"],
)


@dataclass
class Outcome:
    id: str
    passed: bool
    detail: str


@dataclass
class Picture:
    svg: str = "<svg/>"
    alt: str = "nothing"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The outputs of the calls, as a notebook would keep them."""
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr(records, "display", lambda bundle, **_: kept.append(bundle) if MIME in bundle else None)
    return kept


def notebook(folder: Path, name: str, outputs: list[dict[str, Any]]) -> Path:
    cells = []
    for number, data in enumerate(outputs):
        cell = nbformat.v4.new_code_cell(
            "", outputs=[nbformat.v4.new_output("display_data", json.loads(json.dumps(data)))]
        )
        cell["id"] = f"cell-{number}"
        cells.append(cell)
    path = folder / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_what_is_recorded_comes_back_with_its_cell(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    record = Recorder(HEAD, targets={"structure.clients": 5})
    rate = Figure(value=np.float64(0.75), interval=(0.3, 0.95), previous=0.7)
    record.figures({"retention.client_retention_rate": rate, "structure.clients": Figure(value=np.int64(4))})
    record.figure("movement.returned_clients", undefined("history starts 2022-01, needs 2021-12"))
    record.table("structure.abc", ABC)
    record.chart("structure.pareto", Picture())
    record.findings([FOUND])
    record.check(Outcome("bridge_closes", True, "1 = 1"))
    record.close()
    found = store.read_notebooks([notebook(tmp_path, "01_x", shown)])

    kept = found.figures["retention.client_retention_rate"]
    assert (kept.figure.value, kept.figure.interval, kept.figure.previous) == (0.75, (0.3, 0.95), 0.7)
    assert (kept.unit, kept.source.notebook, kept.source.cell) == ("share", "01_x", "cell-1")
    assert found.figures["structure.clients"].figure.target == 5
    assert found.review == HEAD
    assert found.charts["structure.pareto"].alt == "nothing"
    assert found.findings[0].finding == FOUND
    assert found.findings[0].source.cell == "cell-5"

    document = json.loads(store.to_json(found))
    assert document["schema"] == 2
    assert document["figures"]["movement.returned_clients"] == {
        "value": None, "interval": None, "unit": "count", "previous": None, "previous_year": None, "target": None,
        "reason": "history starts 2022-01, needs 2021-12", "notebook": "01_x", "cell": "cell-2",
    }  # fmt: skip
    assert document["tables"]["structure.abc"]["rows"][3] == ["none", 0, 0.0, 0.0, None, None]
    assert document["checks"][0]["passed"] is True
    assert {name: document["findings"][0][name] for name in ("id", "text", "figures", "money", "section")} == {
        "id": "f1", "text": "It rose.", "figures": ["structure.clients"], "money": 3.5, "section": "structure",
    }  # fmt: skip


def test_a_finding_rests_on_what_was_recorded(shown: list[dict[str, Any]]) -> None:
    record = Recorder(HEAD)
    with pytest.raises(
        ValueError, match=r"finding f1 rests on structure\.clients, which this notebook has not recorded"
    ):
        record.findings([FOUND])


def test_rules_see_what_was_recorded_so_far(shown: list[dict[str, Any]]) -> None:
    record = Recorder(HEAD, scope=Scope(revenue=1000.0, least=5.0))
    record.figure("structure.clients", Figure(value=4, previous_year=3))
    record.table("structure.abc", ABC)
    seen = record.so_far
    assert (seen.number("structure.clients"), seen.number("structure.clients", "previous_year")) == (4, 3)
    assert seen.number("structure.revenue") is None
    assert [row["class"] for row in seen.rows("structure.abc")] == ["A", "B", "C", "none"]
    assert seen.rows("structure.abc")[3]["share_of_revenue"] is None
    assert seen.rows("structure.xyz") == []
    assert (seen.matters(5.0), seen.matters(-4.9), seen.matters(None), seen.matters(19.0, 0.02)) == (
        True,
        False,
        False,
        False,
    )


def test_people_see_names_values_and_the_reason(shown: list[dict[str, Any]]) -> None:
    record = Recorder(HEAD)
    record.figures(
        {"retention.client_retention_rate": Figure(value=0.75), "bridge.new": undefined("no active client in W0")}
    )
    html = shown[-1]["text/html"]
    assert "Client retention rate" in html
    assert "75.00%" in html
    assert "n/a: no active client in W0" in html


def test_names_from_the_data_stay_text(shown: list[dict[str, Any]]) -> None:
    record = Recorder(HEAD)
    frame = pd.DataFrame([("1", "<script>x</script>", 1.0, 0.5)], columns=["client_id", "name", "revenue", "share"])
    record.table("structure.over_10pct", frame)
    assert "<script>" not in shown[-1]["text/html"]


@pytest.mark.usefixtures("shown")
class TestRefusals:
    def test_an_unknown_id_is_named_with_the_nearest(self) -> None:
        with pytest.raises(KeyError, match=r"did you mean 'structure\.clients'"):
            Recorder(HEAD).figure("structure.client", Figure(value=1))

    def test_other_columns_than_the_catalogue_says(self) -> None:
        with pytest.raises(ValueError, match=r"structure\.abc has columns .* the catalogue says"):
            Recorder(HEAD).table("structure.abc", ABC.drop(columns="clients"))

    def test_an_id_twice(self) -> None:
        record = Recorder(HEAD)
        record.figure("structure.clients", Figure(value=1))
        with pytest.raises(ValueError, match="recorded twice"):
            record.figure("structure.clients", Figure(value=1))

    def test_a_value_that_is_no_number(self) -> None:
        with pytest.raises(ValueError, match="value is nan; an undefined figure is None with a reason"):
            Figure(value=float("nan"))
        with pytest.raises(ValueError, match="needs the reason why"):
            Figure(value=None)


@pytest.mark.parametrize(("sql", "passed"), [(10.004, True), (10.006, False), (None, False)])
def test_the_second_path_must_agree_to_the_cent(shown: list[dict[str, Any]], sql: float | None, passed: bool) -> None:
    record = Recorder(HEAD)
    record.figure("bridge.new", Figure(value=10.0))
    record.recomputed("03_what_moved", {"bridge.new": sql, "bridge.end": 5.0})
    assert shown[-1][MIME]["checks"][0]["passed"] is passed


def test_a_second_path_that_compares_nothing_has_failed(shown: list[dict[str, Any]]) -> None:
    Recorder(HEAD).recomputed("03_what_moved", {"bridge.new": 1.0})
    assert shown[-1][MIME]["checks"][0]["passed"] is False


def test_a_long_table_lies_beside_by_its_hash(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    frame = pd.DataFrame({"client_id": [str(n) for n in range(2001)], "name": "x", "revenue": 1.0, "share": 0.0})
    record = Recorder(HEAD, folder=tmp_path)
    record.table("structure.over_10pct", frame)
    record.close()
    entry = json.loads(store.to_json(store.read_notebooks([notebook(tmp_path, "01", shown)])))["tables"][
        "structure.over_10pct"
    ]
    assert (entry["rows"], entry["count"]) == (None, 2001)
    assert len(pd.read_parquet(tmp_path / entry["file"])) == 2001


def test_a_short_table_lies_beside_too_when_programs_import_it(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    record = Recorder(HEAD, folder=tmp_path)
    record.table("structure.abc", ABC, beside=True)
    assert shown[-1][MIME]["rows"][0] == ["A", 2, 90.0, 0.5, 0.9, None]
    assert "file" not in shown[-1][MIME]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "structure.abc.parquet"), ABC, check_dtype=False)
    Recorder(HEAD).table("structure.abc", ABC, beside=True)  # by hand there is no folder to lie in


def test_a_notebook_without_its_end_mark_has_failed(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    Recorder(HEAD).figure("structure.clients", Figure(value=1))
    with pytest.raises(NotebookError, match="did not run to its end mark"):
        store.read_notebooks([notebook(tmp_path, "01", shown)])


def test_a_verdict_rests_on_what_the_whole_review_recorded(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    record = Recorder(HEAD)
    record.verdict(Verdict((), ("structure.clients",)))
    record.close()
    alone = notebook(tmp_path, "01", shown)
    with pytest.raises(NotebookError, match=r"the verdict rests on structure\.clients, which no notebook has recorded"):
        store.read_notebooks([alone])
    # one of several is read for its end mark, as it runs
    assert store.read_notebooks([alone], whole=False).verdict is not None


def test_two_notebooks_of_different_reviews_are_refused(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    Recorder(HEAD).close()
    one = notebook(tmp_path, "01", shown)
    shown.clear()
    Recorder(ReviewHead(**{**HEAD.__dict__, "unit": "North"})).close()
    with pytest.raises(NotebookError, match="was run for another review"):
        store.read_notebooks([one, notebook(tmp_path, "02", shown)])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5), (np.int64(2), 2), (np.bool_(True), True), (float("nan"), None), (pd.NaT, None), (pd.NA, None),
        (pd.Timestamp("2023-12-31"), "2023-12-31"), (dt.date(2023, 12, 31), "2023-12-31"), ((1, np.float64(2)), [1, 2.0]),
        ("text", "text"), (float("inf"), None),
    ],
)  # fmt: skip
def test_plain_values(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_what_cannot_be_recorded_says_so() -> None:
    with pytest.raises(TypeError, match="a set cannot be recorded"):
        plain({1})


class TestAnswer:
    @pytest.fixture
    def answers(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
        """What the display of the answer showed, and whether in place of what it showed before."""
        kept: list[tuple[str, bool]] = []

        def display(bundle: dict[str, Any], *, display_id: str = "", update: bool = False, **_: object) -> None:
            if display_id == records.ANSWER:
                kept.append((bundle["text/plain"], update))

        monkeypatch.setattr(records, "display", display)
        return kept

    def test_close_fills_it_with_figures_sentences_and_the_outcome_of_checks(
        self, answers: list[tuple[str, bool]]
    ) -> None:
        record = Recorder(HEAD)
        record.answer("retention.client_retention_rate", "retention.half_life")
        rate = Figure(value=0.8, interval=(0.7, 0.9), previous_year=0.75)
        record.figures({"retention.client_retention_rate": rate, "retention.half_life": undefined("no one left")})
        record.check(Outcome("rates_in_range", True, "0.8"), Outcome("cohorts_start_whole", False, "1 of 2"))
        record.close()
        (first, again), (last, updated) = answers
        assert (first, again, updated) == ("The answer stands here when the notebook has run.", False, True)
        assert last.splitlines() == [
            "Client retention rate: 80.00% (95 % interval 70.00% to 90.00%), a year before 75.00%",
            "Half-life: n/a, no one left",
            "failed: cohorts_start_whole",
        ]

    def test_without_figures_it_is_what_the_checks_found(self, answers: list[tuple[str, bool]]) -> None:
        record = Recorder(HEAD)
        record.answer()
        record.check(Outcome("reconciles", True, "10 = 8 + 2"))
        record.close()
        assert answers[-1][0].splitlines() == ["10 = 8 + 2", "its check passed"]

    def test_a_figure_that_was_not_recorded_is_refused(self, answers: list[tuple[str, bool]]) -> None:
        record = Recorder(HEAD)
        record.answer("headline.revenue")
        with pytest.raises(
            ValueError, match=r"the answer names headline\.revenue, which this notebook has not recorded"
        ):
            record.close()


def test_a_table_for_the_next_review_lies_apart_however_short(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    frame = pd.DataFrame({"client_id": ["a"], "month": ["2026-10"], "revenue": [1.5]})
    Recorder(HEAD, folder=tmp_path).table("data.client_months", frame, apart=True)
    payload = shown[-1][MIME]
    assert (payload["rows"], payload["count"], payload["file"]) == (None, 1, "data.client_months.parquet")
    assert pd.read_parquet(tmp_path / payload["file"]).to_numpy().tolist() == [["a", "2026-10", 1.5]]
    Recorder(HEAD).table("data.client_months", frame, apart=True)
    assert (shown[-1][MIME]["rows"], shown[-1][MIME].get("file")) == (None, None)
