"""(a) All units of a review: this program against the plain way, in one run, from the same slices.

    python benchmarks/fanout.py REVIEW PERIOD [--plain-units N]

The plain way takes an hour for 38 units. It can be stopped: units measured already are not measured again.
With --plain-units it is measured on so many units, evenly spread by size, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import measure
import plain

from portfolio_review.calendar import Period
from portfolio_review.pipeline.run import load_review
from portfolio_review.pipeline.series import Series

SAME = ("review.pdf", "review.html", "review.xlsx", "results.json")


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("review", type=Path)
    words.add_argument("period")
    words.add_argument("--plain-units", type=int)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        compare(asked.review, asked.period, asked.plain_units, Path(folder))


def compare(file: Path, period: str, plain_units: int | None, work: Path) -> None:
    review = load_review(file)
    out = work / "out"
    ours = measure.run(measure.program("run", file, "--period", period, "--out", out, "--quiet"))
    made = out / review.id / period
    units = [unit for unit in json.loads((made / "manifest.json").read_text())["units"] if unit["status"] == "made"]
    measure.keep("fanout", ours=ours, units=len(units), period=period, review=review.id)

    series = Series(review, file, work / "plain", work / "slices", lambda text: None)
    span = Period.parse(period)
    cut = series.cut(span, ())
    slices = series.slices(span, cut, list(cut.units))
    if slices is None:
        raise SystemExit("the sources changed while they were read")
    units.sort(key=lambda unit: (made / unit["slug"] / "results.json").stat().st_size)
    count = plain_units or len(units)
    chosen = [units[number * len(units) // count] for number in range(count - 1)] + units[-1:]
    key = ours.cpu  # a new run of ours is compared with a new run of the plain way
    before = measure.known("fanout").get("plain", {})
    taken = before["units"] if before.get("beside") == key else {}
    for unit in chosen:
        name, slug = unit["unit"], unit["slug"]
        if name in taken:
            continue
        run = json.loads((made / slug / "manifest.json").read_text())["run"]
        parameters = {"review": file.name, "period": period, "unit": name, "workspace": "slice"}
        target = work / "by hand" / slug
        found = plain.unit(slices[name], parameters, target, run)
        different = [
            edition for edition in SAME if (target / edition).read_bytes() != (made / slug / edition).read_bytes()
        ]
        taken[name] = {**vars(found), "different": different}
        measure.keep("fanout", plain={"beside": key, "units": taken})
        print(
            f"{name}: plain way {found.wall:.1f} s, {found.cpu:.1f} s of processor, different: {different or 'nothing'}"
        )
        shutil.rmtree(target)


if __name__ == "__main__":
    main()
