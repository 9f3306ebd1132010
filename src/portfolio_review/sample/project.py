"""The sample company with its review file in a folder of one's own, ready for `portfolio-review run`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from portfolio_review import resources
from portfolio_review.errors import PublishError, UsageError
from portfolio_review.sample import files

REVIEW: Final = "sample.yml"
DATA: Final = "sample"


def review_file(head: str) -> str:
    """The text of the sample's review file, below `head`: every setting with its comment, over the tables in `DATA`."""
    text = (resources.folder("params") / "demo.yml").read_text(encoding="utf-8")
    lines = text.replace("demo/", f"{DATA}/").replace("\nid: demo\n", f"\nid: {DATA}\n").splitlines(keepends=True)
    return f"{head}\n" + "".join(line for line in lines if "make sample" not in line)


def write(folder: Path, head: str, texts: dict[str, str]) -> list[Path]:
    """Write review file and tables into `folder`; gives every path written.

    head: first line of the review file; texts: further files beside it, by name.

    Raises `UsageError` where a file of another content stands in the place of one, `PublishError` where the folder
    cannot be written; then nothing is changed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sample-", dir=folder) as work:
            made = Path(work)
            (made / DATA).mkdir()
            files.write(made / DATA)
            for name, text in (texts | {REVIEW: review_file(head)}).items():
                (made / name).write_text(text, encoding="utf-8")
            paths = sorted(path for path in made.rglob("*") if path.is_file())
            _refuse_others(folder, made, paths)
            (folder / DATA).mkdir(exist_ok=True)
            return [path.replace(folder / path.relative_to(made)) for path in paths]
    except OSError as error:
        place = error.filename or folder
        raise PublishError(
            f"the sample could not be written to {place}: {error.strerror or error}. "
            "Name a folder that you may write to, with 20 MB free."
        ) from None


def _refuse_others(folder: Path, made: Path, paths: list[Path]) -> None:
    """The same bytes are our own of before; anything else is somebody's work."""
    for path in paths:
        there = folder / path.relative_to(made)
        if there.exists() and (not there.is_file() or there.read_bytes() != path.read_bytes()):
            raise UsageError(f"{there} exists and is not the sample's: name another folder, or move it away")
