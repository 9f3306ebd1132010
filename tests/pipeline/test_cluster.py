"""Units on a Dask cluster: a real scheduler and workers on loopback, in processes of their own."""

from __future__ import annotations

import filecmp
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dask_cluster
import pytest
from dask_cluster import Running

from portfolio_review.errors import UsageError
from portfolio_review.execution import cache as cached
from portfolio_review.execution.cache import RunCache
from portfolio_review.pipeline import cluster
from portfolio_review.pipeline.run import load_review
from portfolio_review.pipeline.task import UnitOutcome, UnitTask
from portfolio_review.sources import secrets

pytest.importorskip("distributed")

PRELOAD = str(Path(__file__).with_name("cluster_preload.py"))
LOST = "its worker was ended, for lack of memory, by a signal or by the cluster"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with dask_cluster.dask(tmp_path_factory.mktemp("dask")) as made:
        for _ in range(2):
            made.worker("--preload", PRELOAD)
        yield made


def tasks(folder: Path, *units: str) -> list[UnitTask]:
    """Units below `folder`, as a run stages them."""
    staging = folder / "2026-10" / "made"
    return [
        UnitTask(
            review_id="demo", period="2026-10", unit=unit, slug=unit, parts={}, slice=folder / unit,
            staged=staging / unit, cache=folder, formats=(), language="en", further={}, brand=None, pages="auto",
            owners=False, cell_seconds=60, unit_seconds=60, notes=Path("notes"),
        )
        for unit in units
    ]  # fmt: skip


def made(address: str, folder: Path, *units: str) -> tuple[dict[str, UnitOutcome], list[tuple[str, str]]]:
    stages: list[tuple[str, str]] = []
    (folder / "2026-10").mkdir()
    with cluster.connected(address, folder) as pool:
        found = {
            one.unit: one
            for one in pool.make_all(
                tasks(folder, *units), lambda unit, stage: stages.append((unit, stage)), 2.0, run=True
            )
        }
    return found, stages


def refused(address: str, folder: Path) -> str:
    with pytest.raises(UsageError) as caught, cluster.connected(address, folder):
        pass
    return str(caught.value)


def test_a_killed_worker_costs_its_unit_and_no_other(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "s3cret")  # of this process alone
    found, stages = made(running.address, tmp_path, "killed", "North", "South", "odd")
    assert {unit: one.error for unit, one in found.items()} == {
        "killed": LOST, "North": None, "South": None, "odd": "ValueError: a defect",
    }  # fmt: skip
    assert [one.made for one in found.values()].count(True) == 2
    assert {("North", "04_retention"), ("South", "04_retention")} <= set(stages)
    assert (tmp_path / "2026-10" / "made" / "North" / "made").read_text() == ""
    assert os.getpid() not in {one.seconds.get("pid") for one in found.values()}


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, whatever this process was started with: in the background a shell has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_run_that_is_stopped_ends_what_its_workers_make(running: Running, tmp_path: Path) -> None:
    (tmp_path / "2026-10").mkdir()
    with cluster.connected(running.address, tmp_path) as pool:
        begun = threading.Event()
        units = pool.make_all(tasks(tmp_path, "endless"), lambda unit, stage: begun.set(), None, run=True)

        def stop() -> None:
            begun.wait(30)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=stop, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            next(units)
        units.close()  # type: ignore[attr-defined]
    shutil.rmtree(tmp_path / "2026-10")  # as a run does with its staging
    other = tmp_path / "next"
    other.mkdir()
    found, _ = made(running.address, other, "North", "South", "East")  # both workers are free again
    assert [one.error for one in found.values()] == [None, None, None]


@pytest.mark.long
@pytest.mark.parametrize(
    ("worker", "said"),
    [
        ({"threads": 2}, "it has 2 threads; start it with --nthreads 1"),
        ({"OTHER_VERSION": "1"}, "another version than here (python 2.7.18 instead of "),
    ],
)
def test_workers_that_would_make_other_reviews_are_refused(tmp_path: Path, worker: dict[str, str], said: str) -> None:
    with dask_cluster.dask(tmp_path) as one:
        one.worker("--preload", PRELOAD, "--no-nanny", **worker)  # type: ignore[arg-type]
        head, line = refused(one.address, tmp_path).split("\n")
    assert head == f"--cluster {one.address}:"
    assert line.startswith("  worker tcp://127.0.0.1:")
    assert said in line


def test_what_a_worker_differs_in_is_named() -> None:
    from portfolio_review.pipeline.cluster_worker import differs, threads

    here = {"the code": "a", "the notebooks": "b", "duckdb": "2.0.1"}
    assert differs(here, here) == ""
    assert differs({"the code": "c", "duckdb": "2.0.0"}, here) == (
        "another version than here (the code, the notebooks, duckdb 2.0.0 instead of 2.0.1)"
    )
    assert (threads(1), threads(4)) == ("", "it has 4 threads; start it with --nthreads 1")


def test_workers_that_do_not_see_the_reports_are_refused(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: 0)  # as where the path is another disk there
    said = f"it does not see {tmp_path}; reports must lie on storage that every worker has under the same path"
    assert refused(running.address, tmp_path).endswith(said)


@pytest.mark.long
def test_a_cluster_without_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WORKERLESS_SECONDS", 0.2)
    with dask_cluster.dask(tmp_path) as one:
        assert refused(one.address, tmp_path) == f"--cluster {one.address}: it has no worker"


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere", "tcp://no.such.host.invalid:8786", "x://y:1"])
def test_no_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    said = "no scheduler answers there; expected its address, as in tcp://scheduler:8786"
    assert refused(address, tmp_path) == f"--cluster {address}: {said}"


def test_the_library_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refused("127.0.0.1:8786", tmp_path).endswith("pip install 'portfolio-review[cluster]'")


def test_a_task_holds_no_address_of_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_taken", {})
    monkeypatch.setenv("CRM_DSN", "postgresql://owner:s3cret@h/d")
    file = tmp_path / "crm.yml"
    file.write_text(
        "id: crm\ncurrency: GBP\nsources: {transactions: {connection: env:CRM_DSN, query: select 1}}\n",
        encoding="utf-8",
    )
    task = UnitTask.of(load_review(file), file, "2026-10", "all", "all", {}, tmp_path, tmp_path, tmp_path)
    assert b"s3cret" not in pickle.dumps(cluster._absolute(task))


def test_paths_mean_the_same_in_the_folder_of_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (task,) = tasks(Path("here"), "North")
    found = cluster._absolute(task)
    assert (found.notes, found.slice, found.brand) == (tmp_path / "notes", tmp_path / "here" / "North", None)


def test_what_two_machines_write_to_the_cache_has_two_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for host in ("one", "two"):
        monkeypatch.setattr(cached.socket, "gethostname", lambda host=host: host)
        monkeypatch.setattr(Path, "replace", lambda part, target: names.append(part.name))
        notebook = tmp_path / "n.ipynb"
        notebook.write_text("{}")
        RunCache(tmp_path / "runs").put("key", notebook, tmp_path, [])
    assert names == [f".key.{host}.{os.getpid()}.part" for host in ("one", "two")]


def test_jobs_and_a_cluster_exclude_each_other(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from portfolio_review.cli import cli

    (tmp_path / "a.yml").write_text("id: a\ncurrency: GBP\nsources: {transactions: {path: a.csv}}\n")
    words = ["run", str(tmp_path / "a.yml"), "--jobs", "2", "--cluster", "h:1", "--out", str(tmp_path)]
    found = CliRunner().invoke(cli, words)
    assert (found.exit_code, "--jobs and --cluster exclude each other" in found.output) == (2, True)


@pytest.mark.long
def test_the_same_bytes_as_by_the_local_pool(tmp_path: Path) -> None:
    """The sample's unit of Benelux and all, by a cluster and by two jobs: every file of every review equal."""
    params = tmp_path / "params"
    shutil.copytree(Path(__file__).parents[2] / "params", params)
    command = [sys.executable, "-m", "portfolio_review", "run", "demo.yml", "--unit", "all", "--unit", "Benelux"]
    environment = dask_cluster._environment()

    def run(out: str, *words: str) -> None:
        subprocess.run([*command, "--out", str(tmp_path / out), *words], cwd=params, env=environment, check=True)

    with dask_cluster.dask(tmp_path) as one:
        for _ in range(2):
            one.worker()
        run("there", "--cluster", one.address)
    run("here", "--jobs", "2")
    here, there = (tmp_path / out / "demo" / "2026-10" for out in ("here", "there"))
    files = sorted(path.relative_to(here) for path in here.rglob("*") if path.is_file())
    assert len(files) > 40
    assert [name for name in files if not filecmp.cmp(here / name, there / name, shallow=False)] == []
    assert files == sorted(path.relative_to(there) for path in there.rglob("*") if path.is_file())


@pytest.mark.long
def test_a_run_whose_worker_is_killed_makes_the_other_units(tmp_path: Path) -> None:
    """Exit 3; the next run makes the unit that is missing."""
    params = tmp_path / "params"
    shutil.copytree(Path(__file__).parents[2] / "params", params)
    command = [sys.executable, "-m", "portfolio_review", "run", "demo.yml", "--unit", "all", "--unit", "Benelux"]
    environment = dask_cluster._environment()
    staged = tmp_path / "reports" / "demo"
    with dask_cluster.dask(tmp_path) as one:
        one.worker("--no-nanny")
        words = ["--out", str(tmp_path / "reports"), "--cluster", one.address]
        running = subprocess.Popen([*command, *words], cwd=params, env=environment)
        while not list(staged.glob(".*/2026-10/made/*/notebooks/*.ipynb")) and running.poll() is None:
            time.sleep(0.2)
        one.kill_workers()
        one.worker()
        assert running.wait(600) == 3
        assert subprocess.run([*command, *words], cwd=params, env=environment, check=False).returncode == 0
