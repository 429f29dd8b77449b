"""Settings, read from the environment, starting nothing.

Environment: SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS (comma-separated), DEBUG, HTTPS, ATLAS_DATA,
ATLAS_APPROVE_OWN, ATLAS_SECOND_FACTOR, ATLAS_PASSWORD_MINUTES, ATLAS_SIGN_IN_DAYS,
ATLAS_SIGN_IN_TRIES, ATLAS_LOCK_MINUTES, IATI_REPORTING_ORG_REF, _NAME, _TYPE, ATLAS_CONTACT.
"""

import os
import re
from pathlib import Path

import dj_database_url
import pghistory
import pgtrigger
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from atlas.settings.people import *  # noqa: F403  who signs in, and how
from atlas.settings.reading import env_bool, env_number

BASE_DIR = Path(__file__).resolve().parents[2]


DEBUG = env_bool("DEBUG")
HTTPS = env_bool("HTTPS", default=not DEBUG)

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it to 50 or more random characters, for instance from "
            '`python -c "import secrets; print(secrets.token_urlsafe(50))"`; '
            "`make run` does this for you."
        )
    SECRET_KEY = "debug-only-key-that-no-production-ever-uses-" + "x" * 20

ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if "*" not in host]

INSTALLED_APPS = [
    "initiatives",
    "actors",
    "sources",
    "atlas.kit",
    "django_otp.plugins.otp_totp",
    "atlas.accounts",
    "atlas.desk",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
    "knox",
    "axes",
    "django_otp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "atlas.kit.languages.NamesMiddleware",
    "atlas.kit.caching.KeptPages",  # what stands before it is done for kept pages too
    "atlas.kit.compression.TextCompression",
    "csp.middleware.CSPMiddleware",
    "atlas.kit.api.headers.ApiMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "atlas.kit.pages.DoorMiddleware",
    "atlas.accounts.doors.Guard",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "atlas.urls"
WSGI_APPLICATION = "atlas.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "atlas.kit.pages.site",
            ],
            "builtins": ["atlas.kit.templatetags.atlas", "atlas.kit.templatetags.pictures"],
        },
    }
]

# ------------------------------------------------------------------ database

# Entry points (manage.py, wsgi.py, conftest.py) start the embedded server and set DATABASE_URL.
DATABASES = {
    "default": {
        **dj_database_url.parse(
            os.environ.get("DATABASE_URL") or "postgresql:///atlas", conn_max_age=60
        ),
        "TEST": {"TEMPLATE": "template0", "CHARSET": "UTF8"},
    }
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    # how like a name a misspelt word must be, 0 to 1, to be compared word by word (atlas_alike)
    "-c pg_trgm.word_similarity_threshold=0.35"
    # nothing is far apart on today's disks: at 4, the default, a word in a third of all records
    # is found by reading them all, which takes three times as long as by its index
    " -c random_page_cost=1.1"
    # compiling a query takes longer than any of ours runs; it would only be done for a wrong guess
    " -c jit=off"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------ history

PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_BASE_MODEL = "atlas.kit.models.rows.Event"
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=False)
PGHISTORY_APPEND_ONLY = True

# ------------------------------------------------------------------ language, time, files

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
DATA_FOLDER = Path(os.environ.get("ATLAS_DATA") or BASE_DIR / ".data")
STATIC_ROOT = DATA_FOLDER / "static"
STATICFILES_DIRS = [BASE_DIR / "atlas" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "atlas.kit.statics.Storage"
    },
}

# ------------------------------------------------------------------ caches

LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {
    "default": LOCAL,
    # whole public pages of one data version, a process
    "pages": {**LOCAL, "LOCATION": "pages", "TIMEOUT": 3600, "OPTIONS": {"MAX_ENTRIES": 1000}},
    # pictures and their files, larger and dearer than pages
    "pictures": {**LOCAL, "LOCATION": "pictures", "TIMEOUT": 86400, "OPTIONS": {"MAX_ENTRIES": 99}},
}

# ------------------------------------------------------------------ security

SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env_bool("BEHIND_PROXY")  # believe what one proxy of yours says of the visitor
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
CSRF_FAILURE_VIEW = "atlas.desk.views.suggest.without_cookie"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Swagger's icons
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# ------------------------------------------------------------------ API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["atlas.accounts.tokens.ScopedTokens"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["atlas.kit.api.throttling.ReadThrottle"],
    "DEFAULT_PAGINATION_CLASS": "atlas.kit.api.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "atlas.kit.api.problem_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cyber Capacity Atlas",
    "DESCRIPTION": "Regional cyber-capacity initiatives, actors and links; every fact with its "
    "source. Data: CC BY 4.0.",
    "VERSION": "1.0.0",  # what counts as breaking stands in docs/api.md
    "CONTACT": {"name": "Editors of the Cyber Capacity Atlas"},
    "OAS_VERSION": "3.1.1",
    "LICENSE": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "atlas.kit.api.description.finish",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # fields of one name with several vocabularies
    "ENUM_NAME_OVERRIDES": {
        "ActorKindEnum": "actors.choices.ActorKind",
        "FundingTypeEnum": "initiatives.choices.FundingType",
        "InitiativeKindEnum": "initiatives.choices.InitiativeKind",
        "NameKindEnum": "actors.choices.NameKind",
        "ReachKindEnum": "initiatives.choices.ReachKind",
        "SourceKindEnum": "sources.choices.SourceKind",
        "TieKindEnum": "initiatives.choices.TieKind",
        "MembershipStatusEnum": "actors.choices.MembershipStatus",
        "StatusEnum": "initiatives.choices.Status",
    },
}

# ------------------------------------------------------------------ this project

ATLAS_EXPORTS = DATA_FOLDER / "exports"  # the zip of everything, built once a data version
ATLAS_STALE_MONTHS = 18
# Whom readers write to, for instance to have something taken down: a mail or web address.
ATLAS_CONTACT = os.environ.get("ATLAS_CONTACT", "").strip()
if ATLAS_CONTACT and not re.fullmatch(
    r"https?://\S+|[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+", ATLAS_CONTACT
):
    raise ImproperlyConfigured(f"ATLAS_CONTACT={ATLAS_CONTACT!r}: use a mail or web address.")
# Who reports in IATI files.  XX is no country, so the default can be nobody's registered
# identifier; whoever registers the installation as an IATI publisher sets theirs.
IATI_REPORTING_ORG_REF = os.environ.get("IATI_REPORTING_ORG_REF", "XX-CYBER-CAPACITY-ATLAS").strip()
IATI_REPORTING_ORG_NAME = os.environ.get("IATI_REPORTING_ORG_NAME", "Cyber Capacity Atlas").strip()
IATI_REPORTING_ORG_TYPE = os.environ.get("IATI_REPORTING_ORG_TYPE", "90").strip()  # other
if not re.fullmatch(r"[^\s/&|?]+", IATI_REPORTING_ORG_REF):
    raise ImproperlyConfigured("IATI_REPORTING_ORG_REF: no spaces and none of / & | ? in it.")
if not re.fullmatch("1[015]|2[1-4]|30|40|60|7[0-3]|80|90", IATI_REPORTING_ORG_TYPE):
    raise ImproperlyConfigured("IATI_REPORTING_ORG_TYPE: use a code of IATI's OrganisationType.")
if not IATI_REPORTING_ORG_NAME:
    raise ImproperlyConfigured("IATI_REPORTING_ORG_NAME must not be empty.")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a group with 100 members and their evidence is one form
ATLAS_PAGE_SIZE = 50  # of the API, unless asked otherwise
ATLAS_ROWS = 30  # of a list in pages: more makes a phone work long before it shows the first
ATLAS_READS_A_MINUTE = env_number("ATLAS_READS_A_MINUTE", 1200)  # of one address; 0: any number
ATLAS_WRITES_A_MINUTE = env_number("ATLAS_WRITES_A_MINUTE", 120)  # of one token; 0: any number
ATLAS_IMPORT_BYTES = 25 * 2**20  # largest file the admin takes; the command takes any
ATLAS_IMPORT_HOURS = 24  # how long an uploaded file waits to be confirmed
ATLAS_CHANGES_PAGE = 20
# whether a reviewer may approve and publish what he or she wrote; `make run` sets it, since a
# newcomer is alone
ATLAS_APPROVE_OWN = env_bool("ATLAS_APPROVE_OWN")
ATLAS_SUGGESTION_LIMITS = ((6, 3600), (20, 24 * 3600))  # at most so many in so many seconds
ATLAS_SUGGESTION_SECONDS = 3  # nobody fills in the form faster
ATLAS_CONTACT_DAYS_DECIDED = 30  # a contact is deleted so long after the decision
ATLAS_CONTACT_DAYS = 180  # and in any case so long after it was given

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # it would write every name that was typed; the list of sign-ins says what happened
    "loggers": {"axes": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
}
