"""Findings as pages print them: the sentences of page one, and the message over a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil

from markupsafe import Markup, escape

from portfolio_review.exhibits.wording import Wording
from portfolio_review.findings import ranking, wording
from portfolio_review.rendering.marks import marked
from portfolio_review.rendering.report import Report
from portfolio_review.results.finding import Finding, Value

WINDOW = "bridge"
"""The page whose exhibit proves what the verdict says of the window."""
ROOM = 240
"""Points of height that page one has for findings and the analyst's words."""
LINE, BETWEEN, HEAD, NOTES_HEAD = 10.5, 2.8, 19, 16
WIDTH, NOTES_WIDTH, VERDICT_WIDTH = 68, 165, 95
"""Characters of a line."""

OPENS, CLOSES = "\ue000", "\ue001"
"""Characters of no script: between them stands the number of a value until it is printed."""
NUMBERS = ("money", "signed", "percent", "change", "points", "count", "number", "clients", "days")
"""Kinds of values that are numbers of the review; lengths, months and days of the calendar are none."""
OPENING = ("unnamed", "word", "lower")
"""Kinds of values that begin with a capital where they open a sentence; names stand as they are."""


Say = Callable[[Finding, Wording, wording.Shown], str]


@dataclass(frozen=True)
class Sentence:
    """One finding of page one: its text leading to its cell, its money (signed where it moved), the page it is on."""

    text: Markup
    money: Markup
    page: str


def first_page(report: Report, notes: int = 0) -> tuple[tuple[Markup, tuple[Sentence, ...]], ...]:
    """The findings of page one under their heads: what changed, what may cost, what is doubtful of the data; of the
    changes as many as there is room for beside the analyst's `notes` (their number of characters)."""
    page = ranking.first_page(_all(report))
    parts = (page.risks, (page.doubt,) if page.doubt else ())
    verdict_lines = ceil(len(verdict(report).striptags()) / VERDICT_WIDTH)
    room = ROOM - LINE * 4 * max(verdict_lines - 3, 0) - HEAD * (1 + sum(map(bool, parts)))
    room -= NOTES_HEAD + LINE * ceil(notes / NOTES_WIDTH) if notes else 0
    while (shorter := page.shorter) and sum(_height(report, finding) for finding in page) > room:
        page = shorter
    heads = (report.say("What changed, the largest in money first"), report.say("What may cost"),
             report.say("What is doubtful of the data"))  # fmt: skip
    return tuple((head, tuple(_sentence(report, finding, wording.on_page_one) for finding in here))
                 for head, here in zip(heads, (page.changes, *parts), strict=True) if here)  # fmt: skip


def _height(report: Report, finding: Finding) -> float:
    return BETWEEN + LINE * ceil(len(wording.on_page_one(finding, report.wording)) / WIDTH)


def verdict(report: Report) -> Markup:
    """What page one says first, as it was recorded, leading to its cell; its figures count as printed."""
    recorded = report.results.verdict
    if recorded is None:
        return Markup("")
    for id in recorded.verdict.evidence:
        if id in report.results.figures:
            report.used.setdefault(id)
    first, *window = (_marked(report, partial(wording.sentences, [clauses])) for clauses in recorded.verdict.sentences)
    said = [first, *(marked(one, to=WINDOW) for one in window)]
    return report.link(recorded.source, Markup(" ").join(said))


def message(report: Report, page: str) -> Markup:
    """What stands over a page: its heaviest finding, without its details; empty where it has none, and then the page
    is not printed."""
    finding = ranking.of_page(_all(report), page)
    return Markup("") if finding is None else _linked(report, finding, wording.headline)


def whole(report: Report, id: str) -> Markup:
    """The finding `id` as a sentence with its details, for the page that shows what they name; empty where it was not
    made."""
    made = next((finding for finding in _all(report) if finding.id == id), None)
    return Markup("") if made is None else _linked(report, made, wording.text)


def _all(report: Report) -> list[Finding]:
    return [recorded.finding for recorded in report.results.findings]


def _sentence(report: Report, finding: Finding, say: Say = wording.text) -> Sentence:
    amount = finding.money or 0.0
    polarity = {"good": 1, "bad": -1, "neutral": 0}[finding.tone] * (1 if amount > 0 else -1)
    numbers = report.wording.numbers
    if finding.money is None:  # of doubtful data, which the sentence weighs by their share
        return Sentence(_linked(report, finding, say), Markup(""), finding.page)
    # a state that lasts is about this money; nothing of it was gained or lost
    about = Markup("%s") % numbers.money(abs(amount)) if finding.standing else None
    return Sentence(
        text=_linked(report, finding, say),
        money=report.tinted(numbers.money(amount, sign=True), amount, polarity) if about is None else about,
        page=finding.page,
    )


def every(report: Report) -> tuple[Sentence, ...]:
    """All findings of the review, the heaviest first."""
    return tuple(_sentence(report, finding) for finding in ranking.ranked(_all(report)))


def _linked(report: Report, finding: Finding, say: Say) -> Markup:
    """The sentence leading to the cell that computed its first figure; its figures count as printed."""
    recorded = report.results.figures, report.results.tables
    for id in finding.evidence:
        if id in report.results.figures:
            report.used.setdefault(id)
    sources = [known[id].source for id in finding.evidence for known in recorded if id in known]
    own = next(entry.source for entry in report.results.findings if entry.finding.id == finding.id)
    said = _marked(report, partial(say, finding))
    return report.link(sources[0] if sources else own, said, "fig", message=finding.id, to=finding.page)


def _marked(report: Report, say: Callable[[Wording, wording.Shown], str]) -> Markup:
    """A sentence whose numbers and clients say what they are (see `marks`)."""
    held: dict[Value, str] = {}

    def shown(value: Value, _wording: Wording) -> str:
        return held.setdefault(value, f"{OPENS}{len(held)}{CLOSES}")

    text = str(escape(say(report.wording, shown)))
    for value, sign in held.items():
        printed = wording.printed(value, report.wording)
        if text.startswith(sign) and value.kind in OPENING:
            printed = printed[:1].upper() + printed[1:]
        if text.endswith(f"{sign}.") and printed.endswith((".", "!", "?")):
            text = text[:-1]  # what is printed ends the sentence by itself: "12 мес.", "Muster & Co."
        text = text.replace(sign, _mark(report, value, printed))
    return Markup(text)


def _mark(report: Report, value: Value, printed: str) -> Markup:
    client = report.client_of(str(value.value)) if value.kind == "name" else ""
    if value.kind == "unnamed":
        client = str(value.value)
    named = "client" if client and value.kind == "name" else ""
    return marked(printed, value=value.kind if value.kind in NUMBERS else "", client=client, name=named)
