"""`client`: the dossier of any client on demand, by a notebook of its own that is no part of a review."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from portfolio_review import resources, slices, slugs, sources
from portfolio_review.calendar import Period, last_complete_month
from portfolio_review.delivery.publish import put, series_folder
from portfolio_review.errors import UsageError, nearest
from portfolio_review.execution import fingerprint
from portfolio_review.execution.runner import execute
from portfolio_review.pipeline import earlier
from portfolio_review.pipeline.run import load_review
from portfolio_review.pipeline.task import NOTEBOOKS
from portfolio_review.rendering import brand as brands
from portfolio_review.rendering import machine, portrait
from portfolio_review.rendering.context import RunContext
from portfolio_review.results import store as results_store
from portfolio_review.slices import ALL, build, store

FOLDER = "clients"
"""Dossiers on demand lie beside the units of the period, in no manifest."""
SHOWN = 5


@dataclass(frozen=True)
class Portrait:
    """What was written: the client, the period and the two files."""

    client: str
    name: str
    period: str
    unit: str
    pdf: Path
    html: Path
    lacks: tuple[str, ...] = ()
    """What the machine lacks for a rendering."""


def make(
    file: Path, out: Path, client: str, period: str | None = None, unit: str = ALL, languages: Sequence[str] = ()
) -> Portrait:
    """Write the dossier of `client` as of `period` (default: the last complete month), seen in `unit`.

    It lies in `<out>/<series>/<period>/clients/<client>[-in-<unit>]/`. `UsageError` with the nearest ids when the
    unit or the client is unknown there.
    """
    review = load_review(file, languages)
    asked = Period.parse(period) if period else None
    with series_folder(out / review.id) as staging:
        tables, cut = staging / "tables", staging / "slices"
        tables.mkdir()
        found = sources.read(review, file.parent, tables)
        when = asked or Period.of_month(last_complete_month(found.data_until))
        made = build.build(review, found, when, cut, [unit])
        if unit not in made.units:
            raise UsageError(f"unit '{unit}' does not exist{nearest(unit, made.known)}")
        slice_folder = made.units[unit]
        name = _name(slices.load(slice_folder).clients, client, unit)
        before = earlier.latest(out / review.id, unit, when)
        if before is not None:
            store.write_earlier_review(slice_folder, before.strategic())
        staged = staging / "portrait"
        source = resources.portrait()
        executed = staged / NOTEBOOKS / source.name
        executed.parent.mkdir(parents=True)
        words = {
            "review": review.id, "period": str(when), "unit": unit, "workspace": slice_folder.name, "client": client,
        }  # fmt: skip
        # papermill and the libraries below it talk to stderr
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            execute(source, executed, words, slice_folder.parent, review.limits.cell_seconds)
        results = results_store.read_notebooks([executed])
        brand = brands.find(review.report.brand, file.parent)
        portrait.write(results, staged, executed, context=_context(slice_folder, client), brand=brand)
        target = out / review.id / str(when) / FOLDER / _slug(client, unit, made.slugs[unit])
        put(staged, target)
    return Portrait(client, name, str(when), unit, target / "dossier.pdf", target / "dossier.html", machine.lacks())


def _name(clients: pd.DataFrame, client: str, unit: str) -> str:
    """The client's name; refused with the ids nearest to what was typed, which may have been a name."""
    ids = clients["client_id"].astype(str)
    called = clients["name"].astype(object) if "name" in clients else pd.Series(None, index=clients.index)
    names = dict(zip(ids, called.where(called.notna(), ids).astype(str), strict=True))
    if client in names:
        return names[client]
    by_text = {text.lower(): id_ for id_, name in names.items() for text in (id_, name)}
    close = difflib.get_close_matches(client.lower(), list(by_text), n=SHOWN, cutoff=0.5)
    within = [id_ for id_, name in names.items() if client.lower() in name.lower()]
    near = list(dict.fromkeys([*within, *(by_text[text] for text in close)]))[:SHOWN]
    said = "; the nearest: " + ", ".join(f"{id_} ({names[id_]})" for id_ in near) if near else ""
    raise UsageError(f"client '{client}' never bought in unit '{unit}' by the end of the period{said}")


def _context(slice_folder: Path, client: str) -> RunContext:
    """The run id is that of what the dossier was made from: slice, code and client."""
    libraries = dict(fingerprint.versions())
    source = "\0".join((store.digest(slice_folder), fingerprint.code_hash(), client))
    return RunContext(
        run=hashlib.sha256(source.encode()).hexdigest()[:8],
        program=libraries.pop("portfolio-review"),
        libraries=libraries,
    )


def _slug(client: str, unit: str, unit_slug: str) -> str:
    """A folder name for the client, and for the unit where it is not all."""
    return slugs.of_client(client) if unit == ALL else f"{slugs.of_client(client)}-in-{unit_slug}"
