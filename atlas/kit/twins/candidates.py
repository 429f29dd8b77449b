"""Who could be a twin: records found by index, never by comparing all pairs.

Names by trigram, acronyms by equality, addresses and identifiers by hash and code, and initiatives
by the company they keep.  Each noun says what else is known of a record: its query set has
``traits(ids)``, giving ``{id: {"start", "actors", "country", "related"}}``.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.db import connection

from atlas.kit.facts import REGISTRY
from atlas.kit.twins import names
from atlas.kit.twins.scoring import Profile

NEAREST = 20  # records taken from one search
NAMES = 6  # names of one record that are searched for
AT_ONCE = 100  # records searched for by one query
LEAST = 0.42  # trigram likeness of names that are looked at
ACRONYM = "acronym"


def title_field(noun: str) -> str:
    """The field that names a record: the first of its facts."""
    return REGISTRY[noun].model.FACTS[0].field


def _models(noun: str):
    """(record, other names, identifiers) of a noun."""
    model = REGISTRY[noun].model
    return model, model.names.rel.related_model, model.identifiers.rel.related_model


# ------------------------------------------------------------------ profiles


def profiles(noun: str, ids: list[int]) -> dict[int, Profile]:
    """What these records are compared by; four queries and those of ``traits``."""
    model, other_names, identifiers = _models(noun)
    found = {}
    fields = ("pk", "uid", "slug", title_field(noun), "state", "website")
    for pk, uid, slug, title, state, website in model._default_manager.filter(
        pk__in=ids
    ).values_list(*fields):
        found[pk] = Profile(pk, str(uid), slug, title, state, website=bare(website))
        _called(found[pk], title, "")
    owned = {f"{noun}__in": list(found)}
    for pk, text, kind in other_names._default_manager.filter(**owned).values_list(
        f"{noun}_id", "name", "kind"
    ):
        _called(found[pk], text, kind)
    for pk, scheme, code in identifiers._default_manager.filter(**owned).values_list(
        f"{noun}_id", "scheme", "code"
    ):
        found[pk].codes.setdefault(scheme, set()).add(code.upper())
    for pk, traits in model._default_manager.traits(list(found)).items():
        for name, value in traits.items():
            setattr(found[pk], name, value)
    return found


def named(text: str, pk: int = 0) -> Profile:
    """What is known of a record of which only the name is."""
    profile = Profile(pk, label=text)
    _called(profile, text, "")
    if text.isupper() and " " not in text:
        profile.acronyms.append(text)
    return profile


def _called(profile: Profile, text: str, kind: str) -> None:
    """Note one name, and the short names it carries."""
    if kind == ACRONYM:
        profile.acronyms.append(text)
        return
    profile.names.append(text)
    profile.acronyms += [a for a in names.acronyms_in(text) if a not in profile.acronyms]


def bare(website: str) -> str:
    """An address without scheme, “www.”, fragment and closing slash."""
    rest = re.sub(r"^[a-z]+://(www\.)?", "", website.partition("#")[0], flags=re.IGNORECASE)
    host, slash, path = rest.partition("/")
    return (host.lower() + slash + path).rstrip("/")


def country_words(using: str = "default") -> frozenset[str]:
    """Words that name one country each: “ghana”, “vanuatu”; “islands” is none."""
    country = REGISTRY["actor"].model._meta.get_field("country").related_model
    texts = country._default_manager.using(using).values_list("name", flat=True)
    return _country_words(tuple(sorted(texts)))


@lru_cache(maxsize=4)
def _country_words(texts: tuple[str, ...]) -> frozenset[str]:
    seen: dict[str, int] = {}
    for text in texts:
        for word in set(names.plain(text).split()):
            seen[word] = seen.get(word, 0) + 1
    known = names.STOP | names.COMMON | names.REGIONS
    known |= {"republic", "democratic", "federation", "plurinational", "kingdom", "minor", "ocean"}
    known |= {"state", "states", "people", "area", "land", "isle", "city", "part", "holy", "see"}
    return frozenset(w for w, n in seen.items() if n == 1 and len(w) > 3 and w not in known)


# ------------------------------------------------------------------ candidates


def candidates(noun: str, profiles: list[Profile]) -> dict[int, list[int]]:
    """By record the ids of those that may be the same, at most a few dozen each.

    Every search uses an index; those of a hundred records are one query.
    """
    found: dict[int, list[int]] = {profile.pk: [] for profile in profiles}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, false)", [str(LEAST)])
        for batch in batched(profiles, AT_ONCE):
            searches = [
                (f"(SELECT {int(profile.pk)} AS pk, id FROM ({search}) s)", values)
                for profile in batch
                for search, values in _searches(noun, profile)
            ]
            if not searches:
                continue
            every = " UNION ALL ".join(search for search, _values in searches)
            given = [value for _search, values in searches for value in values]
            cursor.execute(f"SELECT DISTINCT pk, id FROM ({every}) found WHERE id <> pk", given)
            for pk, other in cursor.fetchall():
                found[pk].append(other)
    return found


def batched(rows: list, size: int) -> Iterator[list]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _searches(noun: str, profile: Profile) -> Iterator[tuple[str, list]]:
    yield from _by_name(noun, profile)
    yield from _by_acronym(noun, profile)
    yield from _by_address(noun, profile)
    yield from _by_code(noun, profile)
    yield from _by_company(noun, profile)


def _tables(noun: str) -> list[tuple[str, str, str]]:
    """(table, column of the name as it is searched, column of the record's id)."""
    model, other_names, _identifiers = _models(noun)
    own = model._meta.db_table, "sort_key", "id"
    return [own, (other_names._meta.db_table, "folded", f"{noun}_id")]


def _by_name(noun: str, profile: Profile):
    texts = [text for name in profile.names for text in names.spelt(name)]
    for text in list(dict.fromkeys(texts))[:NAMES]:
        for table, column, pk in _tables(noun):
            yield (
                f"SELECT t.{pk} AS id FROM {table} t WHERE t.{column} %% atlas_sort_key(%s)"
                f" ORDER BY similarity(t.{column}, atlas_sort_key(%s)) DESC LIMIT {NEAREST}",
                [text, text],
            )


def _by_acronym(noun: str, profile: Profile):
    """Records whose short name is ours, stated or in their title; ours may be their initials."""
    made = [names.initials(text).upper() for text in profile.names]
    wanted = [*profile.acronyms, *(m for m in made if len(m) > 3)]
    bare_ones = [re.split(r"[+\s-]", text)[0] for text in wanted]
    for text in dict.fromkeys([*wanted, *bare_ones]):
        if len(text) < 2:
            continue
        for table, column, pk in _tables(noun):
            search = f"SELECT t.{pk} AS id FROM {table} t WHERE t.{column}"
            asked = "atlas_sort_key(%s)"
            yield f"{search} = {asked} LIMIT {NEAREST}", [text]
            if len(text) > 2:
                yield f"{search} LIKE {asked} LIMIT {NEAREST}", [f"%({escaped(text)})%"]
                yield f"{search} LIKE {asked} LIMIT {NEAREST}", [f"{escaped(text)} %"]


def escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _by_address(noun: str, profile: Profile):
    if profile.website:
        table = REGISTRY[noun].model._meta.db_table
        yield (
            f"SELECT t.id FROM {table} t WHERE t.website <> ''"
            f" AND atlas_url_hash(t.website) = atlas_url_hash(%s) LIMIT {NEAREST}",
            [f"https://{profile.website}"],
        )


def _by_code(noun: str, profile: Profile):
    _model, _names, identifiers = _models(noun)
    for code in sorted(set().union(*profile.codes.values()) if profile.codes else set()):
        yield (
            f"SELECT t.{noun}_id AS id FROM {identifiers._meta.db_table} t"
            f" WHERE upper(t.code) = %s LIMIT {NEAREST}",
            [code],
        )


COMPANY = 200  # initiatives of an actor; who acts in more tells nothing


def _by_company(noun: str, profile: Profile):
    """Initiatives in which two or more of the same, seldom seen actors take part."""
    if len(profile.actors) < 2:
        return
    table = REGISTRY[noun].links["participations"]._meta.db_table
    yield (
        "SELECT p.id FROM unnest(%s) a(actor), LATERAL (SELECT array_agg(x.initiative_id) AS ids,"
        f" count(*) AS n FROM (SELECT t.initiative_id FROM {table} t WHERE t.actor_id = a.actor"
        f" LIMIT {COMPANY + 1}) x) near, LATERAL unnest(near.ids) p(id) WHERE near.n <= {COMPANY}"
        f" GROUP BY p.id HAVING count(DISTINCT a.actor) > 1 ORDER BY count(*) DESC LIMIT {NEAREST}",
        [sorted(profile.actors)],
    )
