"""What check and run say of doubts, and what a unit's review tells of those of the company."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from portfolio_review.calendar import Period
from portfolio_review.cli import cli
from portfolio_review.pipeline import earlier
from portfolio_review.pipeline.doubted import briefly

HEAD = "client_id,date,revenue,unit\n"
ROWS = "".join(
    f"{client},{year}-{month:02d}-{day},10,{unit}\n"
    for year in (2022, 2023)
    for month in range(1, 13)
    for client, day, unit in (("a", "05", "North"), ("b", "28", "South"))
)
Company = Callable[..., Path]


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Writes sales.csv and shop.yml; returns the review file."""

    def make(more: str = "", settings: str = "") -> Path:
        (tmp_path / "sales.csv").write_text(HEAD + ROWS + more, encoding="utf-8")
        file = tmp_path / "shop.yml"
        file.write_text(f"id: shop\ncurrency: EUR\nsources: {{transactions: {{path: sales.csv}}}}\n{settings}\n")
        return file

    return make


def check(file: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["check", str(file), "--out", str(file.parent / "out"), *words])
    return result.exit_code, result.output


def listed(file: Path) -> tuple[int, dict[str, list[dict[str, object]]]]:
    code, output = check(file, "--json")
    return code, json.loads(output)


DOUBLE = "a,2023-12-05,10,North\n"


def test_check_says_how_many_doubts_there_are(company: Company) -> None:
    assert check(company())[1].splitlines()[-1] == "no fault found"
    code, output = check(company(DOUBLE))
    assert (code, output.splitlines()[-1]) == (0, "no fault, 1 doubt")
    assert "doubt: transactions: duplicates in 1 row, 2.0% of revenue [row 50: 2023-12-05]. The rows equal" in output
    lines = check(company(DOUBLE + ",2023-12-05,20,North\n"))[1].splitlines()
    assert lines[-1] == "no fault, 2 doubts"
    assert [line.split()[2] for line in lines if line.startswith("doubt:")] == ["left_out", "duplicates"]


def test_sheets_that_were_not_read_are_counted_in_rows() -> None:
    one = {"table": "transactions", "column": None, "id": "other_sheets", "accepted": False, "rows": 60, "share": 0.5}
    assert briefly(one) == "doubt: transactions: other_sheets in 60 rows, 50.0% of rows"


def test_missing_months_are_counted_as_months() -> None:
    one = {"id": "empty_months", "table": "transactions", "column": "date", "accepted": False, "share": None}
    assert briefly({**one, "rows": 17}) == "doubt: transactions.date: empty_months in 17 months"
    assert briefly({**one, "rows": 1}) == "doubt: transactions.date: empty_months in 1 month"


def test_an_accepted_doubt_is_listed_last_and_one_in_vain_is_named(company: Company) -> None:
    file = company(DOUBLE + ",2023-12-05,20,North\n", "accepted: [left_out, currencies]")
    lines = check(file)[1].splitlines()
    assert [line.split(" row")[0] for line in lines if line.startswith("doubt:")] == [
        "doubt: transactions: duplicates in 1",
        "doubt: transactions: left_out (accepted in the review file) in 1",
    ]
    assert lines[-2:] == ["accepted in the review file, and not met: currencies", "no fault, 2 doubts"]
    found = listed(file)[1]
    assert [(doubt["id"], doubt["accepted"]) for doubt in found["doubts"]] == [
        ("duplicates", False),
        ("left_out", True),
    ]
    assert set(found["doubts"][0]) == {
        "id", "table", "column", "rows", "share", "examples", "done", "remedy", "accepted",
    }  # fmt: skip


def test_a_share_limits_what_is_accepted(company: Company) -> None:
    for limit, accepted in ((0.05, True), (0.01, False)):
        (doubt,) = listed(company(DOUBLE, f"accepted: {{duplicates: {limit}}}"))[1]["doubts"]
        assert doubt["accepted"] is accepted


def test_both_lists_stand_at_every_exit_code(company: Company, tmp_path: Path) -> None:
    code, found = listed(company())
    assert (code, found["faults"], found["doubts"]) == (0, [], [])
    code, found = listed(company(settings="accepted: [duplicate]"))
    assert (code, found["doubts"]) == (2, [])
    assert "no doubt is called 'duplicate'; did you mean 'duplicates'?" in str(found["faults"][0])
    code, found = listed(company(DOUBLE * 3 + ",2023-12-05,900,North\n"))
    assert (code, [fault["id"] for fault in found["faults"]]) == (4, ["left_out"])
    assert [doubt["id"] for doubt in found["doubts"]] == ["duplicates"]
    code, found = listed(company("a,yesterday,1,North\n"))
    assert (code, [fault["id"] for fault in found["faults"]], found["doubts"]) == (4, [None], [])
    code, found = listed(tmp_path / "none.yml")
    assert (code, found["faults"], found["doubts"]) == (2, [], [])


def test_a_doubt_that_has_doubled_since_the_last_review_is_open_again(company: Company) -> None:
    file = company(DOUBLE, "accepted: [duplicates]")
    assert listed(file)[1]["doubts"][0]["accepted"] is True
    before = file.parent / "out" / "shop" / "2023-10" / "all"
    before.mkdir(parents=True)
    doubt = {"id": "duplicates", "table": "transactions", "column": None, "share": 0.009}
    lists = {"columns": ["client_id", "rule", "listed", "list", "state"], "rows": []}
    document = {"tables": {"actions.full": lists}, "doubts": [doubt]}
    (before / "results.json").write_text(json.dumps(document))
    found = earlier.latest(file.parent / "out" / "shop", "all", Period.parse("2023-12"))
    assert found is not None
    assert found.doubts == {"duplicates:transactions": 0.009}
    assert listed(file)[1]["doubts"][0]["accepted"] is False
    document["doubts"] = [{**doubt, "share": 0.011}]
    (before / "results.json").write_text(json.dumps(document))
    assert listed(file)[1]["doubts"][0]["accepted"] is True


def test_what_where_removes_stands_in_the_review_of_the_whole_alone(company: Company, tmp_path: Path) -> None:
    from portfolio_review import review as review_files
    from portfolio_review.slices import build, load
    from portfolio_review.sources.reading import read_sources

    file = company("c,2023-12-05,5,Canary\n" * 2 + "c,2023-12-06,5,Test\n")
    file.write_text(file.read_text().replace("sales.csv", "sales.csv, where: \"unit not in ('Canary', 'Test')\""))
    review = review_files.load(file)
    (tmp_path / "tables").mkdir()
    found = read_sources(review, file.parent, tmp_path / "tables")
    made = build.build(review, found, Period.parse("2023-12"), tmp_path / "slices", ["North", "all"])
    assert load(made.units["all"]).removed.values.tolist() == [["unit Canary", 2], ["unit Test", 1]]
    assert load(made.units["North"]).removed.empty
    assert "Canary" not in (made.units["North"] / "slice.json").read_text(encoding="utf-8")


def test_a_unit_is_not_told_what_is_doubtful_of_another(company: Company, tmp_path: Path) -> None:
    """South has a row without a client; the canary in its unit's name and dates must not reach North."""
    from portfolio_review import review as review_files
    from portfolio_review.slices import build, load
    from portfolio_review.sources.reading import read_sources

    file = company("".join(f",2023-12-{day},20,Canary\n" for day in (11, 12)) + "Canary-id,2023-12-05,9,Canary\n" * 2)
    review = review_files.load(file)
    (tmp_path / "tables").mkdir()
    found = read_sources(review, file.parent, tmp_path / "tables")
    made = build.build(review, found, Period.parse("2023-12"), tmp_path / "slices", ["North", "Canary", "all"])
    slices = {unit: load(folder) for unit, folder in made.units.items()}
    assert [doubt.id for doubt in slices["all"].doubts] == ["left_out", "duplicates", "few_rows"]
    own = slices["Canary"].doubts
    assert [(doubt.id, doubt.rows) for doubt in own] == [("left_out", 2), ("duplicates", 1), ("few_rows", 2)]
    assert own[0].share == pytest.approx(40 / 58)
    assert [doubt.id for doubt in slices["North"].doubts] == ["few_rows"]
    assert slices["North"].doubts[0].rows == 12
    head = (made.units["North"] / "slice.json").read_text(encoding="utf-8")
    assert "Canary" not in head.replace('"unit": "North"', "")
    assert "2023-12-11" not in head


def test_months_without_a_row_are_of_the_whole_alone(company: Company, tmp_path: Path) -> None:
    from portfolio_review import review as review_files
    from portfolio_review.calendar import Span
    from portfolio_review.sources.reading import read_sources

    file = company("a,2021-10-05,10,North\n")
    (tmp_path / "tables").mkdir()
    found = read_sources(review_files.load(file), file.parent, tmp_path / "tables")
    w1, w0 = Span.ending(Period.parse("2023-12").span.last, 12), Span.ending(Period.parse("2022-12").span.last, 12)
    assert [doubt.id for doubt in found.doubts_of(w1, w0)] == ["empty_months"]
    assert found.doubts_of(w1, w0, "North") == []
