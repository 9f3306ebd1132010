"""The reduction, once, as SQL: rows of transactions in, the frames of every unit and of `all` out.

    rows → lines (unit, client, order, day) → days, orders → monthly, facts, totals, and what `silence` makes of days
    rows → mix, items, first category           (the only ones that need a row's product or category)

Days and months are whole numbers and money is DECIMAL, so sums and counts are the same bits in any order. What stands
here is the SQL that engines share: no date is taken apart, no function but sums, extremes, CASE and windows is called.
`all` is reduced from rows: a client of several units once more under `ALL_CODE`; one of a single unit is the same
there, so `seen` lists it twice and its rows stand once. Frames lie by unit, so that cutting one reads no other.
"""

from __future__ import annotations

from collections.abc import Mapping

from portfolio_review.calendar import Days, Month, Span
from portfolio_review.metrics.histories import DAYS_A_WEEK
from portfolio_review.metrics.margin import MONEY as OF_MARGIN
from portfolio_review.metrics.purchase_history import LOG_GAP_UNIT
from portfolio_review.slices.rows import Rows
from portfolio_review.slices.task import ALL_CODE, Task, days_since_1970

SPANS = ("p", "pp", "py", "w0", "w1")
"""The spans whose distinct orders each client's frame tells, in the order of their names."""
TREND_MONTHS = 25
"""Months whose totals are kept: 24 to show and one before them."""
_LINE_MONEY = {
    "revenue": "revenue",
    "margin": "margin",
    "gross": "abs(revenue)",
    "margin_gross": "CASE WHEN margin IS NOT NULL THEN abs(revenue) END",
    "margin_revenue": "CASE WHEN margin IS NOT NULL THEN revenue END",
}

_OF_ROWS = "client, day, revenue, margin, order_key, product, category"


def run(rows: Rows, task: Task) -> None:
    """Leave in `rows.con` the frames by unit and client: `monthly`, `orders`, `part_months`, `mix`, `items`, `facts`;
    `seen` (slice, unit, client, number: which clients' rows a slice holds), `totals` and `used` by unit, and `days` for
    `silence`. What has a row for each order or product is reduced where the rows lie."""
    money = list(_LINE_MONEY) if task.has_margin else ["revenue"]
    con = rows.con
    _lines(rows, task, money)
    con.execute(_calendar(*con.execute("SELECT min(month), max(month) FROM days").fetchall()[0]))
    for statement in (*_clients(task), _monthly(money), _part_months(task), *_totals(task, money)):
        con.execute(statement)
    rows.drop("lines", "repeated", "again")
    rows.view(
        "every_row",
        f"SELECT unit, {_OF_ROWS} FROM rows UNION ALL "
        f"SELECT {ALL_CODE} AS unit, {_OF_ROWS} FROM rows JOIN several USING (client)",
    )
    rows.give("first_categories", _first_category(task))
    rows.give("mix", _mix(task))
    rows.give("items", _items(task))


def between(span: Span | Days, column: str = "day") -> str:
    """SQL of whether a day lies in a span."""
    return f"{column} BETWEEN {days_since_1970(span.start)} AND {days_since_1970(span.end)}"


def _flags(spans: Mapping[str, Span | Days], also: str = "") -> str:
    return ", ".join(
        f"max(CASE WHEN {also}{between(span)} THEN 1 ELSE 0 END)::TINYINT AS {name}" for name, span in spans.items()
    )


def _sums(money: list[str]) -> str:
    return ", ".join(f"sum({name}) AS {name}" for name in money)


def _lines(rows: Rows, task: Task, money: list[str]) -> None:
    """`lines`, a row for each unit, client, order and day, and what is made of them.

    every_line: those of clients of several units under `all` too. again: orders with a positive row on several days;
    repeated: these by month, and in which spans they stand; every other order is counted with its day. days: of a
    client, with how many orders stand on them alone; where it bought: gap (days since the purchase before), nth (from
    1), following (month of the next purchase), third_before (month of the third purchase before).
    """
    sums = ", ".join(f"sum({_LINE_MONEY[name]}) AS {name}" for name in money)
    columns = f"client, order_key, day, month, {', '.join(money)}, bought, n"
    rows.keep(
        "lines",
        f"""SELECT unit, client, order_key, day, month, {sums},
               max(CASE WHEN revenue > 0 THEN 1 ELSE 0 END)::TINYINT AS bought, count(*) AS n
        FROM rows GROUP BY unit, client, order_key, day, month""",
    )
    rows.keep("several", "SELECT client FROM lines GROUP BY client HAVING min(unit) <> max(unit)")
    rows.share("several")
    rows.view(
        "every_line",
        f"SELECT unit, {columns} FROM lines UNION ALL "
        f"SELECT {ALL_CODE} AS unit, {columns} FROM lines JOIN several USING (client)",
    )
    rows.keep(
        "again",
        """SELECT unit, client, order_key FROM every_line WHERE bought = 1
        GROUP BY unit, client, order_key HAVING count(*) > 1""",
    )
    rows.keep(
        "repeated",
        f"""SELECT unit, client, order_key, month, {_flags(task.spans)}
        FROM every_line JOIN again USING (unit, client, order_key)
        WHERE bought = 1 GROUP BY unit, client, order_key, month""",
    )
    rows.give_once(
        "client_days",
        f"""SELECT unit, client, day, month, {_sums(money)}, max(bought) AS bought,
               CAST(sum(CASE WHEN a.client IS NULL THEN bought ELSE 0 END) AS INTEGER) AS orders
        FROM every_line LEFT JOIN again a USING (unit, client, order_key)
        GROUP BY unit, client, day, month""",
    )
    rows.con.execute(
        """CREATE TABLE days AS
        SELECT *, day - lag(day) OVER w AS gap, (row_number() OVER w)::INTEGER AS nth,
               lead(month) OVER w AS following, lag(month, 3) OVER w AS third_before
        FROM client_days WINDOW w AS (PARTITION BY unit, client, bought ORDER BY day);
        CREATE VIEW purchases AS SELECT * FROM days WHERE bought = 1"""
    )
    most = ", ".join(f"max({name}) AS {name}" for name in task.spans)
    more = ", ".join(f"sum({name}) AS {name}" for name in task.spans)
    rows.give_once(
        "span_orders",
        f"""WITH each AS (SELECT unit, client, {most} FROM repeated GROUP BY unit, client, order_key)
        SELECT unit, client, {more} FROM each GROUP BY unit, client""",
    )
    rows.give_once(
        "month_orders", "SELECT unit, client, month, count(*) AS again FROM repeated GROUP BY unit, client, month"
    )
    rows.give(
        "unit_days",
        f"""SELECT unit, day, {_sums(money)}, sum(n) AS n FROM lines GROUP BY unit, day UNION ALL
        SELECT {ALL_CODE} AS unit, day, {_sums(money)}, sum(n) AS n FROM lines GROUP BY day""",
    )
    rows.keep("begun", "SELECT unit, client, min(day) AS day FROM every_line WHERE bought = 1 GROUP BY unit, client")


def _calendar(first: int | None, last: int | None) -> str:
    """`calendar`: the first day of each month with rows."""
    months = range(first, last + 1) if first is not None and last is not None else range(12 * 1970, 12 * 1970 + 1)
    rows = ", ".join(f"({month}, {days_since_1970(Month(month).first)})" for month in months)
    return f"CREATE TABLE calendar AS SELECT * FROM (VALUES {rows}) AS c(month, first_day)"


def _clients(task: Task) -> list[str]:
    """`facts`: by client first and second purchase, whether and with how many orders it bought in each span, the month
    of its last purchase up to the end of W1, and its longest gap; `seen`."""
    spans = {name: between(span) for name, span in task.spans.items()}
    counts = ", ".join(f"sum(CASE WHEN {within} THEN orders ELSE 0 END) AS {name}" for name, within in spans.items())
    both = ", ".join(f"(o.{name} + coalesce(m.{name}, 0))::INTEGER AS {name}" for name in spans)
    long = " UNION ALL ".join(
        f"SELECT unit, client, {place} AS place, '{name}' AS span, {name} AS orders FROM client_orders WHERE {name} > 0"
        for place, name in enumerate(SPANS)
    )
    return [
        f"""CREATE TABLE facts AS
        SELECT unit, client, min(CASE WHEN bought = 1 AND nth = 1 THEN day END) AS first_purchase,
               min(CASE WHEN bought = 1 AND nth = 2 THEN day END) AS second_purchase,
               {_flags(task.spans, "bought = 1 AND ")},
               max(CASE WHEN bought = 1 AND month <= {task.w1.last.index} THEN month END) AS last_month,
               max(CASE WHEN bought = 1 THEN gap END) AS longest
        FROM days GROUP BY unit, client ORDER BY unit""",
        f"""CREATE TABLE seen AS
        WITH each AS (
            SELECT unit AS slice, unit, client FROM facts UNION ALL
            SELECT {ALL_CODE}, unit, client FROM facts
            WHERE unit <> {ALL_CODE} AND client NOT IN (SELECT client FROM several))
        SELECT *, (row_number() OVER (PARTITION BY slice ORDER BY client) - 1)::UINTEGER AS number FROM each""",
        f"""CREATE TABLE client_orders AS
        WITH once AS (SELECT unit, client, {counts} FROM days GROUP BY unit, client)
        SELECT unit, client, {both} FROM once o LEFT JOIN span_orders m USING (unit, client)""",
        f"CREATE TABLE orders AS {long} ORDER BY unit",
    ]


def _monthly(money: list[str]) -> str:
    unknown = [name for name in ("margin", *OF_MARGIN) if name not in money]
    none = "".join(f", NULL::DOUBLE AS {name}" for name in unknown)
    # a margin is known where any row of the month states it; Σ |revenue| of none is 0
    known = "".join(f", coalesce({name}, 0)::DOUBLE AS {name}" for name in OF_MARGIN if name in money)
    margin = ", margin::DOUBLE AS margin" if "margin" in money else ""
    return f"""CREATE TABLE monthly AS
        WITH each AS (
            SELECT unit, client, month, {_sums(money)}, sum(bought)::INTEGER AS purchase_days,
                   sum(orders) AS orders, max(CASE WHEN bought = 1 THEN day END) AS last,
                   sum(CASE WHEN bought = 1 AND gap > 0
                       THEN round(ln(gap::DOUBLE / {DAYS_A_WEEK}) / {LOG_GAP_UNIT})::BIGINT END) AS log_gaps
            FROM days GROUP BY unit, client, month)
        SELECT unit, client, month, revenue::DOUBLE AS revenue{margin}{known}{none},
               (orders + coalesce(again, 0))::INTEGER AS orders, purchase_days,
               coalesce(last - first_day + 1, 0)::INTEGER AS last_day,
               coalesce(log_gaps, 0)::DOUBLE * {LOG_GAP_UNIT} AS log_gaps
        FROM each LEFT JOIN month_orders USING (unit, client, month) JOIN calendar USING (month) ORDER BY unit"""


def _part_months(task: Task) -> str:
    """The first days of the months in which PP and PY are cut, for a partial P."""
    cut = task.flash.cut_after if task.flash else None
    months = [Month.of(task.spans[name].end).index for name in ("pp", "py")]
    within = f"month IN ({', '.join(map(str, months))}) AND day < first_day + {cut}" if cut else "false"
    return f"""CREATE TABLE part_months AS
        SELECT unit, client, month, sum(revenue)::DOUBLE AS revenue, sum(bought)::INTEGER AS purchase_days
        FROM days JOIN calendar USING (month) WHERE {within} GROUP BY unit, client, month"""


def _totals(task: Task, money: list[str]) -> list[str]:
    months = [task.period.span.last - back for back in range(TREND_MONTHS)]
    spans = {**task.spans, **{str(month): Span(month, month) for month in months}}
    rows = ", ".join(
        f"('{name}', {days_since_1970(span.start)}, {days_since_1970(span.end)})" for name, span in spans.items()
    )
    asked = ", ".join(f"('{month}', {month.index})" for month in months)
    margins = ("margin", *OF_MARGIN)
    known = ", ".join(
        f"coalesce(sum({name}), 0)::DOUBLE AS {name}" if name in money else f"NULL::DOUBLE AS {name}"
        for name in margins
    )
    each = " UNION ALL ".join(
        f"SELECT slice, '{name}' AS span, sum(f.{name}) AS clients, sum(o.{name}) AS orders FROM seen "
        "JOIN facts f USING (unit, client) LEFT JOIN client_orders o USING (unit, client) GROUP BY slice"
        for name in task.spans
    )
    return [
        """CREATE TABLE used AS
        SELECT unit, sum(n)::BIGINT AS rows, sum(revenue) AS revenue FROM unit_days GROUP BY unit""",
        """CREATE TABLE unit_months AS
        SELECT slice AS unit, month, sum(CASE WHEN purchase_days > 0 THEN 1 ELSE 0 END) AS clients,
               sum(orders) AS orders FROM seen JOIN monthly USING (unit, client) GROUP BY slice, month""",
        f"""CREATE TABLE totals AS
        WITH money AS (
            SELECT unit, span, sum(revenue)::DOUBLE AS revenue, {known}
            FROM unit_days JOIN (VALUES {rows}) AS s(span, first, last) ON day BETWEEN first AND last
            GROUP BY unit, span),
             counted AS (
            SELECT slice AS unit, span, clients, orders FROM ({each}) AS s UNION ALL
            SELECT unit, span, clients, orders FROM unit_months
            JOIN (VALUES {asked}) AS m(span, month) USING (month))
        SELECT unit, span, revenue, {", ".join(margins)}, coalesce(orders, 0)::INTEGER AS orders,
               clients::INTEGER AS clients
        FROM money JOIN counted USING (unit, span)""",
    ]


def _first_category(task: Task) -> str:
    """Of the first purchase day the category of most money; of equal ones the first name."""
    return f"""WITH money AS (
            SELECT r.unit, r.client, r.category, sum(r.revenue) AS revenue
            FROM every_row r JOIN begun b ON b.unit = r.unit AND b.client = r.client AND b.day = r.day
            WHERE r.revenue > 0 AND r.category IS NOT NULL AND {_where(task.has_category)}
            GROUP BY r.unit, r.client, r.category),
             ranked AS (
            SELECT *, row_number() OVER (PARTITION BY unit, client ORDER BY revenue DESC, category) AS place FROM money)
        SELECT unit, client, category FROM ranked WHERE place = 1"""


def _where(known: bool) -> str:
    return "1 = 1" if known else "1 = 0"


def _mix(task: Task) -> str:
    """Revenue of both windows, and of W1 as it was h months earlier, by client and category; whether a row of W1, and
    one of the last h months, has positive revenue."""
    w1, w0, h = task.spans["w1"], task.spans["w0"], task.horizon_months
    then, since = task.w1.shifted(-h), Span.ending(task.w1.last, h)
    begin = Days(min(w0.start, then.start), w1.end)

    def money(span: Span | Days, name: str, value: str = "revenue", none: str = "0::DOUBLE") -> str:
        return f"coalesce(sum(CASE WHEN {between(span)} THEN {value} END)::DOUBLE, {none}) AS {name}"

    def active(span: Span | Days, name: str) -> str:
        return f"max(CASE WHEN revenue > 0 AND {between(span)} THEN 1 ELSE 0 END) = 1 AS {name}"

    margins = "NULL::DOUBLE AS margin_w1, NULL::DOUBLE AS margin_revenue_w1"
    if task.has_margin:
        stated = "CASE WHEN margin IS NOT NULL THEN revenue END"
        margins = f"{money(w1, 'margin_w1', 'margin', 'NULL')}, {money(w1, 'margin_revenue_w1', stated, 'NULL')}"
    return f"""SELECT unit, client, category, {money(w0, "revenue_w0")}, {money(w1, "revenue_w1")},
               {margins}, {active(w1, "active_w1")}, {money(then, "revenue_then")}, {active(since, "active_since")}
        FROM every_row WHERE {between(begin)} AND {_where(task.has_category)}
        GROUP BY unit, client, category ORDER BY unit"""


def _items(task: Task) -> str:
    """Distinct pairs of order and product with a positive row in W1, counted by client."""
    return f"""WITH pairs AS (
            SELECT DISTINCT unit, client, order_key, product FROM every_row
            WHERE revenue > 0 AND {between(task.spans["w1"])} AND product IS NOT NULL)
        SELECT unit, client, CAST(count(*) AS INTEGER) AS items FROM pairs GROUP BY unit, client ORDER BY unit"""
