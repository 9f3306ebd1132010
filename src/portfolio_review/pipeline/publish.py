"""`publish`: what was signed becomes a version for readers, rendered without "draft", in the chain of the series."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portfolio_review.calendar import Period
from portfolio_review.delivery import approval, keys, manifest, portal, published, verify
from portfolio_review.delivery.manifest import UnitEntry
from portfolio_review.delivery.pades import Certificate
from portfolio_review.delivery.publish import exchange, series_folder
from portfolio_review.errors import ApprovalError, UsageError
from portfolio_review.pipeline.judge import judge_units
from portfolio_review.pipeline.refusals import SIGN_AGAIN, to_publish
from portfolio_review.pipeline.render import task_of
from portfolio_review.pipeline.run import Watcher, default_jobs, load_review
from portfolio_review.pipeline.series import Series
from portfolio_review.pipeline.sign import chosen_units, drafts
from portfolio_review.pipeline.task import UnitOutcome, UnitTask
from portfolio_review.pipeline.workers import make_all
from portfolio_review.rendering.context import Issue
from portfolio_review.review import Review
from portfolio_review.review.fields import UNPRINTED

LONGEST_REASON = 200


@dataclass(frozen=True)
class Published:
    """What was published: the units of the new version; none where all stood there already."""

    review: str
    period: str
    version: int
    units: tuple[str, ...]
    replaces: int | None
    folder: Path
    head: str
    key: str


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    file: Path
    out: Path
    period: str
    units: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reason: str | None = None
    key: Path | None = None
    certificate: str | None = None
    """`env:NAME` of the PKCS#12 file that signs within the PDFs."""


def publish(request: Request, watch: Watcher) -> Published:
    """Publish the signed drafts of a period (`units`: none means every one that was made).

    `ApprovalError` names every reason against it, each with what to do: then nothing is published.
    """
    review = load_review(request.file, request.languages)
    asked, reason = Period.parse(request.period), _reason(request.reason)
    certificate = Certificate(request.certificate) if request.certificate else None
    folder = request.out / review.id / str(asked)
    entries = {entry["unit"]: UnitEntry(**entry) for entry in drafts(folder, request.file)["units"]}
    chosen = chosen_units(request.units, entries, str(asked))
    with series_folder(request.out / review.id) as staging:
        before = request.out / review.id / published.FOLDER
        series = Series(review, request.file, request.out / review.id, staging, watch.step)
        records = approval.read(folder)
        refused = [
            f"{unit}: {said}"
            for unit in chosen
            for said in to_publish(entries[unit], folder, records.get(unit), review.approval.four_eyes)
        ]
        refused += _broken(before)
        standing = _Standing.of(before, str(asked)) if not refused else _Standing()
        new = [unit for unit in chosen if standing.records.get(unit) != records.get(unit)]
        if refused := refused or list(_changed(series, asked, new, records)):
            raise ApprovalError("nothing is published", refused)
        replaced = [unit for unit in new if unit in standing.records]
        _check_reason(reason, replaced, f"{asked} v{standing.version}")
        own = keys.own(request.key)
        version = standing.version
        if new:
            version += 1
            watch.units(str(asked), new)
            issues = {unit: _issue(records[unit], version, reason if unit in replaced else None) for unit in new}
            units = list(_kept(standing, before, str(asked), new))
            for task in _rendered(review, request.file, folder, staging / "issued", entries, issues, watch):
                if certificate is not None:
                    _sign_within(task.staged, certificate)
                run = str((manifest.read(folder / task.slug) or {})["run"])
                units.append(published.Unit(task.unit, task.slug, run, version, task.staged))
            made = published.Version(
                review.id, str(asked), version, sorted(units, key=lambda one: one.unit),
                {**standing.records, **{unit: records[unit] for unit in new}}, dt.date.today(), reason,
            )  # fmt: skip
            staged = staging / published.FOLDER
            published.stage(before, staged, made, own)
            exchange(staged, before)
            portal.write(request.out / review.id, review, request.file)
        return Published(
            review.id, str(asked), version, tuple(new), standing.version if replaced else None,
            published.place(before, str(asked), version), published.head_hash(before),
            keys.fingerprint(keys.line(own.public_key())),
        )  # fmt: skip


def _check_reason(reason: str | None, replaced: Sequence[str], version: str) -> None:
    if replaced and reason is None:
        raise UsageError(
            f'{version} has {", ".join(replaced)}: a correction needs --reason "…", which is printed on page one'
        )
    if reason is not None and not replaced:
        raise UsageError("--reason is for a correction, and nothing that was published is replaced: leave it out")


def _issue(record: approval.Record, version: int, reason: str | None) -> Issue:
    name, role = record["name"], record["role"]
    return Issue(
        version=version, reviewer=name if role == approval.REVIEWER else f"{name} ({role})",
        day=dt.date.fromisoformat(record["day"]),
        replaces=version - 1 if reason else None, reason=reason or "",
    )  # fmt: skip


def _reason(text: str | None) -> str | None:
    if text is None:
        return None
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_REASON or UNPRINTED.search(plain):
        raise UsageError(f"--reason: expected 1 to {LONGEST_REASON} printable characters, found {text[:220]!r}")
    return plain


# What speaks against it ------------------------------------------------------------------------


def _changed(
    series: Series, period: Period, units: Sequence[str], records: Mapping[str, approval.Record]
) -> Iterator[str]:
    """What a run would make otherwise now: inputs, settings, notebooks, code, libraries, templates, brand."""
    if not units:
        return
    cut = series.cut(period, units)
    judged = judge_units(series, period, cut, units)
    now = {(one.table, one.path): one.sha256 for one in series.sources.inputs}
    for unit in units:
        if unit not in judged:
            yield f"{unit}: it has no row in W1 of {period} any more: {SIGN_AGAIN}"
        elif judged[unit].action != "none":
            yield f"{unit}: it would not be made as it was signed ({'; '.join(judged[unit].why)}): {SIGN_AGAIN}"
        else:
            signed = {(one["table"], one["path"]): one["sha256"] for one in records[unit]["inputs"]}
            differs = sorted(
                {path for table, path in {*now, *signed} if now.get((table, path)) != signed.get((table, path))}
            )
            if differs:
                yield f"{unit}: inputs changed since it was signed: {', '.join(differs[:5])}: {SIGN_AGAIN}"


def _broken(before: Path) -> list[str]:
    """What is wrong with what was published already: nothing is put on top of that."""
    if not before.exists():
        return []
    found = verify.examine(before).differences
    return [
        f"{before / one.path}: {one.what}; put back what was published, or take the folder away to begin a new chain"
        for one in found[:5]
    ]


# The new version -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Standing:
    """The newest version of a period: 0 and nothing where there is none."""

    version: int = 0
    units: Sequence[Mapping[str, Any]] = ()
    records: Mapping[str, approval.Record] = field(default_factory=dict)

    @classmethod
    def of(cls, before: Path, period: str) -> _Standing:
        document = published.newest(before, period)
        if document is None:
            return cls()
        place = published.place(before, period, document["version"])
        return cls(document["version"], document["units"], approval.read(place))


def _kept(standing: _Standing, before: Path, period: str, new: Sequence[str]) -> Iterator[published.Unit]:
    """The units of the newest version that stay as they are."""
    place = published.place(before, period, standing.version)
    for one in standing.units:
        if one["unit"] not in new:
            yield published.Unit(one["unit"], one["slug"], one["run"], one["version"], place / one["slug"])


def _rendered(
    review: Review, file: Path, folder: Path, staging: Path, entries: Mapping[str, UnitEntry],
    issues: Mapping[str, Issue], watch: Watcher,
) -> Iterator[UnitTask]:  # fmt: skip
    """What was made for readers of the drafts in `folder`, a task for each of the units of `issues`; `ApprovalError`
    where it contradicts itself or the draft."""
    tasks = {
        unit: task_of(review, file, folder.name, entries[unit], folder / entries[unit].slug,
                      staging / entries[unit].slug, issue)
        for unit, issue in issues.items()
    }  # fmt: skip
    wrong = []
    for outcome in make_all([*tasks.values()], default_jobs(), watch.stage, None, review.limits.memory_gb):
        task = tasks[outcome.unit]
        if said := _against(outcome, task):
            wrong.append(f"{task.unit}: {said}")
        status = "failed" if said else "made"
        watch.ended(UnitEntry(task.unit, task.slug, status, said, files=manifest.files_in(task.staged)))
    if wrong:
        raise ApprovalError("nothing is published", wrong)
    yield from tasks.values()


def _against(outcome: UnitOutcome, task: UnitTask) -> str | None:
    """What speaks against a review as it was rendered for readers, with what to do."""
    if not outcome.made:
        return outcome.error
    if outcome.error:
        return f"the printed report contradicts itself: {outcome.error}; mend what it names; {SIGN_AGAIN}"
    signed = task.standing and (task.standing / approval.RESULTS).read_bytes()
    if (task.staged / approval.RESULTS).read_bytes() != signed:
        return f"rendered now, its results are not those that were signed; {SIGN_AGAIN}"
    return None


def _sign_within(staged: Path, certificate: Certificate) -> None:
    """Sign every PDF of a unit, and let its manifest say so."""
    for path in sorted(staged.rglob("*.pdf")):
        path.write_bytes(certificate.sign(path.read_bytes()))
    document = {**(manifest.read(staged) or {}), "files": manifest.files_in(staged)}
    (staged / manifest.NAME).write_text(manifest.text(document), encoding="utf-8")
