"""How long the PDF of a whole review is, and that none of its pages but the last is more than half blank."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import page_fill
import pytest
from pypdf import PdfReader

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"
A_HALF_PAGE = pytest.mark.xfail(reason="one page is half blank: 61, 50.3 and 51 % of it", strict=False)
REPORTS = [
    (str(DEMO), "2026-10", "all", 18),
    (str(DEMO), "2026-09", "all", 22),  # the last month of a quarter has the dossiers in full
    pytest.param("online_retail_ii", "2011-11", "all", 12, marks=A_HALF_PAGE),
    ("online_retail_ii", "2011-11", "Germany", 12),
    # not plain: it has clients and contacts, and so a page of breakdowns
    pytest.param("northwind", "1998-04", "all", 13, marks=A_HALF_PAGE),
    pytest.param("cdnow", "1998-06", "all", 12, marks=A_HALF_PAGE),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "period", "unit", "most"), REPORTS)
def test_a_review_is_short_and_its_pages_are_filled(
    make: Callable[..., Any], name: str, period: str, unit: str, most: int
) -> None:
    made = make(name, period, unit)
    assert page_fill.too_blank(made.folder / "review.pdf") == []
    assert len(PdfReader(made.folder / "review.pdf").pages) <= most
