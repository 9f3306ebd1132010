"""What a report says about its own making: run, approval, version, program and libraries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["draft", "published"]


@dataclass(frozen=True, kw_only=True)
class Issue:
    """As what a report is published: its version, by whom and when it was reviewed, what it replaces and why."""

    version: int
    reviewer: str
    day: dt.date
    replaces: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """Nothing here is a figure: every number that is printed comes from the recorded results.

    `run` is the run id of the footers, `issue` None for a draft, `program` the version of portfolio-review,
    `libraries` the versions that computed and rendered, `unit_name` how the unit is printed (None: its id;
    `all` is translated).
    """

    run: str
    issue: Issue | None = None
    program: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)
    unit_name: str | None = None
    masked: bool = False
    """Whether names are pseudonyms, which the unit's printed name says."""

    @property
    def status(self) -> Status:
        return "published" if self.issue else "draft"
