"""What every page shares: the site context and the door through which a request changes data."""

import pghistory
from django.conf import settings


class DoorMiddleware:
    """Record changes made in a request as made by its user through its door."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        door = "api" if request.path.startswith("/api/") else "admin"
        user = getattr(request, "user", None)
        who = {"user": user.pk, "name": user.get_username()} if user and user.pk else {}
        with pghistory.context(door=door, **who):
            return self.get_response(request)


def site(request) -> dict:
    return {"site_name": settings.SPECTACULAR_SETTINGS["TITLE"]}
