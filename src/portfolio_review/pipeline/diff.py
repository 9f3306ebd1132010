"""`diff`: what changed between two reviews of a unit, or two versions of one: data, settings and method told apart.

In: two folders as they lie, nothing else; out: causes, restated months by client, and, of one period, the figures that
differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from portfolio_review import review as review_files
from portfolio_review.calendar import Period
from portfolio_review.delivery import manifest
from portfolio_review.errors import MissingFileError, UsageError, nearest
from portfolio_review.metrics import restated
from portfolio_review.metrics.restated import Changed
from portfolio_review.pipeline import parts as keys
from portfolio_review.pipeline import reviews
from portfolio_review.pipeline.reviews import CLIENTS, MONTHS, Compared, Standing

SHOWN = 20
"""Changed figures that are printed; the JSON has all."""
DRAFT = "draft"
SAME = 1e-9


@dataclass(frozen=True)
class Side:
    """One of the two reviews: version `draft`, `v2`, or the run id of a draft that another one replaced."""

    period: str
    version: str
    run: str
    folder: str


@dataclass(frozen=True)
class Cause:
    """Whether data, settings or method changed, and what of it."""

    cause: str
    changed: Changed
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """months: month, before, now, change; clients: client_id, name, month, before, now, change; figures: id, before,
    now, of two versions of one period."""

    review: str
    unit: str
    before: Side
    after: Side
    causes: tuple[Cause, ...]
    months: tuple[Mapping[str, Any], ...]
    clients: tuple[Mapping[str, Any], ...]
    figures: tuple[Mapping[str, Any], ...]


def diff(file: Path, out: Path, before: str, after: str, unit: str) -> Difference:
    """Compare two reviews of `unit`, each named as `PERIOD`, `PERIOD@v2` (published) or `PERIOD@RUN` (a draft that
    was replaced). `MissingFileError` for one that is not there."""
    review = review_files.load(file)
    old, new = (_found(out / review.id, unit, text) for text in (before, after))
    then, now = _months(old, before), _months(new, after)
    first = max(str(side.results["review"]["w0"][0]) for side in (old, new))[:7]
    last = min(str(side.results["review"]["w1"][1]) for side in (old, new))[:7]
    months, changed = restated.by_month(then, now, first, last), restated.differences(then, now, first, last)
    known = new.table(CLIENTS)
    names = {} if known is None or "name" not in known else dict(zip(known["client_id"], known["name"], strict=True))
    clients = changed.assign(name=pd.Series([_text(names.get(id)) for id in changed["client_id"]], dtype=object))
    same_period = old.period == new.period
    return Difference(
        review.id, unit, _side(old), _side(new), tuple(_causes(old, new, months)),
        tuple(_plain(months)), tuple(_plain(clients)), tuple(_figures(old, new)) if same_period else (),
    )  # fmt: skip


# Which reviews ---------------------------------------------------------------------------------


def _found(series: Path, unit: str, text: str) -> Standing:
    name, _, which = text.partition("@")
    period = Period.parse(name)
    there = _at_hand(series, unit, period)
    if not there:
        raise MissingFileError(f"{series} holds no review of unit '{unit}' for {period}: make it with run")
    if not which:
        return next(iter(there.values()))
    if which not in there:
        near = nearest(which, there)
        raise UsageError(f"{period} of unit '{unit}' has no '{which}'{near}; at hand: {', '.join(there)}")
    return there[which]


def _at_hand(series: Path, unit: str, period: Period) -> dict[str, Standing]:
    """The draft, then the published versions, the newest first, then drafts that were replaced, by run id."""
    draft = reviews.draft(series, unit, period)
    found = {} if draft is None else {DRAFT: draft}
    found |= {f"v{one.version}": one for one in reversed(reviews.published(series, unit, period))}
    earlier = sorted((draft.folder / manifest.EARLIER).glob("*/results.json")) if draft else []
    return found | {path.parent.name: Standing(period, 0, path.parent) for path in earlier}


def _side(one: Standing) -> Side:
    replaced = one.folder.parent.name == manifest.EARLIER
    version = f"v{one.version}" if one.version else one.run if replaced else DRAFT
    return Side(str(one.period), version, one.run, str(one.folder))


def _months(one: Standing, text: str) -> pd.DataFrame:
    table = one.table(MONTHS)
    if table is None or "w0" not in one.results.get("review", {}):
        raise UsageError(
            f"{text}: {one.folder} does not tell revenue by client and month (an earlier version of the program made "
            "it, or it is damaged): make it again with run"
        )
    return table


# What differs ----------------------------------------------------------------------------------


def _causes(old: Standing, new: Standing, months: pd.DataFrame) -> Iterator[Cause]:
    reading = {name: new.made_of.get(name, "") for name in (keys.READ_SETTINGS, keys.READ_CODE)}
    compared = Compared(old, *(_differs(old, new, name) for name in reading)).months()
    after = Compared(new, None, None).months()
    table = restated.causes(compared, months, (after.inputs if after else None) or {})
    told: dict[str, Changed] = dict(zip(table["cause"], table["changed"], strict=True))
    settings, method = tuple(_settings(old, new)), tuple(keys.method_differences(old.made_of, new.made_of))
    yield Cause("data", told["data"])
    # what rows are read by, and what else a figure is made by
    yield Cause("settings", "changed" if settings else told["settings"], settings)
    yield Cause("method", "changed" if method else told["method"], method)


def _differs(old: Standing, new: Standing, name: str) -> bool | None:
    then, now = old.made_of.get(name), new.made_of.get(name)
    return None if then is None or now is None else then != now


def _settings(old: Standing, new: Standing) -> Iterator[str]:
    """The settings that differ, `key: before → now`."""
    then, now = (
        dict(zip(table["key"], table["value"], strict=True))
        if (table := one.table("data.settings")) is not None
        else {}
        for one in (old, new)
    )
    for key in dict.fromkeys([*then, *now]):
        if then and now and then.get(key) != now.get(key):
            yield f"{key}: {then.get(key, '–')} → {now.get(key, '–')}"
    if _differs(old, new, keys.READ_SETTINGS):
        yield "how rows are read: sources (columns, where, csv), currency, timezone, drop_duplicates or client_level"


def _figures(old: Standing, new: Standing) -> Iterator[Mapping[str, Any]]:
    then, now = (one.results.get("figures", {}) for one in (old, new))
    for id in dict.fromkeys([*then, *now]):
        before, after = (found.get(id, {}).get("value") for found in (then, now))
        numbers = all(isinstance(value, int | float) for value in (before, after))
        if before != after and not (numbers and math.isclose(before, after, rel_tol=SAME)):
            yield {"id": id, "before": before, "now": after}


def _plain(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _text(name: object) -> str | None:
    return name if isinstance(name, str) else None


# In words --------------------------------------------------------------------------------------


def lines(found: Difference) -> list[str]:
    """The same in words: of each restated month the five clients whose revenue changed most."""
    before, after = (f"{side.period} ({side.version}, run {side.run})" for side in (found.before, found.after))
    said = {"changed": "changed", "unchanged": "unchanged", "not_told": "cannot be told"}
    text = [f"{found.review} {found.unit}: {before} → {after}"]
    for cause in found.causes:
        text += [f"{cause.cause}: {said[cause.changed]}", *(f"  {one}" for one in cause.what)]
    text.append(f"restated months: {len(found.months) or 'none'}")
    for month in found.months:
        text.append(f"  {month['month']}: {_amounts(month)}")
        mine = sorted((one for one in found.clients if one["month"] == month["month"]),
                      key=lambda one: (-abs(one["change"]), one["client_id"]))  # fmt: skip
        text += [f"    {one['client_id']}{_called(one)}: {_amounts(one)}" for one in mine[: restated.CLIENTS]]
        if len(mine) > restated.CLIENTS:
            text.append(f"    {len(mine) - restated.CLIENTS} more clients: --json has all")
    if found.before.period == found.after.period:
        text.append(f"figures that differ: {len(found.figures) or 'none'}")
        text += [f"  {one['id']}: {_value(one['before'])} → {_value(one['now'])}" for one in found.figures[:SHOWN]]
        if len(found.figures) > SHOWN:
            text.append(f"  {len(found.figures) - SHOWN} more: --json has all")
    return text


def _amounts(row: Mapping[str, Any]) -> str:
    return f"{row['before']:,.2f} → {row['now']:,.2f} ({row['change']:+,.2f})"


def _called(row: Mapping[str, Any]) -> str:
    return f" {row['name']}" if row["name"] and row["name"] != row["client_id"] else ""


def _value(value: object) -> str:
    return "n/a" if value is None else f"{value:,.12g}" if isinstance(value, int | float) else str(value)


def plain(found: Difference) -> dict[str, Any]:
    """The same for programs."""
    return asdict(found)
