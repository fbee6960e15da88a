"""Django's settings of the workspace, all from the environment; not for what the workspace does.

`DATABASE_URL`, `SECONDSOURCE_DATA`, `SECONDSOURCE_HOSTS` (names under which the server is reached, comma-separated),
`SECONDSOURCE_HTTPS` (1 behind a proxy that speaks HTTPS) and `SECONDSOURCE_EMAIL_HOST` are read.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from secondsource.web import store

HERE = Path(__file__).parent
PACKAGE = "secondsource.web"

SECRET_KEY = store.secret()
DEBUG = False
HTTPS = os.environ.get("SECONDSOURCE_HTTPS") == "1"
ALLOWED_HOSTS = [*filter(None, os.environ.get("SECONDSOURCE_HOSTS", "").split(",")), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    *(f"{PACKAGE}.{app}" for app in ("people", "audit", "jobs", "planning", "suppliers", "contracts", "intake")),
    *(f"{PACKAGE}.{app}" for app in ("bidding", "api", "terms", "market")),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    f"{PACKAGE}.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    f"{PACKAGE}.api.keys.Programs",
    f"{PACKAGE}.middleware.ReadersLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    f"{PACKAGE}.middleware.Doors",
    "axes.middleware.AxesMiddleware",  # last, so that it sees what the log-in view answers
]
ROOT_URLCONF = f"{PACKAGE}.urls"
ASGI_APPLICATION = f"{PACKAGE}.asgi.application"
CONTEXT: list[str] = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        # Jinja, as the reports: one extractor and one catalogue serve all texts.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"environment": f"{PACKAGE}.pages.environment", "context_processors": CONTEXT},
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
     "OPTIONS": {"context_processors": CONTEXT}},
]  # fmt: skip
DATABASES = {"default": store.database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = f"{PACKAGE}.people.accounts.ClosedDoor"
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # axes counts them, in the database
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "secondsource"
MFA_TOTP_TOLERANCE = 1  # periods of 30 s: clocks of telephones differ
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = f"{PACKAGE}.people.accounts.locked_out"
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = f"{PACKAGE}.people.accounts.name_typed"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

USE_TZ = True
TIME_ZONE = os.environ.get("TZ") or "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("uk", "Українська")]

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True  # straight out of the installed packages: nothing is collected, nothing is fetched
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = store.folder() / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
LARGEST_UPLOAD = 32 * 1024 * 1024
"""Bytes of a workbook that is taken in."""

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing is sent until a mail server is named
if os.environ.get("SECONDSOURCE_EMAIL_HOST"):
    EMAIL_BACKEND, EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", os.environ["SECONDSOURCE_EMAIL_HOST"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("SECONDSOURCE_EMAIL_FROM") or "secondsource@localhost"
REMINDERS_ARE_SENT = bool(os.environ.get("SECONDSOURCE_EMAIL_HOST"))

LEASE_SECONDS = float(os.environ.get("SECONDSOURCE_LEASE_SECONDS", "30"))
"""How long a job stays with a worker that gives no sign of life."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
