"""What a unit's readers get holds no client of another unit: ids and names planted there are looked for everywhere."""

import json
import zipfile
from pathlib import Path

import pytest
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


DOUBTED = (
    "canary-id", "Canary-Id", "CANARY", "40717171.0", "Canary Twin", "Canary by agreement", "Canary Order", "Canary Figure",
    "Canary Unit", "Canary Note", "Canary Nobody", "Canary SpezialitÃ¤ten", "株式会社", "canary-status",
)  # fmt: skip
"""What the doubts about rows, ids, names, orders and the smaller tables of North would show."""


def doubtful(folder: Path) -> Path:
    """The same company; whatever can be doubted is in North."""
    file = company(folder)
    more = {
        "sales": [
            f"{client},2023-11-{10 + n},{40 + n},North" for n, client in enumerate(
                ("canary-id", "Canary-Id", "canary id", "CANARY", "40717171.0", "canary-x", "canary-y", " canary-x "))
        ],
        "clients": [
            "canary-x,Canary Twin,Canary Manager North", "canary-y,Canary Twin,Canary Manager North",
            "canary-id,Canary SpezialitÃ¤ten,CANARY MANAGER NORTH", "CANARY,株式会社,Canary Manager North",
        ],
        "targets": ["Canary Unit,headline.revenue,2023-12,5,", "North,Canary Figure,2023-12,5,",
                    "North,headline.revenue,2023-12,5,Canary Nobody"],
    }  # fmt: skip
    for name, lines in more.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as table:
            table.write("\n".join(lines) + "\n")
    sales = (folder / "sales.csv").read_text(encoding="utf-8").splitlines()
    orders = [f"{line},{'Canary Order' if ',North' in line else f's{n}'},done" for n, line in enumerate(sales[1:])]
    orders += ["gone,2023-10-05,5,North,x,canary-status", ",2023-10-06,900,North,x,done"]
    orders += ["canary-x,2023-10-07,900,North,canary order,done"] * 2
    lines = [sales[0] + ",order_id,status", *orders]
    (folder / "sales.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    clients = (folder / "clients.csv").read_text(encoding="utf-8").splitlines()
    terms = [line + ",Canary by agreement" if "anar" in line.lower() else line + ",30 days" for line in clients[1:]]
    (folder / "clients.csv").write_text("\n".join([clients[0] + ",payment_terms", *terms]) + "\n", encoding="utf-8")
    losses = "client_id,date,reason\ncanary-x,2023-10-01,price\n"
    (folder / "losses.csv").write_text(losses, encoding="utf-8")
    contacts = "".join(f"canary-p{n},Canary Twin\n" for n in range(9))
    with (folder / "contacts.csv").open("a", encoding="utf-8") as table:
        table.write(contacts)
    (folder / "notes" / "2023-12").mkdir(parents=True)
    (folder / "notes" / "2023-12" / "Canary Note.md").write_text("of no unit", encoding="utf-8")
    review = file.read_text(encoding="utf-8").replace(
        "{path: sales.csv}", "{path: sales.csv, where: \"status = 'done'\"}"
    )
    file.write_text(review + "accepted: [names_shared]\n", encoding="utf-8")
    file.write_text(
        file.read_text(encoding="utf-8").replace("  contacts:", "  losses: {path: losses.csv}\n  contacts:")
    )
    return file


def texts(path: Path) -> str:
    """All that can be read in a file: what is packed in a workbook and drawn in a PDF too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages).replace("\u00a0", " ")
    return path.read_bytes().decode("utf-8", "replace")


Made = tuple[set[str], str, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Of the doubtful company: the ids of the doubts that `check` tells, its words, and the folder of South's review."""
    folder = tmp_path_factory.mktemp("doubtful")
    file = doubtful(folder)
    asked = CliRunner().invoke(cli, ["check", str(file), "--json"])
    words = ["run", str(file), "--period", "2023-12", "--unit", "South", "--out", str(folder / "out")]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    told = {one["id"] for one in json.loads(asked.output)["doubts"]}
    return told, asked.output, folder / "out" / "shop" / "2023-12" / "south"


def found_in(folder: Path, words: tuple[str, ...]) -> dict[str, list[str]]:
    """Those of the words that stand in a file of a review, by its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"review.pdf", "review.html", "review.xlsx", "results.json", "manifest.json"} <= {
        path.name for path in files
    }
    found = {path.name: [word for word in words if word in texts(path)] for path in files}
    return {name: words for name, words in found.items() if words}


def test_nothing_of_a_unit_is_in_the_review_of_another(made: Made) -> None:
    assert found_in(made[2], HERS) == {}
    assert "south-star" in texts(made[2] / "results.json")


def test_doubts_of_a_unit_are_not_told_to_another(made: Made) -> None:
    from portfolio_review.doubt import IDS

    told, output, folder = made
    assert told >= {
        "left_out", "duplicates", "ids_alike", "ids_from_numbers", "ids_never_meet", "orders_of_several_clients", "targets_unused",
        "losses_of_buyers", "notes_unused", "terms_unread", "names_shared", "no_glyph", "text_damaged",
    }  # fmt: skip
    assert told <= set(IDS)
    assert not [word for word in DOUBTED if word not in output]
    assert found_in(folder, DOUBTED) == {}
    of_south = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert {one["id"] for one in of_south["doubts"]} == {
        "few_rows", "no_glyph", "text_damaged", "targets_unused", "terms_unread", "ids_alike", "ids_never_meet",
    }  # fmt: skip
    assert not any(one["examples"] for one in of_south["doubts"])
