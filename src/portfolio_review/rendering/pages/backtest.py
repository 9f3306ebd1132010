"""How good the chances were, in words: the model against what happened and against two simpler ones."""

from __future__ import annotations

from markupsafe import Markup

from portfolio_review.rendering.report import Report


def sentences(report: Report) -> Markup:
    """Expected against actual buyers, and whether the model was worth its trouble beside both simpler ones."""
    return _against_last_share(report) + _against_chain(report)


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
        "share": report.v("risk.backtest_last_share"), "own": report.v("risk.backtest_brier"),
        "other": report.v("risk.backtest_brier_last_share"),
    }  # fmt: skip
    if report.number("risk.backtest_brier") == report.number("risk.backtest_brier_last_share"):
        return text + " " + report.say(
            "Client by client it was as accurate as giving everyone last time's share, %(share)s "
            "(Brier score %(own)s against %(other)s; lower is better).", **values)  # fmt: skip
    if verdict.value == "beats_last_share":
        return text + " " + report.say(
            "Client by client it was more accurate than giving everyone last time's share, %(share)s "
            "(Brier score %(own)s against %(other)s; lower is better).", **values)  # fmt: skip
    return text + " " + report.say(
        "Client by client it was no more accurate than giving everyone last time's share, %(share)s "
        "(Brier score %(own)s against %(other)s; lower is better): take the chances as a rough order only.", **values,
    )  # fmt: skip


def horizon(report: Report) -> str:
    """The horizon in words: `3 months`."""
    months = int(report.number("risk.horizon_months") or 0)
    report.used.setdefault("risk.horizon_months")
    return str(report.count_of("%(n)s month", "%(n)s months", months))
