"""Second factor, lock-out, the list of sign-ins, the password asked again: as people meet them."""

import datetime
import re
import time
from binascii import unhexlify

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from atlas.accounts.models import FailedTries, RecoveryCodes, SignIn, User
from initiatives.models import Initiative
from tests import making
from tests.forms import change
from tests.signing_in import PASSWORD, is_in, known, sign_in

pytestmark = pytest.mark.django_db
SET_UP = "/admin/account/second-factor/"
AGAIN = "/admin/account/again/"


@pytest.fixture(autouse=True)
def cheap_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def required(settings):
    settings.ATLAS_SECOND_FACTOR = True


def code_now(user, later: int = 0) -> str:
    """What the application shows, ``later`` times 30 seconds from now."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(unhexlify(device.key), t0=-30 * later):06}"


def set_up(client, user) -> list[str]:
    """Does what the page asks for; the recovery codes it shows."""
    client.get(SET_UP)
    page = client.post(SET_UP, {"code": code_now(user)})
    TOTPDevice.objects.update(throttling_failure_count=0)
    return re.findall(r"<code>([a-z2-7-]{19})</code>", page.content.decode())


def age_password(client, minutes: int) -> None:
    session = client.session
    session["password_at"] = int(time.time()) - minutes * 60
    session.save()


# ------------------------------------------------------------------ second factor


def test_who_can_publish_is_led_to_the_second_factor_and_can_do_nothing_else(client, required):
    user = known("Reviewer")
    assert is_in(sign_in(client, user.username))
    for path in ("/admin/", "/admin/desk/revision/queue/", "/admin/password_change/", "/admin/no/"):
        assert client.get(path)["Location"] == SET_UP
    record = Initiative.objects.get(slug="tsubame")
    assert client.post(change(record), {"title": "Mine"})["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")
    assert "<svg" in page and len(secret) == 32 and "style=" not in page
    assert "This is not the code" in client.post(SET_UP, {"code": "000000"}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0)
    codes = set_up(client, user)
    assert len(set(codes)) == 10
    kept = RecoveryCodes.objects.get(user=user).hashes
    assert len(kept) == 10 and not {c.replace("-", "") for c in codes} & {*kept}
    again = client.get(SET_UP).content.decode()
    assert "10 recovery codes are left" in again and codes[0] not in again and secret not in again
    assert client.get("/admin/").status_code == 200


def test_the_code_is_asked_for_at_the_sign_in(client, required):
    user = known("Reviewer")
    sign_in(client, user.username)
    codes = set_up(client, user)
    other = Client()
    refused = sign_in(other, user.username).content.decode()
    assert "These do not open the desk" in refused
    wrong_password = sign_in(Client(), user.username, "another", codes[0]).content.decode()
    assert re.findall("errornote.*", refused) == re.findall("errornote.*", wrong_password)
    RecoveryCodes.objects.update(throttling_failure_count=0)
    assert is_in(sign_in(other, user.username, code=code_now(user, 1)))
    assert not is_in(sign_in(Client(), user.username, code=code_now(user, 1)))  # once only
    assert is_in(sign_in(Client(), user.username, code=codes[0].upper()))
    assert not is_in(sign_in(Client(), user.username, code=codes[0]))
    assert other.get("/admin/").status_code == 200
    by = set(SignIn.objects.filter(user=user).values_list("way", "outcome"))
    assert {("code", "entered"), ("code", "refused"), ("password", "refused")} <= by


def test_a_session_from_before_the_factor_is_asked_for_it(client, required):
    user = known("Administrator")
    sign_in(client, user.username)
    old = Client()
    sign_in(old, user.username)
    codes = set_up(client, user)
    asked = old.get("/admin/accounts/user/")
    assert asked["Location"].startswith(AGAIN)
    data = {"next": "/admin/accounts/user/", "again-password": PASSWORD}
    assert old.post(AGAIN, data).status_code == 200
    answer = old.post(AGAIN, data | {"again-code": codes[3]})
    assert answer["Location"] == "/admin/accounts/user/"
    assert old.get("/admin/accounts/user/").status_code == 200
    away = old.post(AGAIN, data | {"next": "https://example.org/"})
    assert away["Location"] == "/admin/"


def test_editors_are_not_asked_and_nobody_is_where_it_is_off(client, required, settings):
    sign_in(client, known("Editor").username)
    assert client.get("/admin/").status_code == 200
    settings.ATLAS_SECOND_FACTOR = False
    sign_in(client, known("Reviewer").username)
    assert "This installation asks nobody" in client.get("/admin/account/").content.decode()
    assert client.get("/admin/").status_code == 200


def test_an_administrator_removes_the_factor_of_who_lost_everything(client):
    user, boss = known("Reviewer"), known("Administrator")
    superuser = User.objects.create_superuser("root", password=PASSWORD)
    for one in (user, superuser):
        TOTPDevice.objects.create(user=one, name="app")
    client.force_login(boss)
    data = {"action": "remove_second_factor", "_selected_action": [user.pk, superuser.pk]}
    page = client.post("/admin/accounts/user/", data, follow=True).content.decode()
    assert "second factor of 1 person is removed" in page and "only superusers" in page
    assert [d.user for d in TOTPDevice.objects.all()] == [superuser]


# ------------------------------------------------------------------ lock-out


def test_an_account_is_locked_from_wherever_the_guesses_come(client, settings):
    user = known("Editor")
    for n in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, user.username, "guess", address=f"192.0.2.{n}").status_code == 200
    locked = sign_in(client, user.username, "guess", address="2001:db8::1")
    assert locked.status_code == 429 and 800 < int(locked["Retry-After"]) <= 900
    assert "Try again in 15 minutes" in locked.content.decode()
    assert sign_in(client, user.username, address="198.51.100.7").status_code == 429
    assert is_in(sign_in(Client(), known("Reviewer").username, address="198.51.100.7"))
    earlier = timezone.now() - settings.AXES_COOLOFF_TIME - datetime.timedelta(seconds=1)
    FailedTries.objects.update(attempt_time=earlier)
    assert is_in(sign_in(client, user.username))


def test_an_address_is_locked_whomever_it_tries_and_an_administrator_unlocks(client, settings):
    user, boss = known("Editor"), known("Administrator")
    for n in range(settings.AXES_FAILURE_LIMIT):
        last = sign_in(client, f"nobody-{n}" + "x" * 200 * (n == 0), "guess", address="192.0.2.9")
    assert last.status_code == 200  # a name too long is no try
    for n in range(8):  # of IPv6 the network counts, not the host
        last = sign_in(client, f"nobody-{n}", "guess", address=f"2001:db8::{n}")
    assert last.status_code == 429
    assert sign_in(client, user.username, address="2001:db8::ffff").status_code == 429
    client.force_login(boss)
    page = client.get("/admin/accounts/failedtries/")
    assert page.content.decode().count("the address") >= 8
    first = FailedTries.objects.filter(ip_address="2001:db8::").first()
    data = {"action": "unlock", "_selected_action": [first.pk]}
    client.post("/admin/accounts/failedtries/", data)
    assert is_in(sign_in(Client(), user.username, address="2001:db8::ffff"))


def test_guessed_codes_lock_too(client, settings):
    user = known("Reviewer")
    TOTPDevice.objects.create(user=user, name="app")
    for n in range(settings.AXES_FAILURE_LIMIT):
        last = sign_in(client, user.username, code="123456", address=f"192.0.2.{n}")
    assert last.status_code == 429


# ------------------------------------------------------------------ sign-ins


def test_sign_ins_are_listed_for_administrators_and_each_sees_the_own(client, settings):
    user = known("Editor")
    sign_in(client, user.username, address="192.0.2.5")
    sign_in(Client(), user.username, "guess", address="192.0.2.6")
    sign_in(Client(), "my-password-by-mistake", "editor", address="192.0.2.7")
    old = SignIn.objects.create(name="long-ago", user=user, way="password", outcome="entered")
    SignIn.objects.filter(pk=old.pk).update(at=timezone.now() - datetime.timedelta(days=181))
    page = sign_in(client, user.username, address="192.0.2.8")
    told = client.get("/admin/").content.decode()
    assert is_in(page) and "from 192.0.2.5. Since then 1 try failed." in told
    own = client.get("/admin/account/").content.decode()
    assert "192.0.2.6" in own and "192.0.2.7" not in own and "Kept for 180 days" in own
    assert client.get("/admin/accounts/signin/").status_code == 403
    client.force_login(known("Administrator"))
    listed = client.get("/admin/accounts/signin/").content.decode()
    assert "192.0.2.6" in listed and "no such account" in listed
    assert "my-password-by-mistake" not in listed and "long-ago" not in listed
    assert not SignIn.objects.filter(pk=old.pk).exists()


# ------------------------------------------------------------------ the password again


def test_a_deletion_waits_for_the_password_and_loses_nothing(client, settings):
    user = known("Reviewer")
    sign_in(client, user.username)
    record = making.initiative("to-go", state="draft")
    path = change(record).replace("change", "delete")
    assert client.get(path).status_code == 200  # signed in a moment ago
    age_password(client, settings.ATLAS_PASSWORD_MINUTES + 1)
    assert client.get(path)["Location"] == f"{AGAIN}?next={path.replace('/', '%2F')}"
    asked = client.post(path, {"post": "yes", "edit_why": "An <error>"}).content.decode()
    assert '<input type="hidden" name="edit_why" value="An &lt;error&gt;">' in asked
    sent = {"post": "yes", "again-password": "guess"}
    assert "not your password" in client.post(path, sent).content.decode()
    assert Initiative.objects.filter(pk=record.pk).exists()
    assert client.post(path, sent | {"again-password": PASSWORD}).status_code == 302
    assert not Initiative.objects.filter(pk=record.pk).exists()
    assert client.get("/admin/initiatives/initiative/").status_code == 200


def test_every_sensitive_page_asks_and_others_do_not(client, settings):
    User.objects.create_superuser("root", password=PASSWORD)
    sign_in(client, "root")
    age_password(client, settings.ATLAS_PASSWORD_MINUTES + 1)
    record = Initiative.objects.get(slug="tsubame")
    for path in (
        change(record).replace("change", "merge"),
        change(record).replace("change", "delete"),
        "/admin/accounts/user/add/", "/admin/accounts/user/1/password/", "/admin/auth/group/add/",
        "/admin/accounts/authtoken/add/", "/admin/initiatives/importrun/add/",
        "/admin/initiatives/initiative/import-iati/", SET_UP,
    ):  # fmt: skip
        assert client.get(path)["Location"].startswith(AGAIN), path
    history = change(record).replace("change", "history")
    for path, data in (
        (history, {"unmerge": "1"}),
        ("/admin/kit/redirect/", {"action": "delete_selected"}),
        ("/admin/initiatives/importrun/1/undo/", {}), (f"{SET_UP}remove/", {}),
    ):  # fmt: skip
        assert "account/again" in client.post(path, data).templates[0].name, path
    for path in ("/admin/", history, change(record), "/admin/accounts/user/", "/admin/account/"):
        assert client.get(path).status_code == 200, path
