"""Strategy: sixty labelled pairs, half of them traps, each put into the seeded database alone and
looked for from one side; then what editors see and say, and what importers are told.
"""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from actors.models import Actor
from atlas.kit import twins
from atlas.kit.merging import judge
from atlas.kit.models import Judgement
from atlas.kit.twins import names
from atlas.kit.twins.candidates import candidates, country_words, profiles
from initiatives.exchange.package import dump, load
from initiatives.models import Initiative
from tests.forms import change, person, refusals, sent_back
from tests.packages import Package
from tests.twin_pairs import made, pairs

pytestmark = pytest.mark.django_db
RECALL, PRECISION = 0.9, 0.8


def found(row: dict) -> bool:
    """Whether one record of the pair is offered as a likely twin of the other."""
    with transaction.atomic():
        one, other = made(row, "a"), made(row, "b")
        likely = {twin.profile.pk for twin in twins.of(one)}
        transaction.set_rollback(True)
    return other.pk in likely


# ------------------------------------------------------------------ the labelled pairs


def test_sixty_pairs_half_of_them_traps():
    verdicts = [row["verdict"] for row in pairs()]
    assert (len(verdicts), verdicts.count("same"), verdicts.count("different")) == (60, 30, 30)
    assert all(row["why"] for row in pairs())


def test_twins_are_found_and_traps_are_not():
    rows = pairs()
    likely = {n: found(row) for n, row in enumerate(rows)}
    right = {n for n, row in enumerate(rows) if row["verdict"] == "same"}
    hits = {n for n, yes in likely.items() if yes}
    missed = [rows[n]["why"] for n in right - hits]
    wrong = [rows[n]["why"] for n in hits - right]
    assert len(hits & right) / len(right) >= RECALL, missed
    assert len(hits & right) / len(hits) >= PRECISION, wrong


def test_records_of_the_seeds_are_no_twins_of_each_other():
    """Japan's ministries, funds and projects look alike to a machine, not to this rule."""
    for model in (Actor, Initiative):
        ids = list(model.objects.values_list("pk", flat=True))
        assert [str(pair) for pair in twins.of_new(model._meta.model_name, ids)] == []


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("one", "other", "series", "places"),
    [
        ("GLACY", "GLACY+", True, False),
        ("Training, Phase II", "Training: Phase 2", False, False),
        ("Training", "Training, phase one", False, False),
        ("Drill 2023", "Drill 2024", True, False),
        ("CERT of Ghana", "CERT of Kenya", False, True),
        ("Ghanaian CERT", "CERT Ghana", False, False),
        ("Dutch government", "Government of the Netherlands", False, False),
    ],
)
def test_what_sets_two_names_apart(one, other, series, places):
    countries = country_words()
    told = names.compare(names.read(one, countries), names.read(other, countries))
    assert (told.series, told.places) == (series, places)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Organised Crime: West African Response (OCWAR-C)", ["OCWAR-C"]),
        ("GLACY+ Global Action on Cybercrime Extended", ["GLACY+"]),
        ("CyberSouth - Cooperation on cybercrime", ["CyberSouth"]),
        ("ASEAN Cyber Capacity Programme", []),
        ("NEC Corporation (Thailand)", []),
    ],
)
def test_short_names_that_a_title_carries(title, short):
    assert names.acronyms_in(title) == short


def test_reasons_are_given_in_words():
    row = next(r for r in pairs() if r["a_name"] == "Global Action on Cybercrime")
    one, other = made(row, "a"), made(row, "b")
    [twin] = [t for t in twins.of(one, least=0) if t.profile.pk == other.pk]
    assert not twin.likeness.is_likely
    assert "names differ only by a phase, a year, a number or a “plus”" in twin.likeness.reasons
    assert "2 actors in common" in twin.likeness.reasons


# ------------------------------------------------------------------ speed


@pytest.mark.parametrize("noun", ["actor", "initiative"])
def test_candidates_are_found_by_index(noun, monkeypatch):
    """Once sequential scans are dear, no large table is read through."""
    model = {"actor": Actor, "initiative": Initiative}[noun]
    record = model.objects.exclude(website="").first()
    profile = profiles(noun, [record.pk])[record.pk]
    profile.codes = {"iati": {"XM-1"}}
    seen = []

    def explained(execute, sql, params, many, context):
        if sql.startswith("SELECT DISTINCT pk"):
            execute(f"EXPLAIN {sql}", params, many, context)
            seen.append("\n".join(row[0] for row in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with connection.execute_wrapper(explained):
        candidates(noun, [profile])
    [plan] = seen
    assert "Seq Scan" not in plan
    assert f"{noun}_parts" in plan
    assert f"{noun}_website" in plan and f"{noun}identifier_code" in plan


# ------------------------------------------------------------------ judgements last


@pytest.fixture
def pair():
    row = pairs()[0]
    one, other = made(row, "a"), made(row, "b")
    return one, other


def test_a_judgement_outlives_renaming_deletion_and_a_second_import(tmp_path):
    package = Package(tmp_path / "package")
    load(package.folder)
    one, other = Initiative.objects.get(slug="meadow"), Initiative.objects.get(slug="harbour")
    judge(one=one, other=other, verdict="different", note="Read both pages.")
    load(package.folder, overwrite=True)
    assert Judgement.objects.get().note == "Read both pages."
    one.delete()
    load(package.folder, overwrite=True)
    again = Initiative.objects.get(slug="meadow")
    uids = (str(again.uid), str(other.uid))
    assert Judgement.objects.of_pairs("initiative", [uids])[frozenset(uids)].verdict == "different"


def test_a_dump_holds_judgements_and_the_public_one_only_those_of_public_records(tmp_path, pair):
    public = list(Initiative.objects.published().order_by("pk")[:2])
    judge(one=public[0], other=public[1], verdict="different")
    judge(one=pair[0], other=pair[1], verdict="unsure", note="Ask.")
    dump(tmp_path / "public")
    dump(tmp_path / "all", everything=True)
    told = (tmp_path / "public" / "judgements.csv").read_text()
    assert told.count("\n") == 2 and "different" in told
    Judgement.objects.all().delete()
    load(tmp_path / "all", overwrite=True)
    assert set(Judgement.objects.values_list("verdict", "note")) == {
        ("different", ""),
        ("unsure", "Ask."),
    }


def test_who_was_judged_different_is_not_told_again(pair):
    one, other = pair
    ids = [one.pk, other.pk]
    assert other.pk in {p.twin.profile.pk for p in twins.of_new("initiative", [one.pk])}
    told = twins.told(twins.of_new("initiative", ids))
    assert told[0].endswith("to judge in the admin:") and "same name" in "\n".join(told)
    judge(one=other, other=one, verdict="different")
    assert not any(
        {p.record.pk, p.twin.profile.pk} == set(ids) for p in twins.of_new("initiative", ids)
    )


def test_load_says_what_looks_like_what_stands_here_already(tmp_path, capsys):
    package = Package(tmp_path / "package")
    load(package.folder)
    package.set(
        "initiatives", "meadow", title="ASEAN-Japan Cyber Security Capacity Building Center"
    )
    Initiative.objects.filter(slug="meadow").delete()
    call_command("load", package.folder, overwrite=True)
    said = capsys.readouterr().out
    assert "1 likely twin to judge in the admin:" in said
    assert "meadow looks like ajccbc" in said


# ------------------------------------------------------------------ what editors see


@pytest.fixture
def editor(client):
    client.force_login(person("Editor"))


@pytest.fixture
def reviewer(client):
    client.force_login(person("Reviewer"))


def address(record, page: str) -> str:
    return change(record).replace("change", page)


def test_the_form_says_what_a_record_looks_like_and_takes_the_verdict(client, editor, pair):
    one, other = pair
    page = client.get(change(one)).content.decode()
    assert "Looks like" in page and str(other) in page and "same name" in page
    done = client.post(
        address(one, "judge"), {"other": other.pk, "verdict": "different"}, follow=True
    )
    assert "1 pair: different." in done.content.decode()
    assert str(other) not in {t.profile.label for t in done.context["twins"]}
    judged = Judgement.objects.get()
    assert (judged.verdict, judged.judged_by) == ("different", "editor-of-the-test")


def test_a_verdict_that_is_none_is_refused_in_words(client, editor, pair):
    one, other = pair
    done = client.post(address(one, "judge"), {"other": other.pk, "verdict": "x"}, follow=True)
    assert any("same, different, unsure" in said for said in refusals(done))


def test_saving_a_new_record_says_that_it_stands_here_already(client, editor):
    path = "/admin/actors/actor/add/"
    data = sent_back(client.get(path))
    name = "Japan Computer Emergency Response Team Coordination Centre"
    data |= {"name": name, "slug": "jpcert-new", "kind": "cert"}
    data |= {"country": "JP", "website": "https://www.jpcert.or.jp/"}
    done = client.post(path, data, follow=True)
    [said] = [str(m) for m in done.context["messages"] if m.level_tag == "warning"]
    assert "looks like" in said and "same website" in said


def test_many_pairs_are_judged_at_once(client, editor, pair):
    path = "/admin/initiatives/initiative/twins/"
    shown = client.get(path).context["pairs"]
    assert all(p.twin.is_unjudged for p in shown) and len(shown) >= 2
    ticked = [f"{p.record.pk}-{p.twin.profile.pk}" for p in shown]
    assert "Tick the pairs" in " ".join(
        refusals(client.post(path, {"verdict": "same"}, follow=True))
    )
    client.post(path, {"pair": ticked[:1], "verdict": "unsure"})
    after = client.get(path).context["pairs"]
    assert [p.twin.is_unjudged for p in after] == [*[True] * (len(shown) - 1), False]


def test_editors_judge_and_reviewers_merge(client, editor, pair):
    one, other = pair
    assert client.get(address(one, "merge")).status_code == 403
    assert "merge_url" not in client.get(change(one)).context


def test_a_reviewer_sees_what_moves_and_then_merges(client, reviewer, pair):
    keep, drop = pair
    path = address(drop, "merge")
    assert "Merge into" in client.get(path).content.decode()
    page = client.get(path, {"into": keep.pk})
    assert any("AJCCBC" in name or "Cyber Security" in name for name in page.context["changes"])
    done = client.post(path, {"into": keep.pk}, follow=True)
    assert "is now one with" in done.content.decode()
    assert not Initiative.objects.filter(pk=drop.pk).exists()


def test_the_link_to_merge_begins_with_the_way_that_works(client, reviewer, pair):
    one, other = pair
    Initiative.objects.filter(pk=other.pk).update(state="in-review")
    way = f'href="{address(one, "merge")}?into={other.pk}"'
    for path in (
        change(one),
        change(other),
        address(one, "x").partition(f"{one.pk}/")[0] + "twins/",
    ):
        assert way in client.get(path).content.decode(), path
    data = sent_back(client.get(change(one))) | {"_move": "review"}
    done = client.post(change(one), data, follow=True).content.decode()
    assert "fact has no source yet" in done or "facts have no source yet" in done
    review = client.get(address(one, "review")).content.decode()
    assert "Looks like" in review and f'href="{change(other)}"' in review
    assert "theme, reach, region. Readers who search by these" in review


def test_what_stands_in_the_way_is_said_before_anything_happens(client, reviewer, pair):
    draft, _other = pair
    public = Initiative.objects.get(slug="ajccbc")
    page = client.get(address(public, "merge"), {"into": draft.pk})
    assert "merge the other way round" in page.content.decode()
    done = client.post(address(public, "merge"), {"into": draft.pk}, follow=True)
    assert any("merge the other way round" in said for said in refusals(done))
    assert "itself" in " ".join(refusals(client.get(address(public, "merge"), {"into": public.pk})))
