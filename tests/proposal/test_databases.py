"""`init` on a database: its tables are joined as files are, and its address is in nothing that is written."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import exports
import pytest
from click.testing import CliRunner

from portfolio_review.cli import cli
from portfolio_review.errors import EXIT_DATA_REFUSED, EXIT_DONE, EXIT_USAGE
from portfolio_review.review import load

_TYPES = {"quantity": "integer", "unit_price": "real", "discount": "real"}


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The relational export in SQLite, at the address that CRM_DSN holds."""
    folder = exports.relational(tmp_path / "dump")
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as connection:
        for file in sorted(folder.glob("*.csv")):
            head, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
            columns = ", ".join(f"{one} {_TYPES.get(one, 'text')}" for one in head)
            connection.execute(f"create table {file.stem} ({columns})")
            connection.executemany(f"insert into {file.stem} values ({','.join('?' * len(head))})", rows)
    connection.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRM_DSN", f"sqlite:///{path.name}")
    return path


def test_its_tables_are_joined_on_the_server(database: Path) -> None:
    done = CliRunner().invoke(cli, ["init", "env:CRM_DSN", "--yes"])
    assert done.exit_code == EXIT_DONE, done.output
    figures = f"{exports.CLIENTS} clients, {exports.MONTHS} months of sales"
    assert figures in done.output
    assert f"revenue {exports.REVENUE:,.2f} EUR in {2 * exports.ROWS:,} rows" in done.output
    review = load(database.parent / "crm-dsn.yml")
    assert {source.connection for source in review.sources.values()} == {"env:CRM_DSN"}
    assert str(review.sources["transactions"].query).count("left join") == 3
    for file in database.parent.glob("*.yml"):
        assert "sqlite" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (["env:NOT_SET"], EXIT_DATA_REFUSED, "the environment variable NOT_SET is not set"),
        (["env:CRM_DSN", "dump"], EXIT_USAGE, "a database is named alone, as env:NAME"),
        (["env:sqlite:///crm.db"], EXIT_USAGE, "a database is named alone, as env:NAME"),
    ],
)
def test_what_cannot_be_asked_is_named(database: Path, data: list[str], code: int, said: str) -> None:
    refused = CliRunner().invoke(cli, ["init", *data, "--yes", "--out", "mine.yml"])
    assert refused.exit_code == code, refused.output
    assert said in refused.output
    assert not (database.parent / "mine.yml").exists()
