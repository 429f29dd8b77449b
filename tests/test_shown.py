"""What a page has read of a record, as formats see it: the same as formats read themselves."""

import pytest

from actors.models import Actor
from atlas.kit.evidence import for_record
from initiatives.exchange.jsonld import graph
from initiatives.exchange.linking import linked
from initiatives.exchange.selection import Selection
from initiatives.exchange.shown import shown
from initiatives.models import Initiative
from tests.linking import paid_project
from tests.making import ungated  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ungated")]


@pytest.mark.parametrize("model", [Initiative, Actor])
def test_what_a_page_has_read_makes_the_graph_that_a_file_has(model):
    paid_project()
    noun = model._meta.model_name
    chosen = model.objects.published().order_by("slug")
    in_file = linked(Selection(f"{noun}s", (chosen,), site="https://atlas.example"))
    for whole in list(in_file)[::4]:
        record = chosen.get(slug=whole.slug)
        model.objects.complete(record, *([50] if model is Actor else []))
        read_once = shown(record, for_record(noun, record.pk), "https://atlas.example")
        assert list(graph(read_once, set())) == list(graph(whole, set())), whole.slug
