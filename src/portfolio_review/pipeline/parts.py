"""What a unit's review is made of, part by part: the keys of its notebooks' runs and of its editions.

A key is the sha256 over parts. The key of a notebook's run covers its cells, its parameters, the slice,
the code that its cells import, the versions of the libraries, and the words and font of its charts; the key
of the whole review covers these and the templates, the brand, the code of the rendering and its options. So
`plan` can say which part differs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from portfolio_review import resources
from portfolio_review.doubt import Doubt
from portfolio_review.execution import dependencies, fingerprint
from portfolio_review.exhibits.resources import font
from portfolio_review.pipeline import notes
from portfolio_review.rendering import brand as brands
from portfolio_review.review import Review

Parts = Mapping[str, str]

_NOTEBOOK, _CODE, _LIBRARY, _SLICE, _READ = "notebook:", "code:", "library:", "slice:", "read:"
_RENDERING = "rendering"
NOTES, MASK = "notes", "mask"
OF_DATA = (_SLICE, _READ)
"""Parts that are hashes of data and of the review file's settings."""
READ_SETTINGS, READ_CODE = "read:settings", "read:code"
_CATALOGUE = "portfolio_review.po"
_EDITIONS = ("templates", f"{_CODE}{_RENDERING}", "brand", "formats", "pages", "languages", "owners", "notes")
"""Parts on which the editions depend and no notebook does."""
_READ_WITH = ("portfolio_review.sources.reading", "portfolio_review.slices.build")
_WORDS = {
    f"{_SLICE}rows": "its transactions changed",
    f"{_SLICE}tables": "its contacts, payments, targets or other given tables changed",
    f"{_SLICE}settings": "settings of the review file changed",
    f"{_SLICE}series": "something all units share changed: the history's ends, the company's usual gap, warnings",
    f"{_SLICE}earlier": "the lists, decisions, strategic clients or past months of the review before it changed",
    "parameters": "the id of the series changed",
    "words": "the words of the charts changed",
    "font": "the font changed",
    "templates": "the templates changed",
    f"{_CODE}{_RENDERING}": "the code of the rendering changed",
    "brand": "the brand changed",
    "formats": "report.formats changed",
    "pages": "report.pages changed",
    "languages": "report.languages changed",
    "owners": "report.owners changed",
    "notes": "the analyst's notes changed",
    MASK: "the key of masked editions, or the code that masks, changed",
}


def of_unit(
    review: Review, file: Path, period: str, unit: str, slug: str, slice_parts: Parts, earlier: str,
    doubts: Sequence[Doubt] = (),
) -> dict[str, str]:  # fmt: skip
    """Every part of one unit's review, by name; `doubts` as for `of_editions`."""
    return {
        **{f"{_SLICE}{name}": value for name, value in slice_parts.items()},
        f"{_SLICE}earlier": earlier,
        "parameters": fingerprint.of([review.id, period, unit]),
        "words": fingerprint.of_file(resources.folder("templates") / "locale" / review.language / _CATALOGUE),
        **_notebooks(tuple((path, path.stat().st_mtime_ns) for path in resources.notebooks())),
        "font": fingerprint.of_file(font()),
        **{f"{_LIBRARY}{name}": found for name, found in fingerprint.versions().items()},
        **of_editions(review, file, period, unit, slug, doubts),
        **reading(review),
    }


def reading(review: Review) -> dict[str, str]:
    """What rows are read and summed with: settings and code. They are kept for the next review to tell why past months
    changed, and are no part of a key: what they do to this review is in its slice."""
    # where a file lies and the last day do not change what a row means
    sources = {
        table: source.model_dump(mode="json", exclude={"path", "delta", "iceberg", "connection"})
        for table, source in review.sources.items()
    }
    whole = review.model_dump(mode="json", include={"currency", "timezone", "drop_duplicates", "client_level"})
    return {READ_SETTINGS: fingerprint.of([sources, whole]), READ_CODE: _reading_code()}


@cache
def _reading_code() -> str:
    code = fingerprint.of_files(dependencies.PACKAGE, dependencies.closure(_READ_WITH))
    return fingerprint.of([code, fingerprint.versions()])


def of_editions(
    review: Review, file: Path, period: str, unit: str, slug: str, doubts: Sequence[Doubt] = ()
) -> dict[str, str]:
    """The parts that only the editions depend on: where these alone differ, no notebook runs again.

    doubts: those about notes, which are no part of the data.
    """
    templates = resources.folder("templates")
    return {
        "templates": fingerprint.of_files(templates, (path for path in templates.rglob("*") if path.is_file())),
        f"{_CODE}{_RENDERING}": _rendering_code(),
        "brand": _brand(review, file),
        "formats": ",".join(review.report.formats),
        "pages": review.report.pages,
        "languages": ",".join(review.languages[1:]),
        "owners": str(review.report.owners),
        "notes": fingerprint.of(
            [notes.digest(notes.file(file.parent, period, unit, slug)), [one.to_plain() for one in doubts]]
        ),
    }


def _brand(review: Review, file: Path) -> str:
    folder = brands.find(review.report.brand, file.parent)
    if folder is None:
        return ""  # the neutral one is part of the templates
    return fingerprint.of_files(folder, (path for path in folder.iterdir() if path.is_file()))


@cache
def _rendering_code() -> str:
    files = dependencies.closure(("portfolio_review.rendering.editions", "portfolio_review.results.store"))
    here = (Path(__file__).with_name("unit.py"), dependencies.PACKAGE / "delivery" / "manifest.py")
    return fingerprint.of_files(dependencies.PACKAGE, {*files, *here})


@cache
def _notebooks(stamps: tuple[tuple[Path, int], ...]) -> dict[str, str]:
    found = {}
    for path, _ in stamps:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        kept = [[c["cell_type"], c.get("id"), c.get("metadata", {}).get("tags"), "".join(c["source"])] for c in cells]
        found[f"{_NOTEBOOK}{path.stem}"] = fingerprint.of(kept)
        code = {*dependencies.of_notebook(path), dependencies.PACKAGE / "execution" / "runner.py"}
        found[f"{_CODE}{path.stem}"] = fingerprint.of_files(dependencies.PACKAGE, code)
    return found


def is_masked(parts: Parts) -> bool:
    """Whether what is made of these parts is a masked edition."""
    return MASK in parts


def key(parts: Parts) -> str:
    """The key of the whole review; its first eight digits are the run id of the footers."""
    return fingerprint.of({name: value for name, value in parts.items() if not name.startswith(_READ)})


def same_notebooks(parts: Parts, others: Parts) -> bool:
    """Whether the notebooks' runs are the same, whatever was made of them."""
    mine, theirs = (
        {name: found[name] for name in found if name not in _EDITIONS and not name.startswith(_READ)}
        for found in (parts, others)
    )
    return mine == theirs


def notebook_keys(parts: Parts) -> dict[str, str]:
    """The key of each notebook's run, by name."""
    names = [name.removeprefix(_NOTEBOOK) for name in parts if name.startswith(_NOTEBOOK)]
    shared = {
        name: value
        for name, value in parts.items()
        if name not in _EDITIONS and not name.startswith((_NOTEBOOK, _CODE, _READ))
    }
    own = {name: [parts[f"{_NOTEBOOK}{name}"], parts[f"{_CODE}{name}"]] for name in names}
    return {
        name: fingerprint.of(
            [name, shared, *own[name], *(own.get(resources.CLIENTS, []) if name > resources.CLIENTS else [])]
        )
        for name in names
    }


def provenance(parts: Parts) -> dict[str, Any]:
    """What a manifest tells of the making in few words: slice, settings and code by hash, versions."""
    kinds = {"slice": _SLICE, "notebooks": _NOTEBOOK}
    hashes = {
        kind: fingerprint.of({name: value for name, value in parts.items() if name.startswith(prefix)})
        for kind, prefix in kinds.items()
    }
    return {
        **hashes,
        "settings": parts[f"{_SLICE}settings"],
        "templates": parts["templates"],
        "code": fingerprint.code_hash(),
        "versions": fingerprint.versions(),
    }


def method_differences(before: Parts, now: Parts) -> list[str]:
    """What differs of notebooks, code that they import, and libraries, in words."""
    of_method = (_NOTEBOOK, _CODE, _LIBRARY)
    mine, theirs = (
        {name: value for name, value in found.items() if name.startswith(of_method) and name not in _EDITIONS}
        for found in (before, now)
    )
    said = differences(mine, theirs) if mine and theirs else []
    read = before.get(READ_CODE), now.get(READ_CODE)
    return [*said, "the code that reads and sums the rows changed"] if None not in read and read[0] != read[1] else said


def differences(before: Parts, now: Parts) -> list[str]:
    """What differs, in words."""
    said: list[str] = []
    code: list[str] = []
    for name in dict.fromkeys([*now, *before]):
        old, new = before.get(name), now.get(name)
        if old == new or name.startswith(_READ):
            continue
        kind, _, what = name.partition(":")
        if name in _WORDS:
            said.append(_WORDS[name])
        elif kind == _LIBRARY[:-1]:
            said.append(f"{what} is {new or 'gone'}, was {old or 'not there'}")
        elif kind == _NOTEBOOK[:-1]:
            said.append(f"notebook {what} {'is new' if old is None else 'is gone' if new is None else 'changed'}")
        elif old is not None and new is not None:
            code.append(what)
    if code:
        said.append(f"the code that {', '.join(code)} import{'s' if len(code) == 1 else ''} changed")
    return said
