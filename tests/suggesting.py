"""Sending suggestions as a reader does."""

import pytest
from django.test import Client

from atlas.desk.models import Suggestion
from tests.page import Page

PATH = "/suggest/?initiative=tsubame"
TYPED = {
    "fact": "objectives",
    "value": "Shares what sensors see.",
    "source_url": "https://example.org/report.pdf",
    "locator": "page 4",
    "note": "I work there.",
    "contact": "reader@example.org",
}
NEW = {
    "name": "Harbour Watch",
    "kind": "project",
    "summary": "Trains port authorities of three states.",
    "source_title": "Yearbook of the port authority, 2024",
}


@pytest.fixture
def patience(settings):
    """No test waits for the three seconds nobody is faster than; one test asks for them."""
    settings.ATLAS_SUGGESTION_SECONDS = -1


def fresh(client, path: str) -> dict:
    """The hidden mark of a form just opened."""
    return {"begun": client.get(path).context["form"]["begun"].value()}


def send(client, path: str = PATH, typed=TYPED, **changes):
    return client.post(path, {**fresh(client, path), **typed, **changes})


def made(**changes) -> Suggestion:
    """A suggestion in the queue."""
    response = send(Client(), **changes)
    assert response.status_code == 302, Page(response).text
    return Suggestion.objects.get(reference=response["Location"].split("/")[-2])
