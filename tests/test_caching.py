"""Kept pages: taken while nothing changes, made anew after any write, told apart by reader."""

import psycopg2
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from tests.conftest import url_for
from tests.page import static_files  # noqa: F401

PAGE = "/initiatives/ajccbc/"
FUND = '<p class="kicker"><span>Fund</span>'

pytestmark = pytest.mark.usefixtures("static_files")


@pytest.fixture
def ask(committed_db, client):
    """Gives the text of a page and the number of its queries."""
    caches["pages"].clear()

    def asking(path: str = PAGE, **headers) -> tuple[str, int]:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path, headers=headers)
        assert response.status_code == 200
        assert "default-src" in response["Content-Security-Policy"]
        return response.content.decode(), len(captured)

    return asking


def test_a_page_is_kept_until_anything_is_written(ask, client):
    first, made = ask()
    assert ask() == (first, 1) and made > 5
    Initiative.objects.filter(slug="ajccbc").update(kind="project")
    second, made = ask()
    assert "Project" in second and second != first and made > 5
    assert ask() == (second, 1)
    client.cookies["sessionid"] = "somebody"
    assert ask()[1] > 5


def test_a_slow_transaction_shows_when_it_commits(ask, committed_db):
    """It wrote before another one that committed first, and whose version pages were kept for."""
    slow = psycopg2.connect(url_for(committed_db))
    try:
        with slow.cursor() as cursor:
            cursor.execute("UPDATE initiatives_initiative SET kind = 'fund' WHERE slug = 'ajccbc'")
        before, _made = ask()
        Initiative.objects.filter(slug="tsubame").update(kind="programme")
        between, made = ask()
        assert made > 5 and FUND not in between
        assert ask() == (between, 1)
        slow.commit()
        after, made = ask()
        assert made > 5 and FUND in after and FUND not in before
    finally:
        slow.close()


def test_pages_are_told_apart_by_what_they_depend_on(ask):
    whole, _made = ask("/search/suggest/?q=asean")
    part, made = ask("/search/suggest/?q=asean", **{"HX-Request": "true"})
    assert made > 1
    assert ask("/search/suggest/?q=asean", **{"HX-Request": "true"}) == (part, 1)
    assert ask("/search/suggest/?q=asean") == (whole, 1)
