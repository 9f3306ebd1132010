"""What a unit's readers get holds no client of another unit: ids and names planted there are looked for everywhere."""

import zipfile
from pathlib import Path

from click.testing import CliRunner
from pypdf import PdfReader

from portfolio_review.cli import cli

HERS = ("canary-id-north", "Canary Name North", "Canary Manager North", "Canary Contact North")
"""An account of North, with her name, manager and contact."""

REVIEW = """id: shop
currency: EUR
sources:
  transactions: {path: sales.csv}
  clients: {path: clients.csv}
  contacts: {path: contacts.csv}
  targets: {path: targets.csv}
strategic: {accounts: [canary-id-north, south-star]}
"""


def company(folder: Path) -> Path:
    days = [f"{year}-{month:02d}-05" for year in (2022, 2023) for month in range(1, 13)]
    buyers = (("canary-id-north", "North", 900), ("south-star", "South", 700), ("south-2", "South", 40))
    sales = [f"{client},{day},{amount},{unit}" for client, unit, amount in buyers for day in days]
    tables = {
        "sales": ["client_id,date,revenue,unit", *sales],
        "clients": [
            "client_id,name,manager",
            "canary-id-north,Canary Name North,Canary Manager North",
            "south-star,Star of the South,Sue",
        ],
        "contacts": ["client_id,name", "canary-id-north,Canary Contact North", "south-star,Sam"],
        "targets": [
            "unit,figure,period,value,manager",
            "North,headline.revenue,2023-12,900,Canary Manager North",
            "South,headline.revenue,2023-12,900,Sue",
        ],
    }
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = folder / "shop.yml"
    file.write_text(REVIEW, encoding="utf-8")
    return file


def texts(path: Path) -> str:
    """All that can be read in a file: what is packed in a workbook and drawn in a PDF too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages).replace("\u00a0", " ")
    return path.read_bytes().decode("utf-8", "replace")


def test_nothing_of_a_unit_is_in_the_review_of_another(tmp_path: Path) -> None:
    words = ["run", str(company(tmp_path)), "--period", "2023-12", "--unit", "South", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    files = [path for path in (tmp_path / "out" / "shop" / "2023-12" / "south").rglob("*") if path.is_file()]
    assert {"review.pdf", "review.html", "review.xlsx", "results.json", "manifest.json"} <= {
        path.name for path in files
    }
    found = {path.name: [word for word in HERS if word in texts(path)] for path in files}
    assert {name: words for name, words in found.items() if words} == {}
    assert "south-star" in texts(tmp_path / "out" / "shop" / "2023-12" / "south" / "results.json")
