"""The rules of the tables: all their faults at once, each with its rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portfolio_review.errors import DataRefusedError, Fault
from portfolio_review.sources.contracts import Kind

from .conftest import Bench
from .test_numbers_and_dates import cell

OneFault = Callable[..., Fault]
ASSESSMENTS = "client_id,criterion,score,assessor,date,side\n"
PLANS = "client_id,action,owner,due,status\n"


def test_every_fault_of_every_table_is_raised_at_once(bench: Bench) -> None:
    bench.write("t.csv", "client_id,date,revenue\na,2011-11-31,5\nb,,x\nc,2011-11-30,\n")
    bench.write("c.csv", "client_id,name\na,A\na,B\n")
    bench.write("s.csv", ASSESSMENTS + "a,potental,7,Ann,2011-11-30,market\n")
    bench.write("p.csv", "x,y\n1\n")
    with pytest.raises(DataRefusedError) as caught:
        bench.read(
            {"transactions": {"path": "t.csv"}, "clients": {"path": "c.csv"}, "assessments": {"path": "s.csv"},
             "payments": {"path": "p.csv"}}
        )  # fmt: skip
    assert [(fault.table, fault.column, fault.rows) for fault in caught.value.faults] == [
        ("transactions", "date", 1),
        ("transactions", "date", 1),
        ("transactions", "revenue", 1),
        ("transactions", "revenue", 1),
        ("clients", "client_id", 2),
        ("payments", None, 1),
        ("assessments", "criterion", 1),
        ("assessments", "score", 1),
    ]
    assert str(caught.value).startswith("8 faults in the data: nothing was made\n  error: transactions.date (t.csv): ")
    assert caught.value.exit_code == 4


def test_at_most_five_examples_are_shown_and_the_rows_counted(one_fault: OneFault) -> None:
    fault = one_fault("client_id,date,revenue\n" + "a,2011-11-30,x\n" * 7)
    assert fault.rows == 7
    assert fault.examples == tuple((row, "x") for row in range(2, 7))


def test_the_message_shows_table_column_file_rows_and_remedy(one_fault: OneFault) -> None:
    fault = one_fault("client_id,date,revenue\na,31.11.2011,5\n")
    assert str(fault) == (
        "error: transactions.date (data.csv): text is not an ISO date in 1 row [row 2: 31.11.2011]. "
        "Write dates as 2011-11-30, or declare csv.date_format under the source, for instance '%d.%m.%Y'"
    )


@pytest.mark.parametrize(
    ("row", "rule"), [("a,,5", "a transaction without a date"), ("a,2011-11-30,", "a transaction without revenue")]
)
def test_a_transaction_needs_a_date_and_revenue(one_fault: OneFault, row: str, rule: str) -> None:
    fault = one_fault(f"client_id,date,revenue\n{row}\n")
    assert (fault.rule, fault.rows, fault.examples) == (rule, 1, ((2, ""),))


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("clients", ["client_id"]),
        ("contacts", ["client_id", "name"]),
        ("payments", ["client_id", "due_date", "amount"]),
        ("targets", ["unit", "figure", "period", "value"]),
        ("assessments", ["criterion", "score", "assessor", "date", None]),
        ("plans", ["action", "owner", "due", "status", None]),
        ("losses", ["client_id", "date", "reason"]),
    ],
)
def test_required_columns_of_each_table(bench: Bench, table: str, columns: list[str | None]) -> None:
    faults = bench.table_faults(table, "other\n1\n")
    assert [fault.column for fault in faults] == columns
    assert all(fault.rule.startswith("missing column") for fault in faults)


@pytest.mark.parametrize(
    ("table", "content", "column", "rule"),
    [
        ("clients", "client_id,name\na,A\n,B\n", "client_id", "a value is missing"),
        ("contacts", "client_id,name\nc1,\n", "name", "a value is missing"),
        ("contacts", "client_id,name,level\nc1,Ann,exective\n", "level", "unknown level; did you mean 'executive'?"),
        ("contacts", "client_id,name,active\nc1,Ann,perhaps\n", "active", "a value is neither true nor false"),
        ("losses", "client_id,date,reason\nc1,2011-11-30,prise\n", "reason", "unknown reason; did you mean 'price'?"),
        ("plans", PLANS + "c1,call,Ann,2011-11-30,opn\n", "status", "unknown status; did you mean 'open'?"),
        ("clients", "client_id,tier\nc1,gold\n", "tier", "unknown tier"),
        ("assessments", ASSESSMENTS + "c1,potential,0,Ann,2011-11-30,\n", "score", "a score is outside 1 to 5"),
        ("assessments", ASSESSMENTS + "c1,potential,5.5,Ann,2011-11-30,\n", "score", "a score is outside 1 to 5"),
        ("assessments", ASSESSMENTS + "c1,potential,3,Ann,2011-11-30,outside\n", "side", "unknown side"),
        ("targets", "unit,figure,period,value\nall,headline.revenue,2011-13,5\n", "period", "a value is not a period"),
        ("clients", "client_id,unit\nc1,All\n", "unit", "a unit is named 'all', the name of the review of every unit"),
        ("clients", "client_id,potential\nc1,much\n", "potential", "text is not a number"),
        ("payments", "client_id,due_date,amount\nc1,soon,5\n", "due_date", "text is not an ISO date"),
    ],
)  # fmt: skip
def test_rules_of_cells(bench: Bench, table: str, content: str, column: str, rule: str) -> None:
    (fault,) = bench.table_faults(table, content)
    assert (fault.table, fault.column, fault.rule, fault.severity) == (table, column, rule, "error")
    assert fault.examples[0][0] == content.count("\n")


def test_the_words_that_are_expected_are_listed(bench: Bench) -> None:
    (fault,) = bench.table_faults("losses", "client_id,date,reason\nc1,2011-11-30,bored\n")
    assert fault.remedy == "Expected one of attention, complaint, price, competitor, no_need, other"


@pytest.mark.parametrize(
    ("table", "content", "column", "values"),
    [
        ("clients", "client_id,tier\nc1,Super-Key\nc2,key\nc3, non key \nc4,\n", "tier", ["super-key", "key", "non-key", None]),
        ("losses", "client_id,date,reason\nc1,2011-11-30,No need\n", "reason", ["no_need"]),
        ("plans", PLANS + "c1,call,Ann,2011-11-30,In work\n", "status", ["in_work"]),
        ("contacts", "client_id,name,active\nc1,a,true\nc1,b,No\nc1,c,1\nc1,d,да\nc1,e,\n", "active", [True, False, True, True, None]),
        ("targets", "unit,figure,period,value\nall,f,2011-11,5\nall,f,2011-q4,5\nall,f,2011,5\nall,f,2011-11-01,5\n", "period", ["2011-11", "2011-Q4", "2011", "2011-11"]),
        ("assessments", ASSESSMENTS + "c1,potential,1,Ann,2011-11-30,market\nc1,potential,5,Ann,2011-11-30,portfolio\n", "score", [1.0, 5.0]),
    ],
)  # fmt: skip
def test_words_and_flags_are_read_as_a_person_reads_them(
    bench: Bench, table: str, content: str, column: str, values: list[object]
) -> None:
    assert bench.read(bench.beside(table, content)).column(column, table) == values


def test_one_of_client_and_tier_must_be_given_in_every_row(bench: Bench) -> None:
    header = "client_id,tier,action,owner,due,status\n"
    (fault,) = bench.table_faults(
        "plans", header + "c1,,a,Ann,2011-11-30,open\n,key,a,Ann,2011-11-30,open\n,,a,Ann,2011-11-30,open\n"
    )
    assert (fault.column, fault.rule, fault.examples) == (None, "neither client_id nor tier is given", ((4, ""),))


def test_two_rows_of_one_client(bench: Bench) -> None:
    (fault,) = bench.table_faults("clients", "client_id,name\na,A\nb,B\na,C\n")
    assert (fault.rule, fault.rows, fault.examples) == ("duplicate client id", 2, ((2, "a"), (4, "a")))


def test_two_clients_of_one_name_and_ids_that_differ_in_zeros_are_two(bench: Bench) -> None:
    read = bench.read(bench.beside("clients", "client_id,name\n1,Acme\n01,Acme\n"))
    assert read.column("client_id", "clients") == ["1", "01"]


@pytest.mark.parametrize(
    ("merges", "rule", "examples"),
    [
        ("a,b\nb,a\nc1,\n", "merged clients lead back to themselves", ((2, "a"), (3, "b"))),
        ("a,a\n", "merged clients lead back to themselves", ((2, "a"),)),
        ("a,zz\n", "a client is merged into one that does not exist", ((2, "zz"),)),
    ],
)
def test_merges_must_lead_to_a_client(
    bench: Bench, merges: str, rule: str, examples: tuple[tuple[int, str], ...]
) -> None:
    (fault,) = bench.table_faults("clients", "client_id,merged_into\n" + merges)
    assert (fault.column, fault.rule, fault.examples) == ("merged_into", rule, examples)


def test_a_merge_into_a_client_of_transactions_is_fine(bench: Bench) -> None:
    assert bench.read(bench.beside("clients", "client_id,merged_into\na,b\nb,c1\n")).sources.warnings == ()


def test_a_contact_of_an_unknown_client_is_a_warning(bench: Bench) -> None:
    read = bench.read(bench.beside("contacts", "client_id,name\nc1,Ann\nzz,Bob\n"))
    (warning,) = read.sources.warnings
    assert (warning.severity, warning.table, warning.rows, warning.examples) == ("warning", "contacts", 1, ((3, "zz"),))
    assert len(read.rows("contacts")) == 2


def test_warnings_are_told_together_with_errors(bench: Bench) -> None:
    faults = bench.table_faults("contacts", "client_id,name,level\nzz,Bob,top\n")
    assert [fault.severity for fault in faults] == ["error", "warning"]


@pytest.mark.parametrize("kind", ["id", "text"])
@pytest.mark.parametrize("code", [0x00, 0x07, 0x1B, 0x7F, 0x9D, 0x202E, 0x200F, 0x200E, 0x2066, 0x061C])
def test_control_and_direction_characters_are_refused(kind: Kind, code: int) -> None:
    assert cell(kind, f"'x' || chr({code}) || 'y'")[1] == "control"


@pytest.mark.parametrize("code", [0x09, 0x0A, 0x0D, 0x85, 0x2028])
def test_a_name_holds_tabs_and_line_breaks_as_blanks_an_id_none(code: int) -> None:
    assert cell("text", f"'x' || chr({code}) || 'y'") == ("x y", None)
    assert cell("id", f"'x' || chr({code}) || 'y'")[1] == "control"


@pytest.mark.parametrize("column", ["client_id", "product"])
def test_a_direction_character_names_its_row(one_fault: OneFault, column: str) -> None:
    cells = {"client_id": "a", "product": "p", column: "x\u202ey"}
    row = f"{cells['client_id']},2011-11-30,5,{cells['product']}\n"
    fault = one_fault(f"client_id,date,revenue,product\na,2011-11-30,5,p\n{row}")
    assert (fault.column, fault.rule) == (column, "text holds control characters or marks of writing direction")
    assert fault.examples == ((3, "x\\u202ey"),)


def test_a_nul_character_in_parquet_is_refused(bench: Bench) -> None:
    bench.parquet("t.parquet", "SELECT 'a' || chr(0) AS client_id, DATE '2011-11-30' AS date, 5 AS revenue")
    (fault,) = bench.faults({"transactions": {"path": "t.parquet"}})
    assert fault.examples == ((1, "a\\u0000"),)


ODD_NAMES = [
    "../../x",
    "$5 and $7",
    "_x",
    "{{7*7}}",
    "</title><script>",
    "=cmd|'/c calc'!A0",
    "x" * 300,
    "👩‍👩‍👧 Ltd",
    "CON",
    "ООО «Ромашка»",
    "a\u0301",
    "'; DROP TABLE x; --",
]


def test_other_odd_names_pass_as_they_are(bench: Bench) -> None:
    rows = "".join(f'"{name}",2011-11-30,5,"{name}","{name}"\n' for name in ODD_NAMES)
    read = bench.csv("client_id,date,revenue,product,unit\n" + rows)
    names = sorted(name.replace("a\u0301", "\u00e1") for name in ODD_NAMES)
    assert read.rows(columns="client_id, product, unit") == [(name, name, name) for name in names]


def test_long_values_are_shortened_in_examples(one_fault: OneFault) -> None:
    fault = one_fault(f"client_id,date,revenue\na,2011-11-30,{'x' * 500}\n")
    assert fault.examples == ((2, "x" * 59 + "…"),)


def test_a_currency_sign_that_changes_within_a_column_is_a_doubt(bench: Bench) -> None:
    read = bench.csv("client_id;date;revenue\na;2011-11-30;$5\nb;2011-11-30;€5\nc;2011-11-30;5\n", csv={"decimal": "."})
    (doubt,) = read.sources.doubts
    assert (doubt.id, doubt.column, doubt.rows, doubt.examples) == (
        "currencies",
        "revenue",
        1,
        ("row 3: EUR (×1)", "row 2: USD (×1)"),
    )
    assert doubt.share == pytest.approx(1 / 3)
    assert (
        str(doubt.done) == "There are several currencies (EUR, USD); amounts are added up as they are, not converted."
    )


def test_a_table_that_cannot_be_read_makes_no_other_client_unknown(bench: Bench) -> None:
    bench.write("t.csv", "client_id,date\na,2011-11-30\nb\n")
    bench.write("contacts.csv", "client_id,name\na,Ann\n")
    bench.write("clients.csv", "client_id,merged_into\nb,a\n")
    faults = bench.faults(
        {"transactions": {"path": "t.csv"}, "contacts": {"path": "contacts.csv"}, "clients": {"path": "clients.csv"}}
    )
    assert [fault.rule for fault in faults] == ["rows do not have the 2 cells of the header"]


def test_another_table_may_be_empty(bench: Bench) -> None:
    read = bench.read(bench.beside("contacts", "client_id,name,level\n"))
    assert read.rows("contacts") == []
    assert read.sources.columns["contacts"] == ("client_id", "name", "level")
