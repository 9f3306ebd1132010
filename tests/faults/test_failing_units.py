"""Units that break in many ways: the others are made, each failure is named, the next run makes only what is missing."""

from pathlib import Path

import pytest
from workshop import NewWorkshop, Workshop

BREAKS = {
    "error": ("1 / 0", "cell added: ZeroDivisionError"),
    "killed": ("os.kill(os.getpid(), 9)", "its kernel died"),
    "hang": ("time.sleep(1000)", "took longer than 20 s; see limits.cell_seconds"),
    "memory": ("kept = [bytearray(10**9) for _ in range(200)]", "MemoryError"),
    "input": ("shutil.rmtree(workspace)", "holds no slice"),
}
"""By the name of the unit that breaks: what its notebook does, and what is said."""
SETTINGS = "limits: {cell_seconds: 20, unit_seconds: 60, memory_gb: 1}"


def breaking(workshop: NewWorkshop, names: list[str], good: int) -> Workshop:
    """A company of `good` sound units and the broken ones; `FAULTS=on` in the environment breaks them."""
    shop = workshop([*(f"Unit {number:02d}" for number in range(good)), *names], settings=SETTINGS)
    cases = "\n".join(f'    if unit == "{name}": {BREAKS[name][0]}' for name in names if name in BREAKS)
    shop.add_cell(f'import os, shutil, time\nif os.environ.get("FAULTS") == "on":\n    pass\n{cases}')
    if "template" in names:
        page = shop.root / "templates" / "review.html.j2"
        wrong = '{% if r.results.review.unit == "template" %}{{ nothing_of_this_name }}{% endif %}'
        page.write_text(page.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    return shop


def errors(document: dict) -> dict[str, str]:
    units = document["periods"][0]["units"]
    return {unit["unit"]: unit["error"] for unit in units if unit["status"] == "failed"}


def check(shop: Workshop, broken: list[str], *words: str, own_kernels: bool) -> None:
    first = shop.run(*words, own_kernels=own_kernels, FAULTS="on")
    assert first["exit_code"] == 3
    said = errors(first)
    assert set(said) == set(broken)
    for name in set(broken) & set(BREAKS):
        assert BREAKS[name][1] in said[name], said[name]
    assert all("Traceback" not in text for text in said.values())
    sound = len(first["periods"][0]["units"]) - len(broken)
    assert sum(path.is_dir() for path in shop.period.iterdir()) == sound
    before = shop.published()

    # what is sound stays untouched; what can be made now is made
    second = {unit["unit"]: unit["status"] for unit in shop.run(*words, own_kernels=own_kernels)["periods"][0]["units"]}
    assert {name for name, status in second.items() if status != "cached"} == set(broken)
    assert {name for name, status in second.items() if status == "made"} == set(broken) & set(BREAKS)
    after = shop.published()
    moved = {name for name, hash_ in before.items() if after.get(name) != hash_}
    assert moved <= {"index.html", f"{shop.period.name}/manifest.json"}  # these tell of all units
    assert shop.alive() == []


def test_three_of_four_break(workshop: NewWorkshop) -> None:
    broken = ["error", "killed", "template"]
    shop = breaking(workshop, broken, good=1)
    units = [word for unit in shop.units for word in ("--unit", unit)]
    check(shop, broken, *units, "--jobs", "1", own_kernels=False)


@pytest.mark.long
def test_four_of_five_break(workshop: NewWorkshop) -> None:
    broken = ["error", "killed", "memory", "template"]
    shop = breaking(workshop, broken, good=1)
    check(shop, broken, "--jobs", "1", own_kernels=False)
    log = "\n".join(path.read_text() for path in (shop.out / ".logs").iterdir())
    assert "ZeroDivisionError" in log
    assert "nothing_of_this_name" in log


@pytest.mark.long
def test_seven_of_a_hundred_break_in_seven_ways(workshop: NewWorkshop) -> None:
    broken = [*BREAKS, "template", "idle"]
    shop = breaking(workshop, broken, good=92)
    _let_idle_stop_buying(shop.root / "sales.csv")
    units = [word for unit in [*shop.units, "all"] for word in ("--unit", unit)]
    assert len(units) == 200
    check(shop, broken, *units, own_kernels=True)


def _let_idle_stop_buying(sales: Path) -> None:
    """The unit `idle` has no purchase in W1: its data cannot be reviewed."""
    lines = sales.read_text(encoding="utf-8").splitlines(keepends=True)
    sales.write_text("".join(line for line in lines if not line.startswith("idle-") or ",2022-" in line))
