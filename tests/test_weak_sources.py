"""What rests on weak sources, on memory, or was spent elsewhere is said beside the figure."""

import pytest
from django.conf import settings

from atlas.kit.differing import disagreeing_statements
from atlas.kit.evidence import for_record
from atlas.kit.facts import REGISTRY
from initiatives.insights.coverage import figures
from initiatives.models import FundingLink, Initiative, Statement
from sources.models import Publisher
from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("corpus")]

WEAK = {"sea-pac-cyber", "gcscc", "gfce", "commonwealth-cyber-2022"}


def text(client, path: str) -> str:
    return Page(client.get(path)).text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_line_on_sureness_names_what_only_weak_sources_give(client):
    said = text(client, "/initiatives/sea-pac-cyber/")
    assert "only weak sources (D or E) give its title, summary, planned start and money;" in said
    assert "83 500 000 AUD1b weak source" in said
    assert "83 500 000 AUDall of it from weak sources only (D or E)" in said
    assert "weak source" not in text(client, "/initiatives/ajccbc/")


def test_weak_sums_are_the_same_by_row_and_by_comparison():
    links = FundingLink.objects.exclude(amount=None).for_money()
    assert {link.initiative.slug for link in links if link.weak} == WEAK
    for record in Initiative.objects.filter(slug__in=[*WEAK, "au-ccp"]):
        ours = {link.key for link in links if link.weak and link.initiative_id == record.pk}
        facts = for_record("initiative", record.pk)
        assert ours == {f.link_key for f in facts if f.field == "amount" and f.weak}
    Publisher.objects.filter(sources__slug="abp-seapac").update(reliability="F")
    assert WEAK - {link.initiative.slug for link in links.all() if link.weak} == {"sea-pac-cyber"}


def test_a_total_says_how_much_of_it_is_weak_and_that_whole_sums_count(client):
    whole = "Each record found counts with the whole of its sums"
    for path in ("/funding/?region=pacific", "/briefing/?region=pacific"):
        said = text(client, path)
        assert "all of it from weak sources only (D or E)" in said and whole in said, path
    assert whole not in text(client, "/funding/")
    sums = client.get("/api/v1/insights/briefing/?region=pacific").json()["sums"]
    assert [(one["currency"], float(one["weak"]["low"])) for one in sums if one["weak"]] == [
        ("AUD", 83500000.0)
    ]
    rows = client.get("/api/v1/insights/funding/?region=pacific").json()["rows"]
    assert [r["weak"].replace("\u202f", " ")[:10] for r in rows if r["weak"]] == ["83 500 000"]


def test_notes_of_payments_stand_where_their_sums_do(client):
    for path in ("/years/?of=money&region=pacific", "/funding/?of=au-ccp"):
        assert "For Southeast Asia." in text(client, path), path
    csv = client.get("/years/?of=money&region=pacific&format=csv").content.decode()
    assert "For Southeast Asia." in csv


def test_facts_from_memory_are_counted_apart(client):
    found = figures()
    assert found.unchecked == 63 and found.checked == found.facts - 63 - found.uncited
    front = text(client, "/")
    assert "63 more from the editors’ memory, to be checked" in front
    method = text(client, "/about/")
    assert "63 entered from the editors’ memory" in method
    assert "not checked yet" in text(client, "/actors/eu/")


def test_records_whose_accounts_differ_are_found_and_named(client):
    statements = list(Statement.objects.select_related("event"))
    for noun in ("initiative", "actor"):
        groups = disagreeing_statements(statements)
        owners = {getattr(one, f"{noun}_id") or getattr(one.event, f"{noun}_id", None)
                  for one, *_others in groups} - {None}  # fmt: skip
        path = f"/api/v1/{noun}s/?evidence=accounts-differ&page_size=200"
        assert {row["slug"] for row in client.get(path).json()["results"]} == set(
            REGISTRY[noun].model.objects.filter(pk__in=owners).values_list("slug", flat=True)
        ), noun
    assert "accounts differ" in text(client, "/initiatives/?q=au-ccp")
    assert "accounts differ" not in text(client, "/initiatives/?evidence__not=accounts-differ")
    assert "initiatives whose accounts differ" in text(client, "/briefing/?region=pacific")


def test_money_can_be_a_column_of_the_table_and_files_say_that_they_are_whole(client):
    said = text(client, "/initiatives/?view=table&columns=title,money&q=sea-pac-cyber")
    assert "83 500 000 AUD, pledge (weak source)" in said
    assert "Files hold every column" in said
    assert "Files hold every column" not in text(client, "/initiatives/?q=sea-pac-cyber")


def test_a_value_refused_stands_as_it_was_typed_and_says_how_to_write_it(client):
    assert "There is no “Fijji”" in text(client, "/initiatives/?country=Fijji")
    asked = "/initiatives/?currency=USD&amount_min=1,000,000"
    assert "digits only, such as 1000000" in text(client, asked)


def test_a_choice_says_directly_only_where_that_is_fewer(client):
    said = text(client, "/initiatives/?region=pacific")
    assert "Names no group" in said and "6 directly" not in said


def test_a_total_is_printed_once():
    css = (settings.BASE_DIR / "atlas/static/atlas/atlas.css").read_text()
    assert "tfoot { display: table-row-group; }" in css.partition("@media print")[2]
