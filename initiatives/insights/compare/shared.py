"""What two initiatives share, one by one: why they overlap."""

from dataclasses import dataclass

from actors.models import Country
from initiatives.insights.overlap import overlap
from initiatives.insights.overlapping import short_names, time_words
from initiatives.models import Initiative, Theme


@dataclass(frozen=True)
class Shared:
    """Countries and themes of both, by name, and the time in words."""

    countries: list[tuple[str, str]]  # name and address
    themes: list[Theme]
    time: str


def shared(noun: str, records: list) -> Shared | None:
    """Of two initiatives that overlap, what they share; None for anything else."""
    if noun != Initiative._meta.model_name or len(records) != 2:
        return None
    found = overlap(("SELECT unnest(%s::bigint[])", ([record.pk for record in records],)))
    if not found.pairs:
        return None
    [pair] = found.pairs
    names = sorted((name, code) for code, name in Country.objects.names(pair.countries))
    return Shared(
        [(name, f"/countries/{code}/") for name, code in names],
        list(Theme.objects.filter(slug__in=pair.themes)),
        time_words(pair, short_names({record.pk: [str(record)] for record in records})),
    )
