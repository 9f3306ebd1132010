"""Whole reviews of small companies, from file to folder, through the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portfolio_review import slugs
from portfolio_review.cli import cli
from portfolio_review.results import store

Company = Callable[..., Path]
SALES = "".join(
    f"{client},{year}-{month:02d}-{day:02d},{amount},{unit}\n"
    for client, unit, amount in (("a", "North", 900), ("b", "North", 60.5), ("c", "South", 40))
    for year in (2022, 2023)
    for month in range(1, 13)
    for day in (3, 17)
)
HEAD = "client_id,date,revenue,unit\n"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Writes sales.csv and shop.yml; returns the review file."""

    def make(sales: str = HEAD + SALES, settings: str = "", source: str = "path: sales.csv") -> Path:
        (tmp_path / "sales.csv").write_text(sales, encoding="utf-8")
        file = tmp_path / "shop.yml"
        file.write_text(
            f"id: shop\ncurrency: EUR\nsources:\n  transactions: {{{source}}}\n{settings}\n", encoding="utf-8"
        )
        return file

    return make


def command(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def made(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.exists() else []


def test_a_run_leaves_every_edition_and_manifests_that_are_true(company: Company, tmp_path: Path) -> None:
    out = tmp_path / "out"
    # a unit without a row in W1
    file = company(HEAD + SALES + "d,2021-01-05,10,East\n", settings="report: {pages: short}")
    words_of_analyst = tmp_path / "notes" / "2023-12" / "all.md"
    words_of_analyst.parent.mkdir(parents=True)
    words_of_analyst.write_text("A *quiet* month.\n", encoding="utf-8")
    words_of_analyst.with_name("Sout.md").write_text("Whose?\n", encoding="utf-8")
    words = ["run", file, "--period", "2023-12", "--out", out, "--unit"]
    result = command(*words, "East", "--unit", "South", "--unit", "all", "--json")
    assert result.exit_code == 3, result.output
    east, south, whole = json.loads(result.stdout)["periods"][0]["units"]
    assert "no row in 2023-12's W1" in east["error"]
    assert (east["status"], south["status"], whole["status"]) == ("failed", "made", "made")
    period = out / "shop" / "2023-12"
    manifest = json.loads((period / "manifest.json").read_text())
    assert manifest["checks"]["failed"] == 0
    assert manifest["checks"]["passed"] > 30
    assert [unit["unit"] for unit in manifest["units"]] == ["East", "South", "all"]
    for unit in manifest["units"][1:]:
        folder = period / unit["slug"]
        assert unit["status"] == "made"
        assert {
            "review.pdf",
            "review.html",
            "review.xlsx",
            "results.json",
            "notebooks/04_retention.ipynb",
            "notebooks/04_retention.html",
        } <= set(unit["files"])
        for name, facts in unit["files"].items():
            assert (folder / name).stat().st_size == facts["bytes"]
        assert json.loads((folder / "manifest.json").read_text())["files"] == unit["files"]
    assert json.loads((period / "all" / "results.json").read_text())["notes"] == "A *quiet* month."
    assert "A <em>quiet</em> month." in (period / "all" / "review.html").read_text()
    assert json.loads((period / south["slug"] / "results.json").read_text())["notes"] == ""
    # nothing of the making is left, and no path of the making is told
    assert made(out / "shop") == ["2023-12", "index.html"]
    portal = (out / "shop" / "index.html").read_text()
    assert 'href="2023-12/all/review.pdf"' in portal
    assert f'href="2023-12/{east["slug"]}/' not in portal
    assert str(tmp_path) not in (period / "all" / "notebooks" / "00_data.ipynb").read_text()
    assert str(tmp_path) not in (period / "manifest.json").read_text()

    results = json.loads((period / "all" / "results.json").read_text())
    # 2 days a month × 1000.50, three clients in both windows
    assert results["figures"]["headline.revenue"]["value"] == 2001.0
    assert results["figures"]["bridge.end"]["value"] == pytest.approx(24_012)
    assert results["figures"]["retention.client_retention_rate"]["value"] == 1.0
    assert results["figures"]["retention.client_retention_rate"]["notebook"] == "04_retention"

    folder = period / south["slug"]
    read = store.read_notebooks(sorted((folder / "notebooks").glob("*.ipynb")))
    written = json.loads((folder / "results.json").read_text())
    # what is checked on the printed report is known after the notebooks alone
    written["checks"] = [check for check in written["checks"] if not check["id"].startswith("report.")]
    assert json.loads(store.to_json(read)) == written

    again = command(*words, "South", "--unit", "all", "--json")
    assert again.exit_code == 0, again.output
    assert {unit["status"] for unit in json.loads(again.stdout)["periods"][0]["units"]} == {"cached"}

    before, of_all = (
        {name: (where / name).read_bytes() for name in ("review.pdf", "review.html", "review.xlsx", "results.json")}
        for where in (folder, period / "all")
    )
    told = {doubt["id"]: doubt for doubt in json.loads(of_all["results.json"])["doubts"]}
    assert told["notes_unused"]["examples"] == ["2023-12/Sout.md → South?"]
    manifest_of_all = (period / "all" / "manifest.json").read_bytes()
    portal = (out / "shop" / "index.html").read_text()
    rendered = command("render", file, "--period", "2023-12", "--unit", "all", "--out", out)
    assert rendered.exit_code == 0, rendered.output
    # with what no notebook has recorded, and made of the same
    assert of_all == {name: (period / "all" / name).read_bytes() for name in of_all}
    assert manifest_of_all == (period / "all" / "manifest.json").read_bytes()
    assert portal == (out / "shop" / "index.html").read_text()

    for name in ("run", "plan", "render"):  # a second language would replace files of the first
        refused = command(name, file, "--period", "2023-12", "--unit", "South", "--out", out, "--language", "ru")
        assert refused.exit_code == 2
        assert "reviews whose first language is another than Russian: 2023-12; leave" in refused.output
    assert before == {name: (folder / name).read_bytes() for name in before}

    former = folder.rename(period / slugs.former("South"))  # as it was named before names were plain
    written = (period / "manifest.json").read_text()
    (period / "manifest.json").write_text(written.replace('"slug": "south"', f'"slug": "{former.name}"'))
    assert "South: up to date" in command("plan", file, "--period", "2023-12", "--unit", "South", "--out", out).output
    taken_over = command(*words, "South", "--json")
    assert json.loads(taken_over.stdout)["periods"][0]["units"][0]["status"] == "cached"
    assert made(period) == ["all", "manifest.json", "south"]
    assert before == {name: (folder / name).read_bytes() for name in before}
    units = json.loads((period / "manifest.json").read_text())["units"]
    assert {unit["unit"]: unit["slug"] for unit in units} == {"South": "south", "all": "all"}
    assert portal == (out / "shop" / "index.html").read_text()


def test_refunds_alone_are_a_review_and_no_row_is_none(company: Company, tmp_path: Path) -> None:
    # of 2024 West has one return, North nothing
    file = company(HEAD + SALES + "d,2023-05-10,10,West\nd,2024-01-20,-4,West\n", settings="data_until: 2024-12-31")
    words = ["plan", file, "--period", "2024-12", "--out", tmp_path / "out", "--unit"]
    found = command(*words, "West", "--unit", "North", "--unit", "all")
    assert found.exit_code == 0, found.output
    for line in ("West: make", "all: make", "North: nothing to review: no row lies in W1"):
        assert line in found.output
    nothing = command(*words, "North")
    assert nothing.exit_code == 4
    assert "period 2024-12: no row of North lies in W1 (2024-01-01 to 2024-12-31)" in nothing.output


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--period", "2019-06"], 4, "no row lies in W1 (2018-07-01 to 2019-06-30)"),
        (["--unit", "Norh", "--period", "2023-12"], 2, "unit 'Norh' does not exist; did you mean 'North'?"),
        (["--period", "2023-13"], 2, "is not one of 2011-11, 2011-Q4, 2011-H2, 2011"),
        (["--jobs", "0"], 2, "0 is not in the range"),
    ],
)
def test_a_wrong_command_line_is_one_clear_message(
    company: Company, tmp_path: Path, words: list[str], code: int, message: str
) -> None:
    result = command("run", company(), "--out", tmp_path / "out", *words)
    assert result.exit_code == code
    assert message in result.output
    assert "Traceback" not in result.output
    assert made(tmp_path / "out" / "shop") == []


@pytest.mark.parametrize(
    ("sales", "source", "settings", "code", "message"),
    [
        (HEAD + SALES, "path: sales.csv", "window: 3", 2, "unknown key 'window'"),
        (HEAD + SALES, "path: sales.csv", "report: {brand: acme}", 2, "report.brand: brand 'acme': no brand.toml in "),
        (HEAD + SALES, "path: sale.csv", "", 2, "sale.csv"),
        (
            HEAD + SALES,
            "path: sales.csv, columns: {client_id: customer, date: date, revenue: revenue}",
            "",
            4,
            "customer",
        ),
        (HEAD + SALES + "a,31.12.2023,1,North\n", "path: sales.csv", "", 4, "31.12.2023"),
        (HEAD + SALES + "a,2023-12-30,ten,North\n", "path: sales.csv", "", 4, "ten"),
        (HEAD + SALES + 'a,2023-12-30,"$1,162.84",North\n', "path: sales.csv", "", 4, "$1,162.84"),
        (HEAD + SALES + "a,2023-12-30,nan,North\n", "path: sales.csv", "", 4, "nan"),
        (
            HEAD + SALES,
            "path: sales.csv, columns: {client_id: client_id, date: date, revenue: sum(revenue)}",
            "",
            2,
            "sum",
        ),
        (HEAD, "path: sales.csv", "", 4, "row"),
    ],
    ids=[
        "wrong key",
        "missing brand",
        "missing file",
        "missing column",
        "bad date",
        "text as number",
        "money text",
        "not finite",
        "aggregate",
        "empty",
    ],
)
def test_bad_input_is_one_clear_message_and_nothing_half_written(
    company: Company, tmp_path: Path, sales: str, source: str, settings: str, code: int, message: str
) -> None:
    result = command("run", company(sales, settings, source), "--period", "2023-12", "--out", tmp_path / "out")
    assert result.exit_code == code, result.output
    assert message in result.output
    assert "Traceback" not in result.output
    assert made(tmp_path / "out" / "shop") == []


def test_money_text_is_read_when_its_form_is_declared(company: Company, tmp_path: Path) -> None:
    sales = HEAD + 'a,2023-12-30,"$1,162.84",North\n'
    file = company(sales, source='path: sales.csv, csv: {decimal: ".", thousands: ","}')
    found = json.loads(command("check", file, "--json").stdout)
    assert found["source_revenue"] == 1162.84


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1251"])
def test_an_encoding_must_be_declared_and_then_works(company: Company, encoding: str) -> None:
    name = "café" if encoding == "mac_roman" else "Москва"
    file = company()
    (file.parent / "sales.csv").write_bytes((HEAD + f"{name},2023-12-30,5,North\n").encode(encoding))
    refused = command("check", file)
    assert refused.exit_code == 4
    assert "encoding" in refused.output
    file.write_text(file.read_text().replace("path: sales.csv", f"path: sales.csv, csv: {{encoding: {encoding}}}"))
    assert command("check", file).exit_code == 0


def test_check_finds_a_brand_that_is_not_there(company: Company) -> None:
    result = command("check", company(settings="report: {brand: acme}"))
    assert result.exit_code == 2
    assert "1 fault in the review file\n  report.brand: brand 'acme': no brand.toml in " in result.output


def test_check_counts_what_would_be_left_out(company: Company) -> None:
    found = json.loads(command("check", company(HEAD + SALES + ",2023-12-30,7,North\n"), "--json").stdout)
    assert found["left_out"] == {"no_client": {"rows": 1, "revenue": 7.0}}
    assert found["last_complete_period"] == "2023-11"  # clients end on the 17th


def test_help_of_every_command_shows_an_example() -> None:
    for name in cli.commands:
        assert "portfolio-review " + name in command(name, "--help").output


def test_version_prints_what_a_figure_can_depend_on() -> None:
    assert {"portfolio-review", "duckdb", "pandas", "weasyprint"} <= {
        line.split()[0] for line in command("--version").output.splitlines()
    }


def test_a_second_run_of_one_series_waits_for_nobody(company: Company, tmp_path: Path) -> None:
    from portfolio_review.delivery.publish import series_folder

    file = company()
    with series_folder(tmp_path / "out" / "shop"):
        result = command("run", file, "--period", "2023-12", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "another run is at work" in result.output
