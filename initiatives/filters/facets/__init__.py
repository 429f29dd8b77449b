"""The facets of initiatives and actors, as the index of ``atlas.kit.facets`` counts them."""

from initiatives.filters.facets.actors import ACTORS
from initiatives.filters.facets.initiatives import INITIATIVES
from initiatives.filters.facets.world import World, known_world

KINDS = (INITIATIVES, ACTORS)

__all__ = ["KINDS", "World", "following", "known_world"]


def following(kind, hits: dict, changed: dict, before: World, world: World) -> set[int]:
    """Actors whose roles, themes or parts change with initiatives and with other actors."""
    if kind is not ACTORS:
        return set()
    of_initiatives = hits.get(INITIATIVES.name, {})
    involved = of_initiatives.get("involved", set()) | of_initiatives.get("payer", set())
    touched = involved | set(changed.get(ACTORS.noun, ()))
    return touched | before.above(touched) | world.above(touched)
