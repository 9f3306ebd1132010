"""Terms of payment: what parses, and what must not."""

import pytest

from portfolio_review import terms


@pytest.mark.parametrize(("written", "days"), [
    ("30 days", 30), ("1 day", 1), ("net 30", 30), ("Net 30 days", 30), ("NET45", 45), ("30", 30), ("30 days net", 30),
    ("n/60", 60), ("0", 0), ("30d", 30),
    ("2/10 net 30", 30), ("2/10, net 30", 30), ("1.5/14 net 60", 60), ("2%/10 net 30", 30), ("2/10 n/30", 30),
    ("30 дней", 30), ("21 день", 21), ("3 дня", 3), ("14 дн.", 14), ("30 календарных дней", 30),
    ("отсрочка 45 дней", 45), ("Отсрочка платежа 10 дней", 10),
    ("предоплата", 0), ("Предоплата 100 %", 0), ("100% предоплата", 0), ("аванс", 0), ("prepayment", 0),
    ("payment in advance", 0),
    ("предоплата 50 %, остаток 30 дней", 30), ("предоплата 50%, остаток 30 дней", 30),
    ("50 % предоплата, остаток через 14 дней", 14), ("предоплата 30 %, остаток по факту", 0),
    ("prepayment 50 %, balance 30 days", 30), ("50% in advance, the rest net 15", 15),
    ("on receipt", 0), ("Due on receipt", 0), ("по факту", 0), ("по факту отгрузки", 0),
    ("  30\u00a0days ", 30),
])  # fmt: skip
def test_terms_that_parse(written: str, days: int) -> None:
    assert terms.days(written) == days


@pytest.mark.parametrize("written", [
    "30 days EOM", "предоплата 50 %", "by agreement", "по договору", "30-60 days", "2/10", "2/10 net", "30 рабочих дней",
    "net", "60 weeks", "1000 days", "предоплата 50 %, остаток", "предоплата 50 %, остаток по договору", "-30", "", "30.5",
    "CIA", "30/60",
])  # fmt: skip
def test_terms_that_are_not_guessed(written: str) -> None:
    assert terms.days(written) is None
