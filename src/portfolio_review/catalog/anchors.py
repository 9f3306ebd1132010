"""What 1, 3 and 5 mean for each criterion that people score.

5 is most of what the criterion names: for `difficulty` and the threats that is against us.
"""

from __future__ import annotations

from collections.abc import Mapping

POINTS = (1, 3, 5)

_SAID: Mapping[str, tuple[str, str, str]] = {
    "potential": (
        "buys nearly all it can from us",
        "could buy half as much again",
        "could buy several times as much",
    ),
    "reference_value": (
        "unknown in its market",
        "known in its region",
        "others of its industry follow it",
    ),
    "partnership": (
        "price is all it asks for",
        "shares its plans when asked",
        "plans with us and develops with us",
    ),
    "strategic_fit": (
        "outside the range we want to grow in",
        "fits one of our directions",
        "at the core of our strategy",
    ),
    "difficulty": (
        "few people decide, no rival at the table",
        "several decide, rivals are asked too",
        "many decide, rivals are strong inside",
    ),
    "relationship_strength": (
        "we are one of many suppliers",
        "trust with those who order",
        "trust up to the top, problems are told early",
    ),
    "threat_ownership": (
        "owners stable",
        "sale or merger spoken of",
        "sale or merger under way",
    ),
    "threat_competitor": (
        "no rival in sight",
        "a rival makes offers",
        "a rival already delivers",
    ),
    "threat_price": (
        "price seldom spoken of",
        "price compared every year",
        "a tender that price decides",
    ),
    "threat_staff": (
        "our contacts stay",
        "one of our contacts may leave",
        "those who chose us are leaving",
    ),
}

CRITERIA = tuple(_SAID)
"""The criteria that are explained, as they stand in tables."""

ANCHORS: Mapping[str, str] = {
    f"{criterion}_{points}": said
    for criterion, anchors in _SAID.items()
    for points, said in zip(POINTS, anchors, strict=True)
}
"""By `<criterion>_<points>`."""
