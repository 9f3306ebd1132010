"""A slice on disk: `slice.json` and one Parquet file a frame; written once, hashed, read whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from portfolio_review.calendar import Month, Period
from portfolio_review.doubt import Doubt
from portfolio_review.errors import MissingFileError
from portfolio_review.metrics.decisions import EarlierDecisions
from portfolio_review.metrics.follow_through import EarlierLists
from portfolio_review.metrics.holdout import CalledLists
from portfolio_review.metrics.restated import EarlierMonths
from portfolio_review.metrics.strategic_changes import EarlierReview
from portfolio_review.results.plain import write_parquet
from portfolio_review.review import Review
from portfolio_review.slices.frames import CLIENT
from portfolio_review.slices.model import FRAMES, Slice

SCHEMA = 1
HEAD = "slice.json"
_EARLIER = "earlier_lists.parquet"
_CALLED = "earlier_called.parquet"
_DECIDED = "earlier_decisions.parquet"
_BEFORE = "earlier_strategic_"
_DOUBTED = "earlier_doubts.parquet"
_FOUND = "earlier_findings.parquet"
_MONTHS = "earlier_months.parquet"
COMPARED = "earlier_months.json"
_TIERS = "earlier_tiers.parquet"
DRAWN = "drawn.parquet"
"""Of a masked slice who is held out of lists: the draw is by ids, which it has not."""
_OF_SERIES = ("series", "chance_back", "company", "company_chain")
_LOOKS_BACK = "earlier_"
"""Files that a run adds from the review before: they are no part of what was cut."""


@dataclass(frozen=True)
class Head:
    """What a slice knows besides its frames; plain values only."""

    review: dict[str, Any]
    unit: str
    period: str
    history_start: str
    data_until: str
    known: dict[str, list[str]]
    used_rows: int
    used_revenue: float
    units_gap: float
    company_revenue_per_client: float | None
    duplicate_rows: int | None
    duplicate_revenue: float | None
    source_rows: int | None
    source_revenue: float | None
    inputs: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    removed: list[dict[str, Any]]


def write_head(folder: Path, head: Head) -> None:
    """Write `slice.json`; the same head gives the same bytes."""
    text = json.dumps({"schema": SCHEMA, **asdict(head)}, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / HEAD).write_text(text + "\n", encoding="utf-8")


def digest(folder: Path) -> str:
    """sha256 over the names and bytes of a slice's files: what its figures depend on."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.suffix in (".parquet", ".json"):
            whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def parts(folder: Path) -> dict[str, str]:
    """The same by what it comes from, so that a run can say what changed.

    rows: the unit's transactions; tables: contacts, payments and other given tables; settings: the review
    file; series: what all units share, such as the usual gap of the company or the day of the last row.
    """
    head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    found = {name: hashlib.sha256() for name in ("rows", "tables", "settings", "series")}
    found["settings"].update(json.dumps(head.pop("review"), sort_keys=True).encode())
    for name in ("used_rows", "used_revenue"):
        found["rows"].update(json.dumps(head.pop(name)).encode())
    found["series"].update(json.dumps(head, sort_keys=True).encode())
    for path in sorted(folder.glob("*.parquet")):
        if path.name.startswith(_LOOKS_BACK):
            continue
        part = "tables" if path.name.startswith("given_") else "series" if path.stem in _OF_SERIES else "rows"
        found[part].update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return {name: hash_.hexdigest() for name, hash_ in found.items()}


def load(folder: Path) -> Slice:
    """Read a slice back; `MissingFileError` when the folder holds none."""
    head_file = folder / HEAD
    if not head_file.is_file():
        raise MissingFileError(f"{folder} holds no slice: run `portfolio-review run`, or leave `workspace` empty")
    head = json.loads(head_file.read_text(encoding="utf-8"))
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
    ids = frames["clients"]["client_id"]
    frames |= {name: _with_ids(frame, ids) for name, frame in frames.items() if CLIENT in frame}
    given = {path.stem.removeprefix("given_"): pd.read_parquet(path) for path in sorted(folder.glob("given_*.parquet"))}
    stated = (
        "used_rows",
        "used_revenue",
        "units_gap",
        "company_revenue_per_client",
        "duplicate_rows",
        "duplicate_revenue",
        "source_rows",
        "source_revenue",
    )
    return Slice(
        review=_review(head["review"]),
        unit=head["unit"],
        period=Period.parse(head["period"]),
        history_start=dt.date.fromisoformat(head["history_start"]),
        data_until=dt.date.fromisoformat(head["data_until"]),
        hash=digest(folder),
        frames=frames,
        tables=given,
        known={table: tuple(columns) for table, columns in head["known"].items()},
        stated={name: head[name] for name in stated},
        earlier_lists=_earlier_lists(folder),
        called_lists=_called_lists(folder),
        earlier_decisions=_earlier_decisions(folder),
        earlier_review=_earlier_review(folder),
        earlier_doubts=_earlier_doubts(folder),
        earlier_findings=_earlier_findings(folder),
        earlier_months=_earlier_months(folder),
        published_tiers=_published_tiers(folder),
        drawn=_drawn(folder),
        doubts=tuple(map(Doubt.from_plain, head["doubts"])),
        inputs=pd.DataFrame(head["inputs"], columns=["table", "path", "rows", "sha256"]),
        warnings=pd.DataFrame(head["warnings"], columns=["table", "column", "rule", "rows", "remedy"]),
        removed=pd.DataFrame(head["removed"], columns=["value", "rows"]),
    )


def _with_ids(frame: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """The frame with the clients' ids in place of their numbers."""
    frame.insert(0, "client_id", ids.take(frame.pop(CLIENT).to_numpy()).reset_index(drop=True))
    return frame


def write_earlier_lists(folder: Path, lists: pd.DataFrame, last: Month) -> None:
    """Put the lists of an earlier review (client_id, rule, listed, state) into a slice, before it is hashed: those who
    were listed and those cut by the capacity."""
    kept = lists.loc[lists["state"] != "held_out", ["client_id", "rule", "listed"]].sort_values(["rule", "client_id"])
    write_parquet(kept.assign(month=last.index), folder / _EARLIER)


def write_called_lists(folder: Path, lists: pd.DataFrame, last: Month) -> None:
    """Put the lists of the review h months earlier (client_id, list, state) into a slice, before it is hashed."""
    kept = lists[["client_id", "list", "state"]].sort_values(["list", "client_id"])
    write_parquet(kept.assign(month=last.index), folder / _CALLED)


def _called_lists(folder: Path) -> CalledLists | None:
    if not (folder / _CALLED).is_file():
        return None
    frame = pd.read_parquet(folder / _CALLED)
    return (
        CalledLists(frame[["client_id", "list", "state"]], Month(int(frame["month"].iloc[0]))) if len(frame) else None
    )


def write_earlier_review(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Put tables `strategic.<name>` of an earlier review, by name, into a slice, before it is hashed."""
    for name, table in tables.items():
        write_parquet(table, folder / f"{_BEFORE}{name}.parquet")


def _earlier_review(folder: Path) -> EarlierReview | None:
    found = {
        path.stem.removeprefix(_BEFORE): pd.read_parquet(path) for path in sorted(folder.glob(f"{_BEFORE}*.parquet"))
    }
    return EarlierReview(found) if found else None


def _earlier_lists(folder: Path) -> EarlierLists | None:
    if not (folder / _EARLIER).is_file():
        return None
    frame = pd.read_parquet(folder / _EARLIER)
    last = Month(int(frame["month"].iloc[0])) if len(frame) else None
    return None if last is None else EarlierLists(frame[["client_id", "rule", "listed"]], last)


def write_earlier_decisions(folder: Path, ledger: pd.DataFrame, last: Month) -> None:
    """Put the ledger of an earlier review (`actions.ledger`) into a slice, before it is hashed."""
    write_parquet(ledger.assign(month=last.index), folder / _DECIDED)


def _earlier_decisions(folder: Path) -> EarlierDecisions | None:
    if not (folder / _DECIDED).is_file():
        return None
    frame = pd.read_parquet(folder / _DECIDED)
    last = Month(int(frame["month"].iloc[0])) if len(frame) else None
    return None if last is None else EarlierDecisions(frame.drop(columns="month"), last)


def write_earlier_doubts(folder: Path, shares: Mapping[str, float]) -> None:
    """Put the shares of an earlier review's doubts, by `Doubt.key`, into a slice, before it is hashed."""
    frame = pd.DataFrame(sorted(shares.items()), columns=["doubt", "share"]).astype({"doubt": "str", "share": float})
    write_parquet(frame, folder / _DOUBTED)


def _earlier_doubts(folder: Path) -> dict[str, float]:
    if not (folder / _DOUBTED).is_file():
        return {}
    frame = pd.read_parquet(folder / _DOUBTED)
    return dict(zip(frame["doubt"], frame["share"].astype(float), strict=True))


def write_earlier_findings(folder: Path, since: Mapping[str, str]) -> None:
    """Put the first months of an earlier review's findings, by `Finding.key`, into a slice, before it is hashed."""
    frame = pd.DataFrame(sorted(since.items()), columns=["finding", "since"]).astype("str")
    write_parquet(frame, folder / _FOUND)


def _earlier_findings(folder: Path) -> dict[str, str]:
    if not (folder / _FOUND).is_file():
        return {}
    frame = pd.read_parquet(folder / _FOUND)
    return dict(zip(frame["finding"], frame["since"], strict=True))


def write_earlier_months(folder: Path, earlier: EarlierMonths) -> None:
    """Put what the review to compare with said by client and month into a slice, before it is hashed."""
    write_parquet(earlier.months, folder / _MONTHS)
    told = {name: value for name, value in vars(earlier).items() if name != "months"}
    (folder / COMPARED).write_text(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def _earlier_months(folder: Path) -> EarlierMonths | None:
    if not (folder / COMPARED).is_file():
        return None
    told = json.loads((folder / COMPARED).read_text(encoding="utf-8"))
    return EarlierMonths(months=pd.read_parquet(folder / _MONTHS), **told)


def write_published_tiers(folder: Path, tiers: pd.DataFrame) -> None:
    """Put the tiers (client_id, tier) of the review published for W0's end into a slice, before it is hashed."""
    write_parquet(tiers.sort_values("client_id"), folder / _TIERS)


def _published_tiers(folder: Path) -> pd.Series | None:
    if not (folder / _TIERS).is_file():
        return None
    return pd.read_parquet(folder / _TIERS).set_index("client_id")["tier"]


def _drawn(folder: Path) -> frozenset[str] | None:
    return frozenset(pd.read_parquet(folder / DRAWN)["client_id"]) if (folder / DRAWN).is_file() else None


def _review(settings: dict[str, Any]) -> Review:
    """The settings a slice was cut with; its sources are behind it, so none are named."""
    return Review.model_validate({**settings, "sources": {"transactions": {"path": "(in the slice)"}}})
