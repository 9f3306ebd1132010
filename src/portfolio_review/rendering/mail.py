"""What a mail says of a review: the verdict and the key figures of page one as plain text, in each of its languages.

A manager's mail says what the manager's own page says, from the results that are this manager's alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import owners
from portfolio_review.rendering.context import RunContext
from portfolio_review.rendering.pages import found, owner, summary
from portfolio_review.rendering.report import Report
from portfolio_review.rendering.tables import Made
from portfolio_review.results.contract import Results

LONGEST_NAME = 60
"""Characters of a title or unit, as at the foot of a page."""


@dataclass(frozen=True)
class Hands:
    """How the reader gets the report: attached, or at an address by language; the hash of the head it stands under."""

    head: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A mail in words."""

    subject: str
    text: str


def of_review(report: Report, hands: Hands) -> Letter:
    """The mail for those who get the whole review."""
    lines = [_plain(found.verdict(report)), ""]
    for figure in summary.key_figures(report):
        when = f" ({_plain(figure.when)})" if figure.when else ""
        lines.append(f"{_plain(figure.title)}: {_plain(figure.big)}{when}")
        for label, value, change in figure.lines:
            compared = f" ({_plain(change)})" if change else ""
            lines.append(f"  {_plain(label)}: {_plain(value)}{compared}")
        if figure.note:
            lines.append(f"  {_plain(figure.note)}")
    return _letter(report, lines, hands)


def of_owner(report: Report, hands: Hands) -> Letter:
    """The mail for a manager; `report` is of this manager's results (see `owners.by_owner`)."""
    view = owner.view(report)
    stands = view.rows[0].columns[0].blocks[0]
    lines = [_plain(view.message), ""]
    if isinstance(stands, Made):
        pairs = zip(stands.heads[1:], stands.rows[0].cells[1:], strict=True)
        lines += [*(f"{_plain(head)}: {_plain(cell)}" for head, cell in pairs), f"({_plain(stands.sub)})"]
    return _letter(report, lines, hands)


def reports(
    results: Results, titles: dict[str, str], context: RunContext, folder: Path, of: str | None = None
) -> Iterator[Report]:
    """What a mail reads, in each language of `titles`; with `of` of that manager's results alone."""
    for code, title in titles.items():
        titled = replace(results, review=replace(results.review, title=title))
        if of is not None:
            titled = owners.by_owner(titled, folder)[of]
        yield Report(titled, Wording(code, results.review.currency, results.review.window_months), context,
                     folder=None if of is not None else folder)  # fmt: skip


def joined(letters: list[Letter]) -> Letter:
    """The mail in several languages, one after the other, under the subject of the first."""
    return Letter(letters[0].subject, f"\n\n{'—' * 20}\n\n".join(letter.text for letter in letters))


def _letter(report: Report, lines: list[str], hands: Hands) -> Letter:
    title, unit = _short(report.results.review.title), _short(report.unit)
    subject = f"{title}: {unit}, {report.period}"
    issue, say = report.context.issue, report.say
    text = [subject, "", *lines, ""]
    text += [str(say("The report: %(address)s", address=Markup(one))) for one in hands.addresses] or [
        str(say("The report is attached."))
    ]
    if issue is not None:
        published = _plain(say("published, version %(n)s", n=issue.version))
        text.append(published[:1].upper() + published[1:])
        text.append(_plain(say("Reviewed by %(name)s, %(day)s", name=issue.reviewer,
                               day=report.wording.language.date(issue.day))))  # fmt: skip
        if issue.replaces:
            text.append(_plain(say("Replaces version %(n)s: %(reason)s", n=issue.replaces, reason=issue.reason)))
    text.append(
        _plain(say("Head of what was published, for portfolio-review verify --head: %(hash)s", hash=hands.head))
    )
    return Letter(subject, "\n".join(text))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _plain(text: Markup | str) -> str:
    """Markup as it reads; plain text as it is."""
    return text.striptags() if isinstance(text, Markup) else " ".join(text.split())
