"""One settings file for every machine: what differs comes from the environment (mappa/env.py)."""

from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from mappa import env

# Paths
BASE_DIR = Path(__file__).resolve().parent.parent

# Security
SECRET_KEY = env.secret("SECRET_KEY")
# What encrypts small secrets at rest (mappa/encryption.py).
FIELD_KEYS = env.keys("FIELD_KEYS")
# Keys of before: what they signed is still good, and nothing is signed with them any more (docs/security.md).
SECRET_KEY_FALLBACKS = env.secret("SECRET_KEY_FALLBACKS", "").split()
DEBUG = False
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", urlsplit(BASE_URL).hostname or "localhost")
# Only for a browser on this very machine: a deployment is served by HTTPS, and cookies say so.
INSECURE_HTTP = env.flag("INSECURE_HTTP")
SECURE_SSL_REDIRECT = not INSECURE_HTTP
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "mappa_session" if INSECURE_HTTP else "__Host-mappa_session"
CSRF_COOKIE_NAME = "mappa_csrf" if INSECURE_HTTP else "__Host-mappa_csrf"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "mappa.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "report-uri": ["/csp-report/"],
    }
}
# Of what a browser can do our pages ask for nothing but the signing in by a key.
PERMISSIONS_POLICY: dict[str, str | list[str]] = {
    "publickey-credentials-create": "self",
    "publickey-credentials-get": "self",
    **{
        name: []
        for name in (
            "accelerometer",
            "autoplay",
            "camera",
            "clipboard-read",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "hid",
            "idle-detection",
            "local-fonts",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "screen-wake-lock",
            "serial",
            "usb",
            "window-management",
            "xr-spatial-tracking",
        )
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# How often in a minute: pages by one person or from one address, searches by one person (docs/security.md)
PAGES_A_MINUTE = env.number("PAGES_A_MINUTE", 600)
SEARCHES_A_MINUTE = env.number("SEARCHES_A_MINUTE", 60)

# Where a weakness is told of (RFC 9116), and the last day for which that is known to be so
SECURITY_CONTACT = env.text("SECURITY_CONTACT", "")
SECURITY_CONTACT_UNTIL = env.day("SECURITY_CONTACT_UNTIL", "2027-10-31")

# Files: written to the disk as they come, checked by what they hold, kept where no web server looks
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_MB", 20) * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 4
# So much longer than a file may be that a file a little too large is refused in words; what is longer is not read at all.
REQUEST_MAX_BYTES = 3 * UPLOAD_MAX_BYTES
FILE_UPLOAD_HANDLERS = ["mappa.files.handler.ToDisk"]
FILE_UPLOAD_TEMP_DIR = env.text("UPLOAD_TEMP_PATH", "") or None
FILE_UPLOAD_PERMISSIONS = 0o600
# The scanner's address, or None: then every document says that it was not scanned.
CLAMAV = env.listener("CLAMAV")

# Apps: our own before the admin, so that templates/admin wins
INSTALLED_APPS = [
    "mappa",
    "audit",
    "agencies",
    "offenders",
    "assessments",
    "disclosures",
    "panels",
    "assurance",
    "reviews",
    "agencies.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "rest_framework",
    "drf_spectacular",
]

# Middleware
MIDDLEWARE = [
    "mappa.requests.request_id",
    "mappa.logs.each_request",
    "mappa.requests.client_address",
    # Headers first, so that static files, redirects and refusals carry them too.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mappa.requests.never_stored",
    "audit.refusals.refusals",
    "mappa.errors.systems_by_https",
    "django.middleware.security.SecurityMiddleware",
    "mappa.errors.known_methods",
    "mappa.errors.not_too_long",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mappa.errors.without_nul",
    "mappa.errors.without_redis",
    "agencies.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agencies.sessions.session_limits",
    "mappa.throttle.page_limits",
    "agencies.sessions.sign_in_required",
    "agencies.second_factor.factor_required",
    "allauth.account.middleware.AccountMiddleware",
    "audit.context.audit_context",
    "offenders.visibility.one_scope_per_request",
    "mappa.eyes.of_whoever_is_signed_in",
    "assurance.limits.reading_limits",
    "offenders.store.no_file_without_a_row",
    "agencies.missing_standard.missing_standard",
]
ROOT_URLCONF = "mappa.urls"
WSGI_APPLICATION = "mappa.wsgi.application"

# Templates
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
                "agencies.navigation.navigation",
            ]
        },
    }
]
FORM_RENDERER = "mappa.renderers.GovukRenderer"

# Database
DATABASES = {"default": env.database("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache and Celery: Redis carries work and counters, never case data
CACHE_URL, BROKER_URL = env.redis("REDIS_URL")
# A page asks for a number: it waits a second for one, and no longer.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "serializer": "mappa.cached.Json"},
        # Counted up when what is kept is written otherwise: a release beside an older one reads none of its keys.
        "VERSION": 2,
    }
}
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long Redis is away, workers and beats wait for it; by default they end after a hundred tries.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    # Several times a night: whoever was down for one is there for the next, and what was done is not done again.
    "propose changes of category": {
        "task": "offenders.tasks.rederive_categories",
        "schedule": crontab(minute="10", hour="0-6/2"),
    },
    "look for drift from levels": {
        "task": "assessments.tasks.look_for_drift",
        "schedule": crontab(minute="40", hour="1-5/2"),
    },
    # After the night's recount, from which they are made.
    "publish quarters for lay readers": {
        "task": "reviews.tasks.publish_quarters",
        "schedule": crontab(hour=5, minute=20),
    },
    "open annual reports that are due": {
        "task": "reviews.tasks.open_due_reports",
        "schedule": crontab(minute="50", hour="1-5/2"),
    },
    # A run that could not begin in its time is not made up for: the next does the same.
    "remind of what falls due": {
        "task": "reviews.tasks.remind",
        "schedule": crontab(minute=5),
        "options": {"expires": 60 * 60},
    },
    "ask again whose everything is": {
        "task": "reviews.tasks.remind",
        "schedule": crontab(hour=3, minute=35),
        "kwargs": {"ask_again": True},
        "options": {"expires": 60 * 60},
    },
    "remind of what is urgent": {
        "task": "reviews.tasks.remind_urgent",
        "schedule": env.number("REMIND_SECONDS", 60),
        "options": {"expires": env.number("REMIND_SECONDS", 60)},
    },
    "tell each morning what falls due": {
        "task": "reviews.tasks.tell_mornings",
        "schedule": crontab(minute="*/5", hour="7-23"),
        "options": {"expires": 5 * 60},
    },
    # The number beside "My work", for whoever is signed in.
    "count what is to be done today": {
        "task": "reviews.tasks.count_work",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "tell each week how teams do": {
        "task": "reviews.tasks.tell_weeks",
        "schedule": crontab(minute="10,40", hour="7-19"),
        "options": {"expires": 30 * 60},
    },
    # The figures of the boards: the running month and the last, and at night two years of what was recorded late.
    "count the boards' figures": {"task": "reviews.tasks.recount_lately", "schedule": crontab(minute=25)},
    "count two years of figures": {"task": "reviews.tasks.recount_two_years", "schedule": crontab(hour=4, minute=5)},
    # Whoever was down on the first is there on a day after; what is drawn is not drawn again.
    "draw audit samples": {
        "task": "reviews.tasks.draw_audit_samples",
        "schedule": crontab(day_of_month="3-9", hour=4, minute=30),
    },
    "go on with disposals": {"task": "assurance.tasks.go_on_with_disposals", "schedule": crontab(minute=45)},
    "look for duplicates": {
        "task": "offenders.tasks.look_for_duplicates",
        "schedule": crontab(hour=3, minute=20),
    },
    "record ends of emergencies": {
        "task": "offenders.tasks.record_ends_of_emergencies",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "go on with imports": {"task": "offenders.tasks.go_on_with_imports", "schedule": 10, "options": {"expires": 10}},
    "forget old imports": {"task": "offenders.tasks.forget_old_imports", "schedule": 24 * 60 * 60},
    "forget old drafts": {"task": "disclosures.tasks.forget_old_drafts", "schedule": 24 * 60 * 60},
    "forget old referrals": {"task": "panels.tasks.forget_old_referrals", "schedule": 24 * 60 * 60},
    # An agenda is built in many steps: each agency hears of them in one mail.
    "tell invited agencies": {"task": "panels.tasks.tell_invited", "schedule": env.number("TELL_SECONDS", 300)},
    "forget drafts of information": {"task": "panels.tasks.forget_drafts", "schedule": 24 * 60 * 60},
    # What somebody did an hour ago is looked at; and each day once more, with what was recorded late.
    "look for unusual access": {
        "task": "assurance.tasks.look_at_news",
        "schedule": crontab(minute=50),
        "options": {"expires": 60 * 60},
    },
    "look at yesterday's access": {
        "task": "assurance.tasks.look_at_yesterday",
        "schedule": crontab(minute="30", hour="1-5/2"),
    },
    "draw accesses to be looked at": {
        "task": "assurance.tasks.draw_access_samples",
        "schedule": crontab(day_of_month="2-8", hour=4, minute=50),
    },
    "send what waits in the outbox": {
        "task": "agencies.tasks.send_outbox",
        "schedule": env.number("OUTBOX_SECONDS", 15),
        # Or on a morning on which the mail server is slow, runs pile up before everything else. Longer than the rhythm: a worker
        # that is always a little behind would take none at all.
        "options": {"expires": 5 * 60},
    },
    "ask whether mail has arrived": {
        "task": "agencies.tasks.ask_after_mail",
        "schedule": env.number("ASK_AFTER_MAIL_SECONDS", 60),
        "options": {"expires": 5 * 60},
    },
    # What was written is sealed within a minute; whoever was down for a run seals more in the next.
    "seal the audit": {
        "task": "agencies.tasks.seal_audit",
        "schedule": env.number("SEAL_SECONDS", 60),
        "options": {"expires": env.number("SEAL_SECONDS", 60)},
    },
    "verify the audit's last hours": {
        "task": "agencies.tasks.verify_audit_hourly",
        "schedule": crontab(minute=55),
        "options": {"expires": 60 * 60},
    },
    # With what was blanked, for which the whole history is read.
    "verify the audit's last day": {"task": "agencies.tasks.verify_audit", "schedule": crontab(hour=2, minute=15)},
    "verify the whole audit": {
        "task": "agencies.tasks.verify_audit",
        "schedule": crontab(day_of_week="sun", hour=2, minute=45),
        "kwargs": {"whole": True},
    },
    "anchor the audit": {"task": "agencies.tasks.anchor_audit", "schedule": crontab(minute=50)},
    "make the audit's months": {
        "task": "agencies.tasks.keep_audit_parts",
        "schedule": crontab(hour="1-5/2", minute=55),
    },
    # Leavers, accounts that nobody uses, vetting that has ended, lists to confirm. Whoever was down at one is there for the next.
    "end accounts that lapse": {
        "task": "agencies.tasks.lapse_accounts",
        "schedule": crontab(minute="20", hour="0-6/2"),
    },
    "forget old sessions": {
        "task": "agencies.tasks.forget_old_sessions",
        "schedule": crontab(minute="15", hour="1-5/2"),
    },
    "forget old keys of the API": {"task": "agencies.tasks.forget_old_keys", "schedule": 24 * 60 * 60},
}

# Sign-in and sessions
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "offenders.visibility.CaseBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "agencies.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"login": "agencies.forms.SignInForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# In words in docs/sign-in.md. Counted in Redis; while it is away nobody signs in (agencies/sign_in.py).
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/15m/key",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,5/15m/key",
}
# Whether everybody must have a second factor, or may: a demo's people are played by many, who have none.
SECOND_FACTOR = env.one_of("SECOND_FACTOR", *(("offered", "required") if env.flag("DEMO") else ("required", "offered")))
MFA_FORMS = {
    "authenticate": "agencies.forms.SecondFactorForm",
    "authenticate_webauthn": "agencies.forms.PasskeyAsFactorForm",
    "login_webauthn": "agencies.forms.PasskeySignInForm",
}
MFA_ADAPTER = "agencies.second_factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODE_DIGITS = 12
MFA_RECOVERY_CODES_SHOW_ONCE = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "agencies.passwords.NotTooLong"},
    {"NAME": "agencies.passwords.NotGuessable"},
    {"NAME": "agencies.passwords.NotBreached"},
]
BREACHED_PASSWORDS_PATH = env.text("BREACHED_PASSWORDS_PATH", "")
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# What was done is told on the next page, and lies in the session: in a cookie it would lie in the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_IDLE_SECONDS = env.number("SESSION_IDLE_SECONDS", 15 * 60)
SESSION_WARNING_SECONDS = 2 * 60
SESSION_COOKIE_AGE = env.number("SESSION_ABSOLUTE_SECONDS", 12 * 60 * 60)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
GUARDIAN_MONKEY_PATCH_USER = False
# Its backend is not wanted: who may see a case is decided in offenders/visibility.py, from the same tables.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
ANONYMOUS_USER_NAME = None

# API: nothing is open unless a view says what it needs
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["agencies.api.permissions.Denied"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["offenders.api.rules.parsing.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "EXCEPTION_HANDLER": "agencies.api.problems.problem",
    "DEFAULT_THROTTLE_CLASSES": ["agencies.api.throttles.PerToken"],
    "DEFAULT_THROTTLE_RATES": {
        "token": f"{env.number('API_REQUESTS_A_MINUTE', 600)}/min",
        "refused": f"{env.number('API_REFUSALS_A_MINUTE', 60)}/min",
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "mappa",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Choices stand where they are asked: many questions ask for a level, each with choices of its own.
    "POSTPROCESSING_HOOKS": [],
}

# Mail
EMAIL_URL = env.mail("EMAIL_URL", "smtp://localhost:25")
EMAIL_BACKEND = {
    "smtp": "agencies.delivery.smtp.EmailBackend",
    "smtps": "agencies.delivery.smtp.EmailBackend",
    "notify": "agencies.delivery.notify.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
}[EMAIL_URL.scheme]
EMAIL_FILE_PATH = str(BASE_DIR / (EMAIL_URL.netloc + EMAIL_URL.path)) if EMAIL_URL.scheme == "file" else None
EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname or "localhost", EMAIL_URL.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.signed_in(EMAIL_URL)
# Port 465 speaks TLS from the start (RFC 8314); on every other port it begins by STARTTLS.
EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps" and EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_URL.scheme == "smtps" and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 10
# GOV.UK Notify: the service's key, and the one template through which everything goes
IS_BY_NOTIFY = EMAIL_URL.scheme == "notify"
NOTIFY_URL = f"https://{EMAIL_URL.netloc}"
NOTIFY_KEY = env.notify_key("NOTIFY_KEY") if IS_BY_NOTIFY else ("", "")
NOTIFY_TEMPLATE = env.text("NOTIFY_TEMPLATE") if IS_BY_NOTIFY else ""
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "mappa <no-reply@mappa.invalid>")

# Anchors of the audit outside the database (docs/audit.md): a folder, and an address
ANCHORS_PATH = env.text("ANCHORS_PATH", "")
ANCHOR_MAIL = env.text("ANCHOR_MAIL", "")

# Monitoring: what lets it read /metrics; without it only administrators do
METRICS_TOKEN = env.secret("METRICS_TOKEN", "")

# Logging: request ids, routes and references, never a person's details (mappa/logs.py); lines for people or JSON
LOG_FORMAT = env.one_of("LOG_FORMAT", "line", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"nothing of anybody": {"()": "mappa.logs.NothingOfAnybody"}},
    "formatters": {"line": {"()": "mappa.logs.Line"}, "json": {"()": "mappa.logs.Json"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["nothing of anybody"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "mappa.request": {"level": "INFO"},
        # Django's own would mail, and gunicorn's would write past our filter.
        "django": {"handlers": [], "level": "WARNING"},
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

# Language, time, static files
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "vendor"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "mappa.storage.Storage"},
    "documents": {
        "BACKEND": env.text("DOCUMENTS_STORAGE", "mappa.storage.PrivateStorage"),
        "OPTIONS": env.options("DOCUMENTS_STORAGE_OPTIONS"),
    },
}
DOCUMENTS_PATH = BASE_DIR / env.text("DOCUMENTS_PATH", "var/documents")
# What was disposed of, one line each, for `manage.py replay_disposals` after a restore: not in the database that is restored.
DISPOSALS_PATH = BASE_DIR / env.text("DISPOSALS_PATH", "var/disposals.jsonl")

# Demo: invented people, shown on the sign-in page; never on a database that holds other cases
DEMO = env.flag("DEMO")
DEMO_PASSWORD = env.secret("DEMO_PASSWORD", "public-protection")
DEMO_API_TOKEN = env.secret("DEMO_API_TOKEN", "demo-integration")
