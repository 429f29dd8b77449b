"""Errors: problem details that name what is wrong, and nothing that ends in a 500."""

from urllib.parse import quote

import pytest
from django.core.signing import Signer

from atlas.kit import downloads
from initiatives.api import InitiativeViewSet

pytestmark = pytest.mark.django_db

API = "/api/v1"
MEDIA = "application/problem+json"


def problem(client, path: str, status: int, **headers) -> dict:
    response = client.get(path if path.startswith("/api") else f"{API}{path}", headers=headers)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == MEDIA
    body = response.json()
    assert body["status"] == status and body["title"] and body["detail"]
    return body


def wrong(client, query: str) -> dict[str, dict]:
    body = problem(client, f"/initiatives/?{query}", 400)
    return {error["parameter"]: error for error in body["errors"]}


def test_every_mistake_is_named_at_once(client):
    errors = wrong(
        client, "kind=x&colour=red&page_size=0&ordering=price&fields=slug,price&cursor=abc&year=19"
    )
    assert set(errors) == {"kind", "colour", "page_size", "ordering", "fields", "cursor", "year"}
    assert "country" in errors["colour"]["allowed"]
    assert errors["ordering"]["allowed"][:3] == ["relevance", "title", "-title"]
    assert "slug" in errors["fields"]["allowed"] and "price" in errors["fields"]["reason"]
    assert errors["page_size"]["allowed"] == ["1 to 200"]


@pytest.mark.parametrize("size", ["0", "201", "-1", "1.5", "ten", "١", "9" * 40, "5&page_size=6"])
def test_page_sizes_out_of_range_are_refused(client, size):
    assert list(wrong(client, f"page_size={size}")) == ["page_size"]


def test_an_amount_without_a_currency_is_refused_by_name(client):
    assert list(wrong(client, "amount_min=5")) == ["amount_min"]


def test_cursors_that_were_not_made_for_this_list_are_refused(client):
    link = client.get(f"{API}/initiatives/?page_size=2").json()["next"]
    cursor = link.split("cursor=")[1]
    assert client.get(f"{API}/initiatives/?page_size=5&cursor={cursor}").status_code == 200
    foreign = client.get(f"{API}/actors/?page_size=2").json()["next"].split("cursor=")[1]
    for query in (
        f"cursor={cursor}&kind=fund",
        f"cursor={cursor}&ordering=-title",
        f"cursor={foreign}",
        f"cursor=x{cursor}",
        f"cursor={cursor[:-2]}",
        f"cursor={cursor}&cursor={cursor}",
        f"cursor={quote(Signer().sign_object(['x', None, 'jaif', 0, False]))}",
        "cursor=%00",
        "cursor=%ff",
        f"cursor={'a' * 5000}",
    ):
        assert list(wrong(client, query)) == ["cursor"], query


NASTY = [
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "x" * 3000,
    "%25s",
    "'%3B--",
    "{}",
    "[]",
    "1e999",
    "\\",
    "%0a",
]


@pytest.mark.parametrize("value", NASTY)
def test_no_value_of_any_parameter_ends_in_a_500(client, value):
    names = [*InitiativeViewSet.filterset_class.base_filters, "cursor", "fields", "ordering"]
    for name in [*names, "page_size", "format", value[:50]]:
        response = client.get(f"{API}/initiatives/?{name}={value}")
        assert response.status_code in (200, 400, 406), (name, response.status_code)


@pytest.mark.parametrize("value", ["%00", "%ff", "x" * 3000])
def test_what_is_no_text_is_a_mistake_of_that_parameter(client, value):
    assert list(wrong(client, f"q={value}")) == ["q"]
    assert list(wrong(client, f"kind={value}")) == ["kind"]


def test_too_many_parameters_are_no_500(client):
    query = "&".join(f"kind={n}" for n in range(3000))
    assert client.get(f"{API}/initiatives/?{query}").status_code == 400


@pytest.mark.parametrize("slug", ["%00", "%ff", "x" * 400, "JAIF", "a b", "..", "%2e%2e", "'", "1"])
def test_strange_slugs_are_not_found(client, slug):
    for noun in ("initiatives", "actors", "countries", "citations", "themes", "sources"):
        problem(client, f"/{noun}/{slug}/", 404)


def test_unknown_addresses_are_not_found_whatever_the_method(client):
    for path in ("/api/", "/api/v2/", "/api/v1/nothing/", "/api/v1/nothing", "/api/v1/a/b/c/"):
        assert problem(client, path, 404)["instance"] == path
        assert client.post(path).status_code == 404


def test_an_address_without_its_slash_leads_to_the_one_with(client):
    response = client.get(f"{API}/initiatives?kind=fund")
    assert response.status_code == 308
    assert response["Location"] == f"{API}/initiatives/?kind=fund"
    assert client.get(f"{API}/initiatives/jaif").status_code == 308


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written_without_a_token(client, method):
    for path in ("/initiatives/", "/initiatives/jaif/", "/", "/schema/", "/themes/"):
        response = getattr(client, method)(f"{API}{path}")
        writes = path == ("/initiatives/" if method == "post" else "/initiatives/jaif/")
        assert response.status_code == (401 if writes else 405)
        assert response["Content-Type"] == MEDIA
        assert "GET" in response["Allow"]


def test_an_unknown_format_lists_those_there_are(client):
    every = ["json", *(format_.name for format_ in downloads.offered("initiatives"))]
    one = ["json", *(format_.name for format_ in downloads.offered("initiatives", one=True))]
    for path, allowed in (
        ("/initiatives/?format=docx", every),
        ("/initiatives/jaif/?format=docx", one),
        ("/?format=html", ["json"]),
    ):
        [error] = problem(client, path, 406)["errors"]
        assert (error["parameter"], error["allowed"]) == ("format", allowed)
    [error] = problem(client, "/initiatives/", 406, accept="image/png")["errors"]
    assert error["parameter"] == "Accept"
    assert {"application/json", "text/csv"} <= set(error["allowed"])
    assert client.get(f"{API}/initiatives/?format=json").status_code == 200
    assert problem(client, "/schema/?format=xml", 406)["errors"][0]["allowed"] == ["yaml", "json"]


def test_a_detail_takes_no_filters(client):
    body = problem(client, "/initiatives/jaif/?kind=fund", 400)
    assert body["errors"][0]["parameter"] == "kind"
    assert body["errors"][0]["allowed"] == ["fields", "expand", "format", "as_of"]


def test_what_nobody_foresaw_is_a_problem_too(client, monkeypatch, caplog):
    def broken(self, queryset):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(InitiativeViewSet, "for_rows", broken)
    client.raise_request_exception = False
    body = problem(client, "/initiatives/", 500)
    assert "secret" not in str(body)
    assert "secret of the house" in caplog.text
