"""The measured numbers as the tables of README.md: `python benchmarks/table.py`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import measure

README = Path(__file__).with_name("README.md")
LEARNED = 12
"""From so many past month ends on the level of chances is learned too."""
START, END = "<!-- measured -->", "<!-- end of measured -->"


def main() -> None:
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition(START)
    tables = (_fanout, _changes, _growth_units, _growth_rows, _overhead, _doubts, _chances, _clients)
    parts = [part for part in (table() for table in tables) if part]
    README.write_text("\n\n".join([head + START, *parts, END]) + rest.partition(END)[2], encoding="utf-8")


def _fanout() -> str:
    found = measure.known("fanout")
    if "plain" not in found:
        return ""
    ours, units, taken = found["ours"], found["units"], list(found["plain"]["units"].values())
    wall, cpu = (sum(one[name] for one in taken) for name in ("wall", "cpu"))
    peak = max(one["peak_bytes"] for one in taken)
    rows = [_row("this program", units, ours["wall"], ours["cpu"], ours["peak_bytes"])]
    if len(taken) == units:
        times = wall / ours["wall"]
        rows.append(_row("plain way", units, wall, cpu, peak))
        said = f"{times:.1f} times faster on the clock"
    else:
        times = wall / len(taken) * units / ours["wall"]
        rows.append(_row("plain way, measured", len(taken), wall, cpu, peak))
        rows.append(
            _row("plain way, extrapolated by units", units, *(x / len(taken) * units for x in (wall, cpu)), peak)
        )
        said = (
            f"{times:.1f} times faster on the clock, **the plain way extrapolated from {len(taken)} of {units} units**"
        )
    different = sorted({name for one in taken for name in one["different"]})
    same = "the same bytes both ways" if not different else f"different bytes: {', '.join(different)}"
    return _table(
        f"(a) All units of {found['review']}, {found['period']}", found,
        ("", "units", "seconds", "seconds of processor", "peak memory, GB"), rows,
    ) + f"\n\n{said}; {same}."  # fmt: skip


def _changes() -> str:
    found = measure.known("changes")
    names = {
        "first": "first run", "unchanged": "(b) nothing changed", "template": "(c) a template changed",
        "row": "(d) one row changed",
    }  # fmt: skip
    rows = [
        _row(text, found["units"], *(found[name][key] for key in ("wall", "cpu", "peak_bytes")))
        for name, text in names.items()
        if name in found
    ]
    title = "(b) to (e) What is made again, and peak memory"
    head = ("", "units", "seconds", "seconds of processor", "peak memory, GB")
    return _table(title, found, head, rows) if rows else ""


def _growth_units() -> str:
    found = measure.known("growth_units")
    rows = [_row("", n, *(one[key] for key in ("wall", "cpu", "peak_bytes"))) for n, one in _numbered(found)]
    head = ("", "units", "seconds", "seconds of processor", "peak memory, GB")
    return _table("(f) Growth over units", found, head, rows) if rows else ""


def _growth_rows() -> str:
    found = measure.known("growth_rows")
    rows = []
    for n, one in _numbered(found):
        ours, duckdb = one["slices"], one["duckdb"]
        rows.append(
            (
                f"{n:,}", f"{duckdb['wall']:.1f}", f"{ours['wall']:.1f}", f"{ours['wall'] / duckdb['wall']:.1f}",
                f"{ours['cpu']:.1f}", f"{ours['peak_bytes'] / 1e9:.2f}", f"{ours['left']:.0f}",
            )
        )  # fmt: skip
    head = (
        "transactions", "DuckDB groups them, s", "sources and slices, s", "times", "seconds of processor",
        "peak memory, GB", "temporary files left",
    )  # fmt: skip
    return _table("(f) Growth over transactions, 50 units", found, head, rows) if rows else ""


def _overhead() -> str:
    found = measure.known("overhead")
    if not found:
        return ""
    rows = [(name, f"{one['cells']:.2f}", f"{one['overhead']:.2f}") for name, one in found["notebooks"].items()]
    rows.append(("**median**", "", f"**{found['median']:.2f}**"))
    return _table(
        f"(g) Seconds of processor of a notebook, {found['unit']} of {found['review']}, mean of {found['times']} runs",
        found, ("notebook", "its cells", "beyond them"), rows,
    )  # fmt: skip


def _numbered(found: dict[str, Any]) -> Iterable[tuple[int, dict[str, Any]]]:
    return sorted((int(name), one) for name, one in found.items() if name.isdigit())


def _row(text: str, units: int, wall: float, cpu: float, peak: float) -> tuple[str, ...]:
    return (text, str(units), f"{wall:.1f}", f"{cpu:.1f}", f"{peak / 1e9:.2f}")


def _doubts() -> str:
    found = measure.known("doubts")
    rows = []
    for form in ("parquet", "csv"):
        for count, one in sorted(found.get(form, {}).items(), key=lambda item: int(item[0])):
            seconds = [f"{one[way]:.2f}" if way in one else "" for way in ("before", "without", "with")]
            rows.append([f"{int(count):,}", form, *seconds, f"{one['with'] / one['without'] - 1:+.1%}"])
    head = ["rows", "form", "reading, version before", "reading", "with the search", "the search"]
    return _table("(h) Seconds of processor of the search for doubts", found, head, rows) if rows else ""


def _chances() -> str:
    found = measure.known("chances")
    if not found:
        return ""
    parts = [_danger(found), _brier(found), _misses(found), _seconds(found)]
    return "\n\n".join(parts)


def _danger(found: dict[str, Any]) -> str:
    rows = []
    for name, one in found["danger"].items():
        now, before = one["two clocks"], one["before"]
        shares = (now["all known"], found["asked"][name], before["all known"], now["not lapsed"], before["not lapsed"],
                  now["not lapsed, by size"])  # fmt: skip
        rows.append((name, *(f"{share:.0%}" for share in shares)))
    head = ("data", "all known clients", "asked at least", "model before", "not lapsed", "model before", "by size")
    title = "(i) Order of danger: of the revenue of clients that then buy nothing, what the first 30 hold"
    said = found["lapsed"]
    return _table(title, found, head, rows) + (
        f"\n\nLapsed clients of the sample over six month ends: {said['two_clocks']:.0f} buyers expected (model before "
        f"{said['before']:.0f}), {said['actual']} came."
    )


def _brier(found: dict[str, Any]) -> str:
    origins = [one for one in found["origins"] if one["before"] is not None]
    rows = []
    for name in [*dict.fromkeys(one["data"] for one in origins), "all together"]:
        mine = [one for one in origins if name in (one["data"], "all together")]
        now, before = (sum(one[score] for one in mine) / len(mine) for score in ("brier", "before"))
        learned = [one for one in mine if one["month_ends"] >= LEARNED]
        pair = [sum(one[score] for one in learned) / len(learned) if learned else None for score in ("brier", "before")]
        worse = [one for one in mine if one["clients"] >= 100 and one["brier"] > one["before"] + 0.005]
        rows.append((
            name, str(len(mine)), f"{now:.4f}", f"{before:.4f}", f"{now / before - 1:+.1%}",
            f"{pair[0] / pair[1] - 1:+.1%}" if pair[0] and pair[1] else "",
            ", ".join(f"{one['origin']} ({one['month_ends']})" for one in worse),
        ))  # fmt: skip
    head = ("data", "month ends", "Brier score", "model before", "change", f"from {LEARNED} past month ends on",
            "worse by more than .005 (past month ends known)")  # fmt: skip
    return _table("(i) Brier score of chances of 3 months, mean over month ends", found, head, rows)


def _misses(found: dict[str, Any]) -> str:
    tested = found["tested"]
    rows = [(what, *one) for what in ("buyers", "revenue") for one in found[f"missed_{what}"]]
    held = [f"{1 - len(found[f'missed_{what}']) / tested:.0%} ({what})" for what in ("buyers", "revenue")]
    title = f"(i) Intervals of 3 months that did not hold what came; of {tested} month ends {' and '.join(held)} held"
    return _table(title, found, ("of", "data", "month end", "interval", "came", "why"), rows)


def _seconds(found: dict[str, Any]) -> str:
    rows = [
        (f"{one['clients']:,}", "four month ends" if one["tested"] else "none", f"{one['cpu']:.1f}",
         f"{one['peak_bytes'] / 1e9:.2f}")
        for one in found["cost"]
    ]  # fmt: skip
    head = ("clients", "backtest of each horizon", "seconds of processor", "peak memory, GB")
    return _table("(i) Chances of 3 and 12 months, with what was said before", found, head, rows)


def _clients() -> str:
    found = measure.known("clients")
    if not found:
        return ""
    cells, table = found["cells"], found["table"]
    rows = [(name, f"{spent:.2f}", "") for name, spent in cells["notebooks"].items()]
    rows += [
        (f"**all cells, {cells['clients']:,} clients**", f"**{cells['cells']:.1f}**", "16"),
        ("of it chances of 3 and 12 months, four month ends of backtest each", f"{cells['chances']:.1f}", "9"),
        (f"client table, {table['clients']:,} clients, without backtest", f"{table['cpu']:.1f}", "30"),
        ("of it chances", f"{table['chances']:.1f}", ""),
    ]
    title = "(i) Seconds of processor of the notebooks' cells, and of the client table"
    peak = f"Peak memory of the client table's process: {table['peak_bytes'] / 1e9:.2f} GB (asked: below 3)."
    return _table(title, found, ("", "seconds of processor", "asked: below"), rows) + "\n\n" + peak


def _table(title: str, found: dict[str, Any], head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    here = found["measured"]
    machine = (
        f"{here['date']}, {here['cores']} cores, {here['memory_gb']} GB, Python {here['python']}, "
        f"load {here['load_at_end']} at the end"
    )
    lines = [" | ".join(row) for row in (head, ["---"] * len(head), *rows)]
    return f"### {title}\n\n{machine}\n\n" + "\n".join(f"| {line} |" for line in lines)


if __name__ == "__main__":
    main()
