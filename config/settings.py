"""Settings of every environment, driven by environment variables (docs/operating.md lists them).

`MODE` is production unless said otherwise, so that a forgotten variable closes a door instead of
opening one. `make run` sets development, the tests set test.
"""

from email.utils import parseaddr
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("MODE", default="production")
if MODE not in {"production", "development", "test"}:
    raise ImproperlyConfigured(f"MODE is {MODE!r}; it must be production, development or test.")
PRODUCTION = MODE == "production"
DEBUG = env.bool("DEBUG", default=False)
STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / "var")))

# Outside production the keys are fixed, so that a clone runs without setting anything up;
# in production there is no default and the process does not start without them.
SECRET_KEY = env.str("SECRET_KEY", default="" if PRODUCTION else "development-only-" + "x" * 50)
FIELD_KEYS = env.list(
    "FIELD_KEYS",
    default=[] if PRODUCTION else ["ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE="],
)
# installations from before the key could rotate have one INDEX_KEY
INDEX_KEYS = env.list("INDEX_KEYS", default=[]) or [
    env.str("INDEX_KEY", default="" if PRODUCTION else "development-only-index-key")
]
FIELD_KEYS, INDEX_KEYS = (
    [key.strip() for key in keys if key.strip()] for keys in (FIELD_KEYS, INDEX_KEYS)
)
if PRODUCTION and (DEBUG or not (len(SECRET_KEY) >= 50 and FIELD_KEYS and INDEX_KEYS)):
    raise ImproperlyConfigured(
        "Production needs SECRET_KEY (50 characters or more), FIELD_KEYS and INDEX_KEYS, "
        "and DEBUG off. `MODE=development python manage.py make_keys` prints fresh ones."
    )

PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
# where a weakness is reported: an address of mail or https; else that of the programme
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[PUBLIC_URL.split("://")[1].split(":")[0], "localhost", "127.0.0.1"]
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "rules",
    "config",
    "core",
    "accounts",
    "programmes",
    "movements",
    "labels",
    "recruitment",
    "activities",
    "homevisits",
    "testimonies",
    "handovers",
    "kpis",
    "privacy",
    "desk",
]

MIDDLEWARE = [
    "core.middleware.PrivateResponses",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.WebMethods",
    "core.middleware.NothingUnlogged",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "core.closing.ClosedAfterRestore",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactor",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "programmes.context.programme",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# One environment variable chooses the database; SQLite is the embedded default.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{STATE_DIR / 'youthwork.db'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif PRODUCTION:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}
    # a database that started anew costs no page: a connection that is gone is replaced
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Rate limits are counted in the database: right over several web processes, and no other service
# has to be up for a page to work.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # with the usual 300, asking for codes under many addresses would push the counts out
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# the address is unique whatever its capitals, by a constraint on lower(email)
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "desk:start"
LOGOUT_REDIRECT_URL = "desk:home"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "dashed": True}
ACCOUNT_SESSION_REMEMBER = True
# limits per visitor count the address that this many proxies in front of us added; a site on https
# has at least the one that holds the certificate
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXIES", default=1 if SECURE else 0)
ACCOUNT_LOGOUT_ON_GET = False

MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # the clock of a phone may be half a minute off; each code works once

# The city's own sign-on, when there is one
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC_IS_SECOND_FACTOR = env.bool("OIDC_IS_SECOND_FACTOR", default=False)
SOCIALACCOUNT_ADAPTER = "accounts.sign_on.SignOnAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 3

# what a session holds is encrypted; a working day, but leaders get 90 days at sign-in
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
# on https a browser takes these names only from this very host, over https
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "desk.views.errors.csrf_failure"
UNAVAILABLE_VIEW = "desk.views.errors.unavailable"
CLOSED_VIEW = "desk.views.errors.closed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
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

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "django_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
TIME_ZONE = "Europe/Brussels"
# the working year of movements, and until when its leaders say that they go on (month-day)
WORKING_YEAR_STARTS = env.str("WORKING_YEAR_STARTS", default="09-01")
LEADERS_CONFIRM_BY = env.str("LEADERS_CONFIRM_BY", default="11-01")
LEADERS_END_ON = env.str("LEADERS_END_ON", default="12-31")
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "static"
MEDIA_ROOT = STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_PERMISSIONS = 0o600
# what was erased, by number; a place that no backup of database or files covers or restores
TOMBSTONES = Path(env.str("TOMBSTONES", default=str(STATE_DIR / "tombstones" / "tombstones.log")))
# between two comparisons with the database, in each process
TOMBSTONE_SECONDS = env.float("TOMBSTONE_SECONDS", default=10.0)
FILE_UPLOAD_HANDLERS = ["core.uploads.BoundedUploads"]
DATA_UPLOAD_MAX_NUMBER_FILES = 5
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:1025")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
if MODE == "development" and not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(STATE_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="Jeugdwerk voor Alleman <label@localhost>")
# a mailbox (imaps://user:password@host/INBOX) for answers and for mails that did not arrive
IMAP_URL = env.str("IMAP_URL", default="")
# the address of that mailbox; what stands behind a plus in it must arrive there too
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default=parseaddr(DEFAULT_FROM_EMAIL)[1])
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")

# With no broker given, messages travel through a folder: one machine, no other service.
CELERY_BROKER_URL = env.str("BROKER_URL", default="filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(STATE_DIR / "broker"),
        "data_folder_out": str(STATE_DIR / "broker"),
        "control_folder": str(STATE_DIR / "broker-control"),
    }
else:
    # A page never waits for a broker that is away.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# in KB: a process that grew larger over many PDFs ends after its task, and a fresh one follows
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 500_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
OUTBOX_SECONDS = env.int("OUTBOX_SECONDS", default=10)
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "deliver the outbox": {
        "task": "core.tasks.deliver_outbox",
        "schedule": OUTBOX_SECONDS,
        # a tick nobody picked up is worth nothing once the next one is there
        "options": {"expires": OUTBOX_SECONDS},
    },
    "queue digests": {"task": "desk.tasks.queue_digests", "schedule": 3600.0},
    "fetch mail": {
        "task": "core.tasks.fetch_mail",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "look after files of leavers": {
        "task": "recruitment.tasks.look_after_files",
        "schedule": 3600.0,
    },
    "end mandates that lapsed": {
        "task": "movements.tasks.end_lapsed",
        "schedule": crontab(hour=3, minute=10),
    },
    "forget birthdays": {"task": "movements.tasks.forget_birthdays", "schedule": 3600.0},
    "forget requests to join": {"task": "movements.tasks.forget_requests", "schedule": 3600.0},
    "queue team reminders": {
        "task": "handovers.tasks.queue_reminders",
        "schedule": env.int("REMINDER_SECONDS", default=3600),
    },
    "open handovers": {"task": "handovers.tasks.open_handovers", "schedule": 3600.0},
    # by night, long before anybody works
    "list what was kept long enough": {
        "task": "privacy.tasks.list_what_is_due",
        "schedule": crontab(hour=3, minute=30),
    },
    "forget what was approved": {
        "task": "privacy.tasks.forget_what_was_approved",
        "schedule": 600.0,
    },
    "pick up batches of certificates": {
        "task": "labels.tasks.pick_up_batches",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget papers": {"task": "labels.tasks.forget_papers", "schedule": crontab(hour=3, minute=50)},
    "clean up jobs": {"task": "core.tasks.clean_up_jobs", "schedule": 3600.0},
    "tell that work is done": {
        "task": "core.tasks.note_beat",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # they tell every step of every PDF
    "loggers": {"weasyprint": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
}
