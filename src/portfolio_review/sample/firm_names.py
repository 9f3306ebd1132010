"""Names of client companies by language: a family or brand word set into the pattern of a trade.

Out: one name bank per language (Latin and Cyrillic script); `FirmNames` deals them without repeats.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class NameBank:
    """The words of one language; `{}` in a pattern stands for a word."""

    words: tuple[str, ...]
    patterns: dict[str, tuple[str, ...]]  # by industry
    regions: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    """The words between commas; a line break within "Van der Velde" is a space."""
    return tuple(" ".join(word.split()) for word in text.split(","))


GERMAN: Final = NameBank(
    _words("""Achterberg, Albers, Baumgartner, Behrens, Breitner, Burmeister, Claasen, Dahlmann, Degenhardt,
        Eberle, Eichinger, Feldkamp, Gerlach, Grothe, Haberland, Hartwig, Hellmann, Hinrichs, Holzapfel,
        Imhoff, Jansen, Kessler, Kirchner, Klingenberg, Köhler, Krautwald, Lamprecht, Leitner,
        Lindemann, Löffler, Marquardt, Meinhardt, Nolte, Oberhauser, Ostermann, Pfeiffer, Rademacher,
        Rehbein, Riedel, Sandvoss, Schierholz, Schönfeld, Seidel, Steinbach, Stöcker, Tiedemann,
        Uhlmann, Vollmer, Wehrmann, Weidner, Wittkamp, Zeller, Ziegenhagen"""),
    {
        "Hospitality": ("{} Catering GmbH", "Hotel & Gasthof {}", "{} Gastronomie GmbH & Co. KG",
                        "Landhotel {} KG"),
        "Food production": ("Bäckerei {} GmbH", "Fleischerei {} KG", "{} Feinkost GmbH",
                            "{} Tiefkühlkost GmbH"),
        "Retail": ("{} Bürobedarf e. K.", "Drogerie {} OHG", "{} Fachhandel GmbH & Co. KG",
                   "Gartencenter {} GmbH"),
        "Logistics": ("Spedition {} GmbH", "{} Lagerlogistik GmbH", "{} Transporte KG",
                      "{} Versandservice GmbH"),
        "Manufacturing": ("{} Metallbau GmbH", "{} Kunststofftechnik GmbH", "{} Maschinenbau GmbH & Co. KG",
                          "{} Präzisionsteile GmbH"),
        "Construction": ("{} Hochbau GmbH", "Zimmerei {}", "{} Haustechnik GmbH", "{} Bedachungen GmbH"),
        "Healthcare": ("Pflegedienst {} GmbH", "Seniorenresidenz {} gGmbH", "Praxisklinik Dr. {}",
                       "{} Dentallabor GmbH"),
        "Facility services": ("{} Gebäudereinigung GmbH", "{} Facility Service GmbH", "Wäscherei {} GmbH"),
        "Public sector": ("Stadtwerke {}feld", "Kreisklinikum {}dorf", "Schulverband {}hausen"),
    },
    ("Hamburg", "Lower Saxony", "North Rhine-Westphalia", "Hesse", "Bavaria", "Saxony"),
)  # fmt: skip

DUTCH: Final = NameBank(
    _words("""Aerts, Baeten, Bakker, Beukers, Boersma, Bogaert, Claes, Coppens, De Backer, De Clercq, De
        Groot, De Ridder, Dijkstra, Engelen, Feenstra, Geerts, Goossens, Hendrickx, Huybrechts,
        Janssens, Kuipers, Lambrechts, Lemmens, Maes, Mertens, Nijland, Noordhoek, Peeters, Postma,
        Rutten, Schepens, Slootmaekers, Smeets, Stassen, Thijssen, Van Aalst, Van den Berg, Van der
        Velde, Van Hecke, Verbruggen, Vermeulen, Vissers, Wauters, Willems, Wouters, Zijlstra"""),
    {
        "Hospitality": ("Brasserie {} BV", "{} Horeca BV", "Hotel {} NV", "{} Catering BV"),
        "Food production": ("Bakkerij {} BV", "{} Vleeswaren NV", "{} Zuivel BV", "Brouwerij {} NV"),
        "Retail": ("{} Kantoorvakhandel BV", "{} Doe-het-zelf BV", "Drogisterij {}", "{} Groothandel NV"),
        "Logistics": ("{} Transport NV", "{} Fulfilment BV", "{} Warehousing BV", "Expeditie {} BV"),
        "Manufacturing": ("{} Metaalwerken NV", "{} Kunststoffen BV", "{} Machinebouw BV", "{} Plaatwerk BV"),
        "Construction": ("Bouwbedrijf {} BV", "{} Installatietechniek BV", "Dakwerken {} BV"),
        "Healthcare": ("Woonzorgcentrum {}", "Apotheek {} BV", "{} Dental BV", "Thuiszorg {} BV"),
        "Facility services": ("{} Schoonmaak BV", "{} Cleaning NV", "Wasserij {} BV", "{} Facilitair BV"),
        "Public sector": ("Scholengroep {}", "Gemeentebedrijf {}wijk", "Sportcentrum {}"),
    },
    ("Flanders", "Brussels", "North Brabant", "South Holland", "Utrecht"),
)

FRENCH: Final = NameBank(
    _words("""Bodart, Collard, Delvaux, Dumoulin, Fontaine, Gérard, Henrotte, Jacquemin, Lambotte, Leclercq,
        Marchal, Moreau, Noirhomme, Pirard, Renard, Simonis, Thiry, Wathelet"""),
    {
        "Hospitality": ("Brasserie {} SRL", "{} Traiteur SA", "Hôtel {} SA"),
        "Food production": ("Boulangerie {} SRL", "{} Salaisons SA", "Fromagerie {} SRL"),
        "Retail": ("Papeterie {} SRL", "{} Bricolage SA", "Droguerie {}"),
        "Logistics": ("Transports {} SA", "{} Entreposage SRL"),
        "Manufacturing": ("Ateliers {} SA", "{} Plastiques SRL"),
        "Construction": ("{} Constructions SA", "Toitures {} SRL"),
        "Healthcare": ("Résidence {} ASBL", "Pharmacie {} SRL"),
        "Facility services": ("{} Nettoyage SRL", "Blanchisserie {} SA"),
        "Public sector": ("Intercommunale {}", "Institut {} ASBL"),
    },
    ("Wallonia", "Luxembourg", "Brussels"),
)  # fmt: skip

SPANISH: Final = NameBank(
    _words("""Alcázar, Aranda, Arroyo, Barrios, Benavente, Bermejo, Calderón, Camacho, Carmona, Castellanos,
        Cortés, Escudero, Espinosa, Ferrándiz, Gallardo, Garrido, Guerrero, Herrero, Ibáñez, Lozano,
        Marín, Montero, Navarro, Olmedo, Pizarro, Quintana, Robledo, Salgado, Santamaría, Serrano,
        Solís, Valverde, Vidal, Villalba, Zamora"""),
    {
        "Hospitality": ("Hoteles {}, S.L.", "Restauración {}, S.L.", "Hostal {}", "Catering {}, S.A."),
        "Food production": (
            "Panadería {}, S.L.",
            "Conservas {}, S.A.",
            "Embutidos {}, S.L.",
            "Lácteos {}, S.L.",
        ),
        "Retail": ("Papelería {}, S.L.", "Ferretería {}, S.L.", "Droguería {}", "Comercial {}, S.A."),
        "Logistics": ("Transportes {}, S.L.", "Logística {}, S.A.", "Almacenes {}, S.L."),
        "Manufacturing": ("Talleres {}, S.L.", "Plásticos {}, S.A.", "Mecanizados {}, S.L."),
        "Construction": ("Construcciones {}, S.L.", "Instalaciones {}, S.L.", "Reformas {}"),
        "Healthcare": ("Clínica {}, S.L.", "Residencia {}, S.L.", "Farmacia {}"),
        "Facility services": ("Limpiezas {}, S.L.", "Lavandería {}, S.L.", "Servicios {}, S.A."),
        "Public sector": ("Instituto {}", "Polideportivo {}"),
    },
    ("Catalonia", "Valencia", "Andalusia", "Madrid", "Balearic Islands"),
)

PORTUGUESE: Final = NameBank(
    _words("""Abreu, Almeida, Azevedo, Barroso, Cabral, Cardoso, Figueiredo, Fonseca, Guimarães, Lacerda,
        Machado, Magalhães, Moreira, Nogueira, Pacheco, Rebelo, Ribeiro, Sampaio, Tavares, Teixeira"""),
    {
        "Hospitality": ("Hotelaria {}, Lda.", "Restaurantes {}, Lda.", "{} Catering, S.A."),
        "Food production": ("Padaria {}, Lda.", "Conservas {}, S.A.", "Lacticínios {}, Lda."),
        "Retail": ("Papelaria {}, Lda.", "Ferragens {}, Lda.", "Drogaria {}"),
        "Logistics": ("Transportes {}, Lda.", "{} Armazenagem, S.A."),
        "Manufacturing": ("Metalúrgica {}, Lda.", "Plásticos {}, S.A."),
        "Construction": ("Construções {}, Lda.", "{} Instalações, Lda."),
        "Healthcare": ("Clínica {}, Lda.", "Lar {}"),
        "Facility services": ("Limpezas {}, Lda.", "Lavandaria {}, Lda."),
        "Public sector": ("Escola Profissional {}", "Piscinas Municipais de {}"),
    },
    ("Lisbon", "Porto", "Algarve"),
)  # fmt: skip

LATVIAN: Final = NameBank(
    _words("""Daugava, Gauja, Zemgale, Kurzeme, Vidzeme, Rītausma, Saulgrieži, Ozolkalns, Bērzkrasts,
        Vējkalns, Ābeļdārzs, Līgatne, Abava, Venta, Salaca"""),
    {
        "Hospitality": ("SIA {} Viesnīca", "SIA {} Ēdināšana"),
        "Food production": ("SIA {} Maiznīca", "SIA {} Piens"),
        "Retail": ("SIA {} Tirdzniecība", "SIA {} Birojs"),
        "Logistics": ("SIA {} Loģistika", "SIA {} Kravas"),
        "Manufacturing": ("SIA {} Metāls", "SIA {} Koks"),
        "Construction": ("SIA {} Būve", "SIA {} Jumti"),
        "Healthcare": ("SIA {} Klīnika", "SIA {} Aptieka"),
        "Facility services": ("SIA {} Serviss", "SIA {} Tīrība"),
        "Public sector": ("{} vidusskola", "{} sporta centrs"),
    },
    ("Latvia",),
)  # fmt: skip

LITHUANIAN: Final = NameBank(
    _words("""Nemunas, Neris, Aukštaitija, Žemaitija, Dzūkija, Šilutė, Ąžuolynas, Beržynė, Pajūris, Vilnelė,
        Rytmetis, Kalnija"""),
    {
        "Hospitality": ("UAB {} Viešbutis", "UAB {} Maitinimas"),
        "Food production": ("UAB {} Kepykla", "UAB {} Mėsa"),
        "Retail": ("UAB {} Prekyba", "UAB {} Kanceliarija"),
        "Logistics": ("UAB {} Logistika", "UAB {} Krova"),
        "Manufacturing": ("UAB {} Metalas", "UAB {} Baldai"),
        "Construction": ("UAB {} Statyba", "UAB {} Stogai"),
        "Healthcare": ("UAB {} Klinika", "UAB {} Vaistinė"),
        "Facility services": ("UAB {} Servisas", "UAB {} Švara"),
        "Public sector": ("{} gimnazija", "{} ligoninė"),
    },
    ("Lithuania",),
)  # fmt: skip

ESTONIAN: Final = NameBank(
    _words("Emajõgi, Saaremets, Põhjala, Läänekalda, Tammiku, Kaseoja, Rannaküla, Virumets, Otepää, Kuusiku"),
    {
        "Hospitality": ("{} Hotell OÜ", "{} Köök OÜ"),
        "Food production": ("{} Pagar OÜ", "{} Piim AS"),
        "Retail": ("{} Kaubandus AS", "{} Kontorikaup OÜ"),
        "Logistics": ("{} Logistika OÜ", "{} Ladu OÜ"),
        "Manufacturing": ("{} Metall AS", "{} Puit OÜ"),
        "Construction": ("{} Ehitus OÜ", "{} Katus OÜ"),
        "Healthcare": ("{} Kliinik OÜ", "{} Apteek OÜ"),
        "Facility services": ("{} Puhastus OÜ", "{} Haldus OÜ"),
        "Public sector": ("{} Gümnaasium", "{} Haigla"),
    },
    ("Estonia",),
)
