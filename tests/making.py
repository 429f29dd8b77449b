"""Making records for one test: public at once, inside the test's own transaction.

The gate runs at commit and these transactions never commit, so a made record may be published
without citations; its digest is written by running the commit triggers while it is a draft.
Test modules that make records use the fixture ``ungated`` (``pytest.mark.usefixtures``).
"""

import pytest
from django.db import connection

from actors.models import Actor
from initiatives.models import Initiative


@pytest.fixture
def ungated(db):
    """Forget what was touched before the test's end looks at deferred constraints."""
    yield
    forget()


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kit_touched")


def settle() -> None:
    """Run what the database does at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def publish(record):
    settle()
    type(record).objects.filter(pk=record.pk).update(state="published")
    forget()
    return type(record).objects.get(pk=record.pk)


def initiative(slug: str, state: str = "published", **fields) -> Initiative:
    fields = {"title": slug.replace("-", " ").title(), "kind": "project", **fields}
    made = Initiative.objects.create(slug=slug, **fields)
    made = publish(made)
    if state != "published":
        Initiative.objects.filter(pk=made.pk).update(state=state)
    return made


def actor(slug: str, **fields) -> Actor:
    fields = {"name": slug.replace("-", " ").title(), "kind": "other", **fields}
    return publish(Actor.objects.create(slug=slug, **fields))
