"""A search that nothing answers whole, parted: the filters that some of its words name, and the
rest of the words.  “Senegal school” asks for what reaches Senegal and has the word “school”."""

from collections.abc import Callable, Iterator

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.models import Actor, Country
from atlas.kit import wording
from atlas.kit.listing.parts import address
from atlas.kit.search import Asked
from initiatives.insights.shortcuts import Shortcut

MOST_WORDS = 8
LONGEST = 3  # words of a name that is looked for
Named = tuple[str, str, str]  # filter, its value, its name


def parted(
    asked: Asked, kept: QueryDict, count: Callable[[QueryDict], int], path: str = ""
) -> list[Shortcut]:
    """The one search that the words may mean beside the filters ``kept``, if it finds anything by
    ``count``; ``path`` is as of ``shortcuts``."""
    words = asked.plain.split()
    if not 2 <= len(words) <= MOST_WORDS or asked.without:
        return []
    rest: list[str] = []
    data, said = kept.copy(), []
    for name, value, label in _named(words, rest):
        data.appendlist(name, value)
        reached = name == "country"
        said.append((_("reaching %s") if reached else _("with %s among the actors")) % label)
    if not said:
        return []
    if rest:
        data["q"] = " ".join(rest)
        said.append(_("with the words “%s”") % data["q"])
    found = count(data)
    text = ngettext("%(n)s initiative %(parts)s", "%(n)s initiatives %(parts)s", found)
    text %= {"n": wording.number(found), "parts": wording.listed(said)}
    url = address(path or reverse("initiatives"), data)
    return [Shortcut(text, url, found, exact=True)] if found else []


def _named(words: list[str], rest: list[str]) -> Iterator[Named]:
    """The countries and actors that runs of the words are the whole name of, the longest first;
    ``rest`` takes the other words."""
    at = 0
    while at < len(words):
        for size in range(min(LONGEST, len(words) - at), 0, -1):
            if named := _one(" ".join(words[at : at + size])):
                yield named
                at += size
                break
        else:
            rest.append(words[at])
            at += 1


def _one(text: str) -> Named | None:
    if country := Country.objects.called(text).first():
        return "country", country.pk, str(country)
    actors = list(Actor.objects.called(text)[:2])
    return ("actor", actors[0].slug, str(actors[0])) if len(actors) == 1 else None
