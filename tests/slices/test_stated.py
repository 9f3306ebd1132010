"""What a slice says of its own making: settings beside their defaults."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from portfolio_review.slices import stated
from portfolio_review.slices.model import Slice

SALES = "client_id,date,revenue\nC1,2024-03-05,100\n"


def test_settings_stand_with_what_holds_where_the_file_says_nothing(cut: Callable[..., Slice]) -> None:
    frame = stated.settings(cut(SALES, "2024-03", settings="abc: {limits: [0.7, 0.9]}")).set_index("key")
    assert list(frame.columns) == ["value", "default"]
    # defaults as the table of settings of inputs and outputs has them: limits 0.8 and 0.95, UTC, 12 months
    assert list(frame.loc["abc.limits"]) == ["[0.7, 0.9]", "[0.8, 0.95]"]
    assert list(frame.loc["timezone"]) == ["UTC", "UTC"]
    assert list(frame.loc["window_months"]) == ["3", "12"]
    assert list(frame.loc["cadence.AX"]) == ["14", "14"]
    assert pd.isna(frame.loc["id", "default"])  # every file says it
