"""Each opening, renaming and making of a folder fails in turn; what was made before stands, the message says where.

The run is this process's own: its units are made in line, and a hook lets the n-th operation fail.
"""

import errno
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from workshop import PERIOD, is_whole, sales, tree

from portfolio_review import resources
from portfolio_review.cli import cli
from portfolio_review.pipeline import render as rendering
from portfolio_review.pipeline import workers
from portfolio_review.pipeline.unit import make

ERRORS = ("ENOSPC", "EIO", "EACCES")
EVENTS = ("open", "os.rename", "os.mkdir")


@dataclass
class Hook:
    """Counts file operations below `under` while it is set; the one numbered `at` fails with `error`."""

    under: str = ""
    at: int = 0
    error: str = ""
    seen: list[str] = field(default_factory=list)

    def __call__(self, event: str, arguments: tuple) -> None:
        if not self.under or event not in EVENTS:
            return
        path = arguments[1] if event == "os.rename" else arguments[0]
        if event == "open":
            mode, flags = arguments[1:]
            if not (any(sign in mode for sign in "wxa+") if mode else (flags or 0) & (os.O_WRONLY | os.O_RDWR)):
                return
        if not isinstance(path, str | os.PathLike) or not str(path).startswith(self.under):
            return
        self.seen.append(str(path))
        if len(self.seen) == self.at:
            number = getattr(errno, self.error)
            raise OSError(number, os.strerror(number), str(path))


HOOK = Hook()
sys.addaudithook(HOOK)  # cannot be taken away again, but counts nothing while `under` is empty


class Company:
    """A company of one unit, made once; `changed` is a review file for which its editions must be rendered again."""

    def __init__(self, root: Path) -> None:
        self.root, self.out = root, root / "out"
        (root / "sales.csv").write_text(sales(["North"]), encoding="utf-8")
        self.file = root / "shop.yml"
        self.write("html, xlsx")

    def write(self, formats: str) -> None:
        self.file.write_text(
            "id: shop\ncurrency: EUR\nsources:\n  transactions: {path: sales.csv}\n"
            f"report: {{formats: [{formats}], pages: short}}\n",
            encoding="utf-8",
        )

    def run(self) -> Result:
        words = ["run", self.file, "--period", PERIOD, "--unit", "North", "--out", self.out, "--quiet"]
        result = CliRunner().invoke(cli, [str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def with_fault(self, at: int, error: str) -> tuple[Result, str]:
        """A run whose operation number `at` fails; its result, and the path of the operation."""
        HOOK.under, HOOK.at, HOOK.error, HOOK.seen = str(self.out), at, error, []
        try:
            result = self.run()
        finally:
            HOOK.under = ""
        return result, HOOK.seen[at - 1] if 0 < at <= len(HOOK.seen) else ""

    @property
    def unit(self) -> Path:
        return next(path for path in (self.out / "shop" / PERIOD).iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    notebooks = [path for path in resources.notebooks() if path.stem.startswith("00_")]
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "notebooks", lambda: notebooks)
        for module in (workers, rendering):  # in this process, whose operations fail
            patch.setattr(module, "make_all", lambda tasks, jobs, stage, *_: (make(task, stage) for task in tasks))
        found = Company(Path(folder))
        assert found.run().exit_code == 0
        shutil.copytree(found.out, found.root / "kept")
        yield found


@pytest.fixture
def reset(company: Company) -> Callable[[bool], None]:
    """Puts the reviews back as they were made; with `forget`, without what the run before remembered."""

    def back(forget: bool = False) -> None:
        shutil.rmtree(company.out, ignore_errors=True)
        shutil.copytree(company.root / "kept", company.out)
        if forget:
            shutil.rmtree(company.out / "shop" / ".cache")

    return back


def check_each(company: Company, reset: Callable[[bool], None], forget: bool, errors: list[str], every: int) -> None:
    company.write("html")
    reset(forget)
    old = tree(company.unit)
    assert company.with_fault(0, "")[0].exit_code == 0
    operations, new = list(HOOK.seen), tree(company.unit)
    assert len(operations) > 15
    assert old != new
    cycle = itertools.cycle(errors)
    for at in range(1, len(operations) + 1, every):
        for error in [next(cycle)]:
            reset(forget)
            result, path = company.with_fault(at, error)
            said = f"operation {at}, {error} at {path}: exit {result.exit_code}: {result.output}"
            assert tree(company.unit) in (old, new), said
            assert is_whole(company.unit), said
            if result.exit_code == 0:  # the cache and the log are not worth a review
                assert "/.cache" in path or "/.logs" in path or tree(company.unit) == new, said
            else:
                assert result.exit_code in (2, 3, 4, 5), said
                name = Path(path).name.removeprefix(".").removesuffix(".part")
                assert name in result.output or str(Path(path).parent) in result.output, said
                assert os.strerror(getattr(errno, error)) in result.output, said
            after = company.run()
            assert after.exit_code == 0, f"{said}\nthen: {after.output}"
            assert tree(company.unit) == new, said
            assert not (company.out / "shop" / ".staging").exists(), said
    company.write("html, xlsx")


def test_each_operation_of_a_rendering_fails_in_turn(company: Company, reset: Callable[[bool], None]) -> None:
    check_each(company, reset, False, list(ERRORS), 1)


@pytest.mark.long
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("forget", [False, True], ids=["rendered", "made"])
def test_each_operation_fails_in_turn_with_each_error(
    company: Company, reset: Callable[[bool], None], forget: bool, error: str
) -> None:
    check_each(company, reset, forget, [error], 1)
