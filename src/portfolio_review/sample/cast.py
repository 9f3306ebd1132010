"""The clients that a story is about: large accounts, groups, namesakes and the whole of the Marine unit.

Here they are as they would be without their story; stories.py then makes it happen.
"""

from datetime import date
from typing import Final

from portfolio_review.sample.client import Client


def _client(
    client_id: str, name: str, unit: str, language: str, industry: str, type_: str, region: str, manager: str,
    since: str, yearly: float, gap_days: float, evenness: float = 8.0, breadth: float = 2.8,
    growth: float = 1.02,
    group_id: str | None = None, noise: float = 0.35,
) -> Client:  # fmt: skip
    return Client(
        client_id=client_id, name=name, unit=unit, language=language, industry=industry, type=type_,
        region=region,
        manager=manager, since=date.fromisoformat(since), yearly=yearly, gap_days=gap_days, evenness=evenness,
        breadth=breadth, growth=growth, group_id=group_id, noise=noise,
    )  # fmt: skip


_GERMANY: Final = (
    _client("00126", "Brinkmann Versandhandel GmbH & Co. KG", "Germany", "de", "Retail", "Chain", "Hamburg",
            "Katharina Brandt", "2011-03-14", 1_180_000, 6.0, 12.0, 4.2),
    _client("00417", "Nordmark Kliniken gGmbH", "Germany", "de", "Healthcare", "Public body", "Lower Saxony",
            "Katharina Brandt", "2009-06-02", 880_000, 7.0, 10.0, 4.6, 1.03),
    _client("00233", "Rosenhag Metallwerke GmbH", "Germany", "de", "Manufacturing", "End user", "Saxony",
            "Jörg Petersen", "2013-09-23", 460_000, 9.0, 8.0, 3.4, 1.03),
    _client("00305", "Wiesner Großküchen GmbH", "Germany", "de", "Hospitality", "End user", "Hesse",
            "Miriam Falk", "2015-01-19", 210_000, 11.0),
    _client("00688", "Kantinenservice Wiesner & Lohmann KG", "Germany", "de", "Hospitality", "End user",
            "Hesse",
            "Miriam Falk", "2017-05-08", 96_000, 17.0),
    _client("00512", "Brouwer Foodservice Deutschland GmbH", "Germany", "de", "Hospitality", "Chain",
            "North Rhine-Westphalia", "Tobias Reinders", "2018-02-26", 190_000, 12.0, group_id="GRP-12"),
    _client("00559", "Bäckerei Sommer GmbH", "Germany", "de", "Food production", "End user", "Hamburg",
            "Jörg Petersen", "2014-11-10", 74_000, 15.0),
    _client("01207", "Bäckerei Sommer GmbH", "Germany", "de", "Food production", "End user", "Bavaria",
            "Tobias Reinders", "2019-04-01", 41_000, 22.0),
    _client("00071", "Elbkontor Reederei GmbH", "Germany", "de", "Logistics", "End user", "Hamburg",
            "Jörg Petersen", "2008-10-06", 260_000, 7.0),
    _client("00951", "Tagungshotel Lindenthal GmbH", "Germany", "de", "Hospitality", "End user",
            "North Rhine-Westphalia", "Tobias Reinders", "2018-07-16", 38_000, 24.0),
    _client("00742", "Hallenbau Dreyer GmbH", "Germany", "de", "Construction", "End user", "Lower Saxony",
            "Miriam Falk", "2016-03-07", 175_000, 14.0),
    _client("00378", "Eventagentur Sandmeier GmbH", "Germany", "de", "Hospitality", "End user", "Bavaria",
            "Tobias Reinders", "2016-08-29", 58_000, 21.0),
    _client("00604", "Obsthof Cordes KG", "Germany", "de", "Food production", "End user", "Lower Saxony",
            "Jörg Petersen", "2017-11-13", 88_000, 16.0),
    _client("00274", "Tischlerei Ahlers & Söhne", "Germany", "de", "Construction", "End user", "Hamburg",
            "Jörg Petersen", "2012-05-21", 185_000, 13.0),
    _client("20160", "Kosmetik Valentin Vertriebs GmbH", "Germany", "de", "Retail", "Reseller", "Hesse",
            "Miriam Falk", "2026-03-17", 60_000, 365.0),
)  # fmt: skip

_BENELUX: Final = (
    _client("00822", "Vandenbroucke Horeca Groep NV", "Benelux", "nl", "Hospitality", "Chain", "Flanders",
            "Joris Van Damme", "2010-02-15", 820_000, 6.0, 10.0, 4.4, 1.0),
    _client("00836", "Van Hove Metaalwerken NV", "Benelux", "nl", "Manufacturing", "End user", "Flanders",
            "Joris Van Damme", "2014-04-28", 430_000, 10.0, 8.0, 3.2, 1.04),
    _client("00840", "Brouwer Foodservice BV", "Benelux", "nl", "Hospitality", "Chain", "South Holland",
            "Sanne de Wit", "2012-06-11", 340_000, 8.0, growth=1.05, group_id="GRP-12"),
    _client("00841", "Brouwer Cash & Carry NV", "Benelux", "nl", "Retail", "Reseller", "Flanders",
            "Joris Van Damme", "2015-10-05", 150_000, 13.0, growth=1.05, group_id="GRP-12"),
    _client("00865", "Bouwgroep Terlinden NV", "Benelux", "nl", "Construction", "End user", "Brussels",
            "Joris Van Damme", "2017-01-23", 140_000, 15.0),
    _client("00877", "Drukkerij Nieuwland BV", "Benelux", "nl", "Manufacturing", "End user", "Utrecht",
            "Sanne de Wit", "2016-12-05", 72_000, 19.0),
    _client("00894", "Maison Delcourt Traiteur SA", "Benelux", "fr", "Hospitality", "End user", "Wallonia",
            "Élodie Lambert", "2018-03-19", 47_000, 20.0),
    _client("00903", "Daalder Fulfilment BV", "Benelux", "nl", "Logistics", "End user", "North Brabant",
            "Sanne de Wit", "2021-09-06", 44_000, 10.0, 9.0, 3.6, 1.05),
)  # fmt: skip

_IBERIA: Final = (
    _client("01011", "Grupo Hotelero Mirasol, S.A.", "Iberia", "es", "Hospitality", "Chain",
            "Balearic Islands",
            "Lucía Ferrer", "2012-01-30", 640_000, 7.0, 9.0, 4.0, 1.0),
    _client("01033", "Conservas Punta Brava, S.L.", "Iberia", "es", "Food production", "End user",
            "Andalusia",
            "Inês Carvalho", "2016-06-13", 210_000, 12.0, growth=1.0),
    _client("01061", "Bodegas Torre del Moral, S.L.", "Iberia", "es", "Food production", "End user",
            "Valencia",
            "Lucía Ferrer", "2017-02-20", 66_000, 18.0, growth=1.0),
    _client("01095", "Náutica Levante, S.L.", "Iberia", "es", "Retail", "Reseller", "Catalonia",
            "Marc Puigdevall", "2019-05-06", 44_000, 20.0, growth=1.0),
    _client("01122", "Construções Vale Sereno, Lda.", "Iberia", "pt", "Construction", "End user", "Porto",
            "Inês Carvalho", "2018-10-15", 125_000, 16.0, growth=1.0),
)  # fmt: skip

_BALTICS: Final = (
    _client("01150", "UAB Saulės Krautuvės", "Baltics", "lt", "Retail", "Chain", "Lithuania",
            "Tomas Petrauskas", "2013-03-11", 1_250_000, 5.0, 14.0, 5.0, 1.05, noise=0.25),
    _client("01163", "SIA Dzintarkrasts Loģistika", "Baltics", "lv", "Logistics", "End user", "Latvia",
            "Ilze Kalniņa", "2016-09-19", 260_000, 11.0, 8.0, 3.2),
    _client("01178", "Рыбный двор «Лиепая»", "Baltics", "ru", "Food production", "End user", "Latvia",
            "Сергей Новиков", "2018-01-29", 42_000, 20.0),
)  # fmt: skip

_CENTRAL_ASIA: Final = (
    _client("01301", "ТОО «Алатау Логистик»", "Central Asia", "kz", "Logistics", "End user", "Almaty",
            "Айгуль Сеитова", "2015-04-20", 480_000, 8.0, 9.0, 3.6, 1.06, "GRP-07"),
    _client("01302", "ТОО «Алатау Продукт»", "Central Asia", "kz", "Food production", "End user", "Almaty",
            "Айгуль Сеитова", "2016-02-08", 170_000, 13.0, growth=1.04, group_id="GRP-07"),
    _client("01303", "ТОО «Алатау Сервис»", "Central Asia", "kz", "Facility services", "End user", "Astana",
            "Тимур Рахимов", "2018-05-14", 92_000, 16.0, growth=1.04, group_id="GRP-07"),
    _client("01304", "ОсОО «Алатау Бишкек»", "Central Asia", "kg", "Logistics", "End user", "Bishkek",
            "Ольга Ким", "2020-10-12", 61_000, 19.0, growth=1.04, group_id="GRP-07"),
    _client("01310", "ТОО «Каркас Инвест Строй»", "Central Asia", "kz", "Construction", "End user", "Astana",
            "Тимур Рахимов", "2017-08-21", 130_000, 15.0),
    _client("01318", "ТОО «Степной Хлеб»", "Central Asia", "kz", "Food production", "End user", "Karaganda",
            "Тимур Рахимов", "2014-07-07", 300_000, 10.0, 8.0, 3.2, 1.04),
    _client("01342", "ООО «Шёлковый Двор»", "Central Asia", "uz", "Hospitality", "End user", "Tashkent",
            "Ольга Ким", "2019-03-25", 54_000, 18.0),
    _client("01355", "ОсОО «Каскад Мебель»", "Central Asia", "kg", "Manufacturing", "End user", "Bishkek",
            "Ольга Ким", "2020-06-15", 36_000, 22.0),
)  # fmt: skip

# Steady clients of much the same size: a unit in which little happens.
_MARINE: Final = (
    _client("00064", "Reederei Brodersen GmbH & Co. KG", "Marine", "de", "Logistics", "End user", "North Sea",
            "Hauke Friedrichsen", "2007-05-14", 165_000, 9.0, 60.0, 3.0, 1.0, noise=0.12),
    _client("00098", "Fährverbund Ostfriesland GmbH", "Marine", "de", "Logistics", "Public body", "North Sea",
            "Hauke Friedrichsen", "2009-02-09", 132_000, 10.0, 60.0, 3.0, 1.01, noise=0.12),
    _client("00183", "Schiffsausrüstung Ketelsen KG", "Marine", "de", "Retail", "Reseller", "North Sea",
            "Hauke Friedrichsen", "2011-10-24", 118_000, 12.0, 60.0, 3.0, 1.0, noise=0.12),
    _client("00219", "Windpark Service Norderoog GmbH", "Marine", "de", "Manufacturing", "End user",
            "North Sea",
            "Hauke Friedrichsen", "2014-06-16", 94_000, 13.0, 60.0, 3.0, 1.02, noise=0.12),
    _client("00430", "Werft Lütjenburg GmbH", "Marine", "de", "Manufacturing", "End user", "Baltic Sea",
            "Hauke Friedrichsen", "2013-01-21", 81_000, 14.0, 60.0, 3.0, 0.99, noise=0.12),
    _client("00497", "Baltic Tug & Salvage OÜ", "Marine", "et", "Logistics", "End user", "Baltic Sea",
            "Hauke Friedrichsen", "2016-09-05", 57_000, 16.0, 60.0, 3.0, 1.0, noise=0.12),
    _client("00655", "Fischereihafen Heringsand eG", "Marine", "de", "Food production", "End user",
            "Baltic Sea",
            "Hauke Friedrichsen", "2018-03-12", 39_000, 18.0, 60.0, 3.0, 1.0, noise=0.12),
)  # fmt: skip

CAST: Final = _GERMANY + _BENELUX + _IBERIA + _BALTICS + _CENTRAL_ASIA + _MARINE
