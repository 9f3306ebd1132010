"""What a run makes again, and what `plan` says about it: one change after the other, in one workshop."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from workshop import PERIOD, Workshop


def status(shop: Workshop) -> dict[str, str]:
    return {unit: found["status"] for unit, found in shop.plan().items()}


def why(shop: Workshop, unit: str = "North") -> list[str]:
    found: list[str] = shop.plan()[unit]["why"]
    return found


@pytest.fixture
def changed(request: pytest.FixtureRequest, shop: Workshop) -> Iterator[Workshop]:
    """`(file, old, new)` replaced for the test."""
    name, old, new = request.param
    path = shop.root / name
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    yield shop
    path.write_text(before, encoding="utf-8")


UP_TO_DATE = {"North": "up to date", "South": "up to date", "all": "up to date"}


def test_nothing_changed_nothing_is_read_and_no_kernel_starts(shop: Workshop) -> None:
    before = shop.published()
    log = shop.root / "operations"
    # a kernel, a worker or the reading of the sources would write below the folder of reviews
    assert set(shop.statuses(FAULT_UNDER=str(shop.out), FAULT_LOG=str(log)).values()) == {"cached"}
    assert {line.split()[0] for line in log.read_text().splitlines()} == {"main"}
    assert shop.published() == before
    assert status(shop) == UP_TO_DATE


def everything(shop: Workshop) -> dict[str, tuple[int, bytes]]:
    """Every file below the folder of reviews, hidden ones too, with its time."""
    files = (path for path in sorted(shop.out.rglob("*")) if path.is_file())
    return {path.relative_to(shop.out).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in files
            if ".cache" not in path.parts}  # fmt: skip


def test_if_new_does_nothing_and_says_why_when_nothing_is_new(shop: Workshop) -> None:
    """The data end with 2023-12, which is made."""
    before, log = everything(shop), shop.root / "if-new"
    done = shop.command("run", shop.file, "--if-new", FAULT_UNDER=str(shop.out), FAULT_LOG=str(log))
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "shop 2023-12: nothing new: no complete month after it (data until 2023-12-31) and no changed input; "
        "3 reviews are up to date\n"
    )
    assert {line.split()[0] for line in log.read_text().splitlines()} == {"main"}  # nothing read, no kernel
    assert everything(shop) == before
    done = shop.command("run", shop.file, "--period", "2023-12", "--unit", "North", "--if-new", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"], told["periods"], told["log"]) == (0, 0, [], None)
    assert told["nothing_new"] == "shop 2023-12: nothing new: no changed input; 1 review is up to date"


@pytest.mark.parametrize("changed", [("sales.csv", "North-a,2022-03-17,900", "North-a,2022-03-17,901")], indirect=True)
def test_if_new_makes_what_a_changed_input_touches(changed: Workshop) -> None:
    done = changed.command("run", changed.file, "--if-new", "--jobs", "1", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["nothing_new"]) == (0, None)
    assert {unit["unit"]: unit["status"] for unit in told["periods"][0]["units"]} == {
        "North": "made", "South": "cached", "all": "made"
    }  # fmt: skip


def test_if_new_makes_a_month_that_has_become_complete(shop: Workshop) -> None:
    before = (shop.root / "sales.csv").read_text()
    try:
        (shop.root / "sales.csv").write_text(before + "North-a,2024-01-31,900,North\n")
        done = shop.command("run", shop.file, "--if-new", "--jobs", "1", "--unit", "North", "--json")
    finally:
        (shop.root / "sales.csv").write_text(before)
    told = json.loads(done.stdout)
    assert [(made["period"], made["units"][0]["status"]) for made in told["periods"]] == [("2024-01", "made")]


def test_if_new_and_force_contradict_each_other(shop: Workshop) -> None:
    done = shop.inline("run", shop.file, "--if-new", "--force")
    assert done.exit_code == 2
    assert "--force makes everything again, --if-new only what is new: give one of them" in done.output


@pytest.mark.parametrize(
    ("changed", "expected", "reason"),
    [
        (
            # of W0: the company's revenue per client of W1 stands in every unit's review
            ("sales.csv", "North-a,2022-03-17,900", "North-a,2022-03-17,901"),
            {"North": "make", "South": "up to date", "all": "make"},
            "its transactions changed",
        ),
        (("shop.yml", "html, xlsx", "html"), dict.fromkeys(UP_TO_DATE, "render"), "report.formats changed"),
        (("templates/review.html.j2", "</body>", "</body >"), dict.fromkeys(UP_TO_DATE, "render"), "the templates"),
        (
            ("notebooks/00_data.ipynb", "record.close()", "record.close() "),
            dict.fromkeys(UP_TO_DATE, "make"),
            "notebook 00_data changed",
        ),
        (("src/portfolio_review/metrics/mobility.py", '"""', '""" '), UP_TO_DATE, None),
    ],
    indirect=["changed"],
    ids=["row", "formats", "template", "notebook", "other metric"],
)
def test_a_change_touches_what_depends_on_it(changed: Workshop, expected: dict[str, str], reason: str | None) -> None:
    assert status(changed) == expected
    if reason is not None:
        assert any(reason in said for said in why(changed))


@pytest.mark.parametrize("changed", [("templates/review.html.j2", "</body>", "</body >")], indirect=True)
def test_a_changed_template_renders_without_a_kernel(changed: Workshop) -> None:
    # a notebook could not run: the address of the kernels leads to nobody
    before = changed.published()
    words = ("--unit", "North", "--jobs", "1")
    assert changed.statuses(*words, PORTFOLIO_REVIEW_KERNELS="/nowhere", JUPYTER_PATH="/nowhere") == {"North": "made"}
    after = changed.published()
    differs = {name.split("/", 2)[2] for name in after if before[name] != after[name] and name.count("/") > 1}
    assert {"review.html", "manifest.json"} <= differs
    assert not any(name.endswith((".ipynb", "results.json")) for name in differs)


def test_what_is_up_to_date_is_made_again_by_force_with_the_same_bytes(shop: Workshop) -> None:
    before, manifest = shop.published(), shop.period / "all" / "manifest.json"
    made_at = manifest.stat().st_mtime_ns
    words = ("run", shop.file, "--period", PERIOD, "--unit", "all", "--jobs", "1", "--force", "--quiet")
    done = shop.command(*words)
    assert (done.returncode, done.stdout) == (0, "")
    assert manifest.stat().st_mtime_ns > made_at
    assert shop.published() == before


def test_what_was_tampered_with_is_made_again(shop: Workshop) -> None:
    page = shop.period / "all" / "review.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    found = shop.plan()["all"]
    assert found["status"] == "render"
    assert "files are missing or were changed: review.html" in found["why"] or "the templates changed" in found["why"]


def test_a_file_replaced_together_with_its_hash_is_made_again(shop: Workshop) -> None:
    page, own = shop.period / "all" / "review.html", shop.period / "all" / "manifest.json"
    true = page.read_bytes()
    page.write_bytes(true + b" ")
    document = json.loads(own.read_text(encoding="utf-8"))
    document["files"]["review.html"] = {
        "sha256": hashlib.sha256(page.read_bytes()).hexdigest(), "bytes": len(true) + 1,
    }  # fmt: skip
    own.write_text(json.dumps(document), encoding="utf-8")
    assert shop.is_whole()  # by itself the folder is without a fault
    found = shop.plan()["all"]
    assert (found["status"], found["why"]) == (
        "render", ["its manifest is not the one that the period's manifest has the hash of"],
    )  # fmt: skip
    refused = shop.inline("render", shop.file, "--period", PERIOD, "--unit", "all")
    assert "is not what its run left there; make the unit again with run" in refused.stderr
    assert shop.statuses("--jobs", "1")["all"] == "made"
    assert page.read_bytes() == true
    (whole,) = [unit for unit in period_manifest(shop)["units"] if unit["unit"] == "all"]
    assert whole["manifest_sha256"] == hashlib.sha256(own.read_bytes()).hexdigest()


def period_manifest(shop: Workshop) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shop.period / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"schema": 1}', '{"schema": 1, "units": [{}]}', '{"schema": 1, "units": {"a": 1}}']
)
def test_a_damaged_manifest_is_named(shop: Workshop, content: str) -> None:
    (shop.period / "manifest.json").write_text(content, encoding="utf-8")
    refused = shop.inline("render", shop.file, "--period", PERIOD)
    assert refused.exit_code == 2
    assert "manifest.json is damaged: make them with" in refused.stderr
    (shop.period / "north" / "manifest.json").write_text(content, encoding="utf-8")
    planned = shop.inline("plan", shop.file, "--period", PERIOD, "--json")
    (north,) = [unit for unit in json.loads(planned.stdout)["periods"][0]["units"] if unit["unit"] == "North"]
    assert north["why"] == ["its manifest is missing or damaged"]


def test_damaged_manifests_stop_nothing(shop: Workshop) -> None:
    before = shop.published()
    (shop.period / "manifest.json").write_text('{"schema": 1, "units": {"a": 1}}', encoding="utf-8")
    for unit, content in (("north", ""), ("south", "{")):
        (shop.period / unit / "manifest.json").write_text(content, encoding="utf-8")
    assert set(shop.statuses("--jobs", "1")) == set(UP_TO_DATE)
    assert shop.published() == before


@pytest.mark.parametrize("name", ["manifest.json", "north/manifest.json"])
def test_a_manifest_of_a_newer_version_is_left_alone(shop: Workshop, name: str) -> None:
    path = shop.period / name
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "schema": 99}), encoding="utf-8")
    before = shop.published()
    for command in ("run", "plan"):
        done = shop.inline(command, shop.file, "--period", PERIOD)
        assert done.exit_code == 2
        assert "was written by a newer version of the program (schema 99, this one knows 1)" in done.stderr
    assert shop.published() == before


def test_a_series_under_another_file_name_is_the_same(shop: Workshop) -> None:
    other = shop.root / "other.yml"
    shutil.copy(shop.file, other)
    done = shop.command("plan", other, "--period", PERIOD)
    assert done.stdout.splitlines()[0] == f"shop {PERIOD}: 3 up to date"


def test_a_file_in_the_place_of_a_folder_is_named_and_left_alone(shop: Workshop) -> None:
    shutil.rmtree(shop.period / "all")
    (shop.period / "all").write_text("mine", encoding="utf-8")
    done = shop.command("run", shop.file, "--period", PERIOD, "--jobs", "1")
    assert done.returncode == 3
    assert f"{shop.period / 'all'} is a file, where the folder of a review belongs: move it away" in done.stderr
    assert (shop.period / "all").read_text(encoding="utf-8") == "mine"
    assert shop.left_behind() == []


def test_what_is_written_is_never_for_others_to_change(settled: Workshop) -> None:
    kept = settled.root / "kept"  # as the run left it, which was started with umask 000
    loose = [path for path in (kept, *kept.rglob("*")) if path.stat().st_mode & 0o022]
    assert loose == []


def test_a_damaged_memory_is_not_trusted(shop: Workshop) -> None:
    for path in (shop.out / "shop" / ".cache").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            path.write_bytes(content[:-9] + bytes(9))
    found = shop.plan()
    assert {unit["status"] for unit in found.values()} <= {"up to date", "render", "make"}
    assert found["North"]["status"] != "make" or found["North"]["notebooks"] == ["00_data"]


def test_a_vanished_source_is_named_and_changes_nothing(shop: Workshop) -> None:
    before = shop.published()
    source = shop.root / "sales.csv"
    source.rename(source.with_suffix(".away"))
    try:
        done = shop.command("run", shop.file, "--period", PERIOD)
    finally:
        source.with_suffix(".away").rename(source)
    assert done.returncode == 2
    assert "sales.csv" in done.stderr
    assert shop.published() == before


def test_a_plan_for_an_unknown_unit_is_refused_with_the_nearest_name(shop: Workshop) -> None:
    done = shop.command("plan", shop.file, "--period", PERIOD, "--unit", "Norht")
    assert done.returncode == 2
    assert "unit 'Norht' does not exist; did you mean 'North'?" in done.stderr


def test_a_plan_in_words(shop: Workshop) -> None:
    done = shop.command("plan", shop.file, "--period", PERIOD)
    assert done.stdout.splitlines() == [
        f"shop {PERIOD}: 3 up to date",
        "  North: up to date",
        "  South: up to date",
        "  all: up to date",
    ]


def test_the_maker_stands_in_the_manifest_of_the_period_alone(shop: Workshop) -> None:
    def makers() -> dict[str, str]:
        return {unit["unit"]: unit["maker"] for unit in period_manifest(shop)["units"]}

    before, own = shop.published(), makers()
    shop.run("--unit", "North", "--as", "Max  Maker")  # makes nothing, for all is up to date
    assert makers() == own
    shop.run("--unit", "North", "--as", "Max  Maker", "--force", "--jobs", "1")
    assert makers() == {**own, "North": "Max Maker"}
    differs = {name for name, hash in shop.published().items() if before[name] != hash}
    assert differs == {"2023-12/manifest.json"}
