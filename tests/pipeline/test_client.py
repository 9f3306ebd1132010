"""The dossier of any client on demand, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import page
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from portfolio_review.cli import cli

SALES = "client_id,date,revenue\n" + "".join(
    f"{client},{year}-{month:02d}-05,{amount}\n"
    for client, amount in (("0017", 900), ("0042", 60.5), ("0099", 40))
    for year in (2022, 2023)
    for month in range(1, 13)
    if client != "0099" or year == 2022  # one that left
)
CLIENTS = "client_id,name\n0017,Alder & Sons\n0042,Birch Ltd\n0099,Cedar Ltd\n"
Company = Callable[[], Path]


@pytest.fixture
def company(tmp_path: Path) -> Path:
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    file = tmp_path / "shop.yml"
    file.write_text(
        "id: shop\ncurrency: EUR\nsources:\n  transactions: {path: sales.csv}\n  clients: {path: clients.csv}\n",
        encoding="utf-8",
    )
    return file


def command(file: Path, *words: object) -> Result:
    given = ["client", file, "--period", "2023-12", "--out", file.parent / "out", *words]
    return CliRunner().invoke(cli, [str(word) for word in given])


def test_the_dossier_of_a_client_that_left(company: Path) -> None:
    done = command(company, "--client", "0099", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["client"], told["name"], told["period"], told["exit_code"]) == ("0099", "Cedar Ltd", "2023-12", 0)
    folder = company.parent / "out" / "shop" / "2023-12" / "clients"
    assert Path(told["pdf"]).parent.parent == folder
    text = PdfReader(told["pdf"]).pages[0].extract_text().replace("\u00a0", " ")
    # 12 months of 40 in W0, nothing in W1
    assert "Cedar Ltd: €0 in the last 12 months (−100.0%" in text
    validated = page.validate_pdf(told["pdf"], profile="ua1")
    assert validated.is_compliant, validated.failures[:3]
    html = Path(told["html"]).read_text("utf-8")
    assert 'href="notebooks/client_portrait.html#cell-' in html
    assert (folder / Path(told["pdf"]).parent.name / "notebooks" / "client_portrait.html").is_file()
    assert not (folder.parent / "manifest.json").exists()  # a dossier is no unit


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--client", "Birch"),
            "client 'Birch' never bought in unit 'all' by the end of the period; the nearest: 0042",
        ),
        (("--client", "0018"), "the nearest: 0017 (Alder & Sons)"),
        (("--client", "0042", "--unit", "North"), "unit 'North' does not exist"),
    ],
)
def test_who_is_unknown_is_refused_with_the_nearest(company: Path, words: tuple[str, ...], said: str) -> None:
    done = command(company, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    out = company.parent / "out" / "shop"
    assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == []
