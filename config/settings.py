"""All settings of Alur; every difference between machines is an environment variable (see .env.example)."""

import os
from datetime import timedelta

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.admin_theme import UNFOLD  # noqa: F401  (the admin's theme reads it here)
from config.databases import database
from config.environment import (  # noqa: F401  (some are settings as they are)
    ALUR_DEMO,
    ALUR_SERVER,
    BASE_DIR,
    BEAT_STALE_SECONDS,
    DEBUG,
    IN_PUBLIC,
    LOG_FORMAT,
    LOG_LEVEL,
    TESTING,
    VAR,
    WORKER_GRACE_SECONDS,
    env,
)
from config.logs import logging_of
from config.private_files import FILE, FOLDER, make_folder, make_open_folder
from config.secrets import secret_key

make_folder(VAR)
make_open_folder(VAR / "static")

# --- Key and hosts --------------------------------------------------------------------------------------------------
SECRET_KEY = secret_key(env.str("SECRET_KEY", default=""), required=IN_PUBLIC, keep_in=VAR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if TESTING else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many proxies of ours stand before the application

# seal addresses of channels, the newest first; without them a key is made of SECRET_KEY, and a new one makes them void
SEALING_KEYS = env.list("SEALING_KEYS", default=[])

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_q",
    "simple_history",
    "csp",
    "axes",
    "config",
    "leads",
    "routing",
    "queues",
    "dashboards",
]

MIDDLEWARE = [
    "config.middleware.request_id",
    "config.web.busy.retry_later",
    "django.middleware.security.SecurityMiddleware",
    "config.web.compression.compress_text",  # before WhiteNoise: the demo and developers have static files as they are
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.admin_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.web.caching.keep_nothing",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.bodies.middleware.only_readable",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.sessions.user.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.sessions.idle.moves_on_with_use",
    "config.kept.middleware.nothing_is_lost",
    "routing.views.presence.see_people",
    "routing.views.own_time.as_the_person_reads",
    "config.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATE_LIBRARIES = ("charts", "explained", "figures", "filters", "form_controls", "icons", "people", "times")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [f"config.templatetags.{name}" for name in TEMPLATE_LIBRARIES],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboards.context_processors.layout",
            ],
        },
    }
]

# --- Database, sessions ---------------------------------------------------------------------------------------------
DATABASES = {"default": database(env, server=ALUR_SERVER, testing=TESTING, var=VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sessions are read from the database together with their user: one statement for each request. A cache would save
# nothing (the user must be read anyway), and could go on accepting a session that has ended.
SESSION_ENGINE = "config.sessions.store"
# a session ends so long after its last use; tests move the clock by days
SESSION_COOKIE_AGE = round(env.float("SESSION_IDLE_HOURS", default=14 * 24 if TESTING else 12) * 3600)
# and so long after its sign-in, however much it is used
SESSION_ABSOLUTE_SECONDS = round(env.float("SESSION_ABSOLUTE_HOURS", default=(3650 if TESTING else 30) * 24) * 3600)

# --- People ---------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "routing.backends.RoutingBackend",
    "queues.backends.QueuesBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "routing:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds; the e-mails say one day
# links in an hour for one account, and asked for from one address
PASSWORD_LINKS_PER_ACCOUNT = env.int("PASSWORD_LINKS_PER_ACCOUNT", default=3)
PASSWORD_LINKS_PER_ADDRESS = env.int("PASSWORD_LINKS_PER_ADDRESS", default=10)

# wrong passwords within AXES_COOLOFF_TIME: for one name at one address, from one address, for one name
AXES_FAILURE_LIMIT = env.int("SIGN_IN_LIMIT", default=5)
SIGN_IN_ADDRESS_LIMIT = env.int("SIGN_IN_ADDRESS_LIMIT", default=25)
SIGN_IN_NAME_LIMIT = env.int("SIGN_IN_NAME_LIMIT", default=25)
AXES_HANDLER = "config.web.sign_in_limits.SignInLimits"
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # what a right password makes void
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "config.web.sign_in_throttle.username_tried"
AXES_CLIENT_IP_CALLABLE = "config.web.sign_in_throttle.address_tried"
AXES_VERBOSE = False
# beside "password": what is typed is kept with a refusal, except for these
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "old_password", "new_password1", "new_password2"]

# --- Language and time ----------------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Jakarta")
ALUR_REGION = env.str("ALUR_REGION", default="ID")  # how phone numbers without a country code are read
HOLIDAYS_OF = env.str("HOLIDAYS_OF", default="")  # public holidays where a team names none: "ID", "DE-BY"
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("id", _("Indonesian"))]  # a third one is a folder in locale/ and a line here
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    *(() if DEBUG else ("config.web.stylesheets.StylesheetFinder",)),
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = not IN_PUBLIC
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR / "media"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = FILE, FOLDER
STORAGES = {
    "default": {"BACKEND": "config.whole_files.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IN_PUBLIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 15_000  # the page of a rotation sends 12 for each of its 1,000 members
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576  # larger ones go to a temporary file

# How many bytes of a request are read (config/bodies): to these addresses by anybody; elsewhere by people who are
# signed in as many as DATA_UPLOAD_MAX_MEMORY_SIZE, and by others much fewer.
BODY_LIMITS = {
    "/api/": 262_144,
    "/connections/": 262_144,  # a CRM calls there too
    "/forms/": 65_536,
    "/sign-in/": 65_536,
    "/password/": 65_536,
    "/invitation/": 65_536,
    "/theme/": 65_536,
    "/language": 65_536,
}
# these take files, from people with the right; a form around the file is some bytes more
BODY_LIMITS_OF_FILES = {
    "/imports/new": (51 * 1_048_576, "leads.import_leads"),
    "/rotations/members/": (8 * 1_048_576, "routing.change_rotation"),
}

# --- Security -------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=IN_PUBLIC)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if IN_PUBLIC else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IN_PUBLIC
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.kept.middleware.refused_for_its_token"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Mail, background work, live updates ----------------------------------------------------------------------------
# a demo sends to nobody, and its lively messages would fill the terminal
vars().update(env.email_url("EMAIL_URL", default="dummymail://" if ALUR_DEMO else "consolemail://"))
EMAIL_TIMEOUT = 10  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Alur <alur@example.com>")
# where links in messages lead; pages know it from the request, the worker does not
SITE_URL = env.str("SITE_URL", default=(CSRF_TRUSTED_ORIGINS or ["http://127.0.0.1:8000"])[0]).rstrip("/")

# in-house receivers of webhooks: names of hosts, addresses, and networks such as 10.0.0.0/8
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])

# hosts of push services beside the known ones, which may stand in-house; for tests
PUSH_TRUSTED_HOSTS: list[str] = []

# --- CRMs -----------------------------------------------------------------------------------------------------------
CRM_CLIENTS = {
    "salesforce": "config.reach.crm.salesforce.SalesforceClient",
    "hubspot": "config.reach.crm.hubspot.HubSpotClient",
    "dynamics": "config.reach.crm.dynamics.DynamicsClient",
}
CRM_TRUSTED_HOSTS: list[str] = []  # hosts of CRMs that may stand in-house; for tests

Q_CLUSTER = {
    "name": "alur",
    "orm": "default",
    "workers": env.int("WORKERS", default=2),
    "queue_limit": 4,
    "timeout": 60,
    "retry": 180,  # longer than the timeout and the wait in memory together
    "max_attempts": 3,
    "poll": 0.5,
    "catch_up": False,
    "save_limit": 500,
    "recycle": 500,
    "label": _("Background work"),
}
LIVE_TOPICS = env.str(
    "LIVE_TOPICS", default="queues.queries.access.live_topics"
)  # user -> the topics this person may follow
# times a second that all open pages together ask again for what everybody follows
LIVE_ASKS = max(0.1, env.float("LIVE_ASKS", default=2.5 * (os.cpu_count() or 2)))
LIVE_MINUTES = env.float("LIVE_MINUTES", default=10)  # a stream ends after this, so that rights are asked for again

# --- Logging --------------------------------------------------------------------------------------------------------
LOGGING = logging_of("WARNING" if TESTING else LOG_LEVEL, LOG_FORMAT)
