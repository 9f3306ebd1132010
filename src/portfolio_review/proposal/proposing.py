"""From what was looked at, and the answers, to the sources of a review file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portfolio_review.proposal import questions
from portfolio_review.proposal.profile import ISO, MOST
from portfolio_review.proposal.questions import AMOUNT, DAY, Amount, quoted
from portfolio_review.proposal.roles import Place, View, own_column
from portfolio_review.proposal.tables import Looked
from portfolio_review.sources.contracts import CONTRACTS
from portfolio_review.sources.engine import name, text

_FROM_SALES = ("client_name", "manager", "type", "industry", "region", "group_id", "payment_terms", "contract_end")
"""Attributes of clients that a table of sales may have on its rows; the latest row says."""
_MASTER = (*_FROM_SALES, "since", "unit")
_OURS = {"client_name": "name", "contact_name": "name", "contact_role": "role"}
_OPTIONAL = ("order_id", "product", "category", "quantity", "unit")


_MERGED = 0.7
"""With fewer of its cells filled, the column of clients is told to lack names."""


@dataclass
class Proposed:
    """One table of the review file to be: the keys of its source, and from what each column of ours is made."""

    source: dict[str, object]
    shown: dict[str, str] = field(default_factory=dict)
    """Our columns by what is taken, for the table of the mapping."""
    used: tuple[int, ...] = ()
    """The places of the tables that are read, the main one first."""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Proposal:
    """The sources by table, the currency and language, and what was taken without being asked."""

    tables: Mapping[str, Proposed]
    currency: str
    language: str
    notes: tuple[str, ...]


class _Query:
    """A query over the tables that a view's columns need, each under a letter."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._used: dict[int, str] = {view.base: "a"}

    def column(self, place: Place) -> str:
        for link in self._view.steps[place.table]:
            self._used.setdefault(link.to, "abcdefghijklmnopqrstuvwxyz"[len(self._used)])
        return f"{self._used[place.table]}.{self._quoted(place.column.name)}"

    def text(self, chosen: list[str], tail: str = "") -> str:
        columns = ",\n       ".join(chosen)
        lines = [f"select {columns}", f"from {self._source(self._view.base)} a"]
        for at, letter in list(self._used.items())[1:]:
            link = self._view.steps[at][-1]
            on = f"{self._used[link.table]}.{self._quoted(link.column)} = {letter}.{self._quoted(link.key)}"
            lines.append(f"left join {self._source(at)} {letter} on {on}")
        return "\n".join([*lines, *([tail] if tail else [])])

    @property
    def used(self) -> tuple[int, ...]:
        return tuple(self._used)

    def files(self) -> dict[str, object]:
        """The options of the files that are read, where they differ from the plain ones."""
        seen = self._view.seen
        return {
            seen.tables[at].path: given
            for at in self._used
            if seen.connection is None and (given := options(seen.tables[at], _form(seen.tables[at])))
        }

    def _quoted(self, column: str) -> str:
        sign = self._view.seen.quote
        return name(column) if sign == '"' else f"{sign}{column.replace(sign, 2 * sign)}{sign}"

    def _source(self, at: int) -> str:
        table = self._view.seen.tables[at]
        return text(table.path) if self._view.seen.connection is None else table.path


def propose(view: View, answers: Mapping[str, str]) -> Proposal:
    """The sources for what a view holds. answers: values of `questions.asked` by id; the first where one lacks."""
    asked = {one.id: one.values[0] for one in questions.asked(view)} | dict(answers)
    amount = questions.amounts(view)[int(asked.get(AMOUNT, "0"))]
    date = view.dates()[0]
    client = view.client()
    assert client is not None
    form = asked.get(DAY, date.column.dates[0])
    chosen: dict[str, Place] = {"client_id": client, "date": date}
    for role in _OPTIONAL:
        place = view.order() if role == "order_id" else view.best(role)
        if place is not None and place.column not in [one.column for one in chosen.values()]:
            chosen[role] = place
    sold = _transactions(view, chosen, amount, form)
    tables = {"transactions": sold}
    if (clients := _clients(view, client, date, form)) is not None:
        tables["clients"] = clients
    for table, made in (("contacts", _contacts(view, client)), ("payments", _payments(view))):
        if made is not None:
            tables[table] = made
    money = asked.get(questions.CURRENCY) or questions.currency(view) or "EUR"
    language = "ru" if questions.is_russian(view.seen) else "en"
    order = [table for table in CONTRACTS if table in tables]
    return Proposal({table: tables[table] for table in order}, money, language, ())


def options(table: Looked, form: str | None) -> dict[str, object]:
    """The keys under a source, or under a query's file, by which a table is read."""
    found: dict[str, object] = {}
    if table.options.sheet is not None:
        sheet = table.options.sheet
        found["sheet"] = sheet if isinstance(sheet, str) else list(sheet)
    if table.options.header_row is not None:
        found["header_row"] = table.options.header_row
    csv = {key: value for key, value in table.options.csv.model_dump().items() if value}
    if form:
        csv["date_format"] = form
    return found | ({"csv": csv} if csv else {})


def _form(table: Looked) -> str | None:
    """The form of the dates of a file that is read for a query."""
    forms = [one.dates[0] for one in table.columns if one.is_text and one.is_date and one.dates[0] != ISO]
    return forms[0] if forms else None


def _transactions(view: View, chosen: dict[str, Place], amount: Amount, form: str) -> Proposed:
    table = view.table
    used: tuple[int, ...] = (view.base,)
    margin = _margin(view, amount)
    if view.seen.connection is None and all(one.table == view.base for one in chosen.values()):
        columns = {role: quoted(place.column.name) for role, place in chosen.items()}
        source: dict[str, object] = {"path": table.path}
        numbers = [amount, *([margin] if margin else [])]
        own = options(table, form or None)
        texts = [one for found in numbers for one in found.columns if table.column(one).is_text]
        if texts and (amount.expression != quoted(amount.columns[0]) or margin):
            own["csv"] = {**_dict(own.get("csv")), "numbers": list(dict.fromkeys(texts))}
        source |= own
        if conditions := _conditions(table, amount):
            source["where"] = " and ".join(conditions)
        columns["revenue"] = amount.expression
    else:
        query = _Query(view)
        columns = {role: role for role in chosen}
        parts = [f"{query.column(place)} as {role}" for role, place in chosen.items()]
        expression = _over(query, view, amount)
        parts.insert(2, f"{expression} as revenue")
        if margin:
            parts.insert(3, f"{_over(query, view, margin)} as margin")
            columns["margin"] = "margin"
        source = {"connection": view.seen.connection} if view.seen.connection else {}
        if view.seen.connection and form:
            source["csv"] = {"date_format": form}
        source["query"] = query.text(parts)
        if files := query.files():
            source["files"] = files
        columns["revenue"] = "revenue"
        used = query.used
    if margin and "margin" not in columns:
        columns["margin"] = margin.expression
    ordered = {one: columns[one] for one in CONTRACTS["transactions"].names if one in columns}
    source["columns"] = ordered
    shown = {role: _named(view, place) for role, place in chosen.items()}
    shown |= {"revenue": amount.expression} | ({"margin": margin.expression} if margin else {})
    made = Proposed(source, {one: shown[one] for one in ordered}, used)
    if form and form != ISO:
        made.notes.append(f"dates are read by the form {form}")
    csv = table.options.csv
    if csv.decimal or csv.thousands:
        grouped = f", thousands '{csv.thousands}'" if csv.thousands else ""
        made.notes.append(f"numbers have the decimal sign '{csv.decimal or '.'}'{grouped}")
    client = chosen["client_id"].column
    if chosen["client_id"].table == view.base and client.filled < _MERGED * client.rows:
        made.notes.append(
            f"{client.name} is empty in {client.rows - client.filled:,} of {client.rows:,} rows, which are left out: "
            "merged cells, and groups, hold their name in the first row alone; fill it down before you export"
        )
    others = [_named(view, one) for one in view.dates() if one != chosen["date"]]
    if others:
        made.notes.append(f"other dates that could be meant: {', '.join(others[:4])}")
    status = view.best("status")
    if status is not None and status.table == view.base:
        seen = ", ".join(dict.fromkeys(status.column.examples))
        made.notes.append(
            f"rows of every {status.column.name} count ({seen}, …); a where under the source keeps those that are sales"
        )
    region = view.best("region")
    if "unit" not in ordered and region is not None and region.table == view.base:
        one = quoted(region.column.name)
        made.notes.append(f"no business units were found; `unit: {one}` under columns makes a review for each {one}")
    if "where" in source:
        made.notes.append(f"rows are left out unless {source['where']}")
    return made


def _dict(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}


def _over(query: _Query, view: View, amount: Amount) -> str:
    """The expression of an amount over the tables of a query."""
    found = amount.expression
    for at, column in enumerate(amount.columns):
        found = re.sub(rf'(?<![\w"]){re.escape(quoted(column))}(?![\w"])', f"\0{at}\0", found)
    for at, column in enumerate(amount.columns):
        found = found.replace(f"\0{at}\0", query.column(Place(view.base, view.table.column(column))))
    return found


def _named(view: View, place: Place) -> str:
    table = view.seen.tables[place.table]
    return place.column.name if place.table == view.base else f"{table.name}.{place.column.name}"


def _margin(view: View, amount: Amount) -> Amount | None:
    margin, cost, unit_cost = (own_column(view, role) for role in ("margin", "cost", "unit_cost"))
    if margin is not None and margin.filled >= MOST * margin.rows:
        return Amount(quoted(margin.name), (margin.name,), True, 0)
    if cost is not None:
        return Amount(f"{amount.expression} - {quoted(cost.name)}", (*amount.columns, cost.name), True, 0)
    quantity = own_column(view, "quantity")
    if unit_cost is not None and quantity is not None:
        expression = f"{amount.expression} - {quoted(quantity.name)} * {quoted(unit_cost.name)}"
        return Amount(expression, (*amount.columns, quantity.name, unit_cost.name), True, 0)
    return None


def _conditions(table: Looked, amount: Amount) -> list[str]:
    """Why rows are no sales: totals below the table, lines of an order that carry no amount of their own."""
    found = [table.totals] if table.totals else []
    if not amount.filled:
        column = table.column(amount.columns[0])
        found.append(f"{quoted(column.name)} <> ''" if column.is_text else f"{quoted(column.name)} is not null")
    return found


# Clients and what hangs on them -----------------------------------------------------------------


def _clients(view: View, client: Place, date: Place, form: str) -> Proposed | None:
    """Attributes of clients: of a table of their own, else of the latest row of sales that has one."""
    master = _master(view, client)
    if master is not None:
        return _of_master(view, *master)
    others = {
        role: [one for _, one in view.ranked(role) if one.column.name != client.column.name] for role in _FROM_SALES
    }
    places = {role: found[0] for role, found in others.items() if found}
    if not places or view.seen.connection is not None:
        return None
    query = _Query(view)
    id, day = query.column(client), query.column(date)
    if date.column.is_text:
        read = f"try_cast({day} as timestamp)"
        if form:
            read = f"coalesce(try_strptime(cast({day} as varchar), {text(form)}), {read})"
        day = read if not _form_reads_all(view, date) else day
    chosen = [f"{id} as client_id"]
    chosen += [f"arg_max({query.column(place)}, {day}) as {_OURS.get(role, role)}" for role, place in places.items()]
    conditions = [f"trim(cast({id} as varchar)) <> ''", *([view.table.totals] if view.table.totals else [])]
    tail = f"where {' and '.join(conditions)}\ngroup by {id}"
    source: dict[str, object] = {"query": query.text(chosen, tail)}
    if files := query.files():
        files = {path: _with_date(one, form) if path == view.table.path else one for path, one in files.items()}
        source["files"] = files
    shown = {"client_id": _named(view, client)}
    shown |= {_OURS.get(role, role): f"{_named(view, place)}, of the latest row" for role, place in places.items()}
    return Proposed(source, shown, query.used)


def _form_reads_all(view: View, date: Place) -> bool:
    """Whether the column becomes one of times for a query: only where its every cell is one."""
    return date.column.filled == date.column.rows and not view.seen.tables[date.table].totals


def _with_date(given: object, form: str) -> object:
    found = _dict(given)
    if form:
        found["csv"] = {**_dict(found.get("csv")), "date_format": form}
    return found


def _master(view: View, client: Place) -> tuple[int, str] | None:
    """The table of clients and its key."""
    seen = view.seen
    for link in seen.links:
        if (link.table, link.column) == (client.table, client.column.name):
            return link.to, link.key
    for at, table in enumerate(seen.tables):
        if at != view.base and table.kind == "clients":
            keys = [one for one in table.columns if one.is_key and one.words == client.column.words]
            if keys:
                return at, keys[0].name
    if client.table != view.base and client.column.is_key:
        return client.table, client.column.name
    return None


def _of_table(view: View, at: int, columns: dict[str, str]) -> dict[str, object]:
    table = view.seen.tables[at]
    if view.seen.connection is not None:
        query = _Query(View(view.seen, at))
        chosen = [f"{query.column(Place(at, table.column(theirs)))} as {ours}" for ours, theirs in columns.items()]
        return {"connection": view.seen.connection, "query": query.text(chosen)}
    return {
        "path": table.path,
        **options(table, _form(table)),
        "columns": {ours: quoted(theirs) for ours, theirs in columns.items()},
    }


def _of_master(view: View, at: int, key: str) -> Proposed:
    own = View(view.seen, at)
    columns = {"client_id": key}
    for role in _MASTER:
        column = own_column(own, role)
        ours = _OURS.get(role, role)
        if column is not None and column.name not in columns.values() and ours not in columns:
            columns[ours] = column.name
    ordered = {one: columns[one] for one in CONTRACTS["clients"].names if one in columns}
    table = view.seen.tables[at].name
    return Proposed(
        _of_table(view, at, ordered), {ours: f"{table}.{theirs}" for ours, theirs in ordered.items()}, (at,)
    )


def _contacts(view: View, client: Place) -> Proposed | None:
    """People at clients: of a table of contacts that leads to the clients, or of the table of clients itself."""
    seen = view.seen
    master = _master(view, client)
    tables = [at for at, table in enumerate(seen.tables) if table.kind == "contacts"]
    for at in [*tables, *([master[0]] if master else [])]:
        own = View(seen, at)
        id = master[1] if master and at == master[0] else _id_of(own, client, master)
        person, role, last = (own_column(own, one) for one in ("contact_name", "contact_role", "last_contact"))
        if id is None or person is None or person.name == id:
            continue
        columns = {"client_id": id, "name": person.name}
        columns |= {"role": role.name} if role is not None and role.name != person.name else {}
        columns |= {"last_contact": last.name} if last is not None else {}
        shown = {ours: f"{seen.tables[at].name}.{theirs}" for ours, theirs in columns.items()}
        return Proposed(_of_table(view, at, columns), shown, (at,))
    return None


def _id_of(own: View, client: Place, master: tuple[int, str] | None) -> str | None:
    """The column of a table that leads to the clients, or is named as their id."""
    for link in own.seen.links:
        if link.table == own.base and master is not None and (link.to, link.key) == master:
            return link.column
    same = [one.name for one in own.table.columns if one.words == client.column.words]
    return same[0] if same else None


def _payments(view: View) -> Proposed | None:
    """Invoices with the day on which they are due, of a table that is not the sales."""
    seen = view.seen
    client = view.client()
    assert client is not None
    for at, table in enumerate(seen.tables):
        own = View(seen, at)
        due, paid, amount = (own_column(own, one) for one in ("due_date", "paid_date", "revenue"))
        id = _id_of(own, client, _master(view, client))
        if at == view.base or due is None or amount is None or id is None:
            continue
        columns = {"client_id": id, "due_date": due.name, "amount": amount.name}
        columns |= {"paid_date": paid.name} if paid is not None else {}
        shown = {ours: f"{table.name}.{theirs}" for ours, theirs in columns.items()}
        return Proposed(_of_table(view, at, columns), shown, (at,))
    return None
