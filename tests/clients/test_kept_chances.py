"""Chances that notebook 01 keeps are those that the notebooks after it load, to the last digit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from portfolio_review import clients, notebook

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"


@pytest.fixture(scope="module")
def data() -> notebook.Slice:
    return notebook.cut(DEMO, "2026-10", "Marine")


def test_kept_and_loaded(data: notebook.Slice, tmp_path: Path) -> None:
    workspace = str(tmp_path / "slice")
    assert clients.load_chances(data, workspace) is None
    fitted = clients.Facts(data).chances
    clients.keep_chances(fitted, data, workspace)
    found = notebook.open_chances(data, workspace)
    for name, frame in found.to_frames().items():
        pd.testing.assert_frame_equal(frame, fitted.to_frames()[name], check_exact=True)


def test_outside_a_run_nothing_is_kept(data: notebook.Slice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fitted = clients.Facts(data).chances
    clients.keep_chances(fitted, data, "")
    assert not list(tmp_path.rglob("*"))
    # opened alone, a notebook fits them itself
    assert notebook.open_chances(data, "").by_client.equals(fitted.by_client)


def test_the_table_has_the_chances(data: notebook.Slice) -> None:
    table, found = clients.build(data), clients.Facts(data).chances.by_client
    for column in found:
        assert table.loc[found.index, column].tolist() == found[column].tolist()
    # Marine has few clients: it takes the company's model and says so
    assert "whole company" in (clients.Facts(data).chances.reason or "")
