"""A run that is ended at any point leaves whole reviews; the next run ends with the same bytes; nothing else is left."""

import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from workshop import PERIOD, NewWorkshop, Workshop


def start(shop: Workshop, jobs: int = 1, **more: str) -> subprocess.Popen[str]:
    return shop.start("run", shop.file, "--period", PERIOD, "--jobs", jobs, own_kernels=True, **more)


def check_aftermath(shop: Workshop, before: set[str]) -> None:
    """Right after a run was ended: no process of it lives, and each review is there and whole.

    Between the two renames of a review the old one lies aside for an instant; the next command puts it back.
    """
    assert shop.alive() == []
    if shop.period.exists():
        assert shop.is_whole()
        aside = {path.name.removesuffix(".replaced") for path in shop.period.glob("*.replaced")}
        gone = {name for name in before - set(shop.published()) if name.split("/")[1] not in aside}
        assert not gone


def check_next_run(shop: Workshop, expected: dict[str, str], jobs: int = 1) -> None:
    assert set(shop.statuses("--jobs", str(jobs), own_kernels=True).values()) <= {"made", "cached"}
    assert shop.published() == expected
    assert shop.left_behind() == []
    assert shop.alive() == []


@pytest.fixture
def restyled(shop: Workshop) -> Iterator[Workshop]:
    """The reviews are made, and since then a template has changed: the next run replaces them."""
    style = shop.root / "templates" / "print.css"
    before = style.read_text(encoding="utf-8")
    style.write_text(before + "\n", encoding="utf-8")
    (shop.root / "operations").unlink(missing_ok=True)
    yield shop
    style.write_text(before, encoding="utf-8")


def test_a_run_that_is_killed_between_two_renames(restyled: Workshop) -> None:
    shop, log = restyled, restyled.root / "operations"
    before = set(shop.published())
    process = start(shop, FAULT_UNDER=str(shop.out), FAULT_AT="main:6", FAULT_DO="KILL", FAULT_LOG=str(log))
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    last, aside = log.read_text().splitlines()[-1], [path.name for path in shop.period.glob("*.replaced")]
    assert last.startswith("main os.rename")
    assert len(aside) == 1
    check_aftermath(shop, before)
    assert set(shop.statuses("--jobs", "1").values()) <= {"made", "cached"}
    assert set(shop.published()) == before
    assert shop.is_whole()
    assert shop.left_behind() == []


def test_a_run_that_is_told_to_end_says_so_and_cleans_up(restyled: Workshop) -> None:
    shop = restyled
    before = set(shop.published())
    process = start(shop, FAULT_UNDER=str(shop.out), FAULT_AT="worker:6", FAULT_DO="TERM")
    _, said = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert "stopped by SIGTERM; what is made stands, the same command makes the rest" in said
    assert "Traceback" not in said
    check_aftermath(shop, before)
    assert shop.left_behind() == []


def points(log: Path) -> list[tuple[str, int]]:
    """24 operations of a run: 12 of those that put something in place, the others spread over the rest."""
    seen: dict[str, int] = {}
    found = []
    for line in log.read_text().splitlines():
        role = line.split()[0]
        seen[role] = seen.get(role, 0) + 1
        if role in ("main", "worker", "sources"):
            found.append((role, seen[role], line))
    placing = [(role, at) for role, at, line in found if role == "main" and "os.rename" in line]
    others = [(role, at) for role, at, _ in found if (role, at) not in placing]
    first = placing[:: max(1, len(placing) // 12)][:12]
    count = 24 - len(first)
    return first + [others[number * len(others) // count] for number in range(count)]


@pytest.mark.long
@pytest.mark.parametrize("signal_name", ["KILL", "TERM"])
def test_24_points_of_a_run(workshop: NewWorkshop, signal_name: str) -> None:
    shop = workshop(["North", "South"])
    log = shop.root / "operations"
    assert shop.run("--jobs", "1", own_kernels=True, FAULT_UNDER=str(shop.out), FAULT_LOG=str(log))["exit_code"] == 0
    expected = shop.published()
    chosen = points(log)
    assert len(set(chosen)) == 24
    for role, at in chosen:
        shutil.rmtree(shop.out)
        process = start(shop, FAULT_UNDER=str(shop.out), FAULT_AT=f"{role}:{at}", FAULT_DO=signal_name)
        _, said = process.communicate(timeout=120)
        assert "Traceback" not in said, f"{role}:{at}: {said}"
        assert process.returncode == (-9 if signal_name == "KILL" else 143), f"{role}:{at}: {said}"
        check_aftermath(shop, set())
        check_next_run(shop, expected)


def kill_at_random_times(shop: Workshop, expected: dict[str, str], *, kills: int, longest: float, jobs: int) -> None:
    """From nothing, run after run ended after at most `longest` seconds; then one that comes to its end."""
    chance = random.Random(20)
    shutil.rmtree(shop.out)
    while kills:
        before = set(shop.published()) if shop.out.exists() else set()
        process = start(shop, jobs=jobs)
        try:
            process.communicate(timeout=chance.uniform(0.2, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM]))
            process.communicate(timeout=60)
            kills -= 1
            check_aftermath(shop, before)
        else:
            assert process.returncode == 0
            assert shop.published() == expected
            shutil.rmtree(shop.out)
    check_next_run(shop, expected, jobs=jobs)


def test_two_kills_at_random_times(shop: Workshop) -> None:
    kill_at_random_times(shop, shop.published(), kills=2, longest=4, jobs=1)


@pytest.mark.long
def test_100_kills_at_random_times_of_a_run_of_20_units(workshop: NewWorkshop) -> None:
    shop = workshop([f"Unit {number:02d}" for number in range(19)])  # and `all`
    began = time.monotonic()
    assert shop.run("--jobs", "2", own_kernels=True)["exit_code"] == 0
    whole = time.monotonic() - began
    kill_at_random_times(shop, shop.published(), kills=100, longest=whole / 2, jobs=2)
