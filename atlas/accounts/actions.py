"""Second factors, and the record of who signed in."""

import base64
import secrets
import time

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from atlas.accounts.addresses import shown
from atlas.accounts.choices import Outcome, Scope, Way
from atlas.accounts.models import RecoveryCodes, SignIn, hash_of_code

CODES = 10
PASSWORD_AT = "password_at"  # in the session: when the password was last given, in seconds


# ------------------------------------------------------------------ second factor


def factor_of(*, user) -> TOTPDevice | None:
    """The second factor somebody has confirmed."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).first()


@transaction.atomic
def factor_begun(*, user) -> TOTPDevice:
    """The factor that waits for its first code: the same until it is confirmed."""
    get_user_model().objects.select_for_update().get(pk=user.pk)  # one at a time
    begun = TOTPDevice.objects.devices_for_user(user, confirmed=False).first()
    return begun or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


@transaction.atomic
def confirm_factor(*, user, code: str) -> TOTPDevice | None:
    """The factor, if the code is one of its own; it counts from now on."""
    device = factor_begun(user=user)
    if not device.verify_token(code.replace(" ", "")):
        return None
    device.confirmed = True
    device.save()
    return device


@transaction.atomic
def new_codes(*, user) -> list[str]:
    """Recovery codes that replace those of before; they cannot be read again."""
    raw = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _n in range(CODES)]
    RecoveryCodes.objects.filter(user=user).delete()
    hashes = [hash_of_code(code) for code in raw]
    RecoveryCodes.objects.create(user=user, name="recovery", hashes=hashes)
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in raw]


def codes_left(*, user) -> int:
    codes = RecoveryCodes.objects.filter(user=user).first()
    return len(codes.hashes) if codes else 0


@transaction.atomic
def remove_factor(*, user) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCodes.objects.filter(user=user).delete()


@transaction.atomic
def device_of_code(*, user, code: str):
    """The app or the recovery codes whose code this is, None where it is nobody's.

    A wrong code makes the next wait: 1, 2, 4 ... seconds.
    """
    bare = "".join(code.split())
    kind = TOTPDevice if bare.isdigit() and len(bare) <= 8 else RecoveryCodes
    device = kind.objects.devices_for_user(user, confirmed=True).select_for_update().first()
    return device if device is not None and device.verify_token(bare) else None


# ------------------------------------------------------------------ tokens


def scopes_of(*, user) -> set[str]:
    """What a token of this person may be made for: at most what he or she may."""
    held = {name.partition(".")[2].partition("_")[0] for name in user.get_all_permissions()}
    needs = {Scope.PROPOSE: "add", Scope.WRITE: "change", Scope.PUBLISH: "publish"}
    return {Scope.READ} | {scope for scope, verb in needs.items() if verb in held}


# ------------------------------------------------------------------ who signed in


def refuse(*, sender, request, user, way: Way) -> None:
    """Count a failure towards the lock of the account and of the address."""
    credentials = {"username": user.get_username(), "way": way}
    user_login_failed.send(sender=sender, credentials=credentials, request=request)


def is_locked(*, request, user) -> bool:
    """Whether the account or the address is locked out."""
    return not AxesProxyHandler.is_allowed(request, {"username": user.get_username()})


def note_failure(sender, credentials, request=None, **kwargs) -> None:
    """A receiver of ``user_login_failed``."""
    if request is None:
        return
    name = str(credentials.get("username") or "")
    user = get_user_model().objects.filter(username=name[:150]).first()
    locked = getattr(request, "axes_locked_out", False)
    SignIn.objects.create(
        user=user,
        name=name if user else "",
        address=shown(request),
        way=credentials.get("way", Way.PASSWORD),
        outcome=Outcome.LOCKED if locked else Outcome.REFUSED,
    )
    forget_old()


def note_entry(sender, request, user, **kwargs) -> None:
    """A receiver of ``user_logged_in``: note it, and tell of the time before."""
    told = last_time(user=user)
    SignIn.objects.create(
        user=user,
        name=user.get_username(),
        address=shown(request),
        way=Way.CODE if getattr(user, "otp_device", None) else Way.PASSWORD,
        outcome=Outcome.ENTERED,
    )
    forget_old()
    if hasattr(request, "session"):
        request.session[PASSWORD_AT] = int(time.time())
    if told and hasattr(request, "_messages"):
        messages.info(request, told)


def last_time(*, user, but: int = 0) -> str:
    """When and from where somebody last signed in, leaving out the ``but`` latest times."""
    before = SignIn.objects.of(user).entries()[but : but + 1].first()
    if before is None:
        return ""
    when = date_format(before.at, "j F Y, H:i")
    said = _("You last signed in on %(when)s (UTC) from %(where)s.") % {
        "when": when,
        "where": before.address or _("an unknown address"),
    }
    failed = SignIn.objects.of(user).failures_since(before.at).count()
    if failed:
        said += " " + ngettext(
            "Since then %(n)s try failed.", "Since then %(n)s tries failed.", failed
        ) % {"n": failed}
    return said


def forget_old() -> None:
    SignIn.objects.older_than(settings.ATLAS_SIGN_IN_DAYS, timezone.now()).delete()


def listen() -> None:
    """Called once, when the apps are ready."""
    user_login_failed.connect(note_failure, dispatch_uid="atlas.accounts.note_failure")
    user_logged_in.connect(note_entry, dispatch_uid="atlas.accounts.note_entry")
