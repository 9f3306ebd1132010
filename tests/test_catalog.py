"""The catalogue: every id once, complete, and found by `lookup`."""

from __future__ import annotations

import re

import pytest

from portfolio_review.catalog import CATALOG, WORDS, lookup
from portfolio_review.catalog.columns import COLUMNS
from portfolio_review.catalog.formulas import chosen, filled
from portfolio_review.exhibits.wording import Wording
from portfolio_review.review.model import Review

ENTRIES = list(CATALOG.values())
ENGLISH, RUSSIAN = Wording("en", "GBP"), Wording("ru", "RUB")
NAMED = [*ENTRIES, *COLUMNS.values(), *WORDS.values()]

# the ids that the definition of the metrics names for §1 to §6, the stages of §7 and risk
CONTRACT = [
    "series.usual_gap",
    "series.xyz_interval",
    "headline.revenue",
    "headline.clients",
    "headline.orders",
    "headline.order_value",
    "headline.revenue_per_client",
    "headline.margin",
    "headline.margin_rate",
    "headline.new_clients",
    "headline.revenue_new",
    "headline.revenue_returned",
    "headline.revenue_current",
    "headline.lapsed_clients",
    "headline.lapsed_regular_clients",
    "headline.lapsed_revenue",
    "headline.lapsed_regular_revenue",
    "headline.trend",
    "headline.target_gap",
    "structure.clients",
    "structure.revenue",
    "structure.abc",
    "structure.xyz",
    "structure.abc_xyz",
    "structure.value_stability",
    "structure.by.type",
    "structure.by.industry",
    "structure.by.region",
    "structure.by.manager",
    "structure.by.relationship",
    "structure.by.category",
    "structure.top1_share",
    "structure.top5_share",
    "structure.top10_share",
    "structure.top20pct_share",
    "structure.hhi",
    "structure.effective_clients",
    "structure.gini",
    "structure.half_of_revenue_clients",
    "movement.retained_clients",
    "movement.lost_clients",
    "movement.new_clients",
    "movement.returned_clients",
    "movement.dormant_clients",
    "bridge.start",
    "bridge.churn",
    "bridge.contraction",
    "bridge.expansion",
    "bridge.returned",
    "bridge.new",
    "bridge.adjustments",
    "bridge.end",
    "migration.abc",
    "migration.abc.up",
    "migration.abc.down",
    "migration.abc.stay",
    "migration.abc_fixed",
    "retention.client_retention_rate",
    "retention.client_churn_rate",
    "retention.kept_at_end_rate",
    "retention.gross_revenue_retention",
    "retention.net_revenue_retention",
    "retention.net_revenue_retention_with_returned",
    "retention.repeat_rate",
    "retention.return_rate",
    "retention.trend",
    "retention.cohorts",
    "retention.point_value",
    "retention.half_life",
    "drivers.n_effect",
    "drivers.v_effect",
    "drivers.l_effect",
    "drivers.new_effect",
    "drivers.returned_effect",
    "drivers.lost_effect",
    "drivers.loyalty_n_effect",
    "drivers.loyalty_v_effect",
    "drivers.loyalty_l_effect",
    "lifecycle.stages",
    "strategic.single_contact_revenue",
    "strategic.manager_changed_revenue",
    *(
        f"risk.{name}"
        for name in (
            "gone",
            "may_fall_silent",
            "may_shrink",
            "revenue_at_risk",
            "weighted_risk",
            "expected_12",
            "expected_12_per_client",
            "residual_value",
            "top10_value_share",
            "replacement_months",
            "replacement_months_net",
            "receivables",
            "overdue",
            "overdue_share",
            "days_sales_outstanding",
            "days_to_pay",
            "days_late",
            "contracts_ending_clients",
            "contracts_ending_revenue",
            "outlook_today",
            "outlook_new",
            "outlook",
            "outlook_today_year",
            "outlook_new_year",
            "outlook_year",
            "receivables_ageing",
            "contracts_ending",
            "forecasts_then_and_now",
        )
    ),
    "clients",
]


@pytest.mark.parametrize("id", CONTRACT)
def test_every_id_of_the_contract_is_in_the_catalogue(id: str) -> None:
    assert lookup(id).id == id


def test_ids_are_written_alike() -> None:
    wrong = [entry.id for entry in ENTRIES if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", entry.id)]
    assert wrong == []


def test_every_name_stands_in_english() -> None:
    assert [name for name in NAMED if not name.en.strip()] == []


def test_entries_say_what_they_are_computed_by_and_where_that_is_defined() -> None:
    assert [entry.id for entry in ENTRIES if not entry.formula or not entry.source] == []


def test_tables_have_columns_and_nothing_else_has() -> None:
    parts = {"headline.target_gap"}  # a figure, and a table of its parts (ids not named above)
    assert {entry.id for entry in ENTRIES if (entry.kind == "table") != bool(entry.columns)} == parts


def test_columns_of_a_table_are_distinct() -> None:
    doubled = [e.id for e in ENTRIES if len({column.name for column in e.columns}) != len(e.columns)]
    assert doubled == []


def test_russian_names_hold_no_class_letter_in_cyrillic() -> None:
    # А, В, С, Х that stand alone look like the Latin classes A, B, C, X and break sorting and search
    wrong = [name for name in map(RUSSIAN.title, NAMED) if re.search(r"\b[АВСХ]{1,3}\b", name.replace("В обзоре", ""))]
    assert [ru for ru in wrong if ru != "В"] == []


def test_russian_names_keep_the_one_word_for_a_person_and_for_leaving() -> None:
    forbidden = re.compile(
        r"покупател|заказчик|контрагент|просрочен(?!ная)|удельный вес|оборот(?!оспос)", re.IGNORECASE
    )
    assert [name for name in map(RUSSIAN.title, NAMED) if forbidden.search(name)] == []


def test_an_unknown_id_names_the_nearest_one() -> None:
    with pytest.raises(KeyError, match=r"'headline.revnue' is not in the catalogue; did you mean 'headline.revenue'\?"):
        lookup("headline.revnue")


def test_labels_say_the_length_of_the_window() -> None:
    assert Wording("ru", "RUB", 6).title(lookup("bridge.end")) == "Выручка, последние 6 мес."
    assert ENGLISH.title(lookup("bridge.end")) == "Revenue, last 12 months"
    assert Wording("en", "GBP", 6).title(lookup("headline.revenue")) == "Revenue"


def test_members_of_a_family_know_it() -> None:
    assert lookup("structure.by.region").family == "structure.by.<attribute>"
    assert lookup("migration.abc.up").family == "migration.<s>.up"
    assert lookup("structure.by.region").section == "structure"


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CATALOG["x"] = lookup("headline.revenue")  # type: ignore[index]


def test_formulas_hold_the_values_of_the_settings() -> None:
    settings = {
        "abc.measure": "revenue", "abc.limits": "[0.7, 0.925]", "xyz.method": "regularity", "xyz.constant_from": "0.6",
        "xyz.limits": "[0.4, 1.5]", "value_stability.large": '["A", "B"]', "value_stability.constant": '["X"]',
        "risk.high_above": "0.4", "risk.portfolio_high": "0.3", "risk.discount_rate": "0.12",
        "risk.horizon_years": "4",
    }  # fmt: skip

    def said(id: str, **changes: str) -> str:
        given = settings | {key.replace("__", "."): value for key, value in changes.items()}
        return filled(chosen(CATALOG[id], given), given)

    assert "A if c_i < 0.70 T, B if c_i < 0.925 T" in said("structure.abc")
    assert "clients with margin > 0 by margin" in said("structure.abc", abc__measure="margin")
    assert "m/n ≥ 0.60" in said("structure.xyz")
    assert "X up to 0.40, Y up to 1.50" in said("structure.xyz", xyz__method="variation")
    assert said("structure.value_stability") == "large: class A, B; constant: class X"
    assert "risky: 1 − chance > 0.40" in said("risk.matrix")
    assert "risk.weighted_risk ≥ 0.30" in said("risk.verdict")
    assert "(1 + 0.12)^(y−½), y = 1 … 4" in said("risk.residual_value")
    assert filled("X if m/n ≥ {xyz.constant_from}", settings, RUSSIAN.language.decimal) == "X if m/n ≥ 0,60"
    assert filled("> {risk.high_above}", {}) == "> risk.high_above"


def test_every_setting_of_a_formula_is_one_of_the_review_file() -> None:
    keys = set(re.findall(r"\{([a-z_.]+?)(?:\.\d)?\}", " ".join(
        formula for entry in ENTRIES for formula in (entry.formula, *(variant[2] for variant in entry.variants)))))  # fmt: skip
    known = {f"{section}.{key}" for section, field in Review.model_fields.items()
             for key in getattr(field.annotation, "model_fields", ())}  # fmt: skip
    assert {"abc.limits", "xyz.constant_from"} <= keys <= known
