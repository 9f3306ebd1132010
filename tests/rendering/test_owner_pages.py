"""A page for each manager: this manager's clients alone, in both editions, under a name of its own."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import made_results
import page
import pytest
from pypdf import PdfReader

from portfolio_review import slugs
from portfolio_review.catalog import lookup
from portfolio_review.exhibits.language import NBSP
from portfolio_review.exhibits.wording import Wording
from portfolio_review.figure import Figure
from portfolio_review.findings import owners as sentences
from portfolio_review.rendering import brand, html, owners, pdf
from portfolio_review.rendering.editions import render
from portfolio_review.rendering.pages import owner as owner_page
from portfolio_review.results.contract import Results

HOSTILE = "<script>alert(1)</script> & “O’Neil”"
OF_LISTS = ("return", "retain", "thread", "develop", "reward")
TABLES = ("actions.owners", "actions.by_owner")


def rows(id: str, *given: dict[str, Any]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row.get(column.name) for column in lookup(id).columns) for row in given)


def owner(name: str, **more: Any) -> dict[str, Any]:
    row = {
        "owner": name, "clients": 5, "revenue": 191e3, "reached": 20e3, "target": 21e3, "attainment": 0.974, "base": 4, "rate": 1.0, "low": 0.44,
        "high": 1.0, "at_risk": 2700.0, "contacts_overdue": 2.0, "listed": 5, "lost": 11e3, "in_danger": 2e3, "rests_on_it": 7e3, "could_buy": 1e3,
        "to_keep": 0.0, "measure": "revenue", "due": "2011-12-31",
    } | more  # fmt: skip
    return row | {"text": sentences.sentence(row, Wording("en", "GBP"))}


def listed(name: str, list_: str, client: str) -> dict[str, Any]:
    return {
        "owner": name, "list": list_, "client_id": client, "name": f"Canary {client}", "money": 11e3, "p_next": 0.4, "reason": "silent",
        "usual": 7.0, "now": 159.0, "due": "2011-12-31",
    }  # fmt: skip


def results(*names: str, per_list: int = 1, language: str = "en") -> Results:
    made = made_results.results(language)
    of_owners = rows(TABLES[0], *(owner(name) for name in names))
    lists = rows(TABLES[1], *(
        listed(name, list_, f"{place}-{list_}-{n}") for place, name in enumerate(names) for list_ in OF_LISTS for n in range(per_list)
    ))  # fmt: skip
    tables = {id: made_results.table(id, list(found)) for id, found in zip(TABLES, (of_owners, lists), strict=True)}
    return replace(made, tables={**made.tables, **tables})


def edition(made: Results, code: str = "en") -> html.Edition:
    wording = Wording("ru" if code == "ru" else "en", "GBP")
    return html.Edition(results=made, wording=wording, context=made_results.CONTEXT, brand=brand.load(None))


def write(of: html.Edition, folder: Path, formats: tuple[str, ...]) -> list[Path]:
    """The files of the managers' pages, in the order of their names."""
    targets: dict[str, html.Target] = {"html": "screen", "pdf": "print"}
    for suffix, target in targets.items():
        for name, made in owners.build(of, target) if suffix in formats else ():
            path = folder / f"{name}.{suffix}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(made.encode("utf-8") if suffix == "html" else pdf.pdf(made, day=dt.date(2011, 11, 30)))
    return sorted((folder / owners.FOLDER).glob("*"))


def text(path: Path) -> str:
    return "".join(one.extract_text() for one in PdfReader(io.BytesIO(path.read_bytes())).pages)


def test_an_owners_file_holds_that_owners_clients_alone(tmp_path: Path) -> None:
    written = write(edition(results("Ann", "Robert Ottokar")), tmp_path, ("html", "pdf"))
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "owners/ann.html", "owners/ann.pdf", "owners/robert-ottokar.html", "owners/robert-ottokar.pdf"
    ]  # fmt: skip
    largest = made_results.results().tables["structure.largest"]
    names = [str(row[largest.columns.index("name")]) for row in largest.rows or ()]
    assert len(names) > 5
    for path, mine, others in ((written[0], "0", "1"), (written[2], "1", "0")):
        said = path.read_text(encoding="utf-8")
        assert all(f"Canary {mine}-{list_}-0" in said for list_ in OF_LISTS)
        assert f"Canary {others}-" not in said
        # nor any other client or sentence of the review, and no way to a notebook that has them
        largest = made_results.results().tables["structure.largest"].rows or ()
        assert not any(name in said for name in names)
        assert "notebooks/" not in said
    assert "Ottokar" not in written[0].read_text(encoding="utf-8")
    assert "Canary 0-thread-0" in text(written[1])
    assert "Canary 1" not in text(written[1])


def test_only_the_formats_of_the_review_are_made(tmp_path: Path) -> None:
    assert [path.suffix for path in write(edition(results("Ann")), tmp_path, ("pdf",))] == [".pdf"]
    assert len(write(edition(results("Ann")), tmp_path, ("html", "pdf"))) == 2


def test_a_review_without_managers_has_no_such_pages(tmp_path: Path) -> None:
    assert (write(edition(results()), tmp_path, ("html",))) == []
    bare = {id: table for id, table in results().tables.items() if id not in TABLES}
    assert (write(edition(replace(results(), tables=bare)), tmp_path, ("html",))) == []
    assert not (tmp_path / "owners").exists()


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_manager_with_many_clients_has_two_pages_at_most_and_they_are_accessible(code: str, tmp_path: Path) -> None:
    made = owners.by_owner(results("Ann", per_list=6), None)["Ann"]
    printed = pdf.pdf(html.build(replace(edition(made, code), pages=owner_page.ID), "print"), day=dt.date(2011, 11, 30))
    assert len(PdfReader(io.BytesIO(printed)).pages) <= 2
    (tmp_path / "ann.pdf").write_bytes(printed)
    assert page.validate_pdf(tmp_path / "ann.pdf", profile="ua1").is_compliant


def test_few_clients_stand_on_one_page_and_it_is_the_same_every_time() -> None:
    made = owners.by_owner(results("Ann", per_list=2), None)["Ann"]
    of = replace(edition(made), pages=owner_page.ID)
    once, again = (pdf.pdf(html.build(of, "print"), day=dt.date(2011, 11, 30)) for _ in range(2))
    assert once == again
    assert len(PdfReader(io.BytesIO(once)).pages) == 1


def test_hostile_names_are_text(tmp_path: Path) -> None:
    (written,) = write(edition(results(HOSTILE)), tmp_path, ("html",))
    assert written.name == "script-alert-1-script-oneil.html"
    assert "<script>alert" not in written.read_text(encoding="utf-8")


def test_managers_that_would_share_a_file_have_a_hash_each(tmp_path: Path) -> None:
    made = slugs.of_owners(["Ann", "ANN", "all", "CON", "Bob", "…"])
    assert made["Bob"] == "bob"
    assert len({*made.values()}) == len(made)
    assert all(
        name.startswith(f"{word}-") for name, word in ((made["ANN"], "ann"), (made["all"], "all"), (made["CON"], "con"))
    )
    assert len(write(edition(results("Ann", "ANN")), tmp_path, ("html",))) == 2


def test_the_page_says_how_they_stand_and_by_which_model_clients_are_told() -> None:
    unit = results("Ann")
    unit = replace(unit, review=replace(unit.review, unit="North"))

    def line(**figures: Figure | str) -> str:
        known = {id: made_results.figure(id, value) for id, value in figures.items()}
        made = owners.by_owner(replace(unit, figures={**unit.figures, **known}), None)["Ann"]
        report = html._report(replace(edition(made), pages=owner_page.ID), "print")
        return str(owner_page.view(report).line).replace(NBSP, " ")

    assert (
        line()
        == "Chance to buy: within 3 months, by the model “two clocks: silence and rhythm” of this unit&#39;s clients"
        or line()
        == ("Chance to buy: within 3 months, by the model “two clocks: silence and rhythm” of this unit's clients")
    )
    reason = "12 clients bought on two days, needs 30; by the model of the whole company"
    assert line(**{"risk.model": Figure(value="two_clocks", reason=reason)}).endswith(
        "by the model of the whole company"
    )
    assert (
        line(**{"risk.backtest_verdict": "loses_to_last_share"})
        == "No client's chance can be told: the model failed its test"
    )


def test_retention_is_grey_where_clients_buy_at_longer_gaps_than_the_window() -> None:
    made = results("Ann")
    grey = replace(made, figures={**made.figures, "series.usual_gap": made_results.figure("series.usual_gap", 400.0)})
    once, again = (
        html.build(replace(edition(owners.by_owner(one, None)["Ann"]), pages=owner_page.ID), "print")
        for one in (made, grey)
    )
    assert "the window has 365 days" not in once
    assert '<span class="g2">100.0</span>' in again
    assert "clients buy every 400 days, the window has 365 days" in again.replace(NBSP, " ")


def test_where_nobody_is_listed_the_page_says_so() -> None:
    made = owners.by_owner(results("Ann", per_list=0), None)["Ann"]
    assert "No client of Ann is on a list." in html.build(replace(edition(made), pages=owner_page.ID), "screen")


@pytest.mark.parametrize(("more", "said"), [
    ({}, "Ann: 5 clients to speak to by 31 December 2011; £11.0k lost a year, £2.00k a year in danger, £7.00k a year rests on a thread"),
    ({"lost": 0.0, "in_danger": 0.0, "rests_on_it": 0.0, "listed": 1}, "Ann: 1 client to speak to by 31 December 2011"),
    ({"listed": 0}, "Ann: no client is on a list"),
    ({"measure": "margin", "in_danger": 0.0, "rests_on_it": 0.0}, "Ann: 5 clients to speak to by 31 December 2011; £11.0k of margin lost a year"),
])  # fmt: skip
def test_the_sentence_over_the_page(more: dict[str, Any], said: str) -> None:
    assert owner("Ann", **more)["text"].replace(NBSP, " ") == said


def test_render_makes_them_only_when_asked(tmp_path: Path) -> None:
    made = results("Ann")
    render(made, tmp_path / "off", context=made_results.CONTEXT, formats=("html",))
    render(made, tmp_path / "on", context=made_results.CONTEXT, formats=("html",), owners=True)
    assert not (tmp_path / "off" / "owners").exists()
    assert (tmp_path / "on" / "owners" / "ann.html").is_file()
