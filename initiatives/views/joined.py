"""Pages that join nouns: a source and what rests on it, a country, a theme."""

from itertools import groupby

from django.shortcuts import get_object_or_404, redirect, render

from actors.models import Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit.pages import find_record
from initiatives.filters import InitiativeFilterSet
from initiatives.insights.places import reached_country
from initiatives.insights.sources import resting_on
from initiatives.models import Event, Initiative, Theme
from initiatives.querysets import EventQuerySet, ThemeQuerySet
from initiatives.views.catalog import graph_of_source
from initiatives.views.glances import ABOUT_A_COUNTRY, ABOUT_A_THEME, at_a_glance
from initiatives.views.regions import regions_with
from initiatives.views.rows import rows_of
from sources.models import Source

FILED = 40  # initiatives of a theme that its page names
MOST = 50  # initiatives or actors of a country under one heading; their lists have them all


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


def country(request, iso2: str):
    """What reaches a country, told apart: directly, through a group, before it joined."""
    if iso2 != iso2.upper():
        return redirect("country", iso2.upper(), permanent=True)
    record = get_object_or_404(Country, pk=iso2)
    memberships = list(MembershipQuerySet(Membership).of_country(record))
    reaching = InitiativeFilterSet({"country": [iso2]}).qs
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
            "actors": actors[:MOST],
            "more_actors": home.count() - MOST if len(actors) > MOST else 0,
            "memberships": memberships,
            "regions": regions_with(iso2, about["shelf"]),
            "events": [part for part in (events[:MOST], events[MOST:]) if part],
        },
    )


def theme(request, slug: str):
    """What a theme means and the initiatives filed under it."""
    record = get_object_or_404(Theme, pk=slug)
    filed = Initiative.objects.published().on_theme(record)
    first = filed.for_list().order_by("-digest__sources", "sort_key", "slug")[:FILED]
    context = {
        "record": record,
        "rows": rows_of(first),
        "themes": ThemeQuerySet(Theme).with_counts(),
        **at_a_glance({"theme": slug}, ABOUT_A_THEME),
    }
    return render(request, "themes/detail.html", context)
