"""Filters: the common rules, places, evidence and the lesser nouns."""

import datetime

import pytest
from django.conf import settings
from django.http import QueryDict

from actors.filters import ActorFilterSet, CountryFilterSet
from actors.models import Actor, Country, Membership
from initiatives.filters import (
    CitationFilterSet,
    EventFilterSet,
    FundingLinkFilterSet,
    InitiativeFilterSet,
    ParticipationFilterSet,
    ResultFilterSet,
    StatementFilterSet,
    ThemeFilterSet,
)
from initiatives.models import (
    InitiativeDigest,
    InitiativeReach,
    Participation,
)
from sources.filters import PublisherFilterSet, SourceFilterSet
from tests import making
from tests.filtering import found, initiatives, problems
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]

ALL = [
    InitiativeFilterSet,
    ActorFilterSet,
    CountryFilterSet,
    ThemeFilterSet,
    SourceFilterSet,
    PublisherFilterSet,
    ParticipationFilterSet,
    FundingLinkFilterSet,
    EventFilterSet,
    ResultFilterSet,
    StatementFilterSet,
    CitationFilterSet,
]


def test_a_repeated_parameter_is_or_and_different_ones_are_and():
    centres, funds = initiatives("kind=centre"), initiatives("kind=fund")
    assert funds == {"jaif"} and "ajccbc" in centres
    assert initiatives("kind=centre&kind=fund") == centres | funds
    assert initiatives("kind=centre&country=TH") == {"ajccbc"}


@pytest.mark.parametrize("filterset", ALL)
def test_unstated_and_its_negation_divide_every_list_in_two(filterset):
    total = filterset({}).qs.count()
    for name, filter_ in filterset.base_filters.items():
        if filter_.missing is None or filter_.exclude or not filter_.negatable:
            continue
        without, with_value = (
            filterset({name: ["unstated"]}),
            filterset({f"{name}__not": ["unstated"]}),
        )
        assert without.is_valid() and with_value.is_valid(), name
        assert without.qs.count() + with_value.qs.count() == total, name


@pytest.mark.parametrize("filterset", ALL)
def test_every_filter_has_a_label_help_and_refuses_what_is_no_text(filterset):
    for name, filter_ in filterset.base_filters.items():
        assert filter_.label and filter_.help, name
        for raw in ("%00", "%ff", "x" * 500, "%ed%a0%80"):
            assert name in problems(filterset, f"{name}={raw}"), (name, raw)


def test_not_is_the_exact_complement_also_where_dates_are_missing():
    everything = initiatives("")
    for query in (
        "theme=cybercrime",
        "start_after=2018",
        "year=2018",
        "country=TH",
        "currency=USD",
    ):
        name, value = query.split("=")
        assert initiatives(f"{name}__not={value}") == everything - initiatives(query), query


def test_an_empty_value_is_no_filter():
    assert initiatives("kind=&q=&year=") == initiatives("")


def test_unknown_parameters_are_named():
    assert InitiativeFilterSet(
        QueryDict("kind=fund&colour=red&page_size=3")
    ).unknown_parameters == ["colour"]
    assert InitiativeFilterSet(QueryDict("page=2"), also=["page"]).unknown_parameters == []


def test_a_bad_word_is_refused_with_the_words_allowed():
    problem = problems(InitiativeFilterSet, "status=done&kind=fund")["status"]
    assert "done" in problem.reason
    assert problem.allowed == [
        "pipeline",
        "implementation",
        "finalisation",
        "closed",
        "cancelled",
        "suspended",
        "unstated",
    ]


@pytest.mark.parametrize(
    "query",
    ["funder=nobody", "actor=nobody", "group=nobody", "parent=nobody", "theme=x", "country=ZZ"],
)
def test_slugs_of_records_that_do_not_exist_are_errors(query):
    name = query.split("=")[0]
    assert list(problems(InitiativeFilterSet, query)) == [name]
    assert problems(InitiativeFilterSet, query)[name].allowed


def test_a_slug_of_a_draft_is_as_unknown_as_one_that_never_was():
    making.initiative("hidden", state="draft", kind="fund")
    assert "parent" in problems(InitiativeFilterSet, "parent=hidden")
    assert "funder" in problems(InitiativeFilterSet, "funder=hidden")


def test_percent_signs_in_bad_values_do_no_harm():
    assert "kind" in problems(InitiativeFilterSet, "kind=%25s%25(x)s")
    assert initiatives("q=100%25") == set()


def test_only_published_records_and_links_of_published_records():
    draft = making.initiative("secret", state="draft", actual_start="2018")
    Participation.objects.create(
        initiative=draft, actor=Actor.objects.get(slug="jica"), role="host"
    )
    assert "secret" not in initiatives("") | initiatives("year=2018")
    assert not any("secret" in key for key in found(ParticipationFilterSet, "role=host"))
    assert "jica" not in found(ActorFilterSet, "role=host")


def test_without_leaves_a_parameter_and_its_negation_out():
    given = InitiativeFilterSet(QueryDict("kind=fund&kind__not=centre&theme=cybercrime"))
    slugs = set(given.without("kind").qs.values_list("slug", flat=True))
    assert slugs == initiatives("theme=cybercrime")


def test_chosen_says_what_is_in_force():
    given = InitiativeFilterSet(QueryDict("country=th&kind__not=fund&status=unstated&year=2018"))
    said = {(c.parameter, c.value, c.label, c.negated) for c in given.chosen}
    assert said == {
        ("country", "TH", "Thailand", False),
        ("kind__not", "fund", "Fund", True),
        ("status", "unstated", "Not stated", False),
        ("year", "2018", "2018", False),
    }


def test_country_reaches_through_groups_it_is_a_member_of_now():
    thailand = initiatives("country=TH")
    assert {"ajccbc", "accdp-1", "jaif"} <= thailand  # the last two reach ASEAN
    assert "uk-cni-apprenticeships" not in thailand
    assert "accdp-1" not in initiatives("country=JP")


def test_group_matches_itself_and_countries_that_are_members_now():
    place = making.initiative("in-hanoi")
    InitiativeReach.objects.create(initiative=place, country_id="VN", kind="location")
    asean = initiatives("group=asean")
    assert {"in-hanoi", "ajccbc", "jaif"} <= asean
    assert "japan-uk-cyber-dialogue" not in asean


def test_a_former_member_is_no_member():
    place = making.initiative("in-hanoi")
    InitiativeReach.objects.create(initiative=place, country_id="VN", kind="location")
    Membership.objects.filter(group__slug="asean", member_country="VN").update(until="2020")
    assert "in-hanoi" not in initiatives("group=asean")
    assert "jaif" not in initiatives("country=VN")
    assert "VN" not in found(CountryFilterSet, "group=asean")


def test_observers_and_future_members_are_no_members():
    group, countries = making.actor("new-club"), Country.objects.filter(iso2__in=["TH", "LA", "KH"])
    facts = [{"status": "observer"}, {"since": "2099"}, {"since": "1999", "until": ""}]
    for country, fact in zip(countries.order_by("iso2"), facts, strict=True):
        Membership.objects.create(group=group, member_country=country, **fact)
    assert found(CountryFilterSet, "group=new-club") == {"TH"}


def test_region_of_an_initiative_is_our_word_and_of_an_actor_that_of_its_country():
    assert initiatives("region=asia-pacific") == {"arf-ict-security", "tsubame"}
    assert "etda" in found(ActorFilterSet, "region=south-eastern-asia")
    assert "etda" in found(ActorFilterSet, "region=asia")
    assert "southeast-asia" in problems(InitiativeFilterSet, "region=mars")["region"].allowed


def test_actors_of_a_group_are_itself_its_parts_and_those_of_its_countries():
    making.actor("asean-office", parent=Actor.objects.get(slug="asean"))
    actors = found(ActorFilterSet, "group=asean")
    assert {"asean", "asean-office", "etda"} <= actors
    assert not actors & {"jica", "interpol"}


def test_evidence_follows_the_digest():
    assert initiatives("evidence=disputed") == {"accdp-1", "ajcd", "tsubame"}
    assert initiatives("evidence=uncited") == set()
    months = datetime.timedelta(days=31 * settings.ATLAS_STALE_MONTHS)
    old = datetime.datetime.now(datetime.UTC).date() - months
    InitiativeDigest.objects.filter(initiative__slug="jaif").update(oldest_check=old)
    InitiativeDigest.objects.filter(initiative__slug="ajcd").update(oldest_check="1900-01-01")
    assert initiatives("evidence=stale") == {"jaif", "ajcd"}
    assert initiatives("evidence=stale&evidence=disputed") >= {"jaif", "tsubame"}
    assert initiatives("evidence__not=disputed") == initiatives("") - initiatives(
        "evidence=disputed"
    )


def test_updated_since_takes_dates_and_times():
    then = datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
    InitiativeDigest.objects.filter(initiative__slug="jaif").update(updated_at=then)
    for value in ("2031-05-06", "2031-05-06T07:08:09Z", "2031-05-06T16:08:09%2B09:00",
                  "2031-05-06T16:08:09+09:00", "2031-05-06 07:08:09"):  # fmt: skip
        assert initiatives(f"updated_since={value}") == {"jaif"}, value
    assert initiatives("updated_since=2031-05-06T07:08:10Z") == set()
    for bad in ("yesterday", "2031-13-01", "20310506", "0001-01-01", "9999-12-31T23:59:59-12:00"):
        assert "updated_since" in problems(InitiativeFilterSet, f"updated_since={bad}"), bad


def test_search_finds_names_in_any_script():
    assert initiatives("q=統合基金") == {"jaif"}
    assert "ajccbc" in initiatives("q=ajccbc")
    assert initiatives("q=ajccbc&q=統合基金") >= {"ajccbc", "jaif"}
    assert initiatives("q=%22unbalanced%27+%26%7C!") == set()


def test_links_filter_by_their_own_fields():
    assert "ajccbc--etda--host" in found(ParticipationFilterSet, "initiative=ajccbc&role=host")
    assert "funding" in problems(ParticipationFilterSet, "role=funding")["role"].reason
    assert found(EventFilterSet, "country=JP&year=2012") == {
        "japan-uk-cyber-dialogue--first-japan-uk-cyber-dialogue"
    }
    assert found(StatementFilterSet, "property=training-target&initiative=ajccbc") == {
        "ajccbc--training-target",
        "ajccbc--training-target-2",
    }
    about_an_event = "ajcd--third-asean-japan-cybercrime-dialogue--topics"
    assert about_an_event in found(StatementFilterSet, "initiative=ajcd")
    assert found(ResultFilterSet, "initiative=accdp-1") == found(ResultFilterSet, "actor=interpol")
    assert found(FundingLinkFilterSet, "year=2013&certainty=sure") == {"jaif--japan-gov-2"}


def test_sources_by_language_year_and_publisher():
    japanese = found(SourceFilterSet, "language=JA")
    assert "mofa-ajcd1-2014" in japanese
    assert found(SourceFilterSet, "language__not=ja") == found(SourceFilterSet, "") - japanese
    assert "language" in problems(SourceFilterSet, "language=Japanese!")
    assert found(PublisherFilterSet, "reliability=A") >= {"iso"}
    assert found(SourceFilterSet, "publisher=iso") == {"iso-3166"}


def test_citations_of_one_field():
    keys = found(CitationFilterSet, "initiative=ajcd&field=actual_start")
    assert keys and all(key.startswith("ajcd--") for key in keys)
    assert found(CitationFilterSet, "actor=asean") == set()  # of the other table
