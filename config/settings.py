"""All settings, from the environment alone (`.env.example` lists them)."""

from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.broker import broker_url
from config.env import env_bool, env_choice, env_int, env_list, env_secret, env_text, load_dotenv
from config.flow_apps import find_flow_templates
from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(Path(env_text("ENV_FILE", str(BASE_DIR / ".env"))))

VAR_DIR = Path(env_text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- mode -----------------------------------------------------------------------------------------
PRODUCTION = env_bool("PRODUCTION", False)
DEBUG = env_bool("DEBUG", False)
SECRET_KEY = env_secret("SECRET_KEY", production=PRODUCTION)
DATA_KEY = env_secret("DATA_KEY", production=PRODUCTION)
AUDIT_KEY = env_secret("AUDIT_KEY", production=PRODUCTION)
FIELD_CIPHER = env_choice("FIELD_CIPHER", ("aes-256-gcm", "sm4-gcm"))
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

# --- apps -----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "operations",
    "privacy",
    "exports",
    "design",
    "destinations",
    "talks",
    "students",
    "employers",
    "approvals",
    "messaging",
    "processes",
    "forms",
    "wechat",
    "accounts",
    "common",
    "viewflow.workflow",
    "treebeard",
    "django_celery_beat",
    "django_htmx",
    "guardian",
    "csp",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "common.staticfiles.QichengStaticFilesConfig",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.middleware.RequestLines",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.browser_rules",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.access.middleware.leave_traces",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.sign_in_again",
    "wechat.middleware.wechat_sign_in",
    "accounts.middleware.second_step_duty",
    "accounts.middleware.password_duty",
    "privacy.consents.middleware.notice_duty",
    "accounts.middleware.idle_time",
    "config.middleware.UserErrors",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", *find_flow_templates(BASE_DIR)],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.shell",
            ],
        },
    },
]

# --- database -------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-20000;PRAGMA wal_autocheckpoint=4000;"
    ),
}
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "collation": "utf8mb4_unicode_520_ci",
    "isolation_level": "read committed",
    "sql_mode": "TRADITIONAL",
}


def _database() -> dict[str, Any]:
    url = env_text("DATABASE_URL")
    config: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "qicheng.sqlite3"}
    if url:
        config = dict(dj_database_url.parse(url))
    config["CONN_MAX_AGE"] = 600
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = SQLITE_OPTIONS
    elif config["ENGINE"].endswith("mysql"):
        config["OPTIONS"] = MYSQL_OPTIONS | config.get("OPTIONS", {})
        config["CONN_HEALTH_CHECKS"] = True
        config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": MYSQL_OPTIONS["collation"]}
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "accounts.security.hashers.OldMD5InArgon2Hasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.security.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.security.passwords.KindsValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.security.passwords.StrengthValidator"},
    {"NAME": "accounts.security.passwords.HistoryValidator"},
    {"NAME": "accounts.security.passwords.BreachValidator"},
]
PASSWORD_DAYS_STAFF = env_int("PASSWORD_DAYS_STAFF", 90)
BREACH_SERVICE = env_text("BREACH_SERVICE")
SECOND_STEP_ROLES = env_list("SECOND_STEP_ROLES", "sysadmin,secadmin,auditor" if PRODUCTION else "")
SESSION_ENGINE = "accounts.security.sessions"
IDLE_MINUTES_STAFF = env_int("IDLE_MINUTES_STAFF", 30)
IDLE_MINUTES = env_int("IDLE_MINUTES", 12 * 60)
EVIDENCE_YEARS = max(3, env_int("EVIDENCE_YEARS", 3))  # RL-12: three years at least
ACCOUNT_KEEP_MONTHS = env_int("ACCOUNT_KEEP_MONTHS", 36)
STAFF_KEEP_MONTHS = env_int("STAFF_KEEP_MONTHS", 36)
PRIVACY_NOTICE = env_bool("PRIVACY_NOTICE", True)
SIGN_IN_LOG_DAYS = max(183, env_int("SIGN_IN_LOG_DAYS", 365))  # RL-50: six months at least
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # strangers have no rights, and no row
GUARDIAN_MONKEY_PATCH_USER = GUARDIAN_MONKEY_PATCH_GROUP = False
SMALL_SCHOOL = env_bool("SMALL_SCHOOL", False)
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

# --- mail -----------------------------------------------------------------------------------------
EMAIL_HOST = env_text("MAIL_HOST")
EMAIL_PORT = env_int("MAIL_PORT", 465)
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_HOST_USER = env_text("MAIL_USER")
EMAIL_HOST_PASSWORD = env_text("MAIL_PASSWORD")
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = VAR_DIR / "mails"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
DEFAULT_FROM_EMAIL = env_text("MAIL_FROM", EMAIL_HOST_USER or "qicheng@localhost")

# --- language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = "config.formats"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [("dist", BASE_DIR / "static" / "dist")] if (BASE_DIR / "static" / "dist").is_dir() else []
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9a-f]{12}\.[a-z]+$"  # the names that frontend/build.mjs gives
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 60 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- jobs -----------------------------------------------------------------------------------------
REDIS_URL = env_text("REDIS_URL", broker_url(VAR_DIR))
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_connect_timeout": 3}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "seal-audit-trail": {"task": "processes.tasks.seal_audit_trail", "schedule": 24 * 60 * 60},
    "seal-access-log": {"task": "accounts.tasks.seal_access_log", "schedule": 60},
    "sweep": {"task": "processes.tasks.sweep", "schedule": 30},
    "wechat": {"task": "wechat.tasks.sweep", "schedule": 30},
    "hand-over-posts": {"task": "approvals.tasks.hand_over_posts", "schedule": 10 * 60},
    "change-units": {"task": "accounts.tasks.change_units", "schedule": 5 * 60},
    "answer-reset-requests": {"task": "accounts.tasks.answer_reset_requests", "schedule": 60},
}

RETENTION_AT = (3, 15)
"""When the nightly sweep deletes what has served its time: hour and minute, in the time of the school."""
CELERY_BEAT_SCHEDULE["sweep-retention"] = {
    "task": "privacy.tasks.sweep_retention",
    "schedule": crontab(hour=RETENTION_AT[0], minute=RETENTION_AT[1]),
}
CELERY_BEAT_SCHEDULE["remind-of-assessments"] = {
    "task": "privacy.tasks.remind_of_assessments",
    "schedule": crontab(hour=8, minute=0),
}

# Backups are nightly where somebody runs the system for others; `make backup` makes one by hand.
BACKUP_DIR = Path(env_text("BACKUP_DIR", str(VAR_DIR / "backups")))
BACKUP_COPY_DIR = Path(env_text("BACKUP_COPY_DIR")) if env_text("BACKUP_COPY_DIR") else None
BACKUP_KEEP = env_int("BACKUP_KEEP", 14)
CELERY_BEAT_SCHEDULE["sign-of-life"] = {"task": "operations.tasks.sign_of_life", "schedule": 30}
if PRODUCTION:
    CELERY_BEAT_SCHEDULE["backup"] = {
        "task": "operations.tasks.back_up",
        "schedule": crontab(hour=2, minute=30),
    }
    CELERY_BEAT_SCHEDULE["trial-restore"] = {
        "task": "operations.tasks.try_restore",
        "schedule": crontab(day_of_month=1, hour=4, minute=0),
    }

METRICS_TOKEN = env_text("METRICS_TOKEN")
JOB_LEASE_SECONDS = env_int("JOB_LEASE_SECONDS", 300)
DESIGN_FOUR_EYES = env_bool("DESIGN_FOUR_EYES", True)

# --- WeChat ---------------------------------------------------------------------------------------
WECHAT_APPID = env_text("WECHAT_APPID")
WECHAT_SECRET = env_text("WECHAT_SECRET")
WECHAT_TOKEN = env_text("WECHAT_TOKEN")
WECHAT_AES_KEY = env_text("WECHAT_AES_KEY")
WECHAT_SITE = env_text("WECHAT_SITE").rstrip("/")
WECHAT_PROOF = env_choice("WECHAT_PROOF", ("name_id", "name", "none"))
WECHAT_KEEP_MONTHS = env_int("WECHAT_KEEP_MONTHS", 24)
WECHAT_NOTICE_TEMPLATE = env_text("WECHAT_NOTICE_TEMPLATE")
WECHAT_NOTICE_FIELD = env_text("WECHAT_NOTICE_FIELD", "thing1")
WECHAT_API_URL = env_text("WECHAT_API_URL", "https://api.weixin.qq.com")
WECHAT_OAUTH_URL = env_text("WECHAT_OAUTH_URL", "https://open.weixin.qq.com")

# --- security -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY: dict[str, dict[str, Any]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
        # A form sent inside WeChat after the session ended is led to WeChat and back.
        "form-action": [SELF, WECHAT_OAUTH_URL] if WECHAT_APPID else [SELF],
    },
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = [
    "models.W037",  # MariaDB keeps all rows in an index that is meant for some
    "security.W019",  # proofs are shown in frames of our own pages
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = IDLE_MINUTES * 60
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come past the proxy and tell no secret
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers then take it from this very host over HTTPS alone
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# --- the school -----------------------------------------------------------------------------------
SCHOOL_NAME = env_text("SCHOOL_NAME", "启程大学")
SCHOOL_CODE = env_text("SCHOOL_CODE", "99999")
REPORT_PHONE = env_text("REPORT_PHONE")
REPORT_MAIL = env_text("REPORT_MAIL")
IMPORT_MAX_BYTES = env_int("IMPORT_MAX_MB", 50) * 1024 * 1024
IMPORT_MAX_ROWS = env_int("IMPORT_MAX_ROWS", 100_000)
UPLOAD_MAX_BYTES = env_int("UPLOAD_MAX_MB", 10) * 1024 * 1024
EXPORT_DIRECT_ROWS = env_int("EXPORT_DIRECT_ROWS", 50)
EXPORT_MOST_ROWS = env_int("EXPORT_MOST_ROWS", 20_000)
EXPORT_HOURS = env_int("EXPORT_HOURS", 72)
FORM_UPLOAD_MAX_BYTES = env_int("FORM_UPLOAD_MAX_MB", 50) * 1024 * 1024

# --- logs -----------------------------------------------------------------------------------------
LOGGING = logging_settings(
    production=PRODUCTION, level=env_text("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING")
)
