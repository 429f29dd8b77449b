"""The tables of the data package, in order of dependency, and what belongs to each noun."""

from actors.models import Actor, ActorIdentifier, ActorName, Country, Membership
from atlas.kit.models import Judgement, Redirect
from initiatives import models as m
from sources.models import Publisher, Source

TABLES = {
    "publishers": (Publisher,),
    "sources": (Source,),
    "countries": (Country,),
    "themes": (m.Theme,),
    "actors": (Actor,),
    "actor_names": (ActorName,),
    "actor_identifiers": (ActorIdentifier,),
    "memberships": (Membership,),
    "initiatives": (m.Initiative,),
    "initiative_names": (m.InitiativeName,),
    "initiative_identifiers": (m.InitiativeIdentifier,),
    "initiative_reach": (m.InitiativeReach,),
    "initiative_themes": (m.InitiativeTheme,),
    "initiative_ties": (m.InitiativeTie,),
    "participations": (m.Participation,),
    "funding_links": (m.FundingLink,),
    "funding_joint_funders": (m.FundingJointFunder,),
    "funding_includes": (m.FundingInclude,),
    "events": (m.Event,),
    "results": (m.Result,),
    "statements": (m.Statement,),
    "source_records": (m.SourceRecord,),
    "citations": (m.InitiativeCitation, m.ActorCitation),
    "missing": (m.InitiativeMissing, m.ActorMissing),
    "redirects": (Redirect,),
    "judgements": (Judgement,),
}

NOUNS = {
    "initiative": (
        "initiatives",
        (
            "initiative_names",
            "initiative_identifiers",
            "initiative_reach",
            "initiative_themes",
            "initiative_ties",
            "participations",
            "funding_links",
            "funding_joint_funders",
            "funding_includes",
            "events",
            "results",
            "statements",
            "source_records",
            "citations",
            "missing",
        ),
    ),
    "actor": (
        "actors",
        (
            "actor_names",
            "actor_identifiers",
            "memberships",
            "events",
            "statements",
            "citations",
            "missing",
        ),
    ),
    "publisher": ("publishers", ()),
    "source": ("sources", ()),
    "country": ("countries", ()),
    "theme": ("themes", ()),
}
