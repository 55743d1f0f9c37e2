"""Settings, read from the environment; every default is safe for a server that only this machine can reach.

TENFOLD_HOME       where the database, the secret and the documents lie
TENFOLD_DATABASE   postgres://user@host/name for PostgreSQL; left out, SQLite in TENFOLD_HOME
TENFOLD_SECRET     signs sessions; left out, one is made at the first start
TENFOLD_HOSTS      names that the server answers to, by commas
TENFOLD_ORIGIN     https://name where a proxy with TLS stands in front: cookies and browsers then keep to TLS
TENFOLD_METRICS    the token with which /metrics is read; left out, there is no such page
TENFOLD_LOG        from which level on lines are logged: debug, info, warning or error
TENFOLD_DEBUG      1 while developing; never in production
TENFOLD_DEMO       1 for the demo: whoever opens it on this machine may be any of its people
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from tenfold.web.site.logs import logging_of
from tenfold.web.site.secret import secret_of

HOME = Path(os.environ.get("TENFOLD_HOME", Path.home() / ".tenfold"))
SECRET_KEY = os.environ.get("TENFOLD_SECRET") or secret_of(HOME)
DEBUG = os.environ.get("TENFOLD_DEBUG") == "1"
DEMO = os.environ.get("TENFOLD_DEMO") == "1"
ORIGIN = os.environ.get("TENFOLD_ORIGIN", "").rstrip("/")
METRICS_TOKEN = os.environ.get("TENFOLD_METRICS", "")
ALLOWED_HOSTS = [*os.environ.get("TENFOLD_HOSTS", "127.0.0.1,localhost").split(",")]
if ORIGIN:
    ALLOWED_HOSTS.append(urlsplit(ORIGIN).hostname or "")
LOGGING = logging_of(os.environ.get("TENFOLD_LOG", "warning").upper())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "tenfold.web.store",
    "tenfold.web.pages",
]
MIDDLEWARE = [
    "tenfold.web.site.logs.logged",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tenfold.web.site.urls"
WSGI_APPLICATION = "tenfold.web.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tenfold.web.pages.framing.framed",
            ],
        },
    }
]

# An acknowledged fact is on the disk (synchronous=FULL), and writers wait for each other from the start of their
# transaction (IMMEDIATE), so that none fails half way for a lock.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=268435456;",
}
DATABASE = os.environ.get("TENFOLD_DATABASE", f"sqlite:///{HOME / 'tenfold.sqlite3'}")
DATABASES: dict[str, dict[str, Any]] = {"default": {**dj_database_url.parse(DATABASE, conn_max_age=None)}}
if DATABASE.startswith("sqlite"):
    DATABASES["default"]["OPTIONS"] = SQLITE

AUTH_USER_MODEL = "store.Account"
LOGIN_URL = LOGOUT_REDIRECT_URL = "pages:login"
LOGIN_REDIRECT_URL = "pages:home"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parent.parent / "static"]
WHITENOISE_USE_FINDERS = True  # what was built at set-up is served as it lies
# Nothing that a page does comes from elsewhere or stands in the page itself; pictures within style sheets are data.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if ORIGIN.startswith("https://"):
    # The proxy alone reaches this server, and says of each request whether it came over TLS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 366 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [ORIGIN]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
