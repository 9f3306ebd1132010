"""What all tests share: the sample's data, kernels, and how the notebooks' kept outputs are compared."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from portfolio_review.execution.kernels.pool import KERNEL_ENVIRONMENT, ForkedKernels

# as in a kernel, and before numpy is loaded: a thread for every core waits longer than these sums take
os.environ |= {name: value for name, value in KERNEL_ENVIRONMENT.items() if name.endswith("_THREADS")}

import hypothesis
import pytest
from nbval.plugin import IPyNbFile

sys.path.insert(0, str(Path(__file__).with_name("notebooks")))

import cut_once
import kept_records

from portfolio_review import sample
from portfolio_review.pipeline.workers import SELDOM
from portfolio_review.results.contract import MIME

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Notebooks run on the sample: its data are made where `make setup` has not made them.

    Python looks for cycles as seldom as in a worker of a run: a fifth of the tests' time otherwise.
    """
    gc.set_threshold(*SELDOM)
    # how long an example takes is the machine's, which may be busy
    hypothesis.settings.register_profile("tests", deadline=None)
    hypothesis.settings.load_profile("tests")
    # processes of tests load the program's modules hundreds of times: they are compiled once
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    data = ROOT / "params" / "demo"
    if not hasattr(config, "workerinput"):
        os.environ[cut_once.FOLDER] = tempfile.mkdtemp(prefix="portfolio-review-tests-")
        if not data.is_dir():
            sample.write(data)


@pytest.fixture(scope="session", autouse=True)
def kernels() -> Iterator[None]:
    """One process that all kernels of the session are forked from, those of nbval too."""
    with ForkedKernels() as forked, pytest.MonkeyPatch.context() as patch:
        for name, value in forked.environment().items():
            patch.setenv(name, value)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """nbval compares text exactly, and pictures not at all; records it compares as we do, with tolerance."""
    for item in items:
        if isinstance(item.parent, IPyNbFile):
            kept_records.compare_too(item)
            cut_once.open_shared(item)
            if MIME not in item.parent.skip_compare:
                item.parent.skip_compare += (MIME, "image/svg+xml")


def pytest_collection_finish() -> None:
    """What was imported and collected stays: no search for cycles looks through it again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """At the end all is looked through again, so that libraries in C find nothing left behind."""
    gc.unfreeze()
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[cut_once.FOLDER], ignore_errors=True)
