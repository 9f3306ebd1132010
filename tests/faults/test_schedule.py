"""The schedules of docs/schedule.md: cron's and the timer's command run as they stand there, the other two are sound."""

from __future__ import annotations

import ast
import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from workshop import Workshop

PAGE = (Path(__file__).parents[2] / "docs" / "schedule.md").read_text(encoding="utf-8")
PLACE = "/srv/reviews"
NOTHING_NEW = "shop 2023-12: nothing new: no complete month after it (data until 2023-12-31) and no changed input; 3 reviews are up to date\n"


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.S | re.M)
    return str(found)


@pytest.fixture
def srv(shop: Workshop) -> Path:
    """What the page takes to lie at /srv/reviews, its reviews up to date: with the program, `params/mine.yml`, `reports`."""
    program = shop.root / ".venv" / "bin" / "portfolio-review"
    program.parent.mkdir(parents=True, exist_ok=True)
    paths = shop.environment(False)["PYTHONPATH"]
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(paths)} exec {shlex.quote(sys.executable)} -m portfolio_review "$@"\n'
    )
    program.chmod(0o755)
    (shop.root / "params").mkdir(exist_ok=True)
    for name in ("shop.yml", "sales.csv"):
        shutil.copy2(shop.root / name, shop.root / "params" / ("mine.yml" if name == "shop.yml" else name))
    reports = shop.root / "reports"
    if not reports.is_symlink():
        reports.symlink_to(shop.out)
    return shop.root


def by_sh(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """As cron and systemd start it: by /bin/sh, with hardly a variable."""
    few = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
    return subprocess.run(["/bin/sh", "-c", command], cwd=folder, env=few, capture_output=True, text=True, timeout=300)


def test_the_line_of_cron_runs(srv: Path) -> None:
    (line,) = (line for line in block("cron").splitlines() if not re.match(r"[A-Z]+=", line))
    found = re.fullmatch(r"(?:[\d*/,-]+ ){5}(.*)", line)
    assert found
    assert "%" not in line
    done = by_sh(found[1].replace(PLACE, str(srv)), Path("/"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    loud = by_sh(found[1].replace(PLACE, str(srv)).replace(" --quiet", ""), Path("/"))
    assert loud.stdout == NOTHING_NEW


def units() -> dict[str, configparser.ConfigParser]:
    found = {}
    for kind in ("service", "timer"):
        found[kind] = configparser.ConfigParser(interpolation=None)
        found[kind].optionxform = str  # type: ignore[assignment,method-assign]
        found[kind].read_string(block(f"systemd-{kind}"))
    return found


def test_the_command_of_the_timer_runs(srv: Path) -> None:
    service = units()["service"]["Service"]
    command = service["ExecStart"].replace(PLACE, str(srv))
    done = by_sh(command, Path(service["WorkingDirectory"].replace(PLACE, str(srv))))
    assert (done.returncode, done.stdout, done.stderr) == (0, NOTHING_NEW, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd-analyze")
def test_systemd_takes_the_units(srv: Path, tmp_path: Path) -> None:
    for kind in ("service", "timer"):
        (tmp_path / f"reviews.{kind}").write_text(block(f"systemd-{kind}").replace(PLACE, str(srv)))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / "reviews.timer"), str(tmp_path / "reviews.service")],
                          capture_output=True, text=True)  # fmt: skip
    assert [line for line in done.stderr.splitlines() if "reviews" in line] == []
    calendar = subprocess.run(
        ["systemd-analyze", "calendar", units()["timer"]["Timer"]["OnCalendar"]], capture_output=True, text=True
    )
    assert calendar.returncode == 0, calendar.stderr


def test_the_task_of_airflow_compiles_and_calls_the_command() -> None:
    tree = ast.parse(block("python"))
    compile(tree, "airflow", "exec")
    (command,) = (ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))
    assert command == [f"{PLACE}/.venv/bin/portfolio-review", "run", "params/mine.yml", "--if-new", "--json"]


def test_the_workflow_is_sound_and_its_steps_are_shell() -> None:
    text = block("yaml")
    workflow: dict[Any, Any] = yaml.safe_load(text)
    on = workflow[True]  # `on` is a truth value to YAML 1.1
    assert re.fullmatch(r"(?:[\d*/,-]+ ?){5}", on["schedule"][0]["cron"])
    steps = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    for step in steps:
        assert subprocess.run(["sh", "-n", "-c", step], capture_output=True).returncode == 0
        assert "${{" not in step  # what is put into the text of a step is run
    assert [re.findall(r"portfolio-review (\w+)", step) for step in steps] == [["run"], ["send"]]
