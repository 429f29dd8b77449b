"""Pages that join nouns: a source and what rests on it, a country, a theme."""

from itertools import groupby

from django.shortcuts import get_object_or_404, redirect, render

from actors.models import Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit.pages import as_file, find_record, reads
from initiatives.filters import InitiativeFilterSet
from initiatives.filters.narrowing import as_member
from initiatives.insights.places import ended, reached_country, while_member
from initiatives.insights.sources import resting_on
from initiatives.models import Event, Initiative, Theme
from initiatives.querysets import EventQuerySet, ThemeQuerySet
from initiatives.views.catalog import graph_of_source
from initiatives.views.glances import ABOUT_A_COUNTRY, ABOUT_A_THEME, at_a_glance
from initiatives.views.regions import placeless_in, regions_with
from initiatives.views.rows import rows_of
from sources.models import Source

FILED = 40  # initiatives of a theme that its page names
MOST = 50  # initiatives or actors of a country under one heading; their lists have them all


@reads("format")
def source(request, slug: str):
    """One source: what it is, how far it can be trusted, and every fact that rests on it."""
    record = find_record(request, "source", Source.objects.for_page(), slug)
    if not isinstance(record, Source):
        return record
    groups = resting_on(record)
    facts = [fact for group in groups for fact in group.facts]
    return render(
        request,
        "sources/detail.html",
        {
            "record": record,
            "graph": graph_of_source(request, record),
            "groups": groups,
            "facts": len(facts),
            "against": sum(fact.stance == "contradicts" for fact in facts),
            "derivations": list(record.derivations.all()),
        },
    )


@reads()
def countries(request):
    """Every country that something reaches, by region, and the rest in short."""
    found = list(Country.objects.with_counts())
    reached = [country for country in found if country.initiative_count]
    return render(
        request,
        "countries/list.html",
        {
            "reached": by_region(reached),
            "count": len(reached),
            "others": by_region([country for country in found if not country.initiative_count]),
        },
    )


def by_region(countries) -> list[tuple[str, list]]:
    """(subregion, countries), in the order the countries stand in."""
    return [
        (name, list(rows))
        for name, rows in groupby(countries, key=lambda c: c.subregion or c.region)
    ]


@reads("format")
def country(request, iso2: str):
    """What reaches a country, told apart: directly, through a group, before it joined."""
    if iso2 != iso2.upper():
        return redirect("country", iso2.upper(), permanent=True)
    record = get_object_or_404(Country, pk=iso2)
    if file := as_file(request, "country", iso2):
        return file
    memberships = list(MembershipQuerySet(Membership).of_country(record))
    reaching, left = InitiativeFilterSet({"country": [iso2]}).qs, ended(memberships)
    home = record.actors.published().for_page()
    actors = list(home[: MOST + 1])
    events = list(EventQuerySet(Event).in_country(record))
    about = at_a_glance({"country": iso2}, ABOUT_A_COUNTRY)
    return render(
        request,
        "countries/detail.html",
        {
            "record": record,
            **about,
            "reach": reached_country(record, reaching, memberships, MOST),
            "former": while_member(record, left, as_member(left), reaching, MOST),
            "actors": actors[:MOST],
            "more_actors": home.count() - MOST if len(actors) > MOST else 0,
            "memberships": memberships,
            "regions": regions_with(iso2, about["shelf"]),
            "placeless": placeless_in(iso2, about["shelf"]),
            "events": [part for part in (events[:MOST], events[MOST:]) if part],
        },
    )


@reads("format")
def theme(request, slug: str):
    """What a theme means and the initiatives filed under it."""
    record = get_object_or_404(Theme, pk=slug)
    if file := as_file(request, "theme", slug):
        return file
    filed = Initiative.objects.published().on_theme(record)
    first = filed.for_list().order_by("-digest__sources", "sort_key", "slug")[:FILED]
    context = {
        "record": record,
        "rows": rows_of(first),
        "themes": ThemeQuerySet(Theme).with_counts(),
        **at_a_glance({"theme": slug}, ABOUT_A_THEME),
    }
    return render(request, "themes/detail.html", context)
