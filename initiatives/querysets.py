"""Reads over initiatives and their links."""

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Q

from atlas.kit.choices import State


class InitiativeQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=State.PUBLISHED)

    def search(self, text: str):
        """Initiatives by any of their names (substring), else by full text of title and summary."""
        named = self.model.names.rel.related_model.objects.filter(name__icontains=text)
        return self.filter(
            Q(title__icontains=text)
            | Q(slug=text)
            | Q(id__in=named.values("initiative_id"))
            | Q(search_vector=SearchQuery(text, config="atlas", search_type="websearch"))
        )


class LinkQuerySet(models.QuerySet):
    """Links of initiatives; they are public when their initiative is."""

    def published(self):
        return self.filter(initiative__state=State.PUBLISHED)
