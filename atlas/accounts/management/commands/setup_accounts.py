"""Create the groups of editors and, for a try-out, the demo editor."""

import os
import secrets

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand
from django.db import transaction

from atlas.kit.models import Judgement, Link, Publishable, Redirect, Row

CONTENT = ("sources", "actors", "initiatives")
REFERENCE = ("country", "theme")  # lists of others that change once in years
IMPORTS = ("initiatives", "importrun")
ACCOUNTS = (("accounts", "user"), ("accounts", "authtoken"), ("auth", "group"))
DEMO = "editor"
DEMO_GROUPS = ("Editor", "Reviewer")  # so that a newcomer can try publishing too


class Command(BaseCommand):
    """Safe to run at every start: groups are brought to this state, people are left alone."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="also the demo editor")

    @transaction.atomic
    def handle(self, *args, demo=False, **options):
        for name, permissions in group_permissions().items():
            group, _created = Group.objects.get_or_create(name=name)
            group.permissions.set(permissions)
        if demo:
            self.stdout.write(demo_editor(os.environ.get("ATLAS_DEMO_PASSWORD", "")))


def group_permissions() -> dict[str, list[Permission]]:
    """What each group may do; every group may what the one before it may."""
    links, nouns, reference = [], [], []
    for model in (m for app in CONTENT for m in apps.get_app_config(app).get_models()):
        if issubclass(model, Link):
            links.append(model)
        elif issubclass(model, Row):
            (reference if model._meta.model_name in REFERENCE else nouns).append(model)
    # one's own
    tokens = _permissions([apps.get_model("accounts", "authtoken")], "view", "add", "delete")
    suggestion, revision, comment = map(
        apps.get_app_config("desk").get_model, ("suggestion", "revision", "comment")
    )
    editor = [
        *_permissions(links, "view", "add", "change", "delete"),
        *_permissions(nouns, "view", "add", "change"),
        *_permissions([*reference, Redirect, suggestion, revision, comment], "view"),
        *_permissions([revision, comment], "add"),
        *_permissions([Judgement], "view", "add", "change"),
        *tokens,
    ]
    reviewer = [
        *editor,
        *_permissions(nouns, "delete"),
        *_permissions([m for m in nouns if issubclass(m, Publishable)], "publish"),
        *_permissions([Redirect], "add", "change", "delete"),
        *_permissions([Judgement], "delete"),
        *_permissions([suggestion], "decide"),
        *_permissions([revision], "approve"),
    ]
    accounts = [apps.get_model(*names) for names in ACCOUNTS]
    sign_in, tries = map(apps.get_app_config("accounts").get_model, ("signin", "failedtries"))
    administrator = [
        *reviewer,
        *_permissions([sign_in, tries], "view"),
        *_permissions([tries], "delete"),  # which unlocks
        *_permissions([apps.get_model(*IMPORTS)], "publish"),  # by a table, what readers see
        *_permissions([*reference, *accounts], "view", "add", "change", "delete"),
    ]
    return {"Editor": editor, "Reviewer": reviewer, "Administrator": administrator}


def _permissions(models: list, *verbs: str) -> list[Permission]:
    found = []
    for model in models:
        content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
        for verb in verbs:
            permission, _created = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{verb}_{model._meta.model_name}",
                defaults={"name": f"Can {verb} {model._meta.verbose_name}"},
            )
            found.append(permission)
    return found


def demo_editor(password: str) -> str:
    """Create the demo editor, or give it the password asked for; what to tell the operator."""
    User = get_user_model()
    user = User.objects.filter(username=DEMO).first()
    if user is not None and not password:
        return (
            f"Demo editor: {DEMO} (the password was shown at the first start; set a new one with"
            f" ATLAS_DEMO_PASSWORD=... or manage.py changepassword {DEMO})"
        )
    password = password or secrets.token_urlsafe(12)
    user = user or User(username=DEMO, first_name="Demo", last_name="Editor", is_staff=True)
    user.set_password(password)
    user.save()
    user.groups.add(*Group.objects.filter(name__in=DEMO_GROUPS))
    return f"Demo editor: {DEMO} / {password}"
