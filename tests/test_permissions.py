"""Who may what: docs/permissions.md is what a walk through every address finds."""

import os
from pathlib import Path

import pytest

from tests import making, permissions

DOCUMENT = Path(__file__).parents[1] / "docs" / "permissions.md"
MARK = "<!-- what follows is written by UPDATE_PERMISSIONS=1 pytest tests/test_permissions.py -->\n"


@pytest.mark.django_db
def test_everybody_gets_where_the_document_says_and_nowhere_else(settings):
    settings.ATLAS_SECOND_FACTOR = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.permissions.Unrendered"]
    found = permissions.matrix()
    making.forget()
    told, mark, written = DOCUMENT.read_text("utf-8").partition(MARK)
    if os.environ.get("UPDATE_PERMISSIONS"):
        DOCUMENT.write_text(told + MARK + "\n" + found, "utf-8")
    else:
        assert written.strip().splitlines() == found.strip().splitlines()
    rows = [line.strip("| ").split(" | ") for line in found.splitlines() if "`/admin" in line]
    assert len(rows) > 80
    assert {row[1] for row in rows} == {"sign-in", "–"}  # the feed of the queue has its own key
    own = ("`/admin/account/second-factor/`", "`/admin/jsi18n/`")
    assert {row[5] for row in rows if row[0] not in own} == {"set-up"}
    assert {cell for row in rows for cell in row[1:]} == {"sign-in", "set-up", "reads", "acts", "–"}
