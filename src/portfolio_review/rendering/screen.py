"""What only the screen edition has: its script, and names for tables that assistive technology reads out."""

from __future__ import annotations

import re

from markupsafe import Markup

from portfolio_review.exhibits import resources

_OPENED = re.compile(r"<(h1|h2|h3|table)( [^>]*)?>")
_ID = re.compile(r'\bid="([^"]+)"')


def script(*names: str) -> str:
    """Scripts of `templates/script`, each in a scope of its own."""
    return '"use strict";\n' + "\n".join(f"{{\n{resources.read(f'script/{name}.js')}}}" for name in names)


def labelled(section: str, html: Markup) -> Markup:
    """The section with an id for each heading, and each table named by the heading above it.

    Only tags of our templates match: what comes from data was escaped before.
    """
    above, count = "", 0

    def named(tag: re.Match[str]) -> str:
        nonlocal above, count
        name, attributes = tag[1], tag[2] or ""
        if name == "table":
            return f'<table{attributes} aria-labelledby="{above}">' if above else tag[0]
        if known := _ID.search(attributes):
            above = known[1]
            return tag[0]
        count += 1
        above = f"{section}-object-{count}"
        return f'<{name}{attributes} id="{above}">'

    return Markup(_OPENED.sub(named, str(html)))
