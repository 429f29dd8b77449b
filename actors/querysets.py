"""Reads over countries, actors and memberships."""

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Q

from atlas.kit.choices import State


class CountryQuerySet(models.QuerySet):
    def search(self, text: str):
        return self.filter(Q(name__icontains=text) | Q(iso2__iexact=text) | Q(iso3__iexact=text))


class ActorQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=State.PUBLISHED)

    def search(self, text: str):
        """Actors by any of their names (substring), else by full text."""
        named = self.model.names.rel.related_model.objects.filter(name__icontains=text)
        return self.filter(
            Q(name__icontains=text)
            | Q(slug=text)
            | Q(id__in=named.values("actor_id"))
            | Q(search_vector=SearchQuery(text, config="atlas", search_type="websearch"))
        )

    def for_page(self):
        return self.select_related("country", "parent", "digest").prefetch_related("names")

    def with_parts(self, slugs):
        """Ids of the actors named and of everything below them in the tree of parents."""
        seen = set(self.filter(slug__in=slugs).values_list("id", flat=True))
        frontier = seen
        while frontier:
            frontier = set(self.filter(parent_id__in=frontier).values_list("id", flat=True)) - seen
            seen |= frontier
        return seen
