"""Settings, read from the environment; every default is safe for a server that only this machine can reach.

TENFOLD_HOME       where the database, the secret and the documents lie
TENFOLD_DATABASE   postgres://user@host/name for PostgreSQL; left out, SQLite in TENFOLD_HOME
TENFOLD_SECRET     signs sessions; left out, one is made at the first start
TENFOLD_HOSTS      names that the server answers to, by commas
TENFOLD_ORIGIN     https://name where a proxy with TLS stands in front: cookies and browsers then keep to TLS
TENFOLD_SMTP       smtp://user:password@host:587 (STARTTLS) or smtps://…:465 sends mail; left out, an outbox keeps it
TENFOLD_MAIL_FROM  the address that mail comes from
TENFOLD_OIDC       https://client:secret@issuer signs people in whom that provider vouches for; TENFOLD_OIDC_NAME says
                   what its button is called
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
from tenfold.web.site.outside import mail_of, oidc_of, origins_of
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "tenfold.web.site.requests.logged",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenfold.web.pages.sessions.limited",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenfold.web.pages.arriving.led_back",
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

# Attempts to sign in are counted, and a code is used once, over all workers.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "passing"}}

AUTH_USER_MODEL = "store.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email",)}),
    )
]
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a working day, then one signs in again; sooner where nobody does anything
ACCOUNT_ADAPTER = "tenfold.web.pages.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation came to the address: nobody gets in without one
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
# What costs much, of each person; the rest of the limits, those of signing in, are allauth's own.
ACCOUNT_RATE_LIMITS = {
    "export": "60/h/user",
    "import": "60/h/user",
    "invite": "60/h/user",  # and the other changes of who may do what
    "search": "60/m/user",
    "trial": "60/10m/user",
}
MFA_ADAPTER = "tenfold.web.pages.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Tenfold"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "tenfold.web.pages.adapters.Providers"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # whom the provider vouches for is the account of that address
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = oidc_of(os.environ)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ORIGIN else 0
MAIL = mail_of(os.environ)
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.ssl, MAIL.tls
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL.sender
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
        "form-action": ["'self'", *origins_of(SOCIALACCOUNT_PROVIDERS)],
        "frame-ancestors": ["'none'"],
    }
}
# What is too large is refused while it arrives; only then somebody keeps it, in memory or beside.
FILE_UPLOAD_HANDLERS = [
    "tenfold.web.pages.arriving.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
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
