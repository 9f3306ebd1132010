"""Strategic clients of the sample: the planted stories show as flags, and the table of clients agrees with the
other notebooks. Read from the kept records, which are those of a fresh run (test_notebooks)."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from portfolio_review.metrics import scoring
from portfolio_review.results.contract import MIME
from portfolio_review.sample.stories import STRATEGIC_ACCOUNTS, clients_of

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return [
        output["data"][MIME]
        for path in sorted(NOTEBOOKS.glob("*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", ())
        if MIME in output.get("data", {})
    ]


@pytest.fixture(scope="module")
def tables(records: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    return {
        record["id"]: pd.DataFrame(record["rows"], columns=record["columns"])
        for record in records
        if record["kind"] == "table"
    }


@pytest.fixture(scope="module")
def figures(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        figure["id"]: figure["value"]
        for record in records
        if record["kind"] == "figures"
        for figure in record["figures"]
    }


def exposed(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["strategic.exposure"].set_index("client_id")


def test_large_clients_known_through_one_person_are_flagged(tables: dict[str, pd.DataFrame]) -> None:
    mine = exposed(tables).loc[list(clients_of("single_contacts"))]
    assert (mine["single_contact"] == True).all()  # noqa: E712 (an object column)
    assert set(mine["weakness"]) == {"single_contact"}


def test_the_plan_that_stands_still_is_overdue_by_months(
    tables: dict[str, pd.DataFrame], figures: dict[str, Any]
) -> None:
    (client,) = clients_of("stale_plan")
    plan = tables["strategic.agreements"].set_index("client_id").loc[client]
    # every action but the one that is done
    assert plan["actions_overdue"] == plan["actions_all"] - plan["actions_done"] > 0
    assert plan["oldest_overdue"] == figures["strategic.oldest_overdue"] > 180
    assert tables["strategic.plans"]["client_id"].iloc[0] == client
    mine = exposed(tables).loc[client]
    assert bool(mine["stale_contact"])
    assert mine["contact_days"] > 200
    assert mine["change"] < 0


def test_clients_that_leave_their_invoices_unpaid_are_late(tables: dict[str, pd.DataFrame]) -> None:
    late = tables["clients"].set_index("client_id").loc[list(clients_of("overdue_payers"))]
    assert (late["days_overdue"] > 30).all()
    assert (late["overdue"] > 0).all()
    keys = exposed(tables)
    weak = keys.reindex(late.index).dropna(subset=["flags"])
    assert len(weak) >= 4
    assert (weak["flags"] >= 1).all()


def test_the_manager_who_left_shows_at_the_clients_of_the_unit(
    tables: dict[str, pd.DataFrame], figures: dict[str, Any]
) -> None:
    clients = tables["clients"]
    changed = clients[clients["manager_changed"] == True]  # noqa: E712 (an object column)
    # a few single clients changed hands elsewhere; of this unit nearly a whole book went to one manager
    by_manager = changed.groupby(["unit", "manager"]).size().sort_values()
    assert by_manager.index[-1][0] == "Iberia"
    assert by_manager.iloc[-1] > by_manager.iloc[:-1].sum()
    assert figures["strategic.manager_changed_clients"] == (exposed(tables)["manager_changed"] == True).sum()  # noqa: E712


def test_the_key_client_that_left_is_falling(tables: dict[str, pd.DataFrame]) -> None:
    (client,) = clients_of("key_client_leaving")
    assert exposed(tables).loc[client, ["tier", "stage", "falling"]].tolist() == ["key", "lapsed", True]


def test_every_strategic_account_has_its_dossier(tables: dict[str, pd.DataFrame]) -> None:
    for name in ("dossiers", "months", "purchases", "importance"):
        assert set(tables[f"strategic.{name}"]["client_id"]) == set(STRATEGIC_ACCOUNTS), name
    stay = tables["strategic.proposal"]
    assert set(stay.loc[stay["decision"].isin(["stays", "leaves"]), "client_id"]) == set(STRATEGIC_ACCOUNTS)
    assert (stay["decision"] == "enters").sum() == (stay["decision"] == "leaves").sum()
    # those assessed of the five behind them; of those that are not the largest, whatever their score
    assert 0 < (stay["decision"] == "next").sum() < 5
    first = stay[stay["decision"] == "assess_first"]
    assert len(first) == scoring.ASSESS_FIRST
    assert first["revenue_w1"].is_monotonic_decreasing
    assert set(clients_of("unassessed_newcomer")) <= set(first["client_id"])


def test_the_months_of_a_dossier_add_up_to_its_windows(tables: dict[str, pd.DataFrame]) -> None:
    facts = tables["strategic.dossiers"].set_index("client_id")
    for client, months in tables["strategic.months"].groupby("client_id"):
        assert months["revenue"].iloc[-12:].sum() == pytest.approx(facts.loc[client, "revenue_w1"], abs=0.005)
        assert months["revenue"].iloc[:12].sum() == pytest.approx(facts.loc[client, "revenue_w0"], abs=0.005)
    bought = tables["strategic.purchases"].groupby("client_id")["revenue_w1"].sum()
    assert bought.to_dict() == pytest.approx(facts["revenue_w1"].to_dict(), abs=0.005)


@pytest.mark.parametrize(
    ("table", "column", "class_column"),
    [
        ("structure.abc", "abc", "class"),
        ("structure.xyz", "xyz", "class"),
        ("structure.value_stability", "value_stability", "group"),
        ("structure.tier", "tier", "tier"),
    ],
)
def test_classes_of_the_clients_add_up_to_those_of_the_structure(
    tables: dict[str, pd.DataFrame], table: str, column: str, class_column: str
) -> None:
    clients = tables["clients"]
    active = clients[clients["abc"].notna()]
    mine = active.groupby(column)["revenue_w1"].agg(["size", "sum"])
    whole = tables[table].set_index(class_column)
    whole = whole[whole["clients"] > 0]
    assert mine["size"].to_dict() == whole["clients"].to_dict()
    assert mine["sum"].to_dict() == pytest.approx(whole["revenue"].to_dict(), abs=0.005)


@pytest.mark.parametrize(("table", "column"), [("lifecycle.stages", "stage"), ("actions.rules", "rule")])
def test_stages_and_rules_of_the_clients_are_those_of_the_other_notebooks(
    tables: dict[str, pd.DataFrame], table: str, column: str
) -> None:
    whole = tables[table].set_index(column)["clients"]
    assert tables["clients"][column].value_counts().to_dict() == whole[whole > 0].to_dict()


def test_movement_and_risk_of_the_clients_are_those_of_the_other_notebooks(
    tables: dict[str, pd.DataFrame], figures: dict[str, Any]
) -> None:
    clients = tables["clients"]
    for state, count in clients["movement"].value_counts().items():
        assert figures[f"movement.{state}_clients"] == count, state
    assert clients["at_risk"].sum() == pytest.approx(figures["risk.revenue_at_risk"], abs=0.01)
    assert clients["expected_3"].sum() == pytest.approx(figures["risk.outlook_today"], rel=1e-9)
    assert clients["overdue"].sum() == pytest.approx(figures["risk.overdue"], abs=0.01)


def test_each_row_is_that_of_the_action_lists_and_of_the_risk_table(tables: dict[str, pd.DataFrame]) -> None:
    clients = tables["clients"].set_index("client_id")
    lists = tables["actions.full"].set_index("client_id")
    for mine, other in (("rule", "rule"), ("rank_in_list", "rank"), ("reason", "reason"), ("favourite", "favourite")):
        left, right = clients.loc[lists.index, mine], lists[other]
        assert left.fillna("").tolist() == right.fillna("").tolist(), mine
    assert clients.loc[lists.index, "at_stake"].tolist() == pytest.approx(lists["at_stake"].tolist(), nan_ok=True)
    chances = tables["risk.clients"].set_index("client_id")
    assert clients.loc[chances.index, "quadrant"].fillna("").tolist() == chances["quadrant"].fillna("").tolist()
    assert clients.loc[chances.index, "p_next"].tolist() == pytest.approx(chances["p_next"].tolist(), rel=1e-9)
