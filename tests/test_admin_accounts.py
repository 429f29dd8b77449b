"""Groups and the demo editor, as every start sets them up."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from atlas.accounts.models import User

pytestmark = pytest.mark.django_db


def start(monkeypatch, password: str = "") -> str:
    monkeypatch.setenv("ATLAS_DEMO_PASSWORD", password)
    out = io.StringIO()
    call_command("setup_accounts", demo=True, stdout=out)
    return out.getvalue().strip()


def may(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def test_each_group_may_what_the_one_before_may():
    call_command("setup_accounts")
    assert may("Editor") < may("Reviewer") < may("Administrator")
    assert {"change_initiative", "delete_initiativecitation"} <= may("Editor")
    assert not {"publish_initiative", "delete_source", "change_country"} & may("Editor")
    assert {"publish_initiative", "publish_actor", "delete_source"} <= may("Reviewer")
    assert not {"change_user", "change_authtoken", "view_signin"} & may("Reviewer")


def test_random_password_is_printed_once(monkeypatch):
    first = start(monkeypatch)
    password = first.removeprefix("Demo editor: editor / ")
    assert User.objects.get(username="editor").check_password(password)
    second = start(monkeypatch)
    assert password not in second and "ATLAS_DEMO_PASSWORD" in second
    assert User.objects.get(username="editor").check_password(password)


def test_chosen_password_is_set_at_every_start(monkeypatch):
    for password in ("first-of-two", "second-of-two"):
        assert start(monkeypatch, password) == f"Demo editor: editor / {password}"
        assert User.objects.get(username="editor").check_password(password)


def test_people_are_left_alone(monkeypatch):
    start(monkeypatch)
    User.objects.filter(username="editor").update(is_active=False)
    start(monkeypatch, "another-one")
    assert not User.objects.get(username="editor").is_active
