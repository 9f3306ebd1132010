"""A workshop whose reviews are made once, and new ones in which a test may break things."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workshop import NewWorkshop, Workshop


@pytest.fixture
def workshop() -> Iterator[NewWorkshop]:
    """`workshop(units, ...)`: a new one; its folder has a short name, for sockets lie below it."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        made = 0

        def make(units: list[str], **words: str) -> Workshop:
            nonlocal made
            made += 1
            root = Path(folder, str(made))
            root.mkdir()
            return Workshop(root, units, **words)

        yield make


@pytest.fixture(scope="session")
def settled() -> Iterator[Workshop]:
    """A workshop of two units whose reviews are made and kept aside."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        found = Workshop(Path(folder), ["North", "South"])
        before = os.umask(0)  # what is written must not be for others to change all the same
        try:
            assert found.statuses("--jobs", "1") == {"North": "made", "South": "made", "all": "made"}
        finally:
            os.umask(before)
        shutil.copytree(found.out, found.root / "kept")
        yield found


@pytest.fixture
def shop(settled: Workshop) -> Workshop:
    """The same with every review up to date, whatever the test before it left."""
    shutil.rmtree(settled.out)
    shutil.copytree(settled.root / "kept", settled.out)
    return settled
