"""Strategy: one table with rows that every named constraint lets pass and rows it refuses.

Rows are written straight into the seeded database, past forms and load, each in a savepoint.  A
constraint without a case fails, and so does a case whose row another constraint refuses.
"""

import pytest
from django.db import connection, models

from actors.choices import ActorKind, MembershipStatus, NameKind
from actors.models import Actor, ActorIdentifier, ActorName, Country, Membership
from atlas.kit.choices import State, Verdict
from atlas.kit.models import (
    RESERVED_SLUGS,
    DataVersion,
    FeedEntry,
    Judgement,
    PublicChange,
    Redirect,
)
from initiatives import choices as what
from initiatives import models as m
from initiatives.models import Initiative
from sources.choices import Credibility, LinkState, MissingReason, Nature, Reliability, SourceKind
from sources.models import LinkCheck, Publisher, Source
from tests.constraint_rows import (
    CENTRE,
    DESK,
    EVENT,
    FREE,
    FUND,
    MONEY,
    NAME,
    NO_MONEY,
    PAGE,
    ROLE,
    SOURCE,
    STATED,
    TIE,
    UID,
    USD_5M,
    Ref,
    actor,
    again,
    dates,
    declared,
    evidence,
    order,
    refusal_of,
    vocabulary,
)

pytestmark = pytest.mark.django_db
ITSELF, SECOND, LATER = {"id": FREE}, f"{UID}2", f"{UID}3"
CASES = {
    "dataversion_single_row": (DataVersion, [{"id": 1}], [{"id": 2}]),
    **again(
        "redirect_old_slug_unique",
        Redirect,
        {"old_slug": "older"},
        {"slug": "jaif"},
    ),
    "publicchange_once_a_transaction": (
        PublicChange,
        [[{}, {"xid": 2}], [{}, {"record_id": 1}], [{}, {"noun": "actor"}]],
        [[{}, {"version": 2}]],
    ),
    "feedentry_once_a_transaction": (FeedEntry, [[{}, {"xid": 2}]], [[{}, {"position": 2}]]),
    **DESK,
    "redirect_goes_elsewhere": (Redirect, [{}], [{"old_slug": "ajcd"}]),
    **vocabulary("judgement_verdict_known", Judgement, "verdict", Verdict, "perhaps"),
    **again("judgement_once", Judgement, {"second": LATER}, {"verdict": "unsure"}),
    "judgement_smaller_first": (Judgement, [{}], [{"first": LATER}, {"first": SECOND}]),
    **vocabulary("publisher_reliability_known", Publisher, "reliability", Reliability, "G", "a"),
    **vocabulary("source_kind_known", Source, "kind", SourceKind),
    **vocabulary("linkcheck_state_known", LinkCheck, "state", LinkState),
    **dates(Source, "published"),
    "source_url_unique": (
        Source,
        [[{"url": f"{PAGE}?a"}, {"slug": "x2", "url": f"{PAGE}?b"}], [{}, {"slug": "x2"}]],
        [
            [{"url": PAGE}, {"slug": "x2", "url": other}]
            for other in (PAGE, "http://www.EXAMPLE.org/page/", f"{PAGE}#part")
        ],
    ),
    "source_not_its_own_origin": (
        Source,
        [{**ITSELF, "derived_from": SOURCE}],
        [{**ITSELF, "derived_from_id": FREE}],
    ),
    "country_codes_are_iso": (
        Country,
        [{}],
        [{"iso2": "qq"}, {"iso2": "Q"}, {"iso3": "Q1Q"}, {"iso3": "QQ"}],
    ),
    "country_centroid_on_earth": (
        Country,
        [{"latitude": -90, "longitude": 180}],
        [{"latitude": 91}, {"longitude": -181}],
    ),
    **vocabulary("actor_kind_known", Actor, "kind", ActorKind, "person"),
    **vocabulary("actor_state_known", Actor, "state", State),
    "actor_slug_not_reserved": (
        Actor,
        [{"slug": "search-engine"}],
        [{"slug": slug} for slug in RESERVED_SLUGS],
    ),
    "actor_not_its_own_parent": (
        Actor,
        [{**ITSELF, "parent": actor()}, {"parent": None}],
        [{**ITSELF, "parent_id": FREE}],
    ),
    **vocabulary("actorname_kind_known", ActorName, "kind", NameKind),
    **again("actorname_once", ActorName, {"kind": "former"}),
    **again(
        "actoridentifier_once",
        ActorIdentifier,
        {"code": "1"},
        {"actor": actor("japan-gov")},
    ),
    **vocabulary("membership_status_known", Membership, "status", MembershipStatus),
    "membership_one_member": (
        Membership,
        [{}, {"member_country": None, "member_actor": actor("japan-gov")}],
        [{"member_country": None}, {"member_actor": actor("japan-gov")}],
    ),
    **dates(Membership, "since", "until"),
    **order("membership_ends_after_start", Membership, "since", "until"),
    "membership_not_of_itself": (
        Membership,
        [{"member_country": None, "member_actor": actor("japan-gov")}],
        [{"member_country": None, "member_actor": actor()}],
    ),
    **vocabulary("initiative_kind_known", Initiative, "kind", what.InitiativeKind),
    **vocabulary("initiative_scope_known", Initiative, "scope", what.Scope),
    **vocabulary("initiative_status_known", Initiative, "status", what.Status),
    **vocabulary("initiative_state_known", Initiative, "state", State),
    "initiative_slug_not_reserved": (
        Initiative,
        [{"slug": "feeds"}],
        [{"slug": slug} for slug in RESERVED_SLUGS],
    ),
    **dates(Initiative, "status_on", "planned_start", "planned_end", "actual_start", "actual_end"),
    **order("initiative_planned_dates_ordered", Initiative, "planned_start", "planned_end"),
    **order("initiative_actual_dates_ordered", Initiative, "actual_start", "actual_end"),
    **vocabulary("initiativename_kind_known", m.InitiativeName, "kind", NameKind),
    **again("initiativename_once", m.InitiativeName, {"name": "Newer"}),
    **again(
        "initiativeidentifier_once",
        m.InitiativeIdentifier,
        {"scheme": "y"},
        {"initiative": FUND},
    ),
    **again(
        "initiativetheme_once",
        m.InitiativeTheme,
        {"theme": Ref(m.Theme, "standards")},
    ),
    **vocabulary("initiativereach_kind_known", m.InitiativeReach, "kind", what.ReachKind),
    "initiativereach_one_place": (
        m.InitiativeReach,
        [{}, {"country": None, "group": actor("eu")}],
        [{"country": None}, {"group": actor()}],
    ),
    **again(
        "initiativereach_once",
        m.InitiativeReach,
        {"country": None, "group": actor("eu")},
    ),
    **vocabulary("initiativetie_kind_known", m.InitiativeTie, "kind", what.TieKind),
    **again("initiativetie_once", m.InitiativeTie, {"kind": "follows"}),
    "initiativetie_not_to_itself": (m.InitiativeTie, [{}], [{"target": CENTRE}]),
    **vocabulary("participation_role_known", m.Participation, "role", what.Role, "funding"),
    **dates(m.Participation, "since", "until"),
    **order("participation_ends_after_start", m.Participation, "since", "until"),
    "event_one_owner": (
        m.Event,
        [{}, {"initiative": None, "actor": actor()}],
        [{"initiative": None}, {"actor": actor()}],
    ),
    **dates(m.Event, "date"),
    **dates(m.Result, "period"),
    "statement_one_subject": (
        m.Statement,
        [{}, {"initiative": None, "actor": actor()}, {"initiative": None, "event": EVENT}],
        [{"initiative": None}, {"actor": actor()}, {"event": EVENT}],
    ),
    **vocabulary("statement_nature_known", m.Statement, "nature", Nature, "rumour", voice="A. N."),
    **dates(m.Statement, "date"),
    "statement_opinion_has_voice": (
        m.Statement,
        [{"nature": "opinion", "voice": "A. N."}, {"nature": "fact", "voice": ""}],
        [{"nature": "opinion", "voice": ""}],
    ),
    "fundinglink_one_funder": (
        m.FundingLink,
        [
            {},
            {"funder_actor": None, "funder_initiative": FUND},
            {"funder_actor": None, "type": "budget"},
            {"funder_actor": None, "type": "planned"},
            {"funder_actor": None, "iati_type": "1"},
        ],
        [{"funder_actor": None}, {"funder_initiative": FUND}],
    ),
    **vocabulary("fundinglink_type_known", m.FundingLink, "type", what.FundingType, "grant"),
    "fundinglink_amount_kind_known": (
        m.FundingLink,
        [
            NO_MONEY,
            USD_5M,
            *[{**USD_5M, "amount_kind": k} for k in ("approximate", "at-least", "at-most")],
        ],
        [{**USD_5M, "amount_kind": "about"}],
    ),
    **vocabulary("fundinglink_reason_known", m.FundingLink, "undisclosed_reason", MissingReason),
    **vocabulary("fundinglink_iati_type_known", m.FundingLink, "iati_type", what.IatiType, "14"),
    **dates(m.FundingLink, "value_date", "period"),
    "fundinglink_amount_has_currency": (
        m.FundingLink,
        [USD_5M],
        [{**USD_5M, "currency": c} for c in ("", "usd", "US")] + [{**USD_5M, "amount": None}],
    ),
    "fundinglink_undisclosed_says_why": (
        m.FundingLink,
        [NO_MONEY],
        [{"undisclosed_reason": ""}, {"amount": 1}, {"currency": "USD"}],
    ),
    "fundinglink_range_has_two_ends": (
        m.FundingLink,
        [{**USD_5M, "amount_kind": "range", "amount_max": 7_000_000}],
        [
            {**USD_5M, "amount_kind": "range", "amount_max": 5_000_000},
            {**USD_5M, "amount_kind": "range"},
            {**USD_5M, "amount_max": 7_000_000},
            {"amount_max": 7_000_000},
        ],
    ),
    "fundinglink_not_from_itself": (
        m.FundingLink,
        [{"funder_actor": None, "funder_initiative": FUND}],
        [{"initiative": FUND, "funder_actor": None, "funder_initiative": FUND}],
    ),
    **again(
        "fundingjointfunder_once",
        m.FundingJointFunder,
        {"actor": actor("japan-gov")},
    ),
    **again(
        "fundinginclude_once",
        m.FundingInclude,
        {"includes": Ref(m.FundingLink, "jaif--japan-gov")},
    ),
    "fundinginclude_not_itself": (m.FundingInclude, [{}], [{"includes": MONEY}]),
    **evidence("initiativecitation", m.InitiativeCitation, {"participation": ROLE}, {"tie": TIE}),
    **evidence("actorcitation", m.ActorCitation, {"actor_name": NAME}, {"statement": STATED}),
    **evidence("initiativemissing", m.InitiativeMissing, {"participation": ROLE}, {"tie": TIE}),
    **evidence("actormissing", m.ActorMissing, {"actor_name": NAME}, {"statement": STATED}),
    **vocabulary(
        "initiativecitation_credibility_known",
        m.InitiativeCitation,
        "credibility",
        Credibility,
        0,
        7,
    ),
    **vocabulary("actorcitation_credibility_known", m.ActorCitation, "credibility", Credibility, 7),
    **vocabulary(
        "initiativemissing_reason_known", m.InitiativeMissing, "reason", MissingReason, "secret"
    ),
    **vocabulary("actormissing_reason_known", m.ActorMissing, "reason", MissingReason, "secret"),
    **again("sourcerecord_once_each", m.SourceRecord, {"identifier": "X-2"}),
    **again("initiativemissing_once", m.InitiativeMissing, {"field": "objectives"}),
    **again("actormissing_once", m.ActorMissing, {"field": "summary"}),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_constraint_lets_pass_and_refuses(name):
    model, passing, refused = CASES[name]
    assert passing and refused
    for case in passing:
        assert refusal_of(model, case) == "", case
    for case in refused:
        assert refusal_of(model, case) == name, case


def test_every_constraint_has_a_case():
    assert sorted(CASES) == sorted(declared())


def test_every_constraint_stands_in_the_database_and_speaks_in_words():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")
        stored = {name for (name,) in cursor.fetchall()}
    assert set(declared()) <= stored
    for name, constraint in declared().items():
        if isinstance(constraint, models.CheckConstraint) and name != "dataversion_single_row":
            said = str(constraint.get_violation_error_message())
            assert name not in said and said.endswith("."), name
