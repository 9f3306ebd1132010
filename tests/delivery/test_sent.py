"""The record of what was sent: what was written is read, anything else is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portfolio_review.delivery import sent
from portfolio_review.errors import UsageError

ONE = sent.Record(
    "a@x.org", "Норд", "Анна", 2, "0a1b", "f" * 64, "<1@x.org>", {"review.pdf": "0" * 64}, "unknown", "2026-11-02T10:00:00+00:00"
)  # fmt: skip


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert sent.read(tmp_path) == {}
    sent.write(tmp_path, "shop", {ONE.key: ONE})
    assert sent.read(tmp_path) == {ONE.key: ONE}


@pytest.mark.parametrize(
    "change",
    [{"schema": 2}, {"mails": None}, {"mails": [{}]}, {"mails": [{**vars(ONE), "state": "seen"}]}, {"mails": [{**vars(ONE), "to": 1}]},
     {"mails": [{**vars(ONE), "more": 1}]}, {"mails": [{**vars(ONE), "files": []}]}],
)  # fmt: skip
def test_a_damaged_record_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    sent.write(tmp_path, "shop", {ONE.key: ONE})
    file = tmp_path / "sent.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(UsageError, match=r"sent\.json is damaged, so that nobody can tell who was sent what"):
        sent.read(tmp_path)
