"""Who is to be sent which edition: the recipients of the review file against what was published."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio_review import slugs
from portfolio_review.delivery import manifest, published
from portfolio_review.delivery.sent import Key
from portfolio_review.errors import UsageError, nearest
from portfolio_review.rendering.owners import FOLDER as OWNERS
from portfolio_review.review import Review
from portfolio_review.slugs import ALL

FORMAT = {"pdf": "pdf", "link": "html"}
"""What is attached, and what a link leads to; where that was not made, the other."""
_LISTED = 12
"""So many names are listed at most."""


@dataclass(frozen=True)
class Edition:
    """A unit as it was published first: its run, version and folder, its files with their hashes, its languages.

    A masked edition is a unit of its own, `North (masked)`, and so are its recipients.
    """

    unit: str
    slug: str
    run: str
    version: int
    folder: Path
    files: Mapping[str, Mapping[str, Any]]
    languages: tuple[str, ...]

    @classmethod
    def of_recipients(cls, published_folder: Path, period: str, unit: Mapping[str, Any]) -> Edition:
        """The edition that the recipients of a unit get; unit: its entry in the manifest of a version."""
        folder = published.place(published_folder, period, unit["version"]) / unit["slug"]
        made = manifest.read(folder) or {}
        languages = tuple(made.get("languages") or filter(None, (made.get("language"),)))
        return cls(unit["unit"], unit["slug"], unit["run"], unit["version"], folder, made.get("files", {}), languages)

    def named(self, stem: str, kind: str) -> tuple[str, ...]:
        """The files of a document, of each language: `review.pdf`, `review.ru.pdf`."""
        names = (f"{stem}{suffix}.{kind}" for suffix in ("", *(f".{code}" for code in self.languages[1:])))
        return tuple(name for name in names if name in self.files)


@dataclass(frozen=True)
class Addressed:
    """One document for one address; owner: the manager whose page it is, None for the whole review."""

    to: str
    edition: Edition
    owner: str | None
    files: tuple[str, ...]

    @property
    def key(self) -> Key:
        return self.to, self.edition.unit, self.owner, self.edition.version, self.edition.run


def of(
    review: Review, series: Path, period: str, editions: Sequence[Edition], chosen: Sequence[Edition]
) -> tuple[tuple[Addressed, ...], tuple[str, ...]]:
    """What is to be sent of the editions chosen, unit by unit and managers last; and for whom nothing was published.

    `UsageError` names every recipient that is no unit or manager of the series. A manager gets the page in the review
    of all, which has every client of the manager, and where that is not among those chosen, that of each unit.
    """
    named = review.recipients.of_owners
    pages = {edition.unit: _pages(edition) if named else {} for edition in chosen}
    left_out = _not_published(review, series, period, editions, pages)
    mails = [
        one for edition in chosen for to in review.recipients.of_units.get(edition.unit, ())
        for one in (Addressed(to, edition, None, _files(edition, "review", review.send.attach)),)
    ]  # fmt: skip
    whole = [edition for edition in chosen if edition.unit == ALL] or chosen
    for owner, addresses in named.items():
        found = [(edition, pages[edition.unit][owner]) for edition in whole if owner in pages[edition.unit]]
        found = found or [(one, pages[one.unit][owner]) for one in chosen if owner in pages[one.unit]]
        mails += [Addressed(to, edition, owner, _files(edition, stem, review.send.attach))
                  for edition, stem in found for to in addresses]  # fmt: skip
    return tuple({one.key: one for one in mails}.values()), tuple(left_out)


def _files(edition: Edition, stem: str, attach: str) -> tuple[str, ...]:
    """The files that are attached or linked; `UsageError` where there are none."""
    files = edition.named(stem, FORMAT[attach]) or (edition.named(stem, "pdf") if attach == "link" else ())
    if not files:
        what = "pdf" if attach == "pdf" else "html or pdf"
        raise UsageError(
            f"{edition.unit} was published without {stem}.{FORMAT[attach]}: write report: {{formats: [{what}]}}, then "
            "run, sign and publish a correction"
        )
    return files


def _pages(edition: Edition) -> dict[str, str]:
    """The managers who have a page in an edition, each with its name without ending: `owners/k-brandt`."""
    by_owner = slugs.of_owners(_managers(edition.folder / "results.json"))
    found = {owner: f"{OWNERS}/{slug}" for owner, slug in by_owner.items()}
    return {owner: stem for owner, stem in found.items() if edition.named(stem, "pdf") or edition.named(stem, "html")}


def _managers(results: Path) -> list[str]:
    """The managers of a review, in the order in which their pages are named."""
    try:
        tables = json.loads(results.read_text(encoding="utf-8")).get("tables", {})
    except (OSError, ValueError, AttributeError):
        return []
    return [str(row[0]) for row in tables.get("actions.owners", {}).get("rows") or ()]


# Names that nobody knows -----------------------------------------------------------------------


def _not_published(
    review: Review, series: Path, period: str, editions: Sequence[Edition], pages: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """The recipients that are units or managers of the series, and have nothing to be sent now."""
    now, named = {edition.unit for edition in editions}, review.recipients
    units = [unit for unit in named.of_units if unit not in now]
    shown = {owner for of_unit in pages.values() for owner in of_unit}
    owners = [owner for owner in named.of_owners if owner not in shown]
    known_units = {*now, *(_units(series) if units else ())}
    known_owners = {*shown, *(_all_managers(series) if owners else ())}
    wrong = [f"recipients: no unit is called '{unit}'{_or_those(unit, known_units)}"
             for unit in units if unit not in known_units]  # fmt: skip
    wrong += [f"recipients.owners: no manager is called '{owner}'{_or_those(owner, known_owners)}"
              for owner in owners if owner not in known_owners]  # fmt: skip
    if wrong:
        raise UsageError("; ".join(wrong))
    return [*(f"{unit} is not published for {period}" for unit in units),
            *(f"{owner} has no page in what is sent of {period}" for owner in owners)]  # fmt: skip


def _or_those(name: str, known: Collection[str]) -> str:
    """The known name that is like it, else all of them, as far as they can be read."""
    those = sorted(known)
    listed = f" (there are {', '.join(those[:_LISTED])}{', …' if len(those) > _LISTED else ''})" if those else ""
    return nearest(name, known) or listed


def _manifests(series: Path) -> Iterator[tuple[Path, list[Mapping[str, Any]]]]:
    """The folders of drafts and of published versions of a series, each with its units."""
    places = [*series.glob(f"*/{manifest.NAME}"), *series.glob(f"{published.FOLDER}/*/v*/{manifest.NAME}")]
    for path in sorted(places, reverse=True):
        found = manifest.read(path.parent) or {}
        yield path.parent, [one for one in found.get("units", ()) if isinstance(one, dict)]


def _units(series: Path) -> set[str]:
    return {str(one.get("unit")) for _, units in _manifests(series) for one in units}


def _all_managers(series: Path) -> set[str]:
    """The managers of every review of the series; read where one is named who has no page now."""
    return {
        owner for folder, units in _manifests(series) for one in units if isinstance(one.get("slug"), str)
        for owner in _managers(folder / one["slug"] / "results.json")
    }  # fmt: skip
