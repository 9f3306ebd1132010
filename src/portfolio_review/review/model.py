"""The review file's model: every key, its type and its default. Unknown keys are refused.

Scalars arrive as the text the user wrote (see `yamlfile`); the types here decide what it means.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from portfolio_review import doubt
from portfolio_review.calendar import FIRST_YEAR, LAST_YEAR
from portfolio_review.errors import nearest
from portfolio_review.ids import mended
from portfolio_review.resources import LANGUAGES
from portfolio_review.review.fields import UNPRINTED, Flag, Maybe, Number, Settings, Text, Whole
from portfolio_review.review.mailing import Recipients, Send
from portfolio_review.review.source import CONNECTION, Source

TABLES = ("transactions", "clients", "contacts", "payments", "targets", "assessments", "plans", "losses")
if TYPE_CHECKING:
    Language = str
else:
    Language = Literal[tuple(LANGUAGES)]
ABC_XYZ_CELLS = tuple(value + regularity for value in "ABC" for regularity in "XYZ")
MAX_STRATEGIC_ACCOUNTS = 6


class Limits(Settings):
    memory_gb: Annotated[Number | None, Maybe] = Field(None, gt=0)
    """Memory of the data engine in GB; null: half of what the machine has."""
    cell_seconds: Whole = Field(300, gt=0)
    """Seconds for one cell of a notebook."""
    unit_seconds: Whole = Field(900, gt=0)
    """Seconds for one unit."""


class Abc(Settings):
    measure: Literal["revenue", "margin"] = "revenue"
    """What the classes share out."""
    limits: tuple[Number, Number] = (0.80, 0.95)
    """A up to the first share of the total, B up to the second, C the rest."""

    @field_validator("limits")
    @classmethod
    def _rising(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not 0 < value[0] < value[1] <= 1:
            raise ValueError(f"expected two rising shares between 0 and 1, found {list(value)}")
        return value


class Xyz(Settings):
    method: Literal["regularity", "variation"] = "regularity"
    """regularity: share of intervals with a purchase; variation: coefficient of variation."""
    interval: Literal["auto", "month", "quarter"] = "auto"
    """auto: month where clients usually buy at least every 45 days, else quarter."""
    constant_from: Number = Field(0.75, gt=0, le=1)
    """X from this share of intervals on; for regularity."""
    limits: tuple[Number, Number] = (0.5, 1.0)
    """X up to the first, Y up to the second coefficient; for variation."""

    @field_validator("limits")
    @classmethod
    def _rising(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not 0 < value[0] < value[1]:
            raise ValueError(f"expected two rising limits above 0, found {list(value)}")
        return value


class ValueStability(Settings):
    large: tuple[Literal["A", "B", "C"], ...] = ("A",)
    """Classes of ABC that count as large."""
    constant: tuple[Literal["X", "Y", "Z"], ...] = ("X",)
    """Classes of XYZ that count as constant."""


class Strategy(Settings):
    aim: Literal["grow", "hold", "reduce_risk"] = "hold"
    """Chooses the advice on the page of risk."""


class Risk(Settings):
    horizon_months: Whole = Field(3, ge=1, le=24)
    """The months ahead for which the chance of a purchase is computed."""
    model: Literal["auto", "bg_nbd", "chain"] = "auto"
    """auto: two clocks, months of silence and the own rhythm; chain: silence alone; bg_nbd."""
    high_above: Number = Field(0.5, ge=0, le=1)
    """A client is risky above this chance of no purchase."""
    portfolio_high: Number = Field(0.25, ge=0, le=1)
    """A portfolio is risky from this weighted risk on."""
    discount_rate: Number = Field(0.15, ge=0)
    """A year, for the value of the portfolio."""
    horizon_years: Whole = Field(3, ge=1, le=10)
    """Years of the residual value of today's clients."""


STRATEGIC_WEIGHTS: Mapping[str, float] = {
    "revenue": 0.2, "growth": 0.1, "margin": 0.1, "constancy": 0.1, "expected_value": 0.1, "foothold": 0.1,
    "potential": 0.1, "reference_value": 0.1, "partnership": 0.05, "strategic_fit": 0.05,
}  # fmt: skip


class Strategic(Settings):
    accounts: tuple[Text, ...] = ()
    """At most six for the whole company, by client id; empty: the review of all proposes them."""
    weights: dict[str, Number] = Field(default_factory=lambda: dict(STRATEGIC_WEIGHTS))
    """Weights of the criteria by which candidates are scored; they sum to 1, and the last four are judged by people."""

    @field_validator("accounts")
    @classmethod
    def _six_at_most(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        value = tuple(map(mended, value))
        if len(set(value)) != len(value):
            raise ValueError("an account is named twice")
        if len(value) > MAX_STRATEGIC_ACCOUNTS:
            raise ValueError(
                f"{len(value)} accounts are named; at most {MAX_STRATEGIC_ACCOUNTS} are assessed in depth per company "
                "and year, over all its units, for more cannot be done with care: "
                f"'{value[MAX_STRATEGIC_ACCOUNTS]}' and any after it must wait; take one of the others out, or leave "
                "the list empty and the review of all proposes one"
            )
        return value

    @field_validator("weights")
    @classmethod
    def _sum_to_one(cls, value: dict[str, float]) -> dict[str, float]:
        for name, weight in value.items():
            if name not in STRATEGIC_WEIGHTS:
                raise ValueError(f"unknown criterion '{name}'{nearest(name, STRATEGIC_WEIGHTS)}")
            if weight < 0:
                raise ValueError(f"the weight of {name} is negative")
        if not math.isclose(sum(value.values()), 1, abs_tol=1e-9):
            raise ValueError(f"the weights must sum to 1, found {math.fsum(value.values()):.6g}")
        return value


class Actions(Settings):
    capacity: Whole = Field(30, ge=1)
    """How many clients the team can work through from each list of actions."""
    holdout: Number = Field(0.0, ge=0, lt=1)
    """The share of every list that is not contacted, so that the effect of calling can be told."""


class Findings(Settings):
    min_money: Number = Field(0.0, ge=0)
    """A change is a finding from this amount on."""
    min_share: Number = Field(0.005, ge=0, le=1)
    """A change is a finding from this share of revenue on."""


class Engine(Settings):
    """Where transactions are checked and reduced, when they outgrow this machine."""

    connection: Annotated[Text | None, Maybe] = Field(None, pattern=CONNECTION)
    """env:NAME of `postgresql://…`, `sc://host:port` (Spark Connect) or `spark://local[2]`."""


class Approval(Settings):
    four_eyes: Flag = False
    """Whether who made a draft may not sign it."""


class Masked(Settings):
    key: Annotated[Text | None, Maybe] = None
    """`env:NAME` of the variable with the key that makes the pseudonyms."""
    units: tuple[Text, ...] = ()
    """Units, `all` too, that get a second edition built from pseudonyms."""

    @field_validator("key")
    @classmethod
    def _by_reference(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", value):
            raise ValueError("expected key as env:NAME; a secret is never written in the file")
        return value

    @model_validator(mode="after")
    def _both(self) -> Masked:
        if self.units and self.key is None:
            raise ValueError("units need a key: env:NAME, a variable that holds 32 characters or more")
        if self.key is not None and not self.units:
            raise ValueError("a key without units masks nothing: name the units, such as all, or take the key out")
        return self


class Report(Settings):
    formats: tuple[Literal["pdf", "html", "xlsx"], ...] = ("pdf", "html", "xlsx")
    """Files that are made of each review."""
    pages: Literal["auto", "full", "short"] = "auto"
    """auto: full for the company and for units of at least 50 active clients."""
    brand: Annotated[Text | None, Maybe] = None
    """A folder with a brand.toml, from the review file, or the name of one that comes with the program."""
    languages: tuple[Language, ...] = ()
    """Further languages of the editions, beside the review's own."""
    owners: bool = True
    """Whether each manager has a page, as PDF and HTML of its own."""


DEFAULT_CADENCE: Mapping[str, int] = dict(zip(ABC_XYZ_CELLS, (14, 21, 30, 30, 45, 60, 90, 120, 180), strict=True))
"""Days between contacts for each cell of ABC × XYZ."""


OF_NO_FIGURE: Any = {
    **dict.fromkeys(("limits", "approval", "masked", "recipients", "send"), True),
    "report": {"formats", "pages", "brand", "languages", "owners"},
}
"""Settings that no figure depends on, as pydantic excludes them: they are in no slice, and a review in other editions
or for other readers is computed from the same one."""


class Review(Settings):
    """One series of reviews: what `params/*.yml` says, checked."""

    id: Annotated[Text, Field(pattern=r"^[a-z0-9-]+$", max_length=100)]
    """Name of the series and of its folder under reports/: small letters a-z, digits, hyphens."""
    title: Text | dict[Language, Text] = "Client portfolio review"
    """On every page: one text, or one for each language."""
    language: Language = "en"
    """Language of the reports; `--language` of a command overrides it."""
    currency: Annotated[Text, Field(pattern=r"^[A-Z]{3}$")]
    """Of the amounts, ISO 4217. A label: nothing is converted."""
    timezone: Text = "UTC"
    """Decides in which month a timestamp with a zone falls: an IANA name such as Europe/London."""
    window_months: Whole = Field(12, ge=1, le=60)
    """Months of each of the two windows that are compared: W1, to the end of the period, and W0 before it."""
    sources: dict[Literal[TABLES], Source]  # type: ignore[valid-type]
    """Where each table comes from. Only transactions must exist; a page that lacks its table says so."""
    data_until: Annotated[Text | None, Maybe] = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    """Day up to which the data are complete, YYYY-MM-DD; null: the day of the last row."""
    drop_duplicates: Flag = False
    """true: exact duplicates of a row are dropped. false: they are kept and told, for often they are real."""
    limits: Limits = Limits()
    """What a run may use."""
    client_level: Literal["client", "group"] = "client"
    """client: every client stands alone. group: clients of one group_id count as one, everywhere."""
    abc: Abc = Abc()
    """Classes of clients by revenue or margin."""
    xyz: Xyz = Xyz()
    """Classes of clients by how regularly they buy."""
    value_stability: ValueStability = ValueStability()
    """Which classes make the four groups of value and stability."""
    cadence: dict[str, Whole] = Field(default_factory=lambda: dict(DEFAULT_CADENCE))
    """Days between contacts with a client, for each cell of ABC and XYZ."""
    strategy: Strategy = Strategy()
    """What the company wants of the portfolio."""
    risk: Risk = Risk()
    """The outlook."""
    value: Literal["auto", "revenue", "margin"] = "auto"
    """What money at stake, the order of lists and materiality are counted in; auto: margin where it is known."""
    strategic: Strategic = Strategic()
    """Strategic clients."""
    accepted: dict[Text, Annotated[Number | None, Maybe]] = Field(default_factory=dict)
    """Doubts that were looked at: id → up to which share, None: as they are; a list of ids does as well."""
    actions: Actions = Actions()
    """Lists of actions."""
    findings: Findings = Findings()
    """From where on a change is a finding."""
    report: Report = Report()
    """The editions."""
    masked: Masked = Masked()
    """Second editions, built from pseudonyms."""
    approval: Approval = Approval()
    """Who may sign."""
    engine: Engine = Engine()
    """Where transactions are checked and reduced."""
    recipients: Recipients = Recipients()
    """Who is sent what was published: addresses by unit, `all` for the company, and `owners` by manager."""
    send: Send = Send()
    """How mail is sent."""

    @field_validator("title")
    @classmethod
    def _some_title(cls, value: str | dict[Language, str]) -> str | dict[Language, str]:
        texts = [value] if isinstance(value, str) else list(value.values())
        if not texts or not all(text.strip() for text in texts):
            raise ValueError("expected a title, found nothing")
        for text in texts:
            if odd := UNPRINTED.search(text):
                raise ValueError(
                    f"the title holds U+{ord(odd[0]):04X}, a control character or a mark of writing direction: "
                    "write it without"
                )
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            if value == "localtime":  # the machine's own zone: not the same everywhere
                raise ValueError
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            near = nearest(value, available_timezones() - {value})
            raise ValueError(f"expected a time zone such as Europe/London, found '{value}'{near}") from None
        return value

    @field_validator("data_until")
    @classmethod
    def _real_day(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                year = dt.date.fromisoformat(value).year
            except ValueError:
                raise ValueError(f"expected a day such as 2011-11-30, found '{value}'") from None
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise ValueError(f"expected a day of the years {FIRST_YEAR} to {LAST_YEAR}, found '{value}'")
        return value

    @field_validator("accepted", mode="before")
    @classmethod
    def _list_of_doubts(cls, value: object) -> object:
        if isinstance(value, list | tuple) and all(isinstance(id, str) for id in value):
            return dict.fromkeys(value)
        return value

    @field_validator("accepted")
    @classmethod
    def _known_doubts(cls, value: dict[str, float | None]) -> dict[str, float | None]:
        for id, share in value.items():
            if id not in doubt.IDS:
                raise ValueError(f"no doubt is called '{id}'{nearest(id, doubt.IDS)}")
            if share is not None and not 0 < share <= 1:
                raise ValueError(f"{id}: expected a share above 0 and up to 1, found {share:g}")
        return value

    @field_validator("cadence")
    @classmethod
    def _known_cells(cls, value: dict[str, int]) -> dict[str, int]:
        for cell, days in value.items():
            if cell not in DEFAULT_CADENCE:
                raise ValueError(f"unknown cell '{cell}', expected one of {', '.join(DEFAULT_CADENCE)}")
            if days < 1:
                raise ValueError(f"the cadence of {cell} must be at least one day")
        return {**DEFAULT_CADENCE, **value}

    @model_validator(mode="after")
    def _transactions_exist(self) -> Review:
        if "transactions" not in self.sources:
            raise ValueError("sources.transactions is missing: it is the only table that must exist")
        return self

    @model_validator(mode="after")
    def _transactions_lie_on_the_engine(self) -> Review:
        wanted, sales = self.engine.connection, self.sources["transactions"]
        given = sales.connection
        if wanted is not None and (given != wanted or sales.query is None):
            raise ValueError(
                f"sources.transactions.connection: expected {wanted}, the engine's, with a query in its SQL, "
                f"found {given or 'none'}"
            )
        return self

    @property
    def languages(self) -> tuple[Language, ...]:
        """Every language that the editions are made in, the review's own first."""
        return tuple(dict.fromkeys((self.language, *self.report.languages)))

    def title_in(self, language: str) -> str:
        """The title in `language`, or in the first language given."""
        if isinstance(self.title, str):
            return self.title
        titles: Mapping[str, str] = {str(key): text for key, text in self.title.items()}
        return titles.get(language) or next(iter(titles.values()))
