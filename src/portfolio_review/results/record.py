"""What notebooks call: show a result to people and record it for programs in the same output.

Each call displays its object and carries the machine form beside it under `MIME`. `results.json`
is read back from there (see `store`), so every figure knows its notebook and cell by construction.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd
from IPython.display import display

from portfolio_review import catalog
from portfolio_review.doubt import Doubt
from portfolio_review.figure import Figure
from portfolio_review.results import rounding, show
from portfolio_review.results.contract import LIBRARIES, MAX_TABLE_ROWS, MIME, ReviewHead
from portfolio_review.results.finding import Finding, Verdict, to_plain, verdict_to_plain
from portfolio_review.results.plain import plain, rows_of, write_parquet
from portfolio_review.results.seen import Scope, Seen

NO_SCOPE = Scope()
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
DOUBTS = "data.doubts"
ANSWER = "answer"
"""The display that `Recorder.answer` opens and `Recorder.close` fills."""
CENT = 0.005
"""Two computations of money agree when they differ by less than half a cent."""
SHARE = 1e-9
"""Two computations of a share or a count agree when they differ by less than this."""


class Chart(Protocol):
    """Any picture of `exhibits`."""

    @property
    def svg(self) -> str: ...
    @property
    def alt(self) -> str: ...


class Check(Protocol):
    """Any outcome of `metrics.checks`."""

    @property
    def id(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def detail(self) -> str: ...


class Recorder:
    """Records for one notebook of one review; findings and checks see numbers as they are recorded (`rounding`)."""

    def __init__(
        self,
        head: ReviewHead,
        *,
        targets: Mapping[str, float] | None = None,
        scope: Scope = NO_SCOPE,
        folder: Path | None = None,
        settings: Mapping[str, str] = NO_SETTINGS,
        since: Mapping[str, str] = NO_SETTINGS,
    ) -> None:
        self.head = head
        self.targets = dict(targets or {})
        self.scope = scope
        self._tables: dict[str, pd.DataFrame] = {}
        self._doubts: tuple[Doubt, ...] = ()
        self._folder = folder
        self._settings = settings
        self._since = since
        self._figures: dict[str, Figure] = {}
        self._claimed: set[tuple[str, str]] = set()
        self._checks: dict[str, Check] = {}
        self._answers: tuple[str, ...] = ()
        self._told: list[str] = []
        self._emit("review", "", {**asdict(head), "review_id": head.id}, show.head(head))

    def figures(self, figures: Mapping[str, Figure]) -> None:
        """Record figures by their catalogue ids, with their targets where there are any."""
        entries = {id_: catalog.lookup(id_) for id_ in figures}
        known = {
            id_: rounding.figure(figure.with_target(self.targets.get(id_, figure.target)), entries[id_])
            for id_, figure in figures.items()
        }
        for id_, figure in known.items():
            self._claim(id_, "figure")
            self._figures[id_] = figure
        payload = [
            {
                "id": id_,
                "unit": entries[id_].unit,
                **{k: plain(v) for k, v in asdict(figure).items() if v is not None or k in ("value", "reason")},
            }
            for id_, figure in known.items()
        ]
        self._emit("figures", "", {"figures": payload}, show.figures(known, entries, self._settings))

    def figure(self, id_: str, figure: Figure) -> None:
        """Record one figure."""
        self.figures({id_: figure})

    def table(self, id_: str, frame: pd.DataFrame, *, beside: bool = False, apart: bool = False) -> None:
        """Record a table; its columns must be those of the catalogue, in that order.

        A table above 2,000 rows is written as Parquet beside the notebook and recorded by its hash; with
        `beside` a shorter one is written too, for programs that import it. With `apart` it lies in that file alone,
        however short: for the next review, not for people.
        """
        entry = catalog.lookup(id_)
        columns = tuple(column.name for column in entry.columns)
        if tuple(frame.columns) != columns:
            raise ValueError(f"table {id_} has columns {tuple(frame.columns)}, the catalogue says {columns}")
        self._claim(id_, "table")
        frame = rounding.table(frame, entry)
        self._tables[id_] = frame
        payload: dict[str, Any] = {"columns": list(columns), "count": len(frame)}
        if apart and self._folder is None:
            payload["rows"] = None  # opened by hand: nobody reads it
        elif (apart or len(frame) > MAX_TABLE_ROWS) and self._folder is not None:
            file = f"{id_}.parquet"
            payload |= {"rows": None, "file": file, "sha256": write_parquet(frame, self._folder / file)}
        else:
            payload["rows"] = rows_of(frame)
            if beside and self._folder is not None:
                write_parquet(frame, self._folder / f"{id_}.parquet")
        self._emit("table", id_, payload, show.table(frame, entry))

    def chart(self, id_: str, chart: Chart) -> None:
        """Show a picture, and record that a page may draw it from the recorded tables, with its words."""
        self._claim(id_, "chart")
        self._emit(
            "chart",
            id_,
            {"alt": chart.alt},
            {"image/svg+xml": chart.svg, "text/plain": chart.alt},
        )

    def answer(self, *ids: str) -> None:
        """Leave room, right after the question, for the answer: the figures `ids` (without any, what the checks found),
        what the findings say, and whether the checks passed. `close` fills it, for it is known when the notebook has
        run."""
        self._answers = ids
        self._show_answer({"text/plain": "The answer stands here when the notebook has run."}, update=False)

    @property
    def so_far(self) -> Seen:
        """What this notebook has recorded, for the rules of findings."""
        return Seen(self.head, self.scope, dict(self._figures), dict(self._tables), self._doubts, self._since)

    def findings(self, findings: Sequence[Finding]) -> None:
        """Record sentences with the ids of the figures and tables that are their evidence.

        A ValueError when one names evidence that this notebook has not recorded.
        """
        for finding in findings:
            self._claim(finding.id, "finding")
            if unknown := [id_ for id_ in finding.evidence if id_ not in {*self._figures, *self._tables}]:
                raise ValueError(f"finding {finding.id} rests on {unknown[0]}, which this notebook has not recorded")
            self._told.append(finding.text)
            self._emit("finding", finding.id, {"finding": to_plain(finding)}, {"text/plain": finding.text})

    def verdict(self, verdict: Verdict | None) -> None:
        """Record what page one says first. Its figures may be those of other notebooks: `store.read_notebooks` refuses
        one that none has recorded."""
        if verdict is not None:
            self._claim("verdict", "verdict")
            self._emit("verdict", "", {"verdict": verdict_to_plain(verdict)}, {"text/plain": verdict.text})

    def doubts(self, doubts: Sequence[Doubt], not_met: Sequence[str] = ()) -> None:
        """Record what is doubtful about the data, beside `data.doubts`, the table of it.

        not_met: ids that the review file accepts and that do not occur.
        """
        self._doubts = tuple(doubts)
        rows = [(doubt.id, doubt.table, doubt.column, doubt.rows, doubt.share, doubt.accepted) for doubt in doubts]
        columns = [column.name for column in catalog.lookup(DOUBTS).columns]
        self.table(DOUBTS, pd.DataFrame(rows, columns=columns).astype({"share": "float64"}))
        payload = {"doubts": [doubt.to_plain() for doubt in doubts], "not_met": list(not_met)}
        self._emit("doubts", "", payload, show.doubts(doubts, not_met))

    def check(self, *checks: Check) -> None:
        """Record outcomes of checks; a failed one is shown, kept and named on page one."""
        for check in checks:
            self._claim(check.id, "check")
            self._checks[check.id] = check
        payload = [{"id": check.id, "passed": bool(check.passed), "detail": check.detail} for check in checks]
        self._emit("checks", "", {"checks": payload}, show.checks(checks))

    def recomputed(self, notebook: str, expected: Mapping[str, float | None]) -> None:
        """Check the figures recorded so far against the same computed in SQL from the validated rows."""
        compared = {id_: value for id_, value in expected.items() if id_ in self._figures}
        wrong = [
            f"{id_}: notebook {self._figures[id_].value}, SQL {value}"
            for id_, value in compared.items()
            if not _agree(self._figures[id_].value, value, money=catalog.lookup(id_).unit == "money")
        ]
        equal = "1 figure equals its" if len(compared) == 1 else f"{len(compared)} figures equal their"
        detail = "; ".join(wrong) if wrong else f"{equal} recomputation in SQL"
        self.check(_Outcome(f"sql_{notebook}", bool(compared) and not wrong, detail))

    def close(self) -> None:
        """The end mark: a notebook without it has failed. Shows the versions it ran with, and fills in the answer.

        A ValueError when the answer names a figure that was not recorded.
        """
        if unknown := [id_ for id_ in self._answers if id_ not in self._figures]:
            raise ValueError(f"the answer names {unknown[0]}, which this notebook has not recorded")
        answers = {id_: self._figures[id_] for id_ in self._answers}
        entries = {id_: catalog.lookup(id_) for id_ in answers}
        failed = [id_ for id_, check in self._checks.items() if not check.passed]
        details = [] if answers else [check.detail for check in self._checks.values()]
        passed = "its check passed" if len(self._checks) == 1 else f"all {len(self._checks)} checks passed"
        outcome = f"failed: {', '.join(failed)}" if failed else passed
        told = [*details, *self._told, *([outcome] if self._checks else [])]
        self._show_answer(show.answer(answers, entries, told), update=True)
        payload = {"python": platform.python_version(), "versions": _versions(), "failed": failed}
        self._emit("close", "", payload, {"text/plain": f"closed; {len(failed)} of its checks failed"})

    def _show_answer(self, shown: Mapping[str, str], *, update: bool) -> None:
        display(dict(shown), raw=True, display_id=ANSWER, update=update)  # type: ignore[no-untyped-call]

    def _claim(self, id_: str, kind: str) -> None:
        if (kind, id_) in self._claimed:
            raise ValueError(f"{kind} {id_} is recorded twice in this notebook")
        self._claimed.add((kind, id_))

    def _emit(self, kind: str, id_: str, payload: Mapping[str, Any], shown: Mapping[str, str]) -> None:
        display({**shown, MIME: {**payload, "kind": kind, "id": id_}}, raw=True)  # type: ignore[no-untyped-call]


class _Outcome:
    def __init__(self, id_: str, passed: bool, detail: str) -> None:
        self.id, self.passed, self.detail = id_, passed, detail


def _agree(ours: object, theirs: float | None, *, money: bool) -> bool:
    if not isinstance(ours, int | float) or theirs is None:
        return ours is None and theirs is None
    return abs(ours - theirs) < (CENT if money else SHARE * max(1.0, abs(theirs)))


@cache
def _versions() -> dict[str, str]:
    """Of the libraries that compute, looked up once a process."""
    return {name: version(name) for name in LIBRARIES}
