"""Entering with evidence: a source pasted once, facts cited beside fields and on a page of its own.

Every form is filled in as a browser would; what is refused comes back whole.
"""

import datetime

import pytest
from django.contrib.messages import get_messages

from atlas.desk.models import Revision
from initiatives.models import FundingLink, Initiative
from sources.models import Publisher, Source
from tests import making
from tests.forms import add_row, change, let_in, person, refusals, sent_back
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]
TODAY = datetime.date.today()
PASTED = {
    "new_url": "https://example.org/report",
    "new_title": "A report",
    "new_publisher": "Example House",
    "new_published": "2024-05",
    "new_kind": "report",
}


@pytest.fixture
def draft(db):
    return making.initiative(
        "under-way", state="draft", summary="Words.", actual_start="2018-09", status="closed"
    )


def cite(record) -> str:
    return change(record).replace("/change/", "/cite/")


def said(record, **place) -> dict:
    return dict(record.citations.filter(**place).values_list("field", "says"))


# ------------------------------------------------------------------ the page “Cite a source”


def test_one_pasted_source_is_cited_for_many_facts_at_once(client, editor, draft):
    lines = {
        line["place"]: line
        for _title, found in client.get(cite(draft)).context["groups"]
        for line in found
    }
    assert lines["actual_start"]["says"] == "2018-09" and lines["summary"]["prose"]
    data = PASTED | {"fact": ["title", "summary", "actual_start"], "edit_locator": "para 2"}
    data |= {"says:title": "Under Way", "says:actual_start": "2017", "at:actual_start": "p 9"}
    response = client.post(cite(draft), data | {"credibility": "2"})
    assert response.status_code == 302
    made = Source.objects.get(title="A report")
    assert (made.publisher.reliability, made.published, made.kind) == ("F", "2024-05", "report")
    found = said(draft, source=made, credibility=2, checked_on=TODAY)
    assert found["title"] == "Under Way" and found["summary"].startswith("sha256:")
    assert said(draft, locator="p 9") == {"actual_start": "2017"}
    marks = client.get(change(draft)).content.decode()
    assert "disputed" in marks and "cited by 1 source" in marks


def test_an_address_on_file_is_found_again_however_it_is_written(client, editor, draft, source):
    assert source.url.startswith("https://www.")
    typed = source.url.replace("https://www.", "http://").rstrip("/") + "/"
    told = client.get("/admin/sources/source/on-file/", {"url": typed}).json()
    assert source.title in told["words"]
    before = Source.objects.count()
    assert client.post(cite(draft), {"new_url": typed, "fact": "title"}).status_code == 302
    assert Source.objects.count() == before
    assert said(draft, source=source) == {"title": "Under Way"}


def test_what_is_cited_on_a_public_record_waits_for_a_reviewer(client, editor, tsubame):
    before = tsubame.citations.count()
    data = PASTED | {"fact": ["title", "actual_start"], "says:title": "TSUBAME"}
    assert client.post(cite(tsubame), data | {"says:actual_start": "2008"}).status_code == 302
    assert tsubame.citations.count() == before
    waiting = Revision.objects.of(tsubame).get()
    assert (waiting.state, waiting.why) == ("in-review", "Cited: A report")
    assert client.post(cite(tsubame), {"new_url": PASTED["new_url"], "fact": "status"})
    assert Revision.objects.of(tsubame).count() == 1  # the same revision goes on
    let_in(tsubame)
    assert set(said(tsubame, source__title="A report")) == {"title", "actual_start", "status"}


def test_a_refused_citation_writes_nothing_and_loses_nothing(client, editor, draft, source):
    wrong = PASTED | {"fact": ["actual_start"], "says:actual_start": "20188"}
    page = client.post(cite(draft), wrong)
    shown = page.content.decode()
    assert "Actual start: “20188” is not a date we accept" in shown
    assert 'value="20188"' in shown and 'value="A report"' in shown
    assert not Source.objects.filter(title="A report").exists()
    for data, why in (
        ({"edit_source": source.pk}, "Tick the facts"),
        ({"fact": "title"}, "Choose a source, or paste a new one."),
        (PASTED | {"fact": "title", "edit_source": source.pk}, "not both"),
        ({"fact": "title", "new_title": "No house"}, "A new source needs its publisher."),
        ({"fact": "planned_end", "edit_source": source.pk}, "We have no value here"),
        ({"fact": "nonsense/x/y", "edit_source": source.pk}, "is no fact of this record"),
        (PASTED | {"fact": "title", "new_url": "http://[", "new_archived": "x"}, "valid URL"),
    ):
        assert why in client.post(cite(draft), data).content.decode(), data
    assert not draft.citations.exists()


def test_cite_the_same_begins_with_that_citation(client, editor, tsubame):
    row = tsubame.citations.filter(locator__gt="").first()
    form = client.get(cite(tsubame), {"like": row.key, "fact": "uncited"}).context["form"]
    assert (form["edit_source"].value(), form["edit_locator"].value()) == (
        row.source_id,
        row.locator,
    )


def test_still_says_so_renews_one_check_or_many(client, editor, draft, source):
    client.post(cite(draft), {"edit_source": source.pk, "fact": ["title", "status"]})
    old = datetime.date(2020, 1, 1)
    draft.citations.update(checked_on=old)
    assert "not checked for long" in client.get(change(draft)).content.decode()
    keys = list(draft.citations.order_by("field").values_list("key", flat=True))
    client.post(cite(draft), {"renew": keys[0]})
    assert set(draft.citations.filter(checked_on=TODAY).values_list("key", flat=True)) == {keys[0]}
    client.post(cite(draft), {"renew": "ticked", "check": keys})
    assert not draft.citations.exclude(checked_on=TODAY).exists()
    client.post(cite(draft), {"renew": "ticked"})
    draft.citations.update(checked_on=old)
    data = sent_back(client.get(change(draft)))
    response = client.post(change(draft), data | {"citations-0-again": "on"})
    assert response.status_code == 302, refusals(response)
    assert draft.citations.filter(checked_on=TODAY).count() == 1


def test_what_was_checked_today_is_nothing_to_decide(client, editor, tsubame):
    tsubame.citations.update(checked_on=TODAY, checked_by=str(editor))
    done = client.post(cite(tsubame), {"renew": tsubame.citations.first().key}, follow=True)
    assert "still says so" in done.content.decode()
    assert not Revision.objects.exists()


def test_the_page_is_for_who_may_change_the_record(client, tsubame):
    assert client.get(cite(tsubame)).status_code == 302
    client.force_login(person("Editor"))
    assert client.get(cite(tsubame)).status_code == 200
    assert client.get(cite(tsubame).replace(str(tsubame.pk), "999999999")).status_code == 302


# ------------------------------------------------------------------ on the record's form


def test_evidence_beside_a_field_is_saved_with_it(client, editor, draft, source):
    data = sent_back(client.get(change(draft))) | {"planned_start": "2016"}
    data |= {f"beside_planned_start_{k}": v for k, v in
             {"source": source.pk, "locator": "p 3", "credibility": "3"}.items()}  # fmt: skip
    data |= {"beside_actual_start_source": source.pk, "beside_actual_start_says": "2017"}
    response = client.post(change(draft), data)
    assert response.status_code == 302, refusals(response)
    assert said(draft) == {"planned_start": "2016", "actual_start": "2017"}
    assert said(draft, credibility=3, locator="p 3") == {"planned_start": "2016"}


def test_evidence_beside_a_field_is_refused_at_that_field(client, editor, draft, source):
    data = sent_back(client.get(change(draft))) | {"title": "Another name"}
    data |= {"beside_title_locator": "p 1", "beside_actual_end_source": source.pk}
    response = client.post(change(draft), data)
    assert "Choose the source that says this." in response.context["adminform"].form.errors["title"]
    response = client.post(change(draft), data | {"beside_title_source": source.pk})
    form = response.context["adminform"].form
    assert "We have no value here" in form.errors["actual_end"][0]
    assert form["title"].value() == "Another name"
    assert '<details class="beside" open>' in response.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Under Way" and not draft.citations.exists()


def test_a_source_pasted_on_a_public_form_outlives_the_pending_revision(client, editor, tsubame):
    data = sent_back(client.get(change(tsubame))) | PASTED | {"actual_start": "2009"}
    response = client.post(change(tsubame), data)
    assert response.status_code == 302, refusals(response)
    assert Publisher.objects.filter(name="Example House").exists()
    let_in(tsubame)
    assert said(tsubame, source__title="A report") == {"actual_start": "2009"}


def test_a_new_record_is_cited_and_sent_to_review_in_one_save(client, editor):
    path = "/admin/initiatives/initiative/add/"
    data = sent_back(client.get(path)) | PASTED
    data |= {"title": "Fresh", "slug": "fresh", "kind": "project", "status": "closed"}
    response = client.post(path, data | {"actual_start": "2018", "_move": "review"})
    assert response.status_code == 302, refusals(response)
    assert str(*get_messages(response.wsgi_request)) == "“Fresh” is in review."
    made = Initiative.objects.get(slug="fresh")
    assert response.url == change(made) and made.state == "in-review"
    assert set(said(made, source__title="A report")) == {"title", "status", "actual_start"}
    refused = client.post(path, data | {"slug": "fresher", "_move": "publish"})
    assert refused.status_code == 403 and not Initiative.objects.filter(slug="fresher").exists()


AMOUNTS = [
    ({"amount_kind": "exact"}, "amount", "Give the number"),
    ({"amount_kind": "at-least", "amount": "5"}, "currency", "three letters"),
    ({"amount_kind": "range", "amount": "5", "currency": "usd"}, "amount_max", "upper end"),
    (
        {"amount_kind": "range", "amount": "5", "amount_max": "4", "currency": "USD"},
        "amount_max",
        "above the lower",
    ),
    ({"amount_kind": "undisclosed"}, "undisclosed_reason", "Say why"),
    ({"amount_kind": "undisclosed", "amount": "5"}, "amount", "clear it"),
]


def test_an_amount_says_at_its_field_what_it_lacks(client, editor, draft):
    funder = FundingLink.objects.filter(funder_actor__isnull=False).first().funder_actor
    data = sent_back(client.get(change(draft)))
    for given, _field, _why in AMOUNTS:
        add_row(data, "funding", funder_actor=funder.pk, type="pledge", **given)
    response = client.post(change(draft), data)
    inlines = {i.formset.prefix: i.formset for i in response.context["inline_admin_formsets"]}
    for form, (_given, field, why) in zip(inlines["funding"].forms, AMOUNTS, strict=True):
        assert why in " ".join(form.errors[field])


# ------------------------------------------------------------------ while typing


def test_dates_are_said_in_words_while_they_are_typed(client, editor):
    asked = ["2018-09", "2018~", "2018-13"]
    told = client.get("/admin/kit/redirect/in-words/", {"d": asked}).json()
    assert told["2018-09"] == {"words": "September 2018"}
    assert told["2018~"] == {"words": "about 2018"}
    assert "no such month" in told["2018-13"]["error"]


def test_records_of_the_name_are_shown_while_it_is_typed(client, editor):
    path = "/admin/initiatives/initiative/alike/"
    page = client.get(path, {"q": "Asean Japan cyber security capacity building center"})
    assert "ASEAN-Japan Cybersecurity Capacity Building Centre" in page.content.decode()
    own = Initiative.objects.get(slug="ajccbc")
    assert change(own) in page.content.decode()
    again = client.get(path, {"q": own.title, "not": own.pk}).content.decode()
    assert change(own) not in again
    assert not client.get(path, {"q": "zz"}).content.strip()
