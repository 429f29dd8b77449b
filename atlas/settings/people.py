"""Accounts, and what keeps others out of them."""

import datetime

from atlas.settings.reading import env_bool, env_number

AUTH_USER_MODEL = "accounts.User"
KNOX_TOKEN_MODEL = "accounts.AuthToken"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Who can publish needs a second factor; `make run` sets 0, since a newcomer only looks around.
ATLAS_SECOND_FACTOR = env_bool("ATLAS_SECOND_FACTOR", default=not env_bool("DEBUG"))
ATLAS_PASSWORD_MINUTES = env_number(
    "ATLAS_PASSWORD_MINUTES", 15, 1
)  # then asked again, for some acts
ATLAS_SIGN_IN_DAYS = env_number("ATLAS_SIGN_IN_DAYS", 180, 1)  # how long a sign-in stays listed
OTP_TOTP_ISSUER = "Cyber Capacity Atlas"
# Tries are counted in the database, thus for all workers: of an account and of an address.
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT = env_number("ATLAS_SIGN_IN_TRIES", 8, 1)
AXES_COOLOFF_TIME = datetime.timedelta(minutes=env_number("ATLAS_LOCK_MINUTES", 15, 1))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that is told holds
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # accounts.SignIn says it in one list
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "atlas.accounts.addresses.counted"
AXES_LOCKOUT_CALLABLE = "atlas.accounts.views.locked_out"
AXES_SENSITIVE_PARAMETERS = ["code", "again-password", "again-code"]
