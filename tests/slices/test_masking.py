"""A masked slice: what becomes of each column, which groups are merged, and in what order rows stand."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from conftest import CutUnits
from portfolio_review import pseudonyms
from portfolio_review.pipeline import earlier
from portfolio_review.pseudonyms import Pseudonyms
from portfolio_review.slices import masking
from portfolio_review.slices.masking import COLUMNS, DROP, KEEP, MERGE
from portfolio_review.sources.contracts import CONTRACTS

NAMES = Pseudonyms(b"0f1e2d3c4b5a69788796a5b4c3d2e1f0", {kind: kind.capitalize() for kind in pseudonyms.KINDS})
NUMBERS = ("date", "number", "score", "flag")


def test_every_column_of_text_that_a_source_can_have_has_its_rule() -> None:
    """In the contracts of tables, which say a column's kind; clients' units, tiers and mergers are told in a slice."""
    files = {
        "clients": "clients",
        **{name: f"given_{name}" for name in CONTRACTS if name not in ("transactions", "clients")},
    }
    for table, file in files.items():
        texts = {column.name for column in CONTRACTS[table].columns if column.kind not in NUMBERS} - {"merged_into"}
        assert texts <= set(COLUMNS[file]), (table, texts - set(COLUMNS[file]))


def test_every_table_that_is_looked_back_at_has_its_rules() -> None:
    for id, columns in earlier.COLUMNS.items():
        if id.startswith(earlier.STRATEGIC):
            assert set(COLUMNS[f"earlier_{id.replace('.', '_')}"]) <= set(columns)
    ledger = set(earlier.COLUMNS[earlier.LEDGER]) - {"money", "money_since", "usual", "now"}
    assert ledger == set(COLUMNS["earlier_decisions"])


def test_what_is_free_text_is_left_out_and_names_are_never_kept() -> None:
    free = {"comment", "note", "goal", "client_result", "partners", "text"}
    named = {"client_id", "name", "manager", "sponsor", "owner", "assessor", "agreed_with", "group_id", "contact",
             "category", "first_category", "action", "client", "id", "finding", "about"}  # fmt: skip
    for file, rules in COLUMNS.items():
        for column, rule in rules.items():
            assert (rule == DROP) == (column in free), (file, column)
            assert column not in named or rule not in (KEEP, MERGE) or file == "recomputed", (file, column)


@pytest.mark.parametrize(
    ("counts", "small"),
    [
        ({"a": (5, 5), "b": (9, 0)}, set()),
        ({"a": (9, 9), "b": (4, 9), "c": (9, 1)}, {"b", "c"}),  # fewer than five of one window
        ({"a": (9, 9), "b": (0, 0), "c": (8, 8)}, {"b"}),  # nobody in either: nothing is told of it
        ({"a": (9, 9), "b": (2, 2), "c": (7, 7)}, {"b", "c"}),  # two would stand alone: the next smallest joins
        ({"a": (3, 2)}, {"a"}),
    ],
)
def test_groups_below_five_clients_are_merged(counts: dict[str, tuple[int, int]], small: set[str]) -> None:
    assert masking._few(pd.DataFrame.from_dict(counts, orient="index")) == small


def test_figures_stay_and_rows_stand_by_pseudonym(kept_units: CutUnits, tmp_path: Path) -> None:
    """Twelve clients whose revenue tells which they are; two of twelve have a type of their own."""
    rows = "".join(f"k{n:02d},2020-0{month}-0{1 + n % 9},{100 + n},N\n" for n in range(12) for month in range(1, 7))
    clients = "client_id,name,type\n" + "".join(f"k{n:02d},Firm {n},{'Odd' if n < 2 else 'Shop'}\n" for n in range(12))
    made = kept_units(
        "client_id,date,revenue,unit\n" + rows, "2020-06", ["N"], clients=clients, settings="data_until: 2020-06-30"
    )["N"]
    folder = next(path for path in Path(kept_units.args[0]).rglob("slice.json")).parent
    masking.mask(folder, tmp_path / "masked", NAMES, "Small")
    from portfolio_review.slices import load

    found = load(tmp_path / "masked")
    codes = NAMES.of(pseudonyms.CLIENT, [f"k{n:02d}" for n in range(12)])
    assert list(found.clients["client_id"]) == sorted(codes.values())
    assert list(found.clients["name"]) == list(found.clients["client_id"])
    # ten of the type that stays are told; the two others would stand alone, so all are merged
    assert set(found.clients["type"]) == {"Small"}
    sums = found.monthly.groupby("client_id")["revenue"].sum()
    assert {codes[f"k{n:02d}"]: 6.0 * (100 + n) for n in range(12)} == pytest.approx(sums.to_dict())
    pd.testing.assert_frame_equal(found.totals, made.totals)
    assert found.monthly["client_id"].is_monotonic_increasing
    mine, its = (pq.read_schema(where / "monthly.parquet") for where in (tmp_path / "masked", folder))
    assert [(one.name, one.type) for one in mine] == [(one.name, one.type) for one in its]
    assert not [word for word in ("Firm", "k01", "Odd") if word in str(found.frames) + str(found.tables)]
