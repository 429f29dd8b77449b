"""WSGI entry point; starts the embedded database unless DATABASE_URL names another."""

import os

from django.core.wsgi import get_wsgi_application

from atlas.postgres import ensure_url

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atlas.settings")
ensure_url()
application = get_wsgi_application()
