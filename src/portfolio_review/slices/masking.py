"""A slice for a masked edition: the plain one, with what it looks back at, written again under pseudonyms.

In: the folder of a slice; out: another one with the same figures and no name, contact, id or free text in it. A column
of text that is not named here is left out, one of clients merged. Rows stand by pseudonym: the order of ids tells too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from portfolio_review.calendar import Period
from portfolio_review.doubt import Doubt
from portfolio_review.metrics.holdout import Draw
from portfolio_review.pseudonyms import ACTION, CATEGORY, CLIENT, CONTACT, FILE, PERSON, Pseudonyms
from portfolio_review.slices import store
from portfolio_review.slices.frames import CLIENT as NUMBER
from portfolio_review.slices.model import NO_UNIT, SEVERAL_UNITS
from portfolio_review.terms import days

FEWEST = 5
"""Clients of a group that keeps its name: those of W1, and of W0, unless there are none."""
KEEP, MERGE, DROP, TERMS, CLIENT_NAME, DECISION, ABOUT, FINDING = (
    "keep", "merge", "drop", "terms", "client name", "decision", "about", "finding",
)  # fmt: skip
"""What becomes of a column of text besides a pseudonym of its kind."""

_CLIENT = {"client_id": CLIENT}
_TIERED = {**_CLIENT, "tier": KEEP}


def _kept(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, KEEP)


COLUMNS: Mapping[str, Mapping[str, str]] = {
    "monthly": {}, "as_of": {}, "part_months": {}, "items": {}, "series": {}, "chance_back": {}, "company_chain": {},
    "clients": {
        **_TIERED, "name": CLIENT_NAME, "group_id": CLIENT, "manager": PERSON, "sponsor": PERSON, "partners": DROP,
        "first_category": CATEGORY,
        **dict.fromkeys(
            ("type", "industry", "region", "unit", "service_model", "relationship", "acquired_via", "payment_method",
             "payment_currency"), MERGE,
        ),
        "payment_terms": TERMS,
    },
    "orders": _kept("span"), "totals": _kept("span"), "mix": {"category": CATEGORY}, "company": _kept("reason"),
    "recomputed": _kept("id"), "left_out": _kept("reason"),
    "given_contacts": {**_CLIENT, "name": CONTACT, "role": MERGE, "level": KEEP},
    "given_payments": _CLIENT,
    "given_losses": {**_CLIENT, "reason": KEEP, "note": DROP},
    "given_targets": {"unit": MERGE, "figure": KEEP, "period": KEEP, "manager": PERSON},
    "given_assessments": {**_TIERED, "criterion": KEEP, "side": KEEP, "assessor": PERSON, "comment": DROP},
    "given_plans": {
        **_TIERED, "action": ACTION, "owner": PERSON, "status": KEEP, "goal": DROP, "agreed_with": CONTACT,
        "client_result": DROP, "note": DROP,
    },
    "earlier_lists": {**_CLIENT, **_kept("rule", "list")},
    "earlier_called": {**_CLIENT, **_kept("list", "state")},
    "earlier_decisions": {
        **_CLIENT, "id": DECISION, "client": CLIENT_NAME, "text": DROP, "owner": PERSON, "action": ACTION,
        "about": ABOUT, **_kept("since", "due", "outcome", "asked", "rule", "base", "page", "reason", "measure"),
    },
    "earlier_strategic_exposure": {**_TIERED, **_kept("stage", "abc")},
    "earlier_strategic_contacts": {**_CLIENT, "contact": CONTACT},
    "earlier_strategic_scores": _CLIENT,
    "earlier_strategic_criteria": _kept("criterion"),
    "earlier_strategic_agreements": _CLIENT,
    "earlier_doubts": _kept("doubt"),
    "earlier_findings": {"finding": FINDING, "since": KEEP},
    "earlier_months": {**_CLIENT, "month": KEEP},
    "earlier_tiers": _TIERED,
}  # fmt: skip
"""What becomes of every column of text, by file of a slice."""
_AS_THEY_STAND = (
    "totals", "recomputed", "left_out", "series", "chance_back", "company", "company_chain", "earlier_decisions",
)  # fmt: skip
"""Files whose rows stand as they do: without a client, or by money."""


def mask(folder: Path, target: Path, names: Pseudonyms, merged: str) -> None:
    """Write the slice in `folder` under pseudonyms to `target`; `merged` is what groups below `FEWEST` are called."""
    target.mkdir(parents=True)
    files = {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}
    head = json.loads((folder / store.HEAD).read_text(encoding="utf-8"))
    masking = _Masking.of(files, head, names, merged)
    for name, table in files.items():
        pq.write_table(masking.table(name, table), target / f"{name}.parquet")
    review = head["review"]
    if (share := review["actions"]["holdout"]) > 0:
        ids = files["clients"]["client_id"].to_pylist()
        held = Draw(share, review["id"], head["period"]).held_out(pd.Index(ids))
        drawn = sorted(masking.clients[id] for id, out in zip(ids, held, strict=True) if out)
        pq.write_table(pa.table({"client_id": pa.array(drawn, pa.string())}), target / store.DRAWN)
    _write(target / store.HEAD, masking.head(head))
    if (folder / store.COMPARED).is_file():
        told = json.loads((folder / store.COMPARED).read_text(encoding="utf-8"))
        _write(target / store.COMPARED, told | {"inputs": masking.files(told.get("inputs"))})


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class _Masking:
    """clients: pseudonym by id; place: of each row of clients its place in the masked slice; order: the reverse."""

    names: Pseudonyms
    merged: str
    clients: Mapping[str, str]
    place: NDArray[np.int64]
    order: NDArray[np.int64]
    windows: tuple[NDArray[np.bool_], ...]
    """Of each row of clients whether it has rows in W1, and in W0."""
    ids: tuple[str, ...]
    small_units: frozenset[str]
    """Units with too few clients, which targets name too."""

    @classmethod
    def of(
        cls, files: Mapping[str, pa.Table], head: Mapping[str, Any], names: Pseudonyms, merged: str
    ) -> _Masking:  # fmt: skip
        known = {text for table in files.values() for text in _texts(table, "client_id", "group_id")}
        known |= {text.partition(":")[2] for text in _texts(files.get("earlier_findings"), "finding")} - {""}
        codes = names.of(CLIENT, known | set(head["review"]["strategic"]["accounts"]))
        ids = tuple(files["clients"]["client_id"].to_pylist())
        order = np.array(sorted(range(len(ids)), key=lambda row: codes[ids[row]]), dtype=np.int64)
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        made = cls(names, merged, codes, place, order, _windows(files["monthly"], head, len(ids)), ids, frozenset())
        small: Iterable[str] = ()
        if "unit" in files["clients"].column_names:
            small = made._small(files["clients"]["unit"].to_pylist(), np.arange(len(ids)))
        return replace(made, small_units=frozenset(small))

    def head(self, head: Mapping[str, Any]) -> dict[str, Any]:
        """`slice.json` without examples, values of doubts, and names of files."""
        review = head["review"]
        accounts = [self.clients[id] for id in review["strategic"]["accounts"]]
        doubts = (Doubt.from_plain(one) for one in head["doubts"])
        paths = self.files({one["path"]: one["path"] for one in head["inputs"]}, keep=True)
        return {
            **head,
            "review": {**review, "strategic": {**review["strategic"], "accounts": accounts}},
            "inputs": [{**one, "path": paths[one["path"]]} for one in head["inputs"]],
            "doubts": [
                replace(one, examples=(), done=one.done.bare(), remedy=one.remedy.bare()).to_plain() for one in doubts
            ],
            "removed": [],
        }

    def files(self, named: Mapping[str, str] | None, *, keep: bool = False) -> dict[str, str]:
        """The values by pseudonyms of files; with `keep` the pseudonyms by files."""
        codes = self.names.of(FILE, named or ())
        return codes if keep else {codes[path]: value for path, value in (named or {}).items()}

    def table(self, name: str, table: pa.Table) -> pa.Table:
        """A file of the slice, its texts masked and its rows in an order that tells nothing."""
        rules = COLUMNS.get(name, {})
        masked = table
        for column in table.column_names:
            if not _is_text(table[column].type):
                continue
            rule = rules.get(column, MERGE if name == "clients" else DROP)
            made = self._column(rule, column, table, name)
            masked = masked.set_column(masked.column_names.index(column), column, made)
        if name in _AS_THEY_STAND:
            return masked
        if name == "clients":
            return masked.take(pa.array(self.order))
        if NUMBER in table.column_names:
            numbers = self.place[table[NUMBER].to_numpy()]
            masked = masked.set_column(
                masked.column_names.index(NUMBER), NUMBER, pa.array(numbers).cast(table[NUMBER].type)
            )
            within = masked["category"].fill_null("\uffff").to_pylist() if name == "mix" else np.arange(len(numbers))
            order = sorted(range(len(numbers)), key=lambda row: (numbers[row], within[row]))
            return masked.take(pa.array(order, pa.int64()))
        return masked.sort_by([(column, "ascending") for column in masked.column_names])

    def _column(self, rule: str, column: str, table: pa.Table, name: str) -> pa.ChunkedArray | pa.Array:
        given = table[column]
        if rule == KEEP:
            return given
        if rule == DROP:
            return pa.nulls(len(given), given.type)
        if rule == CLIENT:
            return _mapped(given, self.clients.__getitem__)
        if rule in (MERGE, TERMS):
            return self._merged(column, table, name, terms=rule == TERMS)
        if rule == CLIENT_NAME:
            ids = table["client_id"]
            return pc.if_else(pc.is_null(given), given, _mapped(ids, self.clients.__getitem__).cast(given.type))
        if rule == FINDING:
            return _mapped(given, self._finding)
        if rule == DECISION:
            pairs = zip(given.to_pylist(), table["client_id"].to_pylist(), strict=True)
            return pa.array([f"{id.removesuffix(client)}{self.clients[client]}" for id, client in pairs], given.type)
        if rule == ABOUT:
            return pa.array(self._about(table), given.type)
        codes = self.names.of(rule, _texts(table, column))
        return _mapped(given, codes.__getitem__)

    def _finding(self, key: str) -> str:
        id, colon, client = key.partition(":")
        return f"{id}{colon}{self.clients[client] if client else ''}"

    def _about(self, table: pa.Table) -> list[str | None]:
        """What a decision is about: a category that the client lacks, or an action of its plan."""
        kinds = {"lacks_category": CATEGORY, "plan_overdue": ACTION}
        pairs = list(zip(table["reason"].to_pylist(), table["about"].to_pylist(), strict=True))
        codes = {kind: self.names.of(kind, (text for _, text in pairs if text)) for kind in kinds.values()}
        return [codes[kinds[reason]][text] if text and reason in kinds else None for reason, text in pairs]

    # Groups below five clients --------------------------------------------------------------------

    def _merged(self, column: str, table: pa.Table, name: str, *, terms: bool) -> pa.Array:
        """The values of few clients by one word; of terms of payment those that are read as days stay, for they are
        numbers and words of ours."""
        given = table[column]
        if name == "given_targets":
            small = self.small_units
        else:
            row_of = {id: row for row, id in enumerate(self.ids)}
            whose = range(len(self.ids)) if name == "clients" else [row_of[id] for id in table["client_id"].to_pylist()]
            small = frozenset(self._small(given.to_pylist(), np.array(whose, dtype=np.int64)))
        kept = {text for text in small if terms and days(text) is not None}
        return _mapped(given, lambda text: self.merged if text in small - kept else text)

    def _small(self, values: list[str | None], whose: NDArray[np.int64]) -> set[str]:
        """The values to be merged: those with 1 to 4 clients in W1 or W0, or with fewer than 5 in both; with the next
        smallest ones where they have 1 to 4 together. whose: the row of clients that each value is of."""
        frame = pd.DataFrame({"value": values, "client": whose}).dropna().drop_duplicates()
        frame = frame[~frame["value"].isin([NO_UNIT, SEVERAL_UNITS])]
        counts = pd.DataFrame({place: window[frame["client"]] for place, window in enumerate(self.windows)})
        counts = counts.groupby(frame["value"].to_numpy()).sum()
        return _few(counts)


def _few(counts: pd.DataFrame) -> set[str]:
    """counts: clients in each window by value."""
    thin = ((counts > 0) & (counts < FEWEST)).any(axis=1) | (counts < FEWEST).all(axis=1)
    largest = counts.max(axis=1).to_dict()
    rest = sorted(counts.index[~thin], key=lambda value: (largest[value], value))
    small = set(counts.index[thin])
    while small and rest:
        together = counts.loc[sorted(small)].sum()
        if not ((together > 0) & (together < FEWEST)).any():
            break
        small.add(rest.pop(0))
    return small


def _windows(monthly: pa.Table, head: Mapping[str, Any], clients: int) -> tuple[NDArray[np.bool_], ...]:
    judged = Period.parse(head["period"]).judged(dt.date.fromisoformat(head["data_until"]))
    month, number = monthly["month"].to_numpy(), monthly[NUMBER].to_numpy()
    found = []
    for back in (0, 1):
        span = judged.window(head["review"]["window_months"], back=back)
        inside = np.zeros(clients, dtype=bool)
        inside[number[(month >= span.first.index) & (month <= span.last.index)]] = True
        found.append(inside)
    return tuple(found)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def _texts(table: pa.Table | None, *columns: str) -> set[str]:
    """The distinct texts of columns, of those that are there."""
    if table is None:
        return set()
    there = [table[column] for column in columns if column in table.column_names]
    return {text for column in there for text in pc.unique(column).to_pylist() if text is not None}


def _mapped(given: pa.ChunkedArray, say: Callable[[str], str]) -> pa.Array:
    """Every text by what `say` makes of it; the missing stay so."""
    kind = given.type.value_type if pa.types.is_dictionary(given.type) else given.type
    coded = given.cast(kind).combine_chunks().dictionary_encode()
    words = pa.array([say(text) for text in coded.dictionary.to_pylist()], kind)
    return pa.DictionaryArray.from_arrays(coded.indices, words).cast(kind)
