"""The stories that the sample company's data tell; planting.py and the tables' modules make them happen."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Story:
    """One thing that happens in the data and that a review must find."""

    id: str
    unit: str  # the unit whose review shows it; "all" when several do
    client_ids: tuple[str, ...]  # empty when it is about the unit as a whole
    sentence: str


STORIES: Final = (
    Story("seasonality", "Germany", (),
          "Sales peak from October to December and are low in February and August; Iberia peaks in summer."),
    Story("unit_in_decline", "Iberia", (),
          "Since spring 2025 the unit loses clients faster than it wins them and those that stay buy less."),
    Story("growing_unit", "Benelux", (),
          "The unit grows by new clients and by those it has, and keeps most of them."),
    Story("key_client_leaving", "Germany", ("00126",),
          "The largest client of the unit, orders every week, has bought nothing since the end of May 2026."),
    Story("clients_returning", "all",
          ("00378", "00604", "00877", "00894", "01061", "01095", "01178", "01342", "01355"),
          "Nine clients that bought in the first year and not once in the second came back in the third."),
    Story("concentration", "Baltics", ("01150",),
          "One retail chain brings more than 30 per cent of the unit's revenue."),
    Story("single_contacts", "all", ("00417", "00233", "00836", "01163", "01318"),
          "Five large clients are each known through one active contact only."),
    Story("overdue_payers", "all", ("00742", "00865", "01033", "01122", "01310"),
          "Five clients pay weeks late and have left their invoices of the last months unpaid."),
    Story("stale_plan", "Benelux", ("00822",),
          "The development plan of a strategic client has stood still: every open action is months overdue, "
          "nobody has talked to the client since March 2026 and its purchases slip."),
    Story("quiet_tiny_unit", "Marine",
          ("00064", "00098", "00183", "00219", "00430", "00497", "00655", "00071"),
          "Eight clients, the same as ever, buying the same amounts: little to report."),
    Story("refunds", "all", (),
          "Goods come back in about one sale in fifty, often booked in a later month than the sale."),
    Story("refunds_only", "Germany", ("00951",),
          "A client that stopped buying in September 2025 has only refunds in the last 12 months."),
    Story("merged_client", "Germany", ("00305", "00688"),
          "Two clients became one in February 2026: the history of 00688 belongs to 00305."),
    Story("group_of_entities", "Central Asia", ("01301", "01302", "01303", "01304"),
          "Four legal entities of one group buy on accounts of their own."),
    Story("group_across_units", "all", ("00512", "00840", "00841"),
          "Three legal entities of one group buy in two units."),
    Story("client_in_two_units", "all", ("00071",),
          "A shipping company buys for its offices in Germany and for its ships in Marine."),
    Story("namesakes", "Germany", ("00559", "01207"),
          "Two bakeries of one name in two regions are two clients."),
    Story("manager_changed", "Iberia", (),
          "In February 2026 a new manager took over the clients of a colleague who had left."),
    Story("moving_up", "Benelux", ("00903",),
          "A fulfilment company grew within 12 months from an ordinary client to one of the largest."),
    Story("moving_down", "Germany", ("00274",),
          "A joinery that was among the larger clients now buys a third of what it did."),
    Story("one_off_buyer", "Germany", ("20160",),
          "A reseller bought once, a large order, and never again."),
    Story("shrinking_quietly", "Iberia", ("01223",),
          "A key client buys a third less than in the 12 months before, as often as ever: it never falls silent."),
    Story("stopped_in_mid_window", "Germany", ("00150",),
          "A laundry that ordered every ten days stopped at the beginning of April 2026, in the middle of the last "
          "12 months: it counts as retained and has gone quiet."),
    Story("margin_turning", "Central Asia", (),
          "Since March 2026 goods cost 6 per cent more and prices stay: revenue grows, margin falls."),
    Story("unassessed_newcomer", "all", ("20087",),
          "A warehouse company, client since July 2025, ranks high by all that is known, and nobody has assessed it."),
    Story("cash_sales", "all", (),
          "A few sales over the counter carry no client id."),
)  # fmt: skip

_BY_ID: Final = {story.id: story for story in STORIES}


def clients_of(story_id: str) -> tuple[str, ...]:
    """Ids of the clients that a story is about."""
    return _BY_ID[story_id].client_ids


STRATEGIC_ACCOUNTS: Final = ("00417", "00822", "00903", "01011", "01150", "01301")
"""The clients that the demo review names as strategic; params/demo.yml lists the same."""
