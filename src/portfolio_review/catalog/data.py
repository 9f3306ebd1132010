"""Catalogue: what the review was made from, counted: sources, rows left out, settings, warnings."""

from __future__ import annotations

from portfolio_review.catalog.entry import Column, Entry, check, figure, table

_DATA = "Data"
_DOUBTS = "Doubts"


def _column(name: str, en: str, unit: str = "text") -> Column:
    return Column(name=name, en=en, unit=unit)  # type: ignore[arg-type]


_ROWS = _column("rows", "Rows", "count")
_REVENUE = _column("revenue", "Revenue", "money")
_BEFORE_AND_NOW = (
    _column("before", "Said before", "money"),
    Column(name="now", en="Now", unit="money", key="restated.now"),
    _column("change", "Change", "money"),
)

ENTRIES: tuple[Entry, ...] = (
    figure("data.value", "Value is counted in", "word", 0,
           "value: margin where it is known for at least 90 % of the revenue of W1 and of W0, else revenue",
           "Ground terms"),
    table("data.reconciliation", "Reconciliation",
          (_column("item", "Item", "word"), _ROWS, _REVENUE),
          "sources = used + left out, in rows and in revenue", _DATA),
    table("data.left_out", "Rows left out",
          (_column("reason", "Reason", "word"), _ROWS, _REVENUE),
          "rows of the sources that no figure counts, by reason", _DATA),
    table("data.removed_by_where", "Rows that the condition removes",
          (_column("value", "Columns and values"), _ROWS),
          "rows for which `where` is false, by the values of the columns it names; in the review of the whole", _DATA),
    table("data.inputs", "Sources",
          (_column("table", "Table", "word"), _column("path", "File or query"), _ROWS,
           _column("sha256", "SHA-256", "SHA-256")),
          "each file that was read, by hash", _DATA),
    table("data.warnings", "Warnings",
          (_column("table", "Table", "word"), _column("column", "Column"),
           _column("rule", "What was found"), _ROWS, _column("remedy", "What to do")),
          "findings of the validation that do not stop a run", _DATA),
    table("data.doubts", "Doubts",
          (_column("id", "Doubt", "word"), _column("table", "Table", "word"),
           _column("column", "Column"), _ROWS, _column("share", "Share of revenue", "share"),
           _column("accepted", "Accepted", "flag")),
          "Σ |revenue| of the rows that a doubt touches / Σ |revenue| of the rows that the condition keeps", _DATA),
    table("data.client_months", "Revenue by client and month",
          (_column("client_id", "Client"), _column("month", "Month", "month"), _REVENUE),
          "r_i(month) for each month of W0 and W1, without those of no revenue: what the next review is compared with",
          _DOUBTS),
    table("data.compared", "Compared with the earlier review",
          (_column("cause", "What", "word"), _column("changed", "Changed", "word"),
           _column("review", "Earlier review"), _column("version", "Version", "rank")),
          "settings that rows are read by, and code that reads and sums them: by hash; data: changed where figures of "
          "past months did while neither of these did, not told where one did too; version 0: a draft", _DOUBTS),
    table("data.restated", "Restated months",
          (_column("month", "Month", "month"), *_BEFORE_AND_NOW),
          "months of W0 and W1 whose revenue the earlier review said otherwise, by half a cent or more", _DOUBTS),
    table("data.restated_clients", "Restated months by client",
          (_column("month", "Month", "month"), _column("client_id", "Client"),
           _column("name", "Name"), *_BEFORE_AND_NOW),
          "of each restated month the five clients whose revenue changed most, then all others as one", _DOUBTS),
    figure("data.restated_revenue", "Restated revenue", "money", 0,
           "Σ |change| over the restated months", _DOUBTS),
    figure("data.restated_share", "Restated share of revenue", "share", 0,
           "Σ |change| over the restated months / (R(W0) + R(W1))", _DOUBTS),
    table("data.settings", "Settings",
          (_column("key", "Setting"), _column("value", "Value"),
           _column("default", "Default")),
          "the review file, with its defaults", _DATA),
    *(
        check(f"sql_{notebook}", f"Recomputed in SQL: {title_en}",
              "figures of the notebook = the same computed in SQL from the validated rows, money to the cent")
        for notebook, title_en in (
            ("00_data", "data"),
            ("02_structure", "headline and structure"),
            ("03_what_moved", "movement and bridge"),
            ("04_retention", "retention"),
            ("06_risk_and_outlook", "risk"),
        )
    ),
)  # fmt: skip
