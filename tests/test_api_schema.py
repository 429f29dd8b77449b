"""The OpenAPI description: valid, committed, complete; its page within the security policy."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from openapi_spec_validator import validate

from initiatives.choices import InitiativeKind
from initiatives.filters import InitiativeFilterSet

COMMITTED = Path(__file__).parent / "openapi.yaml"


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    return file.read_text()


@pytest.fixture(scope="module")
def schema(text) -> dict:
    return yaml.safe_load(text)


def test_the_committed_description_is_the_present_one(text):
    """To renew: manage.py spectacular --file tests/openapi.yaml"""
    assert text == COMMITTED.read_text()


def test_an_independent_validator_accepts_it(schema):
    assert schema["openapi"] == "3.1.1"
    validate(schema)


def parameters_of(schema, path: str) -> list[dict]:
    """Those that several operations take alike stand once, among the components."""
    shared = schema["components"]["parameters"]
    return [
        shared[given["$ref"].rpartition("/")[2]] if "$ref" in given else given
        for given in schema["paths"][path]["get"]["parameters"]
    ]


def test_every_filter_is_described_with_its_words(schema):
    given = parameters_of(schema, "/api/v1/initiatives/")
    parameters = {parameter["name"]: parameter for parameter in given}
    others = {"ordering", "page_size", "cursor", "fields", "expand", "format", "accessed", "with"}
    assert set(parameters) == set(InitiativeFilterSet.base_filters) | others
    assert all(parameter["description"] for parameter in given)
    kinds = parameters["kind"]["schema"]["items"]["enum"]
    assert kinds == InitiativeKind.values
    assert "unstated" in parameters["status"]["schema"]["items"]["enum"]
    assert parameters["country"]["example"] == ["TH"]
    assert parameters["ordering"]["schema"]["enum"][:3] == ["relevance", "title", "-title"]
    assert "`title`" in parameters["fields"]["description"]


def test_every_operation_says_which_problems_it_answers_with(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if operation.get("security"):
                assert {"400", "401", "403", "429"} <= set(operation["responses"]), (path, method)
            elif path != "/api/v1/schema/":
                assert method == "get", path
                assert "application/problem+json" in operation["responses"]["400"]["content"], path
                assert {"304", "406", "429"} <= set(operation["responses"]), path
            assert operation["summary"] and operation["description"], path


def test_every_parameter_and_field_is_explained(schema):
    for path in schema["paths"]:
        for given in parameters_of(schema, path):
            assert given["description"], (path, given["name"])
    for name, component in schema["components"]["schemas"].items():
        for field, property_ in component.get("properties", {}).items():
            assert property_.get("description"), f"{name}.{field}: say it in atlas/kit/api/wording"


@pytest.mark.django_db
def test_answers_have_the_fields_the_description_promises(client, schema):
    components = schema["components"]["schemas"]
    for path, name in (
        ("initiatives/ajccbc", "InitiativeDetail"),
        ("actors/asean", "ActorDetail"),
        ("countries/TH", "CountryDetail"),
        ("sources/iso-3166", "Source"),
        ("funding-links/ajccbc--jaif", "FundingLink"),
    ):
        answer = client.get(f"/api/v1/{path}/").json()
        promised = components[name]
        assert list(answer) == list(promised["properties"]), name
        assert "required" not in promised, "`fields` may leave any part out"


@pytest.mark.django_db
def test_the_description_is_served_in_both_formats(client, text):
    assert yaml.safe_load(client.get("/api/v1/schema/").content) == yaml.safe_load(text)
    assert client.get("/api/v1/schema/?format=json").json()["openapi"] == "3.1.1"


@pytest.mark.django_db
def test_the_documentation_page_needs_no_foreign_host_and_nothing_inline(client, settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    response = client.get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert not re.findall(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page and " style=" not in page
    assert not re.findall(r"<(?:script|img|link rel=.(?:icon|style))[^>]+=[\"']https?:", page)
    assert 'href="/initiatives/"' in page  # the way back
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy
