"""What facets look up: the tree of actors, members of groups, names; small, and read at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from actors.choices import BETWEEN
from actors.models import Actor, Country, Membership
from actors.querysets import MembershipQuerySet
from atlas.kit.choices import State
from initiatives.choices import M49_PARTS, m49_parts
from initiatives.models import Initiative, Theme


@dataclass(frozen=True)
class Known:
    """An actor as the tree holds it."""

    slug: str
    name: str
    parent: int | None
    public: bool


@dataclass(frozen=True)
class World:
    """``members`` are (group, country or None, actor or None), those of today."""

    actors: dict[int, Known]
    members: tuple[tuple[int, str | None, int | None], ...]
    countries: dict[str, tuple[str, ...]]  # its name and the regions of M49 it lies in
    themes: dict[str, str]
    funds: dict[int, tuple[str, str]]

    @cached_property
    def children(self) -> dict[int, list[int]]:
        found = defaultdict(list)
        for pk, actor in self.actors.items():
            if actor.parent is not None:
                found[actor.parent].append(pk)
        return dict(found)

    @cached_property
    def public(self) -> frozenset[int]:
        return frozenset(pk for pk, actor in self.actors.items() if actor.public)

    @cached_property
    def ids(self) -> dict[str, int]:
        """Actors by slug."""
        return {actor.slug: pk for pk, actor in self.actors.items()}

    @cached_property
    def fund_ids(self) -> dict[str, int]:
        return {slug: pk for pk, (slug, _title) in self.funds.items()}

    @cached_property
    def shape(self) -> tuple:
        """What decides which ids a value has; names do not."""
        return self.children, self.public, self.members, self.funds

    @cached_property
    def _groups(self) -> dict[str, set[int]]:
        found = defaultdict(set)
        for group, country, _actor in self.members:
            if country:
                found[country].add(group)
        return dict(found)

    @cached_property
    def _countries(self) -> dict[int, set[str]]:
        found = defaultdict(set)
        for group, country, _actor in self.members:
            if country:
                found[group].add(country)
        return dict(found)

    @cached_property
    def _regions(self) -> dict[str, set[str]]:
        """Countries by region, in the words of M49 and in ours."""
        found = defaultdict(set)
        for code, (_name, *places) in self.countries.items():
            for place in filter(None, places):
                found[place].add(code)
        return {**found, **{ours: countries_in(found, ours) for ours in M49_PARTS}}

    def in_region(self, word: str) -> set[str]:
        return self._regions.get(word, set())

    def groups_of(self, country: str) -> set[int]:
        return self._groups.get(country, set())

    def countries_of(self, group: int) -> set[str]:
        return self._countries.get(group, set())

    def actors_of(self, group: int) -> set[int]:
        """Actors that are members themselves."""
        return {actor for of, _country, actor in self.members if of == group and actor}

    def parts(self, pk: int) -> list[int]:
        """The actor and everything below it."""
        found, seen = [pk], {pk}
        for above in found:
            for below in self.children.get(above, ()):
                if below not in seen:
                    seen.add(below)
                    found.append(below)
        return found

    def above(self, pks: Iterable[int]) -> set[int]:
        """Everything above these actors in the tree."""
        found: set[int] = set()
        for pk in pks:
            known = self.actors.get(pk)
            while known and known.parent is not None and known.parent not in found:
                found.add(known.parent)
                known = self.actors.get(known.parent)
        return found


def countries_in(regions: dict[str, set[str]], word: str) -> set[str]:
    return set().union(*(regions.get(part, ()) for part in m49_parts(word)))


def known_world(before: World | None, changed: dict) -> World:
    """The world now; ``before`` itself where nothing of it changed."""
    if before is None:
        return World(known(), members(), countries(), dict(themes()), funds())
    now_funds = funds() if changed.get("initiative") else before.funds
    touched = changed.get("actor")
    if not touched:
        return before if now_funds == before.funds else altered(before, funds=now_funds)
    actors = {pk: actor for pk, actor in before.actors.items() if pk not in touched}
    return altered(before, actors=actors | known(touched), members=members(), funds=now_funds)


def altered(before: World, **changes) -> World:
    return World(**{name: getattr(before, name) for name in World.__dataclass_fields__} | changes)


def known(ids=None) -> dict[int, Known]:
    rows = Actor.objects.all() if ids is None else Actor.objects.filter(pk__in=list(ids))
    found = rows.order_by().values_list("pk", "slug", "name", "parent_id", "state")
    return {
        pk: Known(slug, name, parent, state == State.PUBLISHED)
        for pk, slug, name, parent, state in found
    }


def members() -> tuple:
    rows = MembershipQuerySet(Membership).current().order_by("pk")
    return tuple(rows.values_list("group_id", "member_country_id", "member_actor_id"))


def countries() -> dict[str, tuple[str, ...]]:
    """By code its name and the regions of M49 it lies in."""
    rows = Country.objects.values_list("iso2", "name", "region", "subregion")
    return {code: (*words, BETWEEN.get(code, "")) for code, *words in rows}


def themes():
    return Theme.objects.values_list("slug", "name")


def funds() -> dict[int, tuple[str, str]]:
    """Initiatives that pay for others."""
    rows = Initiative.objects.published().filter(funding_given__isnull=False).distinct()
    return {pk: (slug, title) for pk, slug, title in rows.values_list("pk", "slug", "title")}
