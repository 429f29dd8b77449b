"""What somebody meets who tried too often."""

import math

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext

from atlas.kit.api.problems import plain_problem


def locked_out(request, response=None, credentials=None):
    """429 with the time to wait; called by django-axes in place of what was to be answered."""
    until = locked_until(request, (credentials or {}).get("username"))
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    minutes = math.ceil(seconds / 60)
    said = ngettext(
        "Too many tries failed, for this account or from this network address."
        " Try again in %(n)s minute, or ask an administrator to unlock it.",
        "Too many tries failed, for this account or from this network address."
        " Try again in %(n)s minutes, or ask an administrator to unlock it.",
        minutes,
    ) % {"n": minutes}
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    if request.path.startswith("/api/"):
        return plain_problem(request, 429, said, headers)
    answer = render(request, "account/locked.html", {"said": said, "until": until}, status=429)
    for name, value in headers.items():
        answer[name] = value
    return answer


def locked_until(request, name: str | None):
    """When the failures that count against this request are forgotten."""
    mine = Q(ip_address=request.axes_ip_address) | Q(username=name)
    last = AccessAttempt.objects.filter(mine).aggregate(last=Max("attempt_time"))["last"]
    return (last or timezone.now()) + settings.AXES_COOLOFF_TIME
