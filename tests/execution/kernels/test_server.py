"""The process that kernels are forked from ends with its parent, at every time."""

import subprocess
import sys
import tempfile
from pathlib import Path

STILL_IMPORTING = """
import sys, time
from portfolio_review.execution.kernels import server
server._import_stack = lambda: print("importing", flush=True) or time.sleep(600)
server.main(sys.argv[1])
"""
IMPORTED = """
import sys, threading
from portfolio_review.execution.kernels import server
server._import_stack = lambda: None
whole = server.Server.run
server.Server.run = lambda self: print(threading.active_count(), flush=True) or whole(self)
server.main(sys.argv[1])
"""


def started(program: str, folder: Path) -> subprocess.Popen[str]:
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder / "kernels")], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def test_it_ends_with_its_parent_while_it_still_imports() -> None:
    with tempfile.TemporaryDirectory() as short, started(STILL_IMPORTING, Path(short, "review-x")) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stdout.readline() == "importing\n"
        server.stdin.close()  # as the system does when the parent is killed
        assert server.wait(timeout=60) == 0
        assert list(Path(short).iterdir()) == []


def test_it_has_one_thread_when_it_forks() -> None:
    with tempfile.TemporaryDirectory() as short, started(IMPORTED, Path(short, "review-x")) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert [server.stdout.readline() for _ in range(2)] == ["1\n", "ready\n"]
        server.stdin.close()
        assert server.wait(timeout=60) == 0
        assert list(Path(short).iterdir()) == []
