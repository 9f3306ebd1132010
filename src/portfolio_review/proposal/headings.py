"""Which role a column or table plays by its name, in English and Russian: the words and nothing of the content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

ROLES: Mapping[str, tuple[str, ...]] = {
    "client_id": (
        "client id", "customer id", "customerid", "client code", "customer code", "customer no", "customer number",
        "client no", "client number", "client key", "customer key", "account id", "account no", "account number",
        "account", "sold to pt", "sold to party", "sold to", "buyer id", "partner id", "company id",
        "debtor", "subscriber id", "код клиента",
        "код контрагента",
        "код покупателя", "ид клиента", "id клиента", "клиент код", "контрагент код", "номер клиента", "инн",
        "инн контрагента", "инн покупателя",
    ),
    "client_name": (
        "client name", "customer name", "company name", "account name", "client", "customer", "buyer", "company",
        "bill to", "billing company", "billing name", "contact name", "organisation", "organization",
        "customer email", "email", "контрагент", "клиент", "покупатель", "заказчик", "компания", "организация",
        "партнер", "name 1", "наименование контрагента",
        "наименование клиента", "наименование покупателя", "грузополучатель",
    ),
    "date": (
        "invoice date", "order date", "sale date", "sales date", "transaction date", "posting date", "document date",
        "date", "created at", "invoice ts", "order ts", "timestamp", "paid at", "day", "booked on", "period",
        "дата продажи", "дата документа", "дата реализации", "дата закрытия", "дата заказа", "дата отгрузки",
        "дата накладной", "дата", "период", "день", "месяц",
    ),
    "revenue": (
        "net revenue", "net sales", "net amount", "revenue", "sales amount", "amount net", "line total",
        "line amount",
        "net", "amount", "sales", "turnover", "extended price", "subtotal", "net value", "value", "total amount",
        "total", "gross amount", "total paid", "сумма без ндс", "выручка без ндс", "выручка", "стоимость без ндс",
        "сумма продажи", "сумма продаж", "сумма реализации", "продажи", "сумма", "стоимость", "сумма с ндс", "всего",
        "итого", "оборот",
    ),
    "price": (
        "unit price", "price", "lineitem price", "item price", "net price", "sale price", "rate", "цена",
        "цена без ндс",
        "цена продажи", "цена за единицу",
    ),
    "quantity": (
        "quantity", "qty", "order qty", "lineitem quantity", "units", "pieces", "pcs", "cds", "количество", "кол во",
        "кол", "колво", "шт",
    ),
    "discount": ("discount", "discount rate", "unit price discount", "discount percent", "скидка", "процент скидки"),
    "line_discount": ("lineitem discount", "discount amount", "сумма скидки"),
    "cost": (
        "total cost", "total product cost", "cost of goods", "cogs", "cost amount", "cost", "себестоимость",
        "сумма себестоимости",
    ),
    "unit_cost": ("unit cost", "standard cost", "product standard cost", "себестоимость единицы", "закупочная цена"),
    "margin": ("margin", "gross margin", "gross profit", "profit", "маржа", "прибыль", "валовая прибыль", "наценка"),
    "order_id": (
        "order id", "order no", "order number", "sales order number", "invoice no", "invoice number", "invoice id",
        "document no", "document number", "bill doc", "billing document", "order", "invoice", "document", "receipt",
        "номер заказа",
        "номер документа", "номер накладной", "номер счета", "номер", "заказ", "документ", "накладная", "накладной",
        "реализация",
        "регистратор",
    ),
    "product": (
        "product name", "product", "item name", "lineitem name", "stock code", "sku", "lineitem sku", "product id",
        "item", "article", "item id", "description", "номенклатура", "наименование товара", "товар", "артикул",
        "код товара", "услуга", "продукт",
    ),
    "category": (
        "category", "category name", "product category", "product group", "product type", "item category",
        "product line",
        "group", "категория", "группа товаров", "товарная группа", "номенклатурная группа",
        "вид номенклатуры", "группа",
        "группа номенклатуры", "категория товара",
    ),
    "unit": (
        "business unit", "branch", "division", "department", "sales unit", "territory", "sales territory", "office",
        "подразделение", "филиал", "бизнес единица", "отдел", "дивизион", "территория",
    ),
    "manager": (
        "account manager", "manager", "sales manager", "sales rep", "salesperson", "sales person", "owner", "rep",
        "менеджер", "ответственный", "ответственный менеджер", "торговый представитель", "менеджер клиента",
        "куратор",
    ),
    "region": (
        "client region", "region", "country", "billing country", "client country", "state", "city", "ship country",
        "регион", "область", "город", "страна", "регион клиента",
    ),
    "industry": ("industry", "sector", "branch of industry", "отрасль", "вид деятельности", "сфера деятельности"),
    "type": (
        "client type", "customer type", "segment", "client segment", "channel", "тип клиента", "сегмент",
        "канал сбыта", "канал", "тип контрагента", "вид клиента",
    ),
    "group_id": (
        "client group", "holding", "parent account", "group id", "холдинг", "группа компаний",
        "головная организация",
    ),
    "since": ("client since", "customer since", "registration date", "registered", "дата регистрации", "клиент с"),
    "payment_terms": ("payment terms", "terms", "условия оплаты", "отсрочка"),
    "contract_end": ("contract end", "contract end date", "договор до", "дата окончания договора", "срок договора"),
    "due_date": ("due date", "payment due", "due", "срок оплаты", "дата оплаты план", "оплатить до"),
    "paid_date": ("paid date", "payment date", "paid on", "дата оплаты", "дата платежа", "оплачено"),
    "contact_name": ("contact name", "contact", "contact person", "full name", "контактное лицо", "контакт", "фио"),
    "first_name": ("first name", "имя"),
    "last_name": ("last name", "surname", "фамилия"),
    "contact_role": ("contact title", "job title", "position", "role", "title", "должность", "contact type"),
    "last_contact": ("last contact", "last call", "last visit", "последний контакт", "дата последнего контакта"),
    "currency": ("currency", "currency code", "curr", "валюта", "валюта документа"),
    "status": (
        "status", "financial status", "order status", "payment status", "stage", "deal stage", "стадия сделки",
        "стадия",
        "статус", "статус заказа", "состояние",
    ),
    "start": (
        "start", "start date", "subscription start", "started at", "current period start", "дата начала",
        "начало",
    ),
    "end": ("end", "end date", "subscription end", "cancelled at", "canceled at", "ended at", "дата окончания"),
    "plan": ("plan", "plan name", "tier", "subscription plan", "тариф", "тарифный план"),
    "monthly": (
        "mrr", "monthly amount", "amount monthly", "monthly fee", "monthly price", "абонентская плата",
        "сумма в месяц",
    ),
}  # fmt: skip
"""Names of columns by role, the surest first; in small letters, words parted by blanks."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "clients": (
        "customers", "customer", "clients", "client", "accounts", "companies", "контрагенты", "клиенты",
        "покупатели",
    ),
    "contacts": ("contacts", "contact", "persons", "people", "контакты", "контактные лица"),
    "payments": ("payments", "receivables", "open items", "платежи", "оплаты", "дебиторка", "задолженность"),
    "products": ("products", "product", "items", "articles", "товары", "номенклатура"),
    "categories": ("categories", "category", "product groups", "категории"),
    "employees": ("employees", "employee", "managers", "staff", "users", "менеджеры", "сотрудники"),
}  # fmt: skip
"""Names of tables, sheets and files by what they hold."""

_AFTER = re.compile(r"\b(руб|рублей|rub|usd|eur|gbp|chf|kzt|р|шт|ед|in|of|the)\b")
_OF_SALES = re.compile(r"\b(order|orders|sales|sale|invoice|invoices|line|lines|document|заказ|заказы|продажи)\b")
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-zа-я0-9])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=4096)
def words(name: str) -> str:
    """A name as the lists above have it: `CustomerID` and `customer_id` are `customer id`."""
    parted = _CAMEL.sub(" ", name) if name.upper() != name else name
    plain = " ".join(_WORD.findall(parted.lower().replace("ё", "е")))
    bare = " ".join(_AFTER.sub(" ", plain).split())
    return bare or plain


def score(name: str, role: str) -> int:
    """How surely a column of this name plays a role: 0 not at all, up to 100."""
    plain = words(name)
    listed = ROLES[role]
    if plain in listed:
        return 100 - listed.index(plain)
    parts = set(plain.split())
    found = [
        60 - place - 8 * (len(parts) - len(phrase.split()))
        for place, phrase in enumerate(listed)
        if len(phrase) > 2 and set(phrase.split()) <= parts
    ]
    return max(max(found, default=0), 0)


def singular(name: str) -> str:
    """What one row of a table of this name is, as columns that lead there name it: `order` of `orders`."""
    plain = words(name).removeprefix("dim ").removeprefix("tbl ")
    return f"{plain[:-3]}y" if plain.endswith("ies") else plain.removesuffix("s")


def table_kind(name: str) -> str | None:
    """What a table, sheet or file of this name holds."""
    plain = words(name)
    if _OF_SALES.search(plain):
        return None
    for kind, listed in TABLES.items():
        if plain in listed or any(plain.endswith(f" {one}") for one in listed):
            return kind
    return None


KNOWN = frozenset(phrase for listed in ROLES.values() for phrase in listed)
"""Every listed name: a row with several of them is a header."""
