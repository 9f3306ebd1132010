"""A brand of one's own: name, accent and logo, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import made_results
import pytest

from portfolio_review.errors import RenderingError
from portfolio_review.exhibits.wording import Wording
from portfolio_review.rendering import brand, html

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"><rect width="40" height="10"/></svg>'


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "brand.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_second_brand_shows_in_the_masthead_and_never_in_data(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    made = brand.load(folder(tmp_path, 'name = "Acme & Sons"\naccent = "#0B5D3B"\nlogo = "logo.svg"\n'))
    results = made_results.results()
    text = html.build(
        html.Edition(results=results, wording=Wording.of(results.review), context=made_results.CONTEXT, brand=made),
        "screen",
    )
    assert "Acme &amp; Sons" in text
    assert "--accent:#0B5D3B" in text
    assert '<img class="logo" src="data:image/svg+xml;base64,' in text
    assert text.count("#0B5D3B") == 1


def test_the_default_brand_has_no_name() -> None:
    assert brand.load(None).name == ""
    assert brand.load(None).logo is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accent = 3", "accent is '3', expected a colour such as"),
        ('accent = "red"', "accent is 'red'"),
        ('accent = "#DDDDDD"', "is under 4.5 : 1; choose a darker colour"),
        ('colour = "#000000"', "unknown key 'colour'; the keys are accent, logo, name"),
        ('logo = "../x.svg"', "logo '../x.svg' must be an .svg or .png file beside it"),
        ('logo = "gone.png"', "logo 'gone.png' must be"),
        ("name = 3", "name must be text"),
        ("name = ", "brand.toml: "),
    ],
)
def test_a_wrong_brand_is_explained(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RenderingError) as caught:
        brand.load(folder(tmp_path, text))
    assert said in str(caught.value)


def test_a_brand_is_found_beside_the_review_file_or_in_the_templates(tmp_path: Path) -> None:
    assert brand.find(None, tmp_path) is None
    (tmp_path / "neutral").mkdir()  # holds no brand
    ours = brand.find("neutral", tmp_path)
    assert ours is not None
    assert ours.parent.parts[-2:] == ("templates", "brand")
    mine = folder(tmp_path / "neutral", 'name = "Mine"\n')
    assert brand.find("neutral", tmp_path) == mine.resolve()
    with pytest.raises(RenderingError, match=r"brand 'neutrl': no brand.toml in .*; did you mean 'neutral'\?"):
        brand.find("neutrl", tmp_path)


def test_a_heavy_logo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"0" * (brand.LOGO_BYTES + 1))
    with pytest.raises(RenderingError, match="a logo may have 200,000"):
        brand.load(folder(tmp_path, 'logo = "logo.png"'))


def test_a_logo_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "secret.svg").write_text(LOGO, encoding="utf-8")
    (own / "logo.svg").symlink_to("../secret.svg")
    with pytest.raises(RenderingError) as caught:
        brand.load(folder(own, 'logo = "logo.svg"'))
    assert "logo 'logo.svg' must be an .svg or .png file beside it" in str(caught.value)
    (own / "true.svg").write_text(LOGO, encoding="utf-8")
    (own / "logo.svg").unlink()
    (own / "logo.svg").symlink_to("true.svg")  # a link within the folder is as good as the file
    assert brand.load(own).logo is not None


@pytest.mark.parametrize("name", ["brand.toml", "logo.svg"])
def test_a_pipe_in_a_brand_folder_is_never_opened(tmp_path: Path, name: str) -> None:
    if name == "logo.svg":
        folder(tmp_path, 'logo = "logo.svg"')
    os.mkfifo(tmp_path / name)
    with pytest.raises(RenderingError):
        brand.load(tmp_path)
