"""A finding as it is recorded: a sentence kept as messages with typed values, so that every language can word it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from portfolio_review.results.digits import significant

ValueKind = Literal[
    "money",  # €1.2m, a negative amount −€1.2m
    "signed",  # money with its sign
    "percent",  # a share, 63.6%
    "change",  # a relative change, +5.0%, ×3.4
    "points",  # a difference of shares, +0.2 pp
    "count",  # a whole number
    "number",  # a bare number, one decimal where it is not whole
    "clients",  # a count with its noun
    "days",  # a count with its noun
    "span",  # months as a length: 12 months
    "month",  # YYYY-MM
    "since",  # YYYY-MM or a day: since November 2011
    "since_this_year",  # the same without its year: since August
    "period",  # 2011-11, 2011-Q4, …
    "date",  # YYYY-MM-DD
    "word",  # an id of the catalogue's words
    "lower",  # the same, within a sentence
    "label",  # an id of the catalogue: its name
    "name",  # a name of the data, printed as it is
    "unnamed",  # the id of a client that has no name: client 14156
]
Tone = Literal["good", "bad", "neutral"]
Kind = Literal["change", "risk", "data"]


@dataclass(frozen=True)
class Value:
    """One value of a sentence and how it is printed."""

    kind: ValueKind
    value: float | int | str


@dataclass(frozen=True)
class Clause:
    """A part of a sentence: a message of the gettext catalogue, its plural where `n` counts, and its values."""

    message: str
    values: Mapping[str, Value]
    plural: str | None = None
    n: int | None = None


def key(id: str, client: str | None) -> str:
    """What a finding is known by from one review of a series to the next."""
    return id if client is None else f"{id}:{client}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found: `clauses` make the sentence, the first of them can stand alone.

    evidence: ids of the figures and tables that hold its numbers. money: what it is about, signed, in the base that
    its sentence tells. value: its effect on value, where that is counted in another base; findings are ranked by its
    size. theme: what it is about; a page tells each once. client: the id of the one client that it is about.
    certain: False where an interval covers no change, and the sentence says so. standing: a state that lasts, not a
    change. always: it stands on page one whatever its money. since: the month (YYYY-MM) of the first review of the
    series that had it, of one that lasts. text: the sentence in the language of the review.
    """

    id: str
    section: str
    page: str
    theme: str
    clauses: tuple[Clause, ...]
    evidence: tuple[str, ...]
    money: float | None
    tone: Tone
    client: str | None = None
    value: float | None = None
    certain: bool = True
    standing: bool = False
    always: bool = False
    since: str | None = None
    text: str = ""

    @property
    def kind(self) -> Kind:
        """What is found: something of the data, a state that lasts, or a change."""
        return "data" if self.section == "data" else "risk" if self.standing else "change"

    @property
    def weight(self) -> float:
        """The size of its effect on value; 0 where it is about no money."""
        return abs((self.money if self.value is None else self.value) or 0.0)

    @property
    def key(self) -> str:
        """What it is known by from one review of a series to the next."""
        return key(self.id, self.client)


@dataclass(frozen=True)
class Verdict:
    """What page one says first: at most two sentences, each of clauses.

    evidence: ids of the figures and tables that hold its numbers. level: the word of the period's target (optimal,
    watch, critical), None without levels. text: in the language of the review.
    """

    sentences: tuple[tuple[Clause, ...], ...]
    evidence: tuple[str, ...]
    level: str | None = None
    text: str = ""

    def with_text(self, text: str) -> Verdict:
        return replace(self, text=text)


def verdict_to_plain(verdict: Verdict) -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "text": verdict.text,
        "level": verdict.level,
        "figures": list(verdict.evidence),
        "sentences": [_clauses_to_plain(clauses) for clauses in verdict.sentences],
    }


def verdict_from_plain(record: Mapping[str, Any]) -> Verdict:
    """The verdict of `verdict_to_plain`; a KeyError where a key is missing."""
    return Verdict(
        sentences=tuple(_clauses_from_plain(clauses) for clauses in record["sentences"]),
        evidence=tuple(record["figures"]),
        level=record["level"],
        text=record["text"],
    )


def _clauses_to_plain(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    return [
        {
            "message": clause.message,
            "values": {name: [value.kind, _plain(value.value)] for name, value in clause.values.items()},
            **({"plural": clause.plural, "n": clause.n} if clause.plural is not None else {}),
        }
        for clause in clauses
    ]


def _clauses_from_plain(records: Sequence[Mapping[str, Any]]) -> tuple[Clause, ...]:
    return tuple(
        Clause(
            clause["message"],
            {name: Value(kind, value) for name, (kind, value) in clause["values"].items()},
            clause.get("plural"),
            clause.get("n"),
        )
        for clause in records
    )


def _plain(value: Any) -> Any:
    return significant(value) if isinstance(value, float) else value


def to_plain(finding: Finding) -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "id": finding.id,
        "kind": finding.kind,
        "theme": finding.theme,
        "client": finding.client,
        "since": finding.since,
        "text": finding.text,
        "figures": list(finding.evidence),
        "money": _plain(finding.money),
        "value": _plain(finding.value),
        "section": finding.section,
        "page": finding.page,
        "tone": finding.tone,
        "certain": finding.certain,
        "standing": finding.standing,
        "always": finding.always,
        "clauses": _clauses_to_plain(finding.clauses),
    }


def from_plain(record: Mapping[str, Any]) -> Finding:
    """The finding of `to_plain`; a KeyError where a key is missing."""
    return Finding(
        id=record["id"],
        section=record["section"],
        page=record["page"],
        theme=record["theme"],
        client=record["client"],
        clauses=_clauses_from_plain(record["clauses"]),
        evidence=tuple(record["figures"]),
        money=record["money"],
        value=record["value"],
        tone=record["tone"],
        certain=record["certain"],
        standing=record["standing"],
        always=record["always"],
        since=record["since"],
        text=record["text"],
    )
