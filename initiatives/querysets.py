"""Reads over initiatives and their links."""

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Prefetch, Q

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

    def for_list(self):
        """What a row of a list shows: digest, names, themes, places and funders."""
        return self.select_related("digest").prefetch_related(
            "names",
            "themes",
            _with(self.model, "reach", "country", "group"),
            _with(self.model, "funding", "funder_actor", "funder_initiative"),
        )

    def for_record(self):
        """Everything a record's page shows, in a fixed number of queries."""
        paths = {
            "reach": ("country", "group"),
            "ties": ("target",),
            "participations": ("actor__country",),
            "events": ("country",),
        }
        funding = self.model._meta.get_field("funding").related_model._default_manager
        return self.select_related("digest").prefetch_related(
            "names",
            "identifiers",
            "themes",
            "results",
            "statements",
            "events__statements",
            "missing",
            "reach__group__members__member_country",
            "reach__group__members__member_actor",
            *[_with(self.model, name, *ends) for name, ends in paths.items()],
            Prefetch("tied_from", _public(self.model, "tied_from").select_related("initiative")),
            Prefetch("funding", funding.for_money()),
            Prefetch("funding_given", funding.published().for_money()),
        )

    def latest(self, count: int):
        return self.published().order_by("-digest__updated_at", "slug")[:count]

    def best_of_each_kind(self):
        """Of each kind the regional initiative with the most independent sources; running first."""
        chosen = (
            self.published()
            .filter(scope__in=["regional", "global"])
            .order_by("kind", "-digest__sources", "digest__best_reliability", "-status", "slug")
            .distinct("kind")
        )
        return self.filter(pk__in=chosen.values("pk")).order_by("-digest__sources", "slug")


def _with(model, name: str, *ends: str) -> Prefetch:
    """Links of one kind with the records at their other ends, in one query."""
    links = model._meta.get_field(name).related_model._default_manager
    return Prefetch(name, links.select_related(*ends))


def _public(model, name: str):
    return model._meta.get_field(name).related_model._default_manager.published()


class LinkQuerySet(models.QuerySet):
    """Links of initiatives; they are public when their initiative is."""

    def published(self):
        return self.filter(initiative__state=State.PUBLISHED)

    def for_money(self):
        """Money links with both ends, shared funders and contained sums."""
        return self.select_related(
            "initiative", "funder_actor", "funder_initiative", "recipient"
        ).prefetch_related("joint_links__actor", "include_links__includes__initiative")
