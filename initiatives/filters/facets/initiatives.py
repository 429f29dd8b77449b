"""Facets of initiatives."""

from django.utils.translation import gettext_lazy

from actors.filters import FUNDING
from atlas.kit import wording
from atlas.kit.facets import Facet, Family, Kind
from initiatives.choices import InitiativeKind, Role, Status
from initiatives.filters.facets.alike import (
    BREAK,
    BY_CHANGE,
    BY_NAME,
    BY_SOURCES,
    LAST,
    EvidenceFacet,
    WordFacet,
    evidence_families,
)
from initiatives.filters.facets.years import COLUMNS as DATE_COLUMNS
from initiatives.filters.facets.years import YearFacet, year_families
from initiatives.filters.periods import DISPUTED_DATES, EVIDENCE, disputed_dates_sql
from initiatives.models import InitiativeDigest

ROLES = (*Role.values, FUNDING)

TAKING_PART = "initiatives_participation p JOIN pub ON pub.id = p.initiative_id"
PAYING = "initiatives_fundinglink l JOIN pub ON pub.id = l.initiative_id"
JOINT = f"initiatives_fundingjointfunder j JOIN (SELECT l.* FROM {PAYING}) l ON l.id = j.link_id"
REACHING = "initiatives_initiativereach r JOIN pub ON pub.id = r.initiative_id"
PAYERS = (
    f"SELECT l.funder_actor_id, l.initiative_id FROM {PAYING} WHERE l.funder_actor_id IS NOT NULL"
    f" UNION ALL SELECT j.actor_id, l.initiative_id FROM {JOINT}"
)


def part_key(text: str) -> tuple[int, str]:
    actor, role = text.split(":")
    return int(actor), role


FAMILIES = {
    "kind": Family("SELECT kind, id FROM pub"),
    "status": Family("SELECT status, id FROM pub WHERE status <> ''"),
    "region": Family("SELECT unnest(regions), id FROM pub"),
    "theme": Family(
        "SELECT t.theme_id, t.initiative_id FROM initiatives_initiativetheme t"
        " JOIN pub ON pub.id = t.initiative_id"
    ),
    "country": Family(
        f"SELECT r.country_id, r.initiative_id FROM {REACHING} WHERE r.country_id IS NOT NULL"
    ),
    "group": Family(
        f"SELECT r.group_id, r.initiative_id FROM {REACHING} WHERE r.group_id IS NOT NULL", int
    ),
    "role": Family(
        f"SELECT p.role, p.initiative_id FROM {TAKING_PART}"
        f" UNION ALL SELECT '{FUNDING}', l.initiative_id FROM {PAYING}"
    ),
    "payer": Family(PAYERS, int),
    "fund": Family(
        f"SELECT l.funder_initiative_id, l.initiative_id FROM {PAYING}"
        " WHERE l.funder_initiative_id IS NOT NULL",
        int,
    ),
    "involved": Family(
        f"SELECT p.actor_id, p.initiative_id FROM {TAKING_PART} UNION ALL {PAYERS}"
        f" UNION ALL SELECT l.recipient_id, l.initiative_id FROM {PAYING}"
        " WHERE l.recipient_id IS NOT NULL",
        int,
    ),
    "part": Family(
        f"SELECT p.actor_id || ':' || p.role, p.initiative_id FROM {TAKING_PART}"
        f" UNION ALL SELECT x.actor || ':{FUNDING}', x.initiative FROM ({PAYERS})"
        " x(actor, initiative)",
        part_key,
        under=("involved", ROLES),
    ),
    "started": Family("SELECT 'yes', id FROM pub WHERE actual_start_earliest IS NOT NULL"),
    **year_families(),
    **evidence_families(
        InitiativeDigest,
        "initiative",
        f" UNION ALL SELECT '{DISPUTED_DATES}', d.* FROM ({disputed_dates_sql('pub')}) d",
    ),
}


class ThemeFacet(Facet):
    def key(self, value):
        return value.pk

    def keys(self, shelf):
        return list(shelf.world.themes)

    def shown(self, shelf, key):
        return key, shelf.world.themes[key]


class RegionFacet(Facet):
    long = True

    def shown(self, shelf, key):
        return key, wording.place(key)


class ReachedRegionFacet(RegionFacet):
    """Filed under the region, or reach to a country of it or to a group that has one now."""

    directly = gettext_lazy("%s filed there")

    def bitmap(self, shelf, key, asked):
        """A region that nothing is filed under is no choice and not kept, yet it can be asked."""
        return (
            super().bitmap(shelf, key, asked)
            if key in self.keys(shelf)
            else self.gather(shelf, key)
        )

    def sources(self, shelf, key):
        codes = shelf.world.in_region(key)
        groups = set().union(*map(shelf.world.groups_of, codes))
        return [("region", key), *self.named(shelf, key), *(("group", g) for g in groups)]

    def named(self, shelf, key):
        """Where those stand that name a country of it."""
        return [("country", code) for code in shelf.world.in_region(key)]

    def affected(self, shelf, hits):
        world = shelf.world
        codes = hits["country"].union(*map(world.countries_of, hits["group"]))
        regions = (word for word in self.keys(shelf) if world.in_region(word) & codes)
        return hits["region"].union(regions)

    def itself(self, shelf, key):
        return shelf.get("region", key)


class CountryFacet(Facet):
    """Reach to the country, or to a group that it is a member of now."""

    long = True

    def key(self, value):
        return value.pk

    def sources(self, shelf, key):
        return [("country", key), *(("group", g) for g in shelf.world.groups_of(key))]

    def keys(self, shelf):
        reached = (shelf.world.countries_of(group) for group in shelf.families["group"])
        return set(shelf.families["country"]).union(*reached)

    def affected(self, shelf, hits):
        return hits["country"].union(*(shelf.world.countries_of(g) for g in hits["group"]))

    def shown(self, shelf, key):
        return key, shelf.world.countries[key][0]

    def itself(self, shelf, key):
        return shelf.get("country", key)


class GroupFacet(Facet):
    """Reach to the group itself, or to a country that is a member of it now."""

    long = True

    def key(self, value):
        return value.pk

    def sources(self, shelf, key):
        return [("group", key), *(("country", c) for c in shelf.world.countries_of(key))]

    def keys(self, shelf):
        groups = {group for group, country, _actor in shelf.world.members if country}
        return (groups | set(shelf.families["group"])) & shelf.world.public

    def affected(self, shelf, hits):
        found = hits["group"].union(*(shelf.world.groups_of(c) for c in hits["country"]))
        return found & shelf.world.public

    def shown(self, shelf, key):
        known = shelf.world.actors[key]
        return known.slug, known.name

    def itself(self, shelf, key):
        return shelf.get("group", key)


class ActorFacet(Facet):
    """Taking part, paying or being paid, the actor itself or a part of it."""

    long = True
    coupled = ("role",)

    def key(self, value):
        return value.pk

    def sources(self, shelf, key):
        return [("involved", pk) for pk in shelf.world.parts(key)]

    def keys(self, shelf):
        found = set(shelf.families["involved"])
        return (found | shelf.world.above(found)) & shelf.world.public

    def affected(self, shelf, hits):
        found = hits["involved"]
        return (found | shelf.world.above(found)) & shelf.world.public

    def shown(self, shelf, key):
        known = shelf.world.actors[key]
        return known.slug, known.name


class RoleFacet(WordFacet):
    """A role of anybody; where actors are asked for, a role of one of them."""

    def bitmap(self, shelf, key, asked):
        actors = [pk for pk in asked("actor") if isinstance(pk, int)]
        if not actors:
            return shelf.expanded(self, key)
        ids = {part for pk in actors for part in shelf.world.parts(pk)}
        return shelf.union([("part", (pk, key)) for pk in ids])


class FunderFacet(Facet):
    """An actor that pays, or a part of it, or a fund, or both by one slug."""

    long = True

    def key(self, value):
        return value.slug

    def sources(self, shelf, key):
        world, found = shelf.world, []
        if world.ids.get(key) in world.public:
            found = [("payer", pk) for pk in world.parts(world.ids[key])]
        return [*found, ("fund", world.fund_ids[key])] if key in world.fund_ids else found

    def _slugs(self, shelf, payers: set[int], funds: set[int]) -> set[str]:
        world = shelf.world
        actors = (payers | world.above(payers)) & world.public
        slugs = {world.actors[pk].slug for pk in actors}
        return slugs | {world.funds[pk][0] for pk in funds if pk in world.funds}

    def keys(self, shelf):
        return self._slugs(shelf, set(shelf.families["payer"]), set(shelf.families["fund"]))

    def affected(self, shelf, hits):
        return self._slugs(shelf, hits["payer"], hits["fund"])

    def shown(self, shelf, key):
        world = shelf.world
        pk = world.ids.get(key)
        if pk in world.public:
            return key, world.actors[pk].name
        fund = world.fund_ids.get(key)
        return key, world.funds[fund][1] if fund else key


START = "actual_start_earliest"
LATEST = f"coalesce(lpad((100000 - ({START} - DATE '1900-01-01'))::text, 6, '0'), {LAST})"
EARLIEST = f"coalesce(to_char({START}, 'YYYY-MM-DD'), {LAST})"

INITIATIVES = Kind(
    name="initiatives",
    noun="initiative",
    table="initiatives_initiative",
    digest=InitiativeDigest._meta.db_table,
    columns=("id", "slug", "sort_key", "kind", "regions", *DATE_COLUMNS),
    families=FAMILIES,
    facets={
        "theme": ThemeFacet("theme"),
        "kind": WordFacet("kind", InitiativeKind),
        "status": WordFacet("status", Status),
        "country": CountryFacet("country", "group"),
        "region": RegionFacet("region"),
        "reaches": ReachedRegionFacet("region", "country", "group"),
        "group": GroupFacet("group"),
        "actor": ActorFacet("involved"),
        "role": RoleFacet("role", [*Role.choices, (FUNDING, "Funds")]),
        "funder": FunderFacet("payer", "fund"),
        "year": YearFacet(),
        "evidence": EvidenceFacet(EVIDENCE),
    },
    orders={
        "title": BY_NAME,
        "-start": f"{LATEST} || {BREAK} || slug",
        "start": f"{EARLIEST} || {BREAK} || slug",
        "-sources": BY_SOURCES,
        "-updated_at": BY_CHANGE,
    },
)
