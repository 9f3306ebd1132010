"""Messages say what, where and what to do; exit codes are the contract's."""

import pytest

from portfolio_review import errors
from portfolio_review.errors import Fault, nearest


def test_a_fault_names_place_rule_rows_examples_and_remedy() -> None:
    fault = Fault(
        "transactions", "date", "not a date", 3, "Write dates as 2011-11-30 or declare csv.date_format.",
        file="sales.csv", examples=((2, "31.11.2011"), (7, "soon")),
    )  # fmt: skip
    assert str(fault) == (
        "error: transactions.date (sales.csv): not a date in 3 rows [row 2: 31.11.2011; row 7: soon]. "
        "Write dates as 2011-11-30 or declare csv.date_format."
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), 2),
        (errors.MissingFileError("x"), 2),
        (errors.ReviewFileError("f", ["x"]), 2),
        (errors.UnitError("x"), 3),
        (errors.PublishError("x"), 3),
        (errors.DataRefusedError("x"), 4),
    ],
)
def test_exit_codes(error: errors.PortfolioReviewError, code: int) -> None:
    assert error.exit_code == code


def test_a_review_file_error_lists_every_fault() -> None:
    error = errors.ReviewFileError("a.yml", ["line 1: x", "line 2: y"])
    assert str(error) == "a.yml: 2 faults in the review file\n  line 1: x\n  line 2: y"


def test_nearest_ignores_case_and_keeps_silent_when_nothing_is_near() -> None:
    assert nearest("custmer_ID", ["invoice", "Customer_id"]) == "; did you mean 'Customer_id'?"
    assert nearest("zzz", ["invoice"]) == ""
