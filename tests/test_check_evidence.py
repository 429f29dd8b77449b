"""check_evidence: what it counts, and that it fails on a published fact without a source."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection


def told(capsys) -> str:
    call_command("check_evidence")
    return capsys.readouterr().out


@pytest.mark.django_db
def test_it_counts_each_noun_and_the_total(capsys):
    out = told(capsys)
    rows = {line.split()[0]: line.split() for line in out.splitlines()[1:4]}
    assert list(rows) == ["initiative", "actor", "total"]
    for name in ("initiative", "actor", "total"):
        facts, cited, share = rows[name][2:5]
        assert facts == cited and share == "(100.0%)", rows[name]
    assert int(rows["total"][2]) == int(rows["initiative"][2]) + int(rows["actor"][2])
    assert "uncited: 0" in out
    assert "accdp-1, accdp-1--people-trained, value: 320" in out  # disputed


@pytest.mark.usefixtures("committed_db")
def test_it_fails_when_raw_sql_went_past_the_gate(capsys):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger runs
        cursor.execute("UPDATE initiatives_initiative SET title = 'Else' WHERE slug = 'tsubame'")
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(CommandError, match="1 published facts have no source"):
        call_command("check_evidence")
    out = capsys.readouterr().out
    assert "uncited: 1" in out
    assert "initiative tsubame, title: Else" in out


@pytest.mark.usefixtures("committed_db")
def test_an_old_check_is_stale(capsys):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE initiatives_initiativecitation SET checked_on = '2020-01-01'"
            " WHERE field = 'summary' AND initiative_id ="
            " (SELECT id FROM initiatives_initiative WHERE slug = 'tsubame')"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    assert "initiative tsubame, summary" in told(capsys).split("stale:")[1]
