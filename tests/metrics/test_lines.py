"""Totals, rests, shares and changes beside the rows of tables, by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from portfolio_review.catalog import lookup
from portfolio_review.catalog.lines import SHOWN
from portfolio_review.figure import Figure, undefined
from portfolio_review.metrics import lines


def table(id: str, *rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=[column.name for column in lookup(id).columns])


def tables(*ids: str, **given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {id: table(id) for id in ids} | {id.replace("__", "."): frame for id, frame in given.items()}


def line(found: pd.DataFrame, object: str, name: str) -> dict[str, float]:
    """The numbers of a line that it has."""
    [row] = found[(found["object"] == object) & (found["line"] == name)].to_dict("records")
    return {key: value for key, value in row.items() if key not in ("object", "line") and value == value}


def test_columns_are_those_of_the_catalogue() -> None:
    made = lines.movement(tables("bridge.steps", "bridge.largest", "migration.abc"), effects(None))
    assert tuple(made.columns) == tuple(column.name for column in lookup("movement.lines").columns)
    assert made.empty


def effects(*values: float | None) -> dict[str, Figure]:
    known = [*values, *values, *values][:3]
    return {f"drivers.{factor}_effect": undefined("no") if value is None else Figure(value=value)
            for factor, value in zip("nvl", known, strict=True)}  # fmt: skip


def test_structure_has_the_rest_and_the_shares() -> None:
    largest = table("structure.largest",
                    {"client_id": "a", "revenue_w1": 50.0, "revenue_w0": 40.0, "share": 0.5, "running_share": 0.5},
                    {"client_id": "b", "revenue_w1": 30.0, "revenue_w0": 35.0, "share": 0.3, "running_share": 0.8})  # fmt: skip
    cells = table("structure.abc_xyz", {"abc": "A", "xyz": "X", "clients": 2, "revenue": 80.0})
    found = lines.structure(
        tables("structure.abc", "structure.value_stability", structure__largest=largest, structure__abc_xyz=cells),
        {"structure.clients": Figure(value=10), "structure.revenue": Figure(value=100.0, window_previous=110.0)},
    )  # fmt: skip
    assert line(found, "structure.largest", "others") == pytest.approx(
        {"clients": 8, "amount": 20.0, "amount_before": 35.0, "amount_change": -15.0, "share": 0.2})  # fmt: skip
    assert line(found, "structure.largest", "all")["amount_change"] == -10.0
    assert line(found, "structure.abc_xyz", "AX") == {"share": 0.8}


def test_the_bridge_has_shares_of_its_start_and_sums_of_its_steps() -> None:
    amounts = {"start": 200.0, "churn": -30.0, "gone_quiet": -5.0, "contraction": -15.0, "expansion": 20.0, "returned": 4.0,
               "new": 16.0, "adjustments": -2.0, "end": 188.0}  # fmt: skip
    steps = table("bridge.steps", *({"step": step, "clients": 1, "amount": amount} for step, amount in amounts.items()))
    largest = table(
        "bridge.largest",
        {"step": "churn", "rank": 1, "amount": -20.0},
        {"step": "churn", "rank": 3, "amount": -4.0},
        {"step": "churn", "rank": 4, "amount": -3.0},
    )  # the fourth is not named
    found = lines.movement(tables("migration.abc", bridge__steps=steps, bridge__largest=largest), effects(1.0))
    assert line(found, "bridge.steps", "churn") == {"share": -0.15}
    assert line(found, "bridge.largest", "churn") == {"share": 0.8}
    sums = {name: line(found, "bridge.steps", name)["amount_change"] for name in ("existing", "fresh")}
    assert sums == {"existing": -30.0, "fresh": 20.0}
    assert line(found, "drivers.factors", "all") == {"amount_change": 3.0}


def test_the_matrix_has_its_sizes_and_the_money_of_its_moves() -> None:
    flows = [("A", "A", 3, 30.0, 33.0), ("A", "B", 2, 20.0, 8.0), ("B", "A", 1, 5.0, 11.0), ("A", "lost", 4, 9.0, 0.0),
             ("new", "B", 5, 0.0, 6.0)]  # fmt: skip
    matrix = pd.DataFrame(flows, columns=["from", "to", "clients", "revenue_w0", "revenue_w1"])
    matrix = matrix.assign(amount_change=matrix["revenue_w1"] - matrix["revenue_w0"])
    found = lines.movement(tables("bridge.steps", "bridge.largest", migration__abc=matrix), effects(None))
    assert line(found, "migration.abc", "from:A") == {"clients": 9, "amount_change": 3.0 - 12.0 - 9.0}
    assert line(found, "migration.abc", "to:B") == {"clients": 7, "amount_change": -12.0 + 6.0}
    assert line(found, "migration.abc", "all") == {"clients": 15, "amount_change": -6.0}
    assert line(found, "migration.abc", "rose") == {"clients": 1, "amount_change": 6.0}
    assert line(found, "migration.abc", "fell") == {"clients": 2, "amount_change": -12.0}
    # neither new nor lost clients changed their class
    assert line(found, "migration.abc", "moved") == {"clients": 3, "amount_change": -6.0}


def test_retention_has_shares_of_stages_and_cohorts_and_sums() -> None:
    stages = table("lifecycle.stages", {"stage": "new", "clients": 1, "revenue": 10.0},
                   {"stage": "lapsed", "clients": 3, "revenue": 0.0})  # fmt: skip
    crossed = table("lifecycle.stage_abc", {"stage": "new", "abc": "A", "clients": 1, "revenue": 10.0},
                    {"stage": "lapsed", "abc": "A", "clients": 3, "revenue": -1.0})  # fmt: skip
    cohorts = table("retention.cohorts", {"cohort": "2026-01", "age": 2, "size": 8, "clients": 2})
    found = lines.retention(tables(
        "retention.cohorts_quarter", lifecycle__stages=stages, lifecycle__stage_abc=crossed, retention__cohorts=cohorts
    ))  # fmt: skip
    assert line(found, "lifecycle.stages", "lapsed") == {"share": 0.75}
    assert line(found, "lifecycle.stages", "all") == {"rows": 2, "clients": 4, "amount": 10.0}
    assert line(found, "lifecycle.stage_abc", "abc:A") == {"rows": 2, "clients": 4, "amount": 9.0}
    assert line(found, "lifecycle.stage_abc", "stage:lapsed") == {"rows": 1, "clients": 3, "amount": -1.0}
    assert line(found, "retention.cohorts", "2026-01:2") == {"share": 0.25}


def test_risk_has_its_shares_the_rest_and_changes_of_quadrants() -> None:
    clients = table("risk.clients", {"at_risk": 10.0}, {"at_risk": None}, {"at_risk": 9.0})
    matrix = table("risk.matrix", {"quadrant": "large_risky", "clients": 4, "clients_w0": 6.0})
    ending = table("risk.contracts_ending", *({"revenue": 1.0} for _ in range(SHOWN["risk.contracts_ending"] + 2)))
    found = lines.risk(tables(risk__clients=clients, risk__matrix=matrix, risk__contracts_ending=ending),
                       {"risk.revenue_at_risk": Figure(value=200.0), "risk.may_fall_silent": Figure(value=150.0)})  # fmt: skip
    assert line(found, "risk.clients", "first") == {"share": 0.05}
    assert line(found, "risk.matrix", "large_risky") == {"clients": -2}
    assert line(found, "risk.contracts_ending", "others") == {"rows": 2, "amount": 2.0}
    none = lines.risk(tables("risk.clients", "risk.matrix", "risk.contracts_ending"),
                      dict.fromkeys(("risk.revenue_at_risk", "risk.may_fall_silent"), undefined("no model")))  # fmt: skip
    assert none.empty
    # without W0 what may fall silent is all that is known
    silent = lines.risk(tables("risk.matrix", "risk.contracts_ending", risk__clients=clients),
                        {"risk.revenue_at_risk": undefined("short"), "risk.may_fall_silent": Figure(value=100.0)})  # fmt: skip
    assert line(silent, "risk.clients", "first") == {"share": 0.1}


def test_strategic_has_the_rests_and_the_changes_of_categories() -> None:
    managers = table("strategic.managers", *({"manager": f"M{place}", "clients": 2, "key_clients": 1, "revenue": 5.0, "share": 0.1,
                                              "heavy": True} for place in range(SHOWN["strategic.managers"] + 2)))  # fmt: skip
    bought = table("strategic.purchases", *({"client_id": "a", "category": f"C{place}", "revenue_w1": 3.0, "revenue_w0": 1.0,
                                             "share": 0.1} for place in range(SHOWN["strategic.purchases"] + 1)))  # fmt: skip
    listed = table("strategic.proposal", {"decision": "assess_first"}, {"decision": "next"})
    made = tables(strategic__managers=managers, strategic__purchases=bought, strategic__proposal=listed)
    found = lines.strategic(made, {"strategic.assess_first": Figure(value=12)})
    assert line(found, "strategic.assess_first", "others") == {"clients": 11}
    assert line(found, "strategic.managers", "others") == pytest.approx(
        {"rows": 2, "clients": 4, "amount": 10.0, "share": 0.2})  # fmt: skip
    assert line(found, "strategic.managers", "others:key") == {"clients": 2}
    assert line(found, "strategic.purchases", "a:=C0")["amount_change"] == 2.0
    assert line(found, "strategic.purchases", "a:others") == pytest.approx(
        {"rows": 1, "amount": 3.0, "amount_before": 1.0, "amount_change": 2.0, "share": 0.1})  # fmt: skip
    assert line(found, "strategic.purchases", "a:all")["amount"] == 18.0
    # one share below those shown is not known: nor is their sum
    unknown = managers.assign(share=managers["share"].where(managers.index != SHOWN["strategic.managers"]))
    some = lines.strategic(made | {"strategic.managers": unknown}, {
        "strategic.assess_first": Figure(value=0), "strategic.single_contact_revenue": undefined("no"),
        "strategic.key_revenue": undefined("no")})  # fmt: skip
    assert line(some, "strategic.managers", "others") == {"rows": 2, "clients": 4, "amount": 10.0}


def test_actions_have_the_rest_of_each_list() -> None:
    shown = SHOWN["actions.<rule>"]
    named = {
        id: table(id, *({"at_stake": 2.0, "lost": 2.0, "expected_back": 0.5} for _ in range(shown + 3)))
        for id in lines.LISTS
    }
    figures = {f"{id}.{part}": Figure(value=value) for id in lines.LISTS
               for part, value in (("at_stake", 2.0 * (shown + 3)), ("listed", shown + 3))}  # fmt: skip
    figures["actions.return.expected_back"] = Figure(value=0.5 * (shown + 3))
    managers = table(
        "actions.managers", *({"clients": 2, "revenue": 5.0} for _ in range(SHOWN["actions.managers"] + 2))
    )
    found = lines.actions(named | {"actions.managers": managers}, figures)
    assert line(found, "actions.return", "others") == {"clients": 3, "amount": 6.0}
    # what is lost and what is expected of it back are two columns, each with its rest
    assert line(found, "actions.return.expected_back", "others") == {"amount": 1.5}
    assert line(found, "actions.retain.thread", "others") == {"clients": 3, "amount": 6.0}
    assert line(found, "actions.managers", "others") == {"rows": 2, "clients": 4, "amount": 10.0}


def test_rows_of_a_list_without_money_take_none_of_its_rest() -> None:
    named = {
        id: table(id, {"at_stake": 2.0, "lost": 2.0, "expected_back": 0.5}, {"at_stake": None}) for id in lines.LISTS
    }
    figures = {
        f"{id}.{part}": Figure(value=value) for id in lines.LISTS for part, value in (("at_stake", 5.0), ("listed", 3))
    }
    figures["actions.return.expected_back"] = Figure(value=0.75)
    found = lines.actions(named | {"actions.managers": table("actions.managers")}, figures)
    for id in lines.LISTS:
        assert line(found, id, "others") == {"clients": 1, "amount": 3.0}
    assert line(found, "actions.return.expected_back", "others") == {"amount": 0.25}


def test_a_list_that_is_not_known_has_no_rest() -> None:
    nothing = {id: table(id) for id in [*lines.LISTS, "actions.managers"]}
    figures = {f"{id}.{part}": undefined("no model") for id in [*lines.LISTS] for part in ("at_stake", "listed")}
    found = lines.actions(nothing, figures | {"actions.return.expected_back": undefined("too few to tell")})
    for id in lines.LISTS:
        assert line(found, id, "others") == {"clients": 0, "amount": 0.0}
    assert line(found, "actions.return.expected_back", "others") == {"amount": 0.0}
