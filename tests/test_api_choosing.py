"""``fields`` and ``expand``, labels beside codes, and pointers from evidence to values."""

from pathlib import Path

import pytest
import yaml

from tests.making import ungated  # noqa: F401

API = "/api/v1"


def get(client, path: str) -> dict:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def refused(client, path: str) -> dict:
    response = client.get(f"{API}{path}")
    assert response.status_code == 400, response.content
    return {error["parameter"]: error for error in response.json()["errors"]}


# ------------------------------------------------------------------ fields and expand


@pytest.mark.django_db
def test_fields_reach_as_deep_as_the_record_goes(client):
    whole = get(client, "/initiatives/ajccbc/")
    paths = "title,participations.actor.name,participations.role,funding.joint_funders.actor,"
    found = get(
        client, f"/initiatives/ajccbc/?fields={paths}evidence.source,themes.slug,digest.facts"
    )
    assert set(found) == {"title", "participations", "funding", "evidence", "themes", "digest"}
    assert found["participations"] == [
        {"actor": {"name": p["actor_label"]}, "role": p["role"]} for p in whole["participations"]
    ]
    assert found["funding"] == [{"joint_funders": []} for _ in whole["funding"]]
    assert found["digest"] == {"facts": whole["digest"]["facts"]}
    assert found["evidence"]["title"] == [
        {"source": cited["source"]} for cited in whole["evidence"]["title"]
    ]
    both = get(client, "/initiatives/ajccbc/?fields=participations,participations.role")
    assert both["participations"] == whole["participations"]


@pytest.mark.django_db
def test_a_reference_becomes_the_record_as_its_list_gives_it(client):
    row = get(client, "/participations/?initiative=ajccbc&role=host&expand=actor,initiative")
    one = row["results"][0]
    assert one["actor"] == get(client, f"/actors/?uid={one['actor']['uid']}")["results"][0]
    assert one["initiative"]["slug"] == "ajccbc" and one["initiative_label"]
    assert get(client, f"/participations/{one['key']}/?expand=actor")["actor"] == one["actor"]
    country = get(client, "/actors/japan-gov/?expand=country&fields=country")
    assert country == {"country": get(client, "/countries/?q=JP")["results"][0]}


@pytest.mark.django_db
def test_a_list_gives_parts_of_a_single_record_when_asked(client):
    """To the letter, though a list reads them in fewer queries."""
    asked = {"initiatives": ("ajccbc", "jaif", "accdp-1", "ajcd"), "actors": ("asean", "japan-gov")}
    for noun, slugs in asked.items():
        allowed = refused(client, f"/{noun}/?expand=-")["expand"]["allowed"]
        parts = [name for name in allowed if "." not in name and name not in ("country", "parent")]
        page = get(client, f"/{noun}/?page_size=200&expand={','.join(parts)}")["results"]
        rows = {row["slug"]: row for row in page}
        for slug in slugs:
            whole = get(client, f"/{noun}/{slug}/")
            assert rows[slug] == {name: whole[name] for name in rows[slug]}
            assert {*parts} < {*rows[slug]}
    wide = get(client, "/initiatives/?q=ajccbc&kind=centre&expand=funding.recipient")["results"]
    row, whole = wide[0], get(client, f"/initiatives/{wide[0]['slug']}/")
    assert [link["recipient"] and link["recipient"]["slug"] for link in row["funding"]] == [
        link["recipient"] for link in whole["funding"]
    ]
    named = get(client, "/actors/?fields=names.name,slug&kind=regional-organisation")["results"]
    assert all(set(actor) == {"names", "slug"} for actor in named) and any(
        actor["names"] for actor in named
    )


@pytest.mark.django_db
def test_an_unknown_part_is_named_with_those_that_there_are(client):
    wrong = refused(client, "/initiatives/?fields=title,participations.colour")["fields"]
    assert "“participations.colour”" in wrong["reason"]
    assert "participations.role" in wrong["allowed"] and "title" not in wrong["allowed"]
    assert "no parts" in refused(client, "/initiatives/?fields=kind.word")["fields"]["reason"]
    deep = refused(client, "/initiatives/?fields=participations.actor.country.name")["fields"]
    assert "“participations.actor.country” has no parts" in deep["reason"]
    allowed = refused(client, "/initiatives/?expand=kind")["expand"]["allowed"]
    assert {"participations", "participations.actor", "reach.country"} < set(allowed)
    assert "evidence" not in allowed and "themes" not in allowed
    assert "evidence" in refused(client, "/initiatives/?fields=evidence")["fields"]["reason"]
    assert "leave this" in refused(client, "/events/?expand=country&format=csv")["expand"]["reason"]


@pytest.mark.django_db
def test_everything_that_expand_takes_can_be_expanded(client):
    """The allowed list of each endpoint, all at once and through both of its addresses."""
    for noun in ("initiatives", "actors", "participations", "funding-links", "events", "results"):
        allowed = ",".join(refused(client, f"/{noun}/?expand=-")["expand"]["allowed"])
        first = get(client, f"/{noun}/?page_size=2&expand={allowed}")["results"][0]
        path = first["api_url"].partition(API)[2]
        allowed = ",".join(refused(client, f"{path}?expand=-")["expand"]["allowed"])
        get(client, f"{path}?expand={allowed}")


# ------------------------------------------------------------------ labels


def test_a_label_stands_beside_every_code():
    """As the description has it, which ``make check`` holds to the code."""
    written = (Path(__file__).parent / "openapi.yaml").read_text()
    schema = yaml.load(written, Loader=yaml.CSafeLoader)["components"]["schemas"]

    def is_code(about: dict) -> bool:
        parts = [about, *about.get("oneOf", []), *about.get("allOf", []), *about.get("anyOf", [])]
        named = [schema.get(str(one.get("$ref", "")).rsplit("/", 1)[-1], {}) for one in parts]
        return any("enum" in one for one in [*parts, *named])

    bare = {
        f"{name}.{code}"
        for name, about in schema.items()
        for code, property_ in about.get("properties", {}).items()
        if is_code(property_) and f"{code}_label" not in about["properties"]
    }
    assert bare == {"Change.noun", "Comparison.noun", "Edge.type", "Node.noun"}


# ------------------------------------------------------------------ pointers


def resolved(document, pointer: str):
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


@pytest.mark.django_db
@pytest.mark.usefixtures("corpus")
def test_every_citation_points_to_the_value_it_is_about(client):
    """Of records throughout; a reference must also be what the source says where it supports it."""
    pointed = 0
    for noun in ("initiatives", "actors"):
        page = get(client, f"/{noun}/?page_size=200&fields=slug")
        slugs = [row["slug"] for row in page["results"]]
        for slug in slugs[:: 7 if noun == "initiatives" else 40]:
            record = get(client, f"/{noun}/{slug}/")
            for address, citations in record["evidence"].items():
                pointer = citations[0]["pointer"]
                value = resolved(record, pointer)
                row = resolved(record, pointer.rpartition("/")[0])
                assert address.count("/") == 0 or row["key"] == address.split("/")[1], address
                exact = any(
                    cited["says"] == value for cited in citations if cited["stance"] == "supports"
                )
                loose = address.rpartition("/")[2] not in ("place", "funder", "role", "kind")
                assert loose or exact, (slug, address)
                pointed += 1
            for gap in record["missing"]:
                resolved(record, gap["pointer"])
    assert pointed > 250
