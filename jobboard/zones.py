"""Civil time overseas: the zone of a département."""

from __future__ import annotations

from zoneinfo import ZoneInfo

# Codes of the official table; Europe's own départements have none here.
OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def zone_of(departement: str | None, default: ZoneInfo) -> ZoneInfo:
    """Return the zone in which people there read their clocks; the default where the département says nothing else."""
    name = OVERSEAS.get(departement or "")
    return ZoneInfo(name) if name else default
