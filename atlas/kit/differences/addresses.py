"""Documents of earlier days under the addresses of today."""

from collections import defaultdict
from copy import deepcopy

from atlas.kit.facts import REGISTRY
from atlas.kit.models import Redirect
from atlas.kit.records import child_part
from atlas.kit.tables import NOUNS, TABLES


def readdressed(noun: str, document: dict, slug: str) -> dict:
    """The document of the record that goes by ``slug`` now, with references that lead on today.

    A record that was renamed or merged since is named by the address its redirect leads to.
    """
    now = deepcopy(document)
    old, now["slug"] = document["slug"], slug
    places = list(_references(noun, now))
    wanted = defaultdict(set)
    for model, row, name in places:
        wanted[model].add(row[name])
    moved = {}
    for model, slugs in wanted.items():
        kind = model._meta.model_name
        known = set(model._default_manager.filter(slug__in=slugs).values_list("slug", flat=True))
        led = Redirect.objects.filter(kind=kind, old_slug__in=slugs - known)
        moved |= {(model, r.old_slug): r.slug for r in led}
    own = REGISTRY[noun].model
    for model, row, name in places:
        if model is own and row[name] == old:
            row[name] = slug
        else:
            row[name] = moved.get((model, row[name]), row[name])
    return now


def _references(noun: str, document: dict):
    """(model, row, column) of every reference that is an address."""
    parts = {"": TABLES[NOUNS[noun][0]].parts[0]}
    parts |= {name: child_part(TABLES[name], noun) for name in NOUNS[noun][1]}
    for table, part in parts.items():
        names = [c for c in part.columns if c.target and getattr(c.target, "KEY", "") == "slug"]
        for row in document.get(table, []) if table else [document]:
            yield from ((c.target, row, c.name) for c in names if row.get(c.name))
