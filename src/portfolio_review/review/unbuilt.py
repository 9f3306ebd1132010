"""Settings and tables that are named in the documentation and not built yet: refused as such, never ignored."""

from __future__ import annotations

NOT_BUILT = (
    "sections",
    "attributes",
    "sources.activities",
    "sources.complaints",
    "sources.prospects",
    "sources.subscriptions",
)
_SUCCESSORS = {"report.masked": "masked"}
"""Former settings, and the one that takes their place."""


def said(key: str) -> str | None:
    """What is said of a setting, by its dotted key, that is not built yet; None for any other."""
    parts = key.split(".")
    if key in _SUCCESSORS:
        return f"'{key}' is now '{_SUCCESSORS[key]}', which names a key and units: take it out"
    for known in NOT_BUILT:
        names = known.split(".")
        if len(names) == len(parts) and all(name in ("*", part) for name, part in zip(names, parts, strict=True)):
            return f"'{key}' is not built yet: take it out"
    return None
