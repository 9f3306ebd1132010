"""What a report says about its own making: run, status, version, program and libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["draft", "signed", "published"]


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """Nothing here is a figure: every number that is printed comes from the recorded results.

    `run` is the run id of the footers, `version` that of the review (1 for the first draft),
    `program` the version of portfolio-review, `libraries` the versions that computed and rendered,
    `unit_name` how the unit is printed (None: its id; `all` is translated).
    """

    run: str
    status: Status = "draft"
    version: int = 1
    signed_by: str | None = None
    program: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)
    unit_name: str | None = None
