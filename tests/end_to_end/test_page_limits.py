"""How long the PDF of a whole review is, and that none of its pages but the last is more than half blank."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import page_fill
import pytest
from pypdf import PdfReader

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"
REPORTS = [
    (str(DEMO), "2026-10", "all", 18),
    (str(DEMO), "2026-09", "all", 22),  # the last month of a quarter has the dossiers in full
    ("online_retail_ii", "2011-11", "all", 12),
    ("online_retail_ii", "2011-12", "all", 12),  # nine days of the month
    ("online_retail_ii", "2011-11", "Germany", 12),
    # not plain: it has clients and contacts, and so a page of breakdowns
    ("northwind", "1998-04", "all", 13),
    ("cdnow", "1998-06", "all", 12),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "period", "unit", "most"), REPORTS)
def test_a_review_is_short_and_its_pages_are_filled(
    make: Callable[..., Any], name: str, period: str, unit: str, most: int
) -> None:
    made = make(name, period, unit)
    assert page_fill.too_blank(made.folder / "review.pdf") == []
    assert len(PdfReader(made.folder / "review.pdf").pages) <= most
