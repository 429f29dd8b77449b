"""The actor or country that somebody means by a name."""

from actors.models import Actor, Country
from atlas.kit.search.matching import EXACT, INSIDE, NEARLY, STEP
from atlas.kit.search.showing import fold


def actor_named(text: str) -> str | None:
    """The slug of the actor that has this name, or of the only one whose name has the words."""
    return the_one(Actor.objects.published(), text)


def group_named(text: str) -> str | None:
    """The same of actors that have members or are addressed as a group."""
    return the_one(Actor.objects.groups(), text)


def the_one(records, text: str) -> str | None:
    """The slug of the record called so, or of the only one with these words in a name."""
    found = records.best_named(text).values_list("slug", "relevance")[:2]
    places = [(slug, relevance // STEP) for slug, relevance in found]
    if len(places) == 2 and places[1][1] >= EXACT:  # two of one name
        return None
    if places and (places[0][1] >= NEARLY or len(places) == 1 and places[0][1] >= INSIDE):
        return places[0][0]
    return None


def country_named(text: str) -> str | None:
    """The code of the country of this name, or of the only one whose name has the words."""
    found = list(Country.objects.search(text))
    exact = [country for country in found if fold(country.name) == fold(text.strip())]
    rows = exact or found
    return rows[0].pk if len(rows) == 1 else None
