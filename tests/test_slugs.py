"""Folder names of units: plain where they can be, with a hash where they must."""

import re

import pytest

from portfolio_review import slugs


@pytest.mark.parametrize(
    ("unit", "folder"),
    [
        ("North", "north"),
        ("Север", "sever"),
        ("Нижний Новгород, Щёлково-2", "nizhniy-novgorod-shchelkovo-2"),
        ("Київ", "kiyiv"),
        ("São Paulo / Straße", "sao-paulo-strasse"),
        ("Łódź & Malmø", "lodz-malmo"),
        ("L’Aquila", "laquila"),
        ("  a__b  ", "a-b"),
        ("(no unit)", "no-unit"),
        ("all", "all"),
        ("x" * 300, "x" * 40),
    ],
)
def test_a_unit_of_its_own_has_a_plain_name(unit: str, folder: str) -> None:
    assert slugs.of_units([unit, "South"])[unit] == folder


@pytest.mark.parametrize("unit", ["All", "OWNERS", "Clients", "CON", "nul", "COM1", "Lpt9"])
def test_a_reserved_name_has_a_hash(unit: str) -> None:
    assert re.fullmatch(rf"{unit.lower()}-[0-9a-f]{{6}}", slugs.of_units([unit])[unit])


@pytest.mark.parametrize("unit", ["東京", "", "…", "../.."])
def test_where_nothing_is_left_of_a_name_the_hash_stands_alone(unit: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{6}", slugs.of_units([unit])[unit])


def test_units_that_would_share_a_name_have_a_hash_each() -> None:
    found = slugs.of_units(["North", "north", "Север", "Sever", "South", "y" * 41, "y" * 42])
    assert found["North"] == "north-43f853"
    assert found["South"] == "south"
    assert len(set(found.values())) == len(found)
    assert all(slug == "south" or slug == "all" or re.search("-[0-9a-f]{6}$", slug) for slug in found.values())
    assert max(map(len, found.values())) == 40


def test_a_unit_named_like_the_hash_of_another_is_told_from_it() -> None:
    found = slugs.of_units(["North", "north", "North 43f853"])
    assert len(set(found.values())) == 4
    assert found["North 43f853"] != "north-43f853"


def test_the_order_of_units_does_not_matter() -> None:
    names = ["North", "north", "CON", "Юг", "東京"]
    assert slugs.of_units(names) == slugs.of_units(reversed(names))


def test_a_units_folder_is_found_under_every_name_it_can_have() -> None:
    assert slugs.possible("North") == ("north", "north-43f853")
    assert slugs.possible("all") == ("all",)
    plain, hashed, former = slugs.possible("Север")
    assert (plain, hashed) == ("sever", f"sever-{former}")
    assert slugs.former("North") == "north-43f853"
