"""CSV columns in expressions: numbers that are declared, text that is none, names as they are typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portfolio_review.errors import Fault

from .conftest import Bench

HEAD = "client_id,date,revenue,product\n"
OneFault = Callable[..., Fault]


def test_numbers_named_in_csv_numbers_are_parsed_before_expressions_use_them(bench: Bench) -> None:
    read = bench.csv(
        "id;day;quantity;price\na;2011-11-30;3;1 162,50\n",
        columns={"client_id": "id", "date": "day", "revenue": "quantity * price"},
        where="price > 0",
        csv={"numbers": ["quantity", "price"], "decimal": ",", "thousands": " "},
    )
    assert read.column("revenue") == [3487.5]


def test_text_in_a_column_of_csv_numbers_is_a_fault_though_where_turns_null(one_fault: OneFault) -> None:
    fault = one_fault(
        "id,day,price\na,2011-11-30,5\nb,2011-11-30,free\n",
        columns={"client_id": "id", "date": "day", "revenue": "price"},
        where="price > 0",
        csv={"numbers": ["price"]},
    )
    assert (fault.column, fault.rule, fault.examples) == ("price", "text is not a number", ((3, "free"),))


def test_text_in_a_number_column_does_not_matter_in_a_row_that_where_removes(bench: Bench) -> None:
    read = bench.csv(
        "id,day,price,status\na,2011-11-30,5,ok\nb,2011-11-30,free,void\n",
        columns={"client_id": "id", "date": "day", "revenue": "price"},
        where="status = 'ok' and price > 0",
        csv={"numbers": ["price"]},
    )
    assert read.left_out() == {("removed_by_where", "(no unit)"): (1, 0.0)}


def test_arithmetic_on_text_says_to_declare_csv_numbers(one_fault: OneFault) -> None:
    fault = one_fault("id,day,q,p\na,2011-11-30,5,1\n", columns={"client_id": "id", "date": "day", "revenue": "q * p"})
    assert "sources.transactions.csv.numbers" in fault.remedy


def test_comparing_text_with_a_number_is_refused_not_guessed(one_fault: OneFault) -> None:
    fault = one_fault(
        "id,day,p\na,2011-11-30,0.4\n", columns={"client_id": "id", "date": "day", "revenue": "p"}, where="p > 0"
    )
    assert fault.column is None
    assert "sources.transactions.where" in fault.remedy
    assert "csv.numbers" in fault.remedy


def test_an_unknown_name_in_csv_numbers(one_fault: OneFault) -> None:
    fault = one_fault(HEAD + "a,2011-11-30,5,p\n", csv={"numbers": ["revenu"]})
    assert fault.rule == "missing column 'revenu'; did you mean 'revenue'?"


def test_a_day_number_of_excel_is_refused_with_the_expression_that_reads_it(bench: Bench) -> None:
    (fault,) = bench.csv_faults("client_id,date,revenue\na,40877,5\n")
    expression = fault.remedy.split("the expression ")[1].replace("x", "date")
    read = bench.csv(
        "client_id,date,revenue\na,40877,5\n",
        columns={"client_id": "client_id", "date": expression, "revenue": "revenue"},
    )
    assert str(read.column("date")[0]) == "2011-11-30"


def test_a_name_that_is_ours_is_refused(one_fault: OneFault) -> None:
    assert (
        "has a name between double underscores"
        in one_fault("client_id,date,revenue,__where__\na,2011-11-30,5,x\n").rule
    )


def test_a_column_whose_name_has_blanks_is_written_out_as_it_is_typed(bench: Bench) -> None:
    import yaml

    from portfolio_review.errors import ReviewFileError

    content = "Client Name;Order Date;Net $ (€)\na;2011-11-30;5\n"
    columns = {"client_id": "ClientName", "date": '"Order Date"', "revenue": '"Net $ (€)"'}
    (fault,) = bench.csv_faults(content, columns=columns)
    columns |= yaml.safe_load(fault.remedy.split("; write ")[1].split("; the source has")[0])
    assert bench.csv(content, columns=columns).column("client_id") == ["a"]
    with pytest.raises(ReviewFileError) as caught:
        bench.csv(content, columns=columns | {"client_id": "Client Name"})
    assert """stands in double quotes: client_id: '"Client Name"')""" in str(caught.value)
