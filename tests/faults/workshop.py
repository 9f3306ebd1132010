"""A copy of the program with one small notebook, in which a test may break things; its runs are processes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import portfolio_review
from portfolio_review import resources
from portfolio_review.cli import cli

INJECTED = Path(__file__).with_name("injected")
SALES_HEAD = "client_id,date,revenue,unit\n"
PERIOD = "2023-12"


def sales(units: Sequence[str]) -> str:
    """Two years of monthly purchases of three clients in each unit."""
    return SALES_HEAD + "".join(
        f"{unit}-{client},{year}-{month:02d}-17,{amount},{unit}\n"
        for unit in units
        for client, amount in (("a", 900), ("b", 60.5), ("c", 40))
        for year in (2022, 2023)
        for month in range(1, 13)
    )


class Workshop:
    """`root` holds the copy of the program and the review file `shop.yml`."""

    def __init__(self, root: Path, units: Sequence[str], *, formats: str = "html, xlsx", settings: str = "") -> None:
        self.root = root
        self.units = units
        self.mark = uuid.uuid4().hex
        package = Path(portfolio_review.__file__).parent
        shutil.copytree(package, root / "src" / package.name, ignore=shutil.ignore_patterns("sample"))
        shutil.copytree(resources.folder("templates"), root / "templates")
        (root / "notebooks").mkdir()
        shutil.copy(resources.folder("notebooks") / "00_data.ipynb", root / "notebooks")
        (root / "sales.csv").write_text(sales(units), encoding="utf-8")
        (root / "tmp").mkdir()
        self.file = root / "shop.yml"
        self.file.write_text(
            "id: shop\ncurrency: EUR\nsources:\n  transactions: {path: sales.csv}\n"
            f"report: {{formats: [{formats}], pages: short}}\n{settings}\n",
            encoding="utf-8",
        )
        self.out = root / "out"

    @property
    def period(self) -> Path:
        return self.out / "shop" / PERIOD

    @property
    def notebook(self) -> Path:
        return self.root / "notebooks" / "00_data.ipynb"

    def add_cell(self, source: str) -> None:
        """Put a cell behind the parameters, before the slice is loaded."""
        content = json.loads(self.notebook.read_text(encoding="utf-8"))
        cell = {"cell_type": "code", "id": "added", "metadata": {}, "outputs": [], "execution_count": None}
        tags = [cell["metadata"].get("tags", []) for cell in content["cells"]]
        place = next(number for number, found in enumerate(tags) if "parameters" in found)
        content["cells"].insert(place + 1, {**cell, "source": source})
        self.notebook.write_text(json.dumps(content), encoding="utf-8")

    def environment(self, own_kernels: bool, **more: str) -> dict[str, str]:
        dropped = ("PYTHONDONTWRITEBYTECODE", *(("PORTFOLIO_", "JUPYTER_") if own_kernels else ()))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        paths = f"{INJECTED}{os.pathsep}{self.root / 'src'}"
        return {**kept, "PYTHONPATH": paths, "TMPDIR": str(self.root / "tmp"), "FAULT_MARK": self.mark, **more}

    def start(self, *words: object, own_kernels: bool = False, **more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "portfolio_review", *map(str, words), "--out", str(self.out)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.root,
            env=self.environment(own_kernels, **more),
        )  # fmt: skip

    def command(self, *words: object, own_kernels: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, own_kernels=own_kernels, **more)
        out, err = process.communicate(timeout=600)
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def inline(self, *words: object) -> Result:
        """A command within this process, for what it says: the program is not the copy."""
        return CliRunner().invoke(cli, [*map(str, words), "--out", str(self.out)])

    def run(self, *words: object, own_kernels: bool = False, **more: str) -> dict[str, Any]:
        """`run --json` of the period; the document it prints."""
        done = self.command("run", self.file, "--period", PERIOD, "--json", *words, own_kernels=own_kernels, **more)
        document: dict[str, Any] = json.loads(done.stdout)
        assert document["exit_code"] == done.returncode
        return document

    def statuses(self, *words: object, **more: str) -> dict[str, str]:
        return {unit["unit"]: unit["status"] for unit in self.run(*words, **more)["periods"][0]["units"]}

    def plan(self) -> dict[str, dict[str, Any]]:
        done = self.command("plan", self.file, "--period", PERIOD, "--json")
        assert done.returncode == 0, done.stderr
        return {unit["unit"]: unit for unit in json.loads(done.stdout)["periods"][0]["units"]}

    def published(self) -> dict[str, str]:
        """Every published file by hash; whether a unit was made or stood already does not count."""
        return tree(self.out / "shop")

    def is_whole(self) -> bool:
        """Whether each published unit has exactly the files of its manifest."""
        return all(is_whole(folder) for folder in self.period.iterdir() if folder.is_dir())

    def left_behind(self) -> list[str]:
        """Staging and temporary files that outlived a run."""
        staged = [path for path in self.out.rglob("*") if path.name == ".staging" or path.name.endswith(".replaced")]
        return [str(path) for path in (*staged, *(self.root / "tmp").iterdir())]

    def alive(self, seconds: float = 10) -> list[str]:
        """Processes of this workshop that still live after `seconds`."""
        deadline = time.monotonic() + seconds
        while (found := self._alive()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def _alive(self) -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
            except OSError:
                continue
        return found


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder by hash, hidden ones left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes().replace(b'"status": "cached"', b'"status": "made"')
        ).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def is_whole(folder: Path) -> bool:
    """Whether a unit's folder has exactly the files of its manifest."""
    named = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    return found == {name: facts["sha256"] for name, facts in named.items()}


NewWorkshop = Callable[..., Workshop]
