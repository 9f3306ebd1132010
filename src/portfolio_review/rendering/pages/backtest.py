"""How good the chances were, in words: the model against what happened and against two simpler ones."""

from __future__ import annotations

from markupsafe import Markup

from portfolio_review.exhibits.chances import OVER, UNDER, in_steps
from portfolio_review.rendering.report import Report

TENTHS = 10
FEWEST = 20
"""A sentence is said of a tenth with so many clients."""


def sentences(report: Report) -> Markup:
    """How chances are made, expected against actual buyers, whether the model was worth its trouble beside both simpler
    ones, how far a chance of some size held, and whether a season is to be watched."""
    parts = (_clocks(report), _against_last_share(report) + _against_chain(report), _tenths(report), _season(report))
    return Markup(" ").join(part for part in parts if part)


def _clocks(report: Report) -> Markup:
    """The two clocks and which counts more; nothing of another model."""
    model = report.figure("risk.model")
    if model is None or model.value != "two_clocks":
        return Markup("")
    text = report.say("Two clocks look at every client: how many months it has been silent, and how that compares with "
                      "its own rhythm.")  # fmt: skip
    ends = next((int(row["value"]) for row in report.rows("risk.fit") if row["parameter"] == "month_ends"), 0)
    if ends:
        months = report.count_of("%(n)s month", "%(n)s months", ends)
        text += " " + report.say("How much each counts is learned from the ends of the last %(months)s.", months=months)
    silence, rhythm = (report.number(f"risk.weight_{clock}") for clock in ("silence", "rhythm"))
    if model.reason:
        text += " " + report.say("Here: %(reason)s.", reason=report.reason("risk.model"))
    if silence is None or rhythm is None:
        return text
    values = {"silence": report.v("risk.weight_silence"), "rhythm": report.v("risk.weight_rhythm")}
    if silence > 2 * rhythm:
        return text + " " + report.say("Here silence counts most (%(silence)s against %(rhythm)s).", **values)
    if rhythm > 2 * silence:
        return text + " " + report.say("Here the own rhythm counts most (%(rhythm)s against %(silence)s).", **values)
    return text + " " + report.say("Here both count (silence %(silence)s, rhythm %(rhythm)s).", **values)


def _tenths(report: Report) -> Markup:
    """Of clients given about so much, how many bought: the largest tenth of clients below a half, and above."""
    rows = [row for row in report.rows("risk.calibration") if row["clients"] >= FEWEST]
    plain, said = report.wording.numbers.plain, []
    for high in (False, True):
        half = [row for row in rows if (row["tenth"] > TENTHS / 2) == high]
        if half:
            row = max(half, key=lambda row: (row["clients"], row["tenth"]))
            said.append(report.say(
                "Of %(clients)s clients given %(chance)s, %(actual)s bought.", clients=plain(row["clients"]),
                chance=_about(report, row["chance"]), actual=plain(row["actual"]),
            ))  # fmt: skip
    return Markup(" ").join(said)


def _about(report: Report, chance: float) -> str:
    """A chance as it is printed: in steps of 5 %, never certain."""
    text = report.wording.language.text
    if chance < UNDER:
        return text("under 5%%")
    if chance >= OVER:
        return text("over 95%%")
    return text("about %(chance)s", chance=report.wording.numbers.percent(in_steps(chance), 0))


def _season(report: Report) -> Markup:
    season = report.figure("risk.seasonal")
    if season is None or season.value != "seasonal":
        return Markup("")
    report.used.setdefault("risk.seasonal")
    return report.say("Seasonal: read with last year's same months.")


def _against_chain(report: Report) -> Markup:
    """The model in use against the recency chain; nothing where the chain is the model."""
    model, own, chain = (report.figure(f"risk.backtest_{name}") for name in ("model", "brier", "brier_chain"))
    if model is None or model.value in (None, "chain") or own is None or chain is None or chain.value is None:
        return Markup("")
    own_brier, of_chain = report.number("risk.backtest_brier") or 0, report.number("risk.backtest_brier_chain") or 0
    score = report.v("risk.backtest_brier_chain")
    if report.v("risk.backtest_brier").striptags() == score.striptags():
        return " " + report.say("The simpler recency chain was as accurate (%(score)s).", score=score)
    if own_brier < of_chain:
        return " " + report.say("The simpler recency chain was less accurate (%(score)s).", score=score)
    return " " + report.say("The simpler recency chain was more accurate (%(score)s): the review file may ask for it "
                            "(risk.model: chain).", score=score)  # fmt: skip


def _against_last_share(report: Report) -> Markup:
    tested = report.figure("risk.backtest_expected")
    if tested is None:
        return Markup("")
    if tested.value is None:
        return report.say("The model could not be checked: %(reason)s.", reason=report.reason("risk.backtest_expected"))
    expected = report.v("risk.backtest_expected", decimals=0)
    text = report.say(
        "Model: %(model)s. Fitted %(horizon)s earlier, it expected %(expected)s of %(clients)s clients to buy; "
        "%(actual)s did.", model=report.v("risk.backtest_model"), horizon=horizon(report), expected=expected,
        clients=report.v("risk.backtest_clients"), actual=report.v("risk.backtest_actual"),
    )  # fmt: skip
    verdict = report.figure("risk.backtest_verdict")
    if verdict is None or verdict.value is None:
        return text
    report.used.setdefault("risk.backtest_verdict")
    values = {
        "own": report.v("risk.backtest_brier"),
        "other": report.v("risk.backtest_brier_last_share"),
    }  # fmt: skip
    if report.number("risk.backtest_brier") == report.number("risk.backtest_brier_last_share"):
        return text + " " + report.say(
            "Client by client, over the month ends tested, it was as accurate as giving everyone the share of the time "
            "before (Brier score %(own)s against %(other)s; lower is better).", **values)  # fmt: skip
    if verdict.value == "beats_last_share":
        return text + " " + report.say(
            "Client by client, over the month ends tested, it was more accurate than giving everyone the share of the "
            "time before (Brier score %(own)s against %(other)s; lower is better).", **values)  # fmt: skip
    return text + " " + report.say(
        "Client by client, over the month ends tested, it was no more accurate than giving everyone the share of the "
        "time before (Brier score %(own)s against %(other)s; lower is better): no client's chance is printed, and "
        "nothing is ordered by it.", **values,
    )  # fmt: skip


def horizon(report: Report) -> str:
    """The horizon in words: `3 months`."""
    months = int(report.number("risk.horizon_months") or 0)
    report.used.setdefault("risk.horizon_months")
    return str(report.count_of("%(n)s month", "%(n)s months", months))
