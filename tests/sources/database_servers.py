"""Database servers of the tests' own, in temporary folders, run as an unprivileged user; `None` where there are none."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import glob
from pathlib import Path

import pytest

PASSWORD = "s3cret-pa55"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _as(user: str) -> dict[str, object]:
    """How a subprocess is run as that user when we are root, whom servers refuse."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid} if os.getuid() == 0 else {}


@contextmanager
def _folder(user: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="db"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new PostgreSQL cluster."""
    found = sorted(glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb") or ""]
    if not found[-1]:
        pytest.skip("PostgreSQL is not installed: no initdb")
    binaries = Path(found[-1]).parent
    with _folder("postgres") as folder:
        secret = folder / "pw"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        run = {"check": True, "cwd": folder, "capture_output": True, **_as("postgres")}
        subprocess.run(
            [binaries / "initdb", "-D", folder / "d", "-U", "owner", "--auth=scram-sha-256", f"--pwfile={secret}",
             "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"], **run,
        )  # fmt: skip
        port = _free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=Asia/Tokyo"
        control = [binaries / "pg_ctl", "-D", folder / "d", "-w", "-l", folder / "log"]
        subprocess.run([*control, "-o", options, "start"], **{**run, "capture_output": False})
        try:
            yield f"postgresql://owner:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **run)


@contextmanager
def mariadb() -> Iterator[str]:
    """The address of a new MariaDB server with a database `crm`."""
    server, install = shutil.which("mariadbd", path="/usr/sbin:/usr/bin"), shutil.which("mariadb-install-db")
    if not server or not install:
        pytest.skip("MariaDB is not installed: no mariadbd")
    user = "mysql" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    with _folder(user) as folder:
        run = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **_as(user)}
        subprocess.run(
            [install, "--no-defaults", f"--datadir={folder / 'd'}", "--skip-test-db", "--auth-root-authentication-method=normal"],
            check=True, **run,
        )  # fmt: skip
        (folder / "init.sql").write_text(
            f"CREATE DATABASE crm CHARACTER SET utf8mb4;\nCREATE USER owner@'%' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON crm.* TO owner@'%';\n"
        )
        port = _free_port()
        running = subprocess.Popen(
            [server, "--no-defaults", f"--datadir={folder / 'd'}", f"--port={port}", "--bind-address=127.0.0.1",
             f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", f"--init-file={folder / 'init.sql'}",
             "--default-time-zone=+09:00", "--innodb-flush-log-at-trx-commit=0"], **run,
        )  # fmt: skip
        try:
            _wait_for(running, port)
            yield f"mysql://owner:{PASSWORD}@127.0.0.1:{port}/crm"
        finally:
            running.kill()
            running.wait()


def _wait_for(running: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        assert running.poll() is None, "the server ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")
