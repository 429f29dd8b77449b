"""Rows that every constraint lets pass, and how cases of many constraints are made from them."""

import datetime

from django.apps import apps
from django.db import IntegrityError, models, transaction

from actors.models import Actor, ActorIdentifier, ActorName, Country, Membership
from atlas.accounts.models import AuthToken, User
from atlas.desk.choices import Kind, RevisionState
from atlas.desk.models import Revision, Suggestion
from atlas.kit.models import DataVersion, FeedEntry, Judgement, PublicChange, Redirect
from initiatives import models as m
from initiatives.models import Initiative
from sources.models import LinkCheck, Publisher, Source

UID = "00000000-0000-4000-8000-00000000000"  # and one digit
APPS = ("kit", "accounts", "desk", "sources", "actors", "initiatives")
FREE = 2_000_000_000  # an id that no row has


class Ref:
    """A seeded record, looked up when the test runs."""

    def __init__(self, model, key: str):
        self.model, self.key = model, key

    def get(self):
        return self.model.objects.get(**{self.model.KEY: self.key})


class Somebody(Ref):
    """An account: none is seeded."""

    def __init__(self):
        super().__init__(User, "somebody")

    def get(self):
        return User.objects.get_or_create(username=self.key)[0]


def actor(slug="asean"):
    return Ref(Actor, slug)


def initiative(slug="ajcd"):
    return Ref(Initiative, slug)


CENTRE, FUND = initiative("ajccbc"), initiative("jaif")
BRUNEI = Ref(Country, "BN")
MONEY = Ref(m.FundingLink, "ajccbc--jaif")
OTHER_MONEY = Ref(m.FundingLink, "accdp-1--jaif")
EVENT = Ref(m.Event, "ajccbc--opening-of-the-ajccbc")
ROLE = Ref(m.Participation, "tsubame--jpcert-cc--implementing")
NAME = Ref(ActorName, "etda--etda")
STATED = Ref(m.Statement, "japan-gov--message")
TIE = Ref(m.InitiativeTie, "nec-ajccbc-exercises--part-of--ajccbc")
PAGE = "https://example.org/page"
SOURCE = Ref(Source, "ipdf-japan-leads")
CITED = {"field": "title", "source": SOURCE, "says": "x", "key": "new--row"}
MISSED = {"field": "website", "reason": "unknown", "key": "new--row"}
NO_MONEY = {"amount_kind": "undisclosed", "undisclosed_reason": "unknown"}
USD_5M = {"amount_kind": "exact", "amount": 5_000_000, "currency": "USD", "undisclosed_reason": ""}

# a row of each model that every constraint lets pass; cases change what they are about
DECIDED = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
ROWS = {
    DataVersion: {"changed_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},
    Judgement: {
        "key": "pair",
        "kind": "actor",
        "first": f"{UID}1",
        "second": f"{UID}2",
        "verdict": "same",
    },
    FeedEntry: {
        "noun": "initiative",
        "record_id": 0,
        "xid": 1,
        "position": 1,
        "at": DECIDED,
        "public": True,
    },
    PublicChange: {
        "noun": "initiative",
        "record_id": 0,
        "xid": 1,
        "version": 1,
        "public": True,
        "at": DECIDED,
    },
    Suggestion: {
        "kind": "correction",
        "noun": "initiative",
        "uid": "00000000-0000-0000-0000-000000000001",
        "title": "Old",
        "document": {},
    },
    Revision: {
        "noun": "initiative",
        "uid": "00000000-0000-0000-0000-000000000001",
        "title": "Old",
        "base": {},
        "document": {},
        "author": Somebody(),
        "who": "somebody",
    },
    AuthToken: {"digest": "0", "token_key": "0", "user": Somebody()},
    Redirect: {"key": "initiative--old", "kind": "initiative", "old_slug": "old", "slug": "ajcd"},
    Publisher: {"slug": "new-publisher", "name": "New"},
    Source: {"slug": "new-source", "title": "New", "publisher": Ref(Publisher, "arayz")},
    LinkCheck: {"source": SOURCE, "url": PAGE, "state": "ok", "checked_at": DECIDED},
    Country: {"iso2": "QQ", "iso3": "QQQ", "name": "New", "latitude": 0, "longitude": 0},
    Actor: {"slug": "new-actor", "name": "New", "kind": "company"},
    ActorName: {"key": "new--row", "actor": actor(), "name": "New", "kind": "alias"},
    ActorIdentifier: {"key": "new--row", "actor": actor(), "scheme": "ror", "code": "0"},
    Membership: {"key": "new--row", "group": actor(), "member_country": Ref(Country, "NZ")},
    Initiative: {"slug": "new-initiative", "title": "New", "kind": "project"},
    m.InitiativeName: {"key": "new--row", "initiative": CENTRE, "name": "New", "kind": "alias"},
    m.InitiativeIdentifier: {"key": "new--row", "initiative": CENTRE, "scheme": "x", "code": "0"},
    m.InitiativeTheme: {
        "key": "new--row",
        "initiative": initiative("tsubame"),
        "theme": Ref(m.Theme, "diplomacy-and-norms"),
    },
    m.InitiativeReach: {"key": "new--row", "initiative": CENTRE, "country": BRUNEI},
    m.InitiativeTie: {
        "key": "new--row",
        "initiative": CENTRE,
        "kind": "related",
        "target": initiative(),
    },
    m.Participation: {"key": "new--row", "initiative": CENTRE, "actor": actor(), "role": "chair"},
    m.Event: {"key": "new--row", "initiative": CENTRE, "title": "New"},
    m.Result: {"key": "new--row", "initiative": CENTRE, "indicator": "New", "value": 1},
    m.Statement: {"key": "new--row", "initiative": CENTRE, "property": "new", "value": "New"},
    m.SourceRecord: {
        "key": "new--row",
        "initiative": CENTRE,
        "source": SOURCE,
        "identifier": "X-1",
        "path": "iati-activity[1]",
        "content": "<iati-activity/>",
    },
    m.FundingLink: {"key": "new--row", "initiative": CENTRE, "funder_actor": actor(), **NO_MONEY},
    m.FundingJointFunder: {"key": "new--row", "link": MONEY, "actor": actor()},
    m.FundingInclude: {"key": "new--row", "link": MONEY, "includes": OTHER_MONEY},
    m.InitiativeCitation: {**CITED, "initiative": initiative("tsubame")},
    m.ActorCitation: {**CITED, "actor": actor()},
    m.InitiativeMissing: {**MISSED, "initiative": initiative("tsubame")},
    m.ActorMissing: {**MISSED, "actor": actor()},
}  # fmt: skip


def vocabulary(name: str, model, field: str, choices, *bad, **base) -> dict:
    """Every word of the vocabulary passes, others do not."""
    good = [{**base, field: value} for value in choices.values]
    return {name: (model, good, [{**base, field: value} for value in bad or ("Other", "x")])}


def dates(model, *fields: str) -> dict:
    """The profile passes; impossible days and plain words do not."""
    good, bad = ("", "2018", "2018-09-14~", "../2018", "2018/.."), ("2018-02-30", "soon", "2018/")
    prefix = model._meta.model_name
    return {
        f"{prefix}_{f}_is_edtf": (model, [{f: v} for v in good], [{f: v} for v in bad])
        for f in fields
    }


def order(name: str, model, first: str, last: str) -> dict:
    """An end may be vague or open, but not surely before the start."""
    good = [
        ("2018-09", "2018"),
        ("2018", "2018-01"),
        ("2018/..", "2019"),
        ("", "2018"),
        ("2018", ""),
    ]
    bad = [("2018-09", "2018-08"), ("2018-09-14", "2018-09-13"), ("2019/2020", "2018~")]
    return {
        name: (
            model,
            [{first: a, last: b} for a, b in good],
            [{first: a, last: b} for a, b in bad],
        )
    }  # fmt: skip


def again(name: str, model, other: dict, same: dict | None = None) -> dict:
    """A second row may differ in ``other`` but not repeat the first."""
    first, key = {}, {"key": "another--row"}
    return {name: (model, [[first, {**key, **other}]], [[first, {**key, **(same or {})}]])}


def evidence(prefix: str, model, one: dict, other: dict) -> dict:
    """A row of evidence is about the record or one link, never about two."""
    return {f"{prefix}_one_link": (model, [{}, one, other], [{**one, **other}])}


def written(model, changes: dict):
    """A row of ``model`` written past forms and load."""
    values = {**ROWS[model], **changes}
    found = {k: v.get() if isinstance(v, Ref) else v for k, v in values.items()}
    row = model(**found)
    row.save()
    return row


def refusal_of(model, case: dict | list[dict]) -> str:
    """The constraint that refuses the (last) row; empty when all pass.  Writes nothing."""
    rows = case if isinstance(case, list) else [case]
    sid = transaction.savepoint()
    try:
        for changes in rows[:-1]:
            written(model, changes)
        try:
            with transaction.atomic():
                written(model, rows[-1])
        except IntegrityError as error:
            return error.__cause__.diag.constraint_name
        return ""
    finally:
        transaction.savepoint_rollback(sid)


DECLINED = {"state": "declined", "decided_at": DECIDED}
DESK = {
    "authtoken_scopes_known": (
        AuthToken,
        [{}, {"scopes": ["read", "propose", "write", "publish"]}],
        [{"scopes": ["rule"]}, {"scopes": ["write", ""]}],
    ),
    **vocabulary("revision_state_known", Revision, "state", RevisionState),
    "revision_one_open_each": (
        Revision,
        [[{}, {"state": "approved"}], [{}, {"noun": "actor"}], [{}, {"author": None}]],
        [[{}, {"state": "in-review"}]],
    ),
    **vocabulary("suggestion_kind_known", Suggestion, "kind", Kind),
    "suggestion_state_known": (
        Suggestion,
        [{}, DECLINED],
        [DECLINED | {"state": "waiting"}],
    ),
    "suggestion_decided_when": (
        Suggestion,
        [{}, DECLINED],
        [{"state": "declined"}, DECLINED | {"state": "open"}],
    ),
    "suggestion_corrects_a_record": (
        Suggestion,
        [{}, {"kind": "new", "uid": None}],
        [{"uid": None}],
    ),
}


def declared() -> dict[str, models.BaseConstraint]:
    found = (
        c
        for a in APPS
        for model in apps.get_app_config(a).get_models()
        for c in model._meta.constraints
    )
    return {constraint.name: constraint for constraint in found}
