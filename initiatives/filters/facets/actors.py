"""Facets of actors; their roles and themes follow from initiatives."""

from pyroaring import BitMap

from actors.choices import ActorKind
from actors.filters import FUNDING
from atlas.kit import wording
from atlas.kit.facets import Facet, Family, Kind
from initiatives.choices import Role
from initiatives.filters.facets.alike import (
    BY_CHANGE,
    BY_NAME,
    BY_SOURCES,
    EvidenceFacet,
    WordFacet,
    evidence_families,
)
from initiatives.filters.facets.initiatives import ThemeFacet
from initiatives.models import ActorDigest

PUBLIC_LINKS = (
    "initiatives_fundinglink l JOIN initiatives_initiative i ON i.id = l.initiative_id"
    " AND i.state = 'published'"
)
TAKING_PART = (
    "initiatives_participation p JOIN initiatives_initiative i ON i.id = p.initiative_id"
    " AND i.state = 'published' JOIN pub ON pub.id = p.actor_id"
)
# everybody below the actors being read, so that an actor pays when a part of it does
PAYING = f"""
WITH RECURSIVE below(root, id) AS (
  SELECT id, id FROM pub
  UNION SELECT below.root, a.id FROM below JOIN actors_actor a ON a.parent_id = below.id)
SELECT '{FUNDING}', root FROM below
WHERE EXISTS (SELECT FROM {PUBLIC_LINKS} WHERE l.funder_actor_id = below.id)
  OR EXISTS (SELECT FROM initiatives_fundingjointfunder j
    JOIN (SELECT l.id FROM {PUBLIC_LINKS}) l ON l.id = j.link_id WHERE j.actor_id = below.id)"""
THEMES = " UNION ALL ".join(
    f"SELECT t.theme_id, pub.id FROM {rows} JOIN initiatives_initiativetheme t"
    " ON t.initiative_id = i.id"
    for rows in (
        TAKING_PART,
        f"{PUBLIC_LINKS} JOIN pub ON pub.id = l.funder_actor_id",
        f"{PUBLIC_LINKS} JOIN pub ON pub.id = l.recipient_id",
        f"{PUBLIC_LINKS} JOIN initiatives_fundingjointfunder j ON j.link_id = l.id"
        " JOIN pub ON pub.id = j.actor_id",
    )
)

FAMILIES = {
    "kind": Family("SELECT kind, id FROM pub"),
    "country": Family("SELECT country_id, id FROM pub WHERE country_id IS NOT NULL"),
    "located": Family(
        "SELECT 'yes', id FROM pub JOIN actors_country c ON c.iso2 = pub.country_id"
        " WHERE c.region <> ''"
    ),
    "role": Family(f"SELECT p.role, p.actor_id FROM {TAKING_PART}"),
    "pays": Family(PAYING),
    "theme": Family(THEMES),
    **evidence_families(ActorDigest, "actor"),
}


class HomeFacet(Facet):
    """The actor's country."""

    long = True

    def key(self, value):
        return value.pk

    def shown(self, shelf, key):
        return key, shelf.world.countries[key][0]


class HomeRegionFacet(Facet):
    """The regions of M49 that the country lies in."""

    def keys(self, shelf):
        words = {w for _name, *places in shelf.world.countries.values() for w in places if w}
        return sorted(words)

    def sources(self, shelf, key):
        countries = shelf.world.countries.items()
        return [("country", code) for code, (_name, *places) in countries if key in places]

    def affected(self, shelf, hits):
        countries = shelf.world.countries
        return {word for code in hits["country"] for word in countries[code][1:]}

    def shown(self, shelf, key):
        return key, wording.place(key)


class ActorRoleFacet(WordFacet):
    """Role in any initiative; one that pays, or whose part pays, funds."""

    def __init__(self):
        super().__init__("role", [*Role.choices, (FUNDING, "Funds")])

    def sources(self, shelf, key):
        return [("pays", key)] if key == FUNDING else [("role", key)]

    def affected(self, shelf, hits):
        return hits["role"] | hits["pays"]


class BelongingFacet(Facet):
    """A group with its parts, its members, and the actors of member countries."""

    long = True

    def key(self, value):
        return value.pk

    def gather(self, shelf, key):
        world = shelf.world
        actors = BitMap([*world.parts(key), *world.actors_of(key)]) & shelf.everything
        return actors | shelf.union([("country", c) for c in world.countries_of(key)])

    def keys(self, shelf):
        return {group for group, _country, _actor in shelf.world.members} & shelf.world.public

    def affected(self, shelf, hits):
        return None

    def shown(self, shelf, key):
        known = shelf.world.actors[key]
        return known.slug, known.name


ACTORS = Kind(
    name="actors",
    noun="actor",
    table="actors_actor",
    digest=ActorDigest._meta.db_table,
    columns=("id", "slug", "sort_key", "kind", "country_id"),
    families=FAMILIES,
    facets={
        "kind": WordFacet("kind", ActorKind),
        "country": HomeFacet("country"),
        "region": HomeRegionFacet("located"),
        "group": BelongingFacet(),
        "role": ActorRoleFacet(),
        "theme": ThemeFacet("theme"),
        "evidence": EvidenceFacet(),
    },
    orders={"name": BY_NAME, "-updated_at": BY_CHANGE, "-sources": BY_SOURCES},
)
