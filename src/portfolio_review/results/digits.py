"""Numbers as they are recorded: sums of money exact to six decimals, everything else to 12 significant digits.

So they are the same on every processor. Plain Python, for a report is rendered without what computes.
"""

MONEY_DECIMALS = 6
DIGITS = 12


def money(value: float) -> float:
    """A sum of money to six decimals."""
    return round(value, MONEY_DECIMALS)


def significant(value: float) -> float:
    """Any other number to 12 significant digits."""
    return float(f"{value:.{DIGITS}g}")
