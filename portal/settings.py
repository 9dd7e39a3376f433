"""Settings, read from the environment only; ``docs/settings.md`` lists every variable.

The default is production, and production refuses to start without its secrets. ``PORTAL_MODE=local`` (set by the commands in
``bin/``) is for one's own machine: plain http, e-mail to files, services under ``var/``.
"""

import logging
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from portal import logs
from portal.beat.jobs import JOBS

django_stubs_ext.monkeypatch()  # lets Django's own generic classes carry their types at run time

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PORTAL_MODE = env.str("PORTAL_MODE", "production")
if PORTAL_MODE not in {"local", "production"}:
    raise ImproperlyConfigured("PORTAL_MODE is either 'local' or 'production'.")
LOCAL = PORTAL_MODE == "local"
DEBUG = False
VAR_DIR = Path(env.str("PORTAL_VAR", str(BASE_DIR / "var")))

SECRET_KEY = env.str("SECRET_KEY", "")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or "insecure" in SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or too weak: give at least 50 random characters. bin/run makes one for your own machine."
    )
RECEIPT_KEYS = env.list("RECEIPT_KEYS", default=[SECRET_KEY] if LOCAL else [])
if not RECEIPT_KEYS or min(map(len, RECEIPT_KEYS)) < 50:
    raise ImproperlyConfigured("RECEIPT_KEYS is missing or too weak: give at least 50 random characters.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is missing or *: name the host names this portal answers to.")
BASE_URL = env.str("BASE_URL", f"http://localhost:{env.int('PORT', 8000)}" if LOCAL else f"https://{ALLOWED_HOSTS[0]}")

# --- What the house is made of -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.accounts",
    "portal.organisation",
    "portal.cases",
    "portal.notices",
    "portal.beat",
    "portal.indicators",
    "portal.pages",
    "portal.paper",
    "portal.backup",
    "portal.demo",
    "ideas",
    "rights",
    "fund",
    "testbeds",
    "followup",
    "django.forms",
    "portal.administration.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "django_tables2",
    "guardian",
    "pghistory",
    "pgtrigger",
]

MIDDLEWARE = [
    "portal.cases.limits.read_to_the_end",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.accounts.middleware.PrivatePages",
    "portal.accounts.middleware.SessionLimits",
    "portal.accounts.middleware.SecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "portal.logs.RequestLog",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "portal.pages.context.house",
            ],
        },
    },
]

# --- Database, broker, files ---------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", 60),
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "portal.caches.SteadyCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
    "database": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # What {% cache %} keeps: parts of pages that say the same to many.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}

STORAGE_URL = env.str("STORAGE_URL", f"file://{VAR_DIR / 'files'}")
if not STORAGE_URL.startswith("file:///"):
    raise ImproperlyConfigured("STORAGE_URL names a private folder as file:///absolute/path.")
PRIVATE_ROOT = STORAGE_URL.removeprefix("file://")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": PRIVATE_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},  # collected by another user
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "build"]  # made by `npm run build`
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # no page names another, and to compress them takes as long again
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.cases.limits.RequestSizeHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 25 * 1024 * 1024)

# --- Celery --------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker, however long
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "followup.tasks.*": {"queue": "reports"},
    "fund.tasks.count_pages": {"queue": "reports"},
    "fund.tasks.print_left": {"queue": "reports"},
}
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
# A task that outlives the visibility timeout would run twice, so the timeout stays well over the hard limit.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_timeout": 10, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TIMEZONE = "Europe/Stockholm"
CELERY_BEAT_SCHEDULER = "portal.beat.scheduler:Scheduler"
CELERY_IMPORTS = ["portal.health"]
CELERY_BEAT_SCHEDULE = JOBS

# --- People and sign-in --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backends.ActiveBackend",
    "portal.cases.backends.CaseBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("cases:mine")
ANONYMOUS_USER_NAME = None  # guardian: no stand-in person for those who are not signed in

ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "signup": "portal.accounts.forms.SignUpForm",
    "add_email": "portal.accounts.forms.AddEmailForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
    "reauthenticate": "portal.accounts.forms.ReauthenticateForm",
    "reset_password": "portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.NewPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_CHANGE_EMAIL = ACCOUNT_UNIQUE_EMAIL = ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LOCAL else "https"
ACCOUNT_RATE_LIMITS = {"login_failed": "9/m/ip,9/5m/key", "login": "120/m/ip"}
PASSWORD_RESET_TIMEOUT = 60 * 60
MFA_ADAPTER = "portal.accounts.adapters.MfaAdapter"
MFA_REQUIRED = env.bool("MFA_REQUIRED", not LOCAL)
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.CodeForm",
    "reauthenticate": "portal.accounts.forms.CodeAgainForm",
    "activate_totp": "portal.accounts.forms.FirstCodeForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # people from outside confirm it before they come in; staff need not
MFA_TOTP_TOLERANCE = 1  # one step of thirty seconds either way, for clocks that differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Innovationsportalen"
MFA_PASSKEY_LOGIN_ENABLED = True
USERSESSIONS_TRACK_ACTIVITY = False

OIDC_ISSUER = env.str("OIDC_ISSUER", "")
OIDC_STRONG_ACR = env.list("OIDC_STRONG_ACR", default=[])
OIDC_CLIENT = {
    "provider_id": "region",
    "name": env.str("OIDC_NAME", "Region Stockholm"),
    "client_id": env.str("OIDC_CLIENT_ID", ""),
    "secret": env.str("OIDC_CLIENT_SECRET", ""),
    "settings": {"server_url": OIDC_ISSUER},
}
if OIDC_ISSUER and not (OIDC_CLIENT["client_id"] and OIDC_CLIENT["secret"]):
    raise ImproperlyConfigured("OIDC_ISSUER is set, but OIDC_CLIENT_ID or OIDC_CLIENT_SECRET is missing.")
if not LOCAL and OIDC_ISSUER.startswith("http:"):
    raise ImproperlyConfigured("OIDC_ISSUER must be an https address.")
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # the Region vouches for its own addresses
# A link, not a form: a form would be stopped by form-action when it leads to another host. State and nonce guard it.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "portal.accounts.region.RegionProvider",
        "APPS": [OIDC_CLIENT] if OIDC_ISSUER else [],
    }
}

# --- Language and time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# --- E-mail --------------------------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", "filemail:" if LOCAL else "")
if not EMAIL_URL:
    raise ImproperlyConfigured(
        "EMAIL_URL is missing: name the mail server, for example smtp+tls://user:password@host:587."
    )
vars().update(env.email_url("EMAIL_URL", "filemail:"))
if LOCAL and EMAIL_URL == "filemail:":
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Innovationsportalen <noreply@innovationsportalen.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Security ------------------------------------------------------------------------------------------------------

SECURE = not LOCAL
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "language"
SEEN_COOKIE_NAME = "__Host-seen" if SECURE else "seen"
COLOURS_COOKIE_NAME = "__Host-colours" if SECURE else "colours"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE, MESSAGE_STORAGE = "portal.accounts.session_store", "portal.messages.MessageStorage"
SESSION_IDLE_SECONDS = 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# --- Logs ----------------------------------------------------------------------------------------------------------

LOGGING = logs.configure(local=LOCAL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it believes X-Forwarded-For; sign-in logs the address that counts
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO

# --- The portal's own ----------------------------------------------------------------------------------------------

CONTACT = {
    "name": env.str("CONTACT_NAME", "Regionledningskontoret"),
    "address": env.str("CONTACT_ADDRESS", "Box 22550, 104 22 Stockholm"),
    "phone": env.str("CONTACT_PHONE", "08-737 25 00"),
    "email": env.str("CONTACT_EMAIL", "innovation@innovationsportalen.example"),
}
DEMO_PASSWORD = env.str("DEMO_PASSWORD", "")
SMALL_TRIAL_SEK = env.int("SMALL_TRIAL_SEK", 100_000)
HOST_ANSWER_WORKDAYS = env.int("HOST_ANSWER_WORKDAYS", 10)
SUGGESTION_LIMIT_PER_HOUR = env.int("SUGGESTION_LIMIT_PER_HOUR", 10)
CONTACT_ERASE_MONTHS = env.int("CONTACT_ERASE_MONTHS", 24)
NOTICE_KEEP_MONTHS = env.int("NOTICE_KEEP_MONTHS", 24)
REPORT_MEMORY_MB = env.int("REPORT_MEMORY_MB", 1200)  # counts address space: 989 where 515 were resident, for 91 pages
REMIND_WORKDAYS = env.list("REMIND_WORKDAYS", cast=int, default=[5, 1])
TESTBED_HOLD_DAYS, TESTBED_OFFER_HOURS = env.int("TESTBED_HOLD_DAYS", 14), env.int("TESTBED_OFFER_HOURS", 24)
RIGHTS_RESPONSE_MONTHS = env.int("RIGHTS_RESPONSE_MONTHS", 4)  # lagen (1949:345) 5 §
RIGHTS_REMIND_DAYS = env.list("RIGHTS_REMIND_DAYS", cast=int, default=[90, 30, 14, 3])
RIGHTS_COMPLETE_WORKDAYS = env.int("RIGHTS_COMPLETE_WORKDAYS", 10)

SENTRY_DSN = env.str("SENTRY_DSN", "")
logs.report_faults_to(SENTRY_DSN)

# Named grants are read through visible_to, so guardian's own backend would be a second answer to the same question.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
PGHISTORY_APPEND_ONLY = True
DJANGO_TABLES2_TEMPLATE = "django_tables2/portal.html"
