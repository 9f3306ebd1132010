"""A company of six units in which every name, id and text is a canary: `Zqcanary<unit><kind><n>`, found by its unit."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

UNITS = ("North", "South", "East", "West", "Centre", "Coast")
CLIENTS = 8
PERIODS = ("2023-11", "2023-12")
KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"
REVIEW = """id: shop
currency: EUR
data_until: 2023-12-31
sources:
  transactions: {{path: sales.csv}}
  clients: {{path: clients.csv}}
  contacts: {{path: contacts.csv}}
  payments: {{path: payments.csv}}
  targets: {{path: targets.csv}}
  assessments: {{path: assessments.csv}}
  plans: {{path: plans.csv}}
  losses: {{path: losses.csv}}
strategic: {{accounts: [{accounts}]}}
actions: {{holdout: 0.2}}
masked: {{key: env:MASK_KEY, units: [{masked}]}}
"""


def canary(unit: str, kind: str, n: object = "") -> str:
    return f"Zqcanary{unit.lower()}{kind}{n}"


def company(folder: Path, masked: tuple[str, ...], *, small_groups: bool = True) -> Path:
    """The review file of a company whose figures move: clients come, fall silent, grow and shrink.

    small_groups: whether industries have two clients each, which a masked edition merges; else one has all.
    """
    tables: dict[str, list[str]] = {
        "sales": ["client_id,date,revenue,margin,order_id,product,category,unit"],
        "clients": ["client_id,name,type,industry,region,manager,sponsor,partners,group_id,payment_terms,acquired_via"],
        "contacts": ["client_id,name,role,level,last_contact,active"],
        "payments": ["client_id,due_date,amount,paid_date"],
        "targets": ["unit,figure,period,value,manager"],
        "assessments": ["client_id,criterion,score,assessor,date,comment"],
        "plans": ["client_id,action,owner,due,status,goal,agreed_with,client_result,note"],
        "losses": ["client_id,date,reason,note"],
    }
    for place, unit in enumerate(UNITS):
        rows = _unit(unit, place, small_groups=small_groups)
        for name, lines in rows.items():
            tables[name] += lines
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for period in PERIODS:
        (folder / "notes" / period).mkdir(parents=True, exist_ok=True)
        for unit in UNITS:
            (folder / "notes" / period / f"{unit}.md").write_text(canary(unit, "notes"), encoding="utf-8")
    file = folder / "shop.yml"
    accounts = ", ".join(canary(unit, "id", 0) for unit in UNITS)
    file.write_text(REVIEW.format(accounts=accounts, masked=", ".join(masked)), encoding="utf-8")
    return file


def _unit(unit: str, place: int, *, small_groups: bool) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {name: [] for name in (
        "sales", "clients", "contacts", "payments", "targets", "assessments", "plans", "losses")}  # fmt: skip
    for n in range(CLIENTS):
        id, manager = canary(unit, "id", n), canary(unit, "manager", n % 2)
        industry = canary(unit, "industry", n // 2) if small_groups else "Trade"
        terms = canary(unit, "terms") if small_groups and n == 1 else "30 days"
        rows["clients"].append(
            f"{id},{canary(unit, 'name', n)},Wholesale,{industry},Coastland,{manager},{canary(unit, 'sponsor')},"
            f"{canary(unit, 'partners', n)},{canary(unit, 'group', n // 4)},{terms},Fair"
        )
        rows["contacts"] += [
            f"{id},{canary(unit, 'contact', 2 * n)},{canary(unit, 'role', n)},executive,2023-0{1 + n}-05,true",
            *([f"{id},{canary(unit, 'contact', 2 * n + 1)},Buyer,working,2022-05-05,false"] if n < 5 else []),
        ]
        rows["assessments"].append(
            f"{id},potential,{1 + n % 5},{canary(unit, 'assessor')},2023-06-01,{canary(unit, 'comment', n)}"
        )
        for month in range(24):
            if (n == 6 and month < 13) or (n == 7 and month > 15) or (n == 5 and month % 3):
                continue
            day = f"{2022 + month // 12}-{1 + month % 12:02d}-{5 + n:02d}"
            amount = (1000 + 130 * n + 11 * place) * (1 + (month - 12) / (20 if n % 2 else -30))
            product, category = canary(unit, "product", n % 3), canary(unit, "category", (n + month) % 3)
            order = canary(unit, "order", 100 * n + month)
            rows["sales"].append(f"{id},{day},{amount:.2f},{amount / 4:.2f},{order},{product},{category},{unit}")
            rows["payments"].append(f"{id},{day},{amount:.2f},{day if n % 3 else ''}")
    for period in PERIODS:
        rows["targets"] += [
            f"{unit},headline.revenue,{period},9000,",
            f"{unit},headline.revenue,{period},5000,{canary(unit, 'manager', 0)}",
        ]
    rows["targets"].append(f"{unit},{canary(unit, 'figure')},2023-12,5,")
    for n, status, due in ((0, "open", "2023-11-20"), (1, "in_work", "2024-01-20"), (2, "done", "2023-10-01")):
        rows["plans"].append(
            f"{canary(unit, 'id', n)},{canary(unit, 'action', n)},{canary(unit, 'manager', n % 2)},{due},{status},"
            f"{canary(unit, 'goal', n)},{canary(unit, 'contact', 2 * n)},{canary(unit, 'result', n)},"
            f"{canary(unit, 'plannote', n)}"
        )
    rows["losses"].append(f"{canary(unit, 'id', 7)},2023-06-01,price,{canary(unit, 'lossnote')}")
    return rows


def readable(path: Path) -> str:
    """All that a file says in small letters, blanks left out: its name, text of pages, every object and stream of a
    PDF, the parts of a workbook, the cells of a Parquet file."""
    found = path.name
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            found += "".join(name + book.read(name).decode("utf-8", "replace") for name in book.namelist())
    elif path.suffix == ".pdf":
        found += "".join(_of_pdf(PdfReader(path)))
    else:
        content = path.read_bytes()
        found += content.decode("utf-8", "replace")
        if path.suffix == ".parquet":
            found += str(pq.read_table(path).to_pydict()) + str(pq.read_metadata(path).to_dict())
    return re.sub(r"[\s\u00a0\u00ad\u200b]+", "", found).lower()


def _of_pdf(reader: PdfReader) -> Iterator[str]:
    yield from (page.extract_text() for page in reader.pages)
    for number in range(1, int(reader.trailer["/Size"])):
        one = IndirectObject(number, 0, reader).get_object()
        yield str(one)
        if isinstance(one, StreamObject):
            content = one.get_data()
            yield content.decode("latin-1")
            yield content.decode("utf-16-be", "ignore")


def told(folder: Path, stem: str) -> dict[str, list[str]]:
    """The canaries that begin with `stem`, by file below `folder`."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert {"review.pdf", "review.html", "review.xlsx", "results.json", "manifest.json"} <= {p.name for p in files}
    hits = {
        str(path.relative_to(folder)): sorted(set(re.findall(rf"{stem.lower()}[a-z0-9]*", readable(path))))
        for path in files
    }
    return {name: words for name, words in hits.items() if words}
