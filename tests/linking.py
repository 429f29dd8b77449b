"""For tests of linked formats: answers as text, and records with every kind of amount."""

import json
from decimal import Decimal

from django.test import Client

from actors.models import Actor
from initiatives.models import (
    FundingJointFunder,
    FundingLink,
    InitiativeCitation,
    InitiativeTie,
    Participation,
)
from sources.models import Source
from tests import making

AWKWARD = "Ünïcode & 100% of $5_000 {“so-called”} ~ ^ \\ </script><b> 日本"
AMOUNTS = {
    "exact": {"amount_kind": "exact", "amount": "1234567.89", "currency": "EUR"},
    "approximate": {"amount_kind": "approximate", "amount": "5000000", "currency": "USD"},
    "at-least": {"amount_kind": "at-least", "amount": "700", "currency": "GBP"},
    "at-most": {"amount_kind": "at-most", "amount": "900", "currency": "AUD"},
    "range": {
        "amount_kind": "range",
        "amount": "100",
        "amount_max": "250",
        "currency": "JPY",
    },
    "undisclosed": {"amount_kind": "undisclosed", "undisclosed_reason": "withheld"},
}
# where JSON-LD has the amount of those that are no plain value
BOUNDS = {"range": "minValue", "at-least": "minValue", "at-most": "maxValue"}


def read(path: str, **query) -> str:
    response = Client().get(path, query)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200, body[:500]
    return body.decode()


def listed(noun: str, format_: str, **query) -> str:
    return read(f"/api/v1/{noun}/", format=format_, **query)


def graph_of(text: str) -> list[dict]:
    return json.loads(text)["@graph"]


def paid_project():
    """One initiative with a link for each kind of amount, all cited, and a draft beside it."""
    hidden = making.actor("hidden-actor")
    payer, sharer = making.actor("paying-body"), making.actor("sharing-body")
    secret = making.initiative("secret-draft", state="draft")
    one = making.initiative("paid-project", title=AWKWARD, kind="fund")
    links = {}
    for kind, fields in AMOUNTS.items():
        links[kind] = FundingLink.objects.create(initiative=one, funder_actor=payer, **fields)
        cite(one, "funder", payer.slug, funding_link=links[kind])
    shared = FundingJointFunder.objects.create(link=links["exact"], actor=sharer)
    cite(one, "actor", sharer.slug, joint_funder=shared)
    Participation.objects.create(initiative=secret, actor=hidden, role="host")
    InitiativeTie.objects.create(initiative=secret, target=one, kind="part-of")
    Actor.objects.filter(pk=hidden.pk).update(state="draft")
    making.forget()
    return one


def cite(record, field: str, says: str, **link) -> None:
    source = Source.objects.exclude(url="").order_by("slug").first()
    InitiativeCitation.objects.create(
        initiative=record, field=field, says=says, source=source, **link
    )


def amounts_in_database() -> dict[str, tuple[Decimal | None, str]]:
    """Key -> (amount, currency) of every public funding link."""
    links = FundingLink.objects.published()
    return {link.key: (link.amount, link.currency) for link in links}
