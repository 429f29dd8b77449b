"""Strategy: the named rules that run at commit, each with changes it lets pass and refuses.

The changes go past forms and load; ``SET CONSTRAINTS`` makes the rules run before the commit.
"""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from actors.models import Actor
from atlas.kit.gate import GATES
from initiatives import models as m
from initiatives.models import Initiative
from tests.constraint_rows import ROLE, initiative, written

pytestmark = pytest.mark.django_db


def cite(record: str, field: str, says: str, **about):
    of = {"key": "", "initiative": initiative(record), "field": field, "says": says}
    written(m.InitiativeCitation, {**of, **about})


def rename(*says: str):
    Initiative.objects.filter(slug="tsubame").update(title="New")
    for words in says:
        cite("tsubame", "title", words)


def new_partner(record: str, state: str):
    partner = written(Actor, {"state": state, "name": ""})
    new = {"initiative": initiative(record), "actor": partner, "role": "partner"}
    cite(record, "role", "partner", participation=written(m.Participation, new))


def hide(slug: str):
    Actor.objects.filter(slug=slug).update(state="withdrawn")


def draft():
    written(Initiative, {"summary": "Nobody has cited this."})


# rule -> changes that pass, changes that are refused
AT_COMMIT = {
    "published_facts_are_cited": (
        [(draft,), (rename, "new  "), (rename, "Newer", "New")],
        [(rename,), (rename, "Newer"), (written, m.Result, {})],
    ),
    "published_links_are_public": (
        [(new_partner, "tsubame", "published"), (hide, "rand-corp")],
        [(new_partner, "tsubame", s) for s in ("draft", "in-review", "withdrawn")]
        + [(hide, "jpcert-cc")],
    ),
    "evidence_names_own_links": (
        [(cite, "tsubame", "role", "implementing")],
        [(cite, "ajcd", "role", "implementing")],
    ),
}


def refused_at_commit(change, *given) -> str:
    about = {"participation": ROLE} if change is cite else {}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            change(*given, **about)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except IntegrityError as error:
        assert json.loads(error.__cause__.diag.message_detail), error
        return error.__cause__.diag.constraint_name
    return ""


@pytest.mark.parametrize("name", GATES)
def test_a_rule_of_the_gate_lets_pass_and_refuses(name):
    passing, refused = AT_COMMIT[name]
    assert [refused_at_commit(*case) for case in passing] == [""] * len(passing)
    assert [refused_at_commit(*case) for case in refused] == [name] * len(refused)
