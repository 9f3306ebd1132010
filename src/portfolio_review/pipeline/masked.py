"""Masked editions: beside the review of a unit the same one once more, built from a slice under pseudonyms.

A masked edition is a unit among the others, called `North (masked)`, in a folder of its own: it is made, judged, signed
and published like any. The key stays in the process that cuts slices: what executes and renders never has it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portfolio_review import pseudonyms, slugs
from portfolio_review.errors import UsageError, nearest
from portfolio_review.execution import dependencies, fingerprint
from portfolio_review.exhibits.language import N_, Language
from portfolio_review.pipeline import parts as keys
from portfolio_review.pipeline.memory import Cut, UnitSlice
from portfolio_review.pseudonyms import Pseudonyms
from portfolio_review.review import Review
from portfolio_review.sources import secrets

SHORTEST = 32
"""Characters of a key: 128 bits, where it is written in hexadecimal digits."""
FEWEST_CHARACTERS = 8
_WORDS = {
    pseudonyms.CLIENT: N_("Client"), pseudonyms.PERSON: N_("Colleague"), pseudonyms.CONTACT: N_("Contact"),
    pseudonyms.CATEGORY: N_("Product group"), pseudonyms.ACTION: N_("Action"), pseudonyms.FILE: N_("File"),
}  # fmt: skip
_MERGED = N_("Groups below 5 clients")
_CODE = ("portfolio_review.slices.masking", "portfolio_review.pseudonyms")


@dataclass(frozen=True)
class Masking:
    """The units of a review that get a masked edition, and their pseudonyms."""

    units: tuple[str, ...]
    names: Pseudonyms
    merged: str

    @classmethod
    def of(cls, review: Review) -> Masking | None:
        """As the review file says; None where it asks for none. `UsageError` without a key that is long enough."""
        if review.masked.key is None:
            return None
        language = Language(review.language)
        words = {kind: language.text(word) for kind, word in _WORDS.items()}
        key = _key(review.masked.key.removeprefix("env:"))
        return cls(tuple(dict.fromkeys(review.masked.units)), Pseudonyms(key, words), language.text(_MERGED))

    def asked(self, units: Iterable[str]) -> list[str]:
        """The units whose slices are needed for `units`, masked editions among them."""
        plain = {unit: slugs.unmasked(unit) for unit in units}
        return list(dict.fromkeys(one if one in self.units else unit for unit, one in plain.items()))

    def with_editions(self, cut: Cut) -> Cut:
        """The cut with the masked editions of its units, each after its own; `UsageError` for an unknown unit, and
        where a unit of the data has the name of a masked edition."""
        unknown = [unit for unit in self.units if unit not in cut.known]
        if unknown:
            said = "; ".join(f"unit '{unit}' does not exist{nearest(unit, cut.known)}" for unit in unknown)
            raise UsageError(f"masked.units: {said}. Units: {', '.join(cut.known[:20])}")
        names = {f"{unit}{slugs.MASKED}": unit for unit in self.units}
        if taken := [name for name in names if name in cut.known]:
            raise UsageError(f"unit '{taken[0]}' has the name of the masked edition of {names[taken[0]]}: rename it")
        folder = slugs.of_units([*cut.known, *names])
        editions = {
            name: UnitSlice(folder[name], cut.units[unit].parts) for name, unit in names.items() if unit in cut.units
        }
        return replace(
            cut,
            active=self._beside(cut.active),
            known=self._beside(cut.known),
            units={**cut.units, **editions},
            masked=names,
        )

    def _beside(self, units: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            name for unit in units for name in ([unit, f"{unit}{slugs.MASKED}"] if unit in self.units else [unit])
        )

    def parts(self, made_of: Mapping[str, str]) -> dict[str, str]:
        """The parts of a masked edition from those of its plain review.

        Hashes of data are keyed, for a settings' hash would let anyone try which ids it was made of; of the notes,
        which a masked edition does not have, nothing is left.
        """
        kept = {
            name: self.names.keyed(name, value) if name.startswith(keys.OF_DATA) else value
            for name, value in made_of.items()
        }
        code = fingerprint.of_files(dependencies.PACKAGE, dependencies.closure(_CODE))
        return {**kept, keys.NOTES: "", keys.MASK: fingerprint.of([self.names.keyed(keys.MASK), code])}

    def mask(self, slice_: Path, target: Path) -> None:
        """The slice in `slice_` under pseudonyms at `target`, once."""
        from portfolio_review.slices import masking  # pandas, which a plan does not need

        if not target.is_dir():
            masking.mask(slice_, target, self.names, self.merged)


def copied(slice_: Path, target: Path) -> Path:
    """A copy of a slice without what was put into it since it was cut, for a lookback of its own."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(slice_, target, ignore=shutil.ignore_patterns("earlier_*"))
    return target


def _key(variable: str) -> bytes:
    found = secrets.address(variable)
    how = f"set it to a long secret that stays the same from month to month: export {variable}=$(openssl rand -hex 32)"
    if found is None:
        raise UsageError(f"masked.key: the environment variable {variable} is not set; {how}")
    if len(found) < SHORTEST or len(set(found)) < FEWEST_CHARACTERS:
        raise UsageError(
            f"masked.key: the key in {variable} can be guessed: it needs {SHORTEST} characters or more, "
            f"{FEWEST_CHARACTERS} of them different; {how}"
        )
    return found.encode()
