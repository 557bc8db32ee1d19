"""All settings, from the environment, safe by default. README.md lists what can be set."""

from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from oscar.defaults import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")


def required(name: str, what: str) -> str:
    """The value of a variable that has no safe default."""
    value = str(env.str(name, ""))
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {what} `make demo` and `make test` set it by themselves.")
    return value


# Who is running
DEMO = env.bool("DEMO", False)  # mailbox page, test payments, demo logins
TESTING = env.bool("TESTING", False)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = required("SECRET_KEY", "Set it to a long random text and keep it secret.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SHOP_URL = env.str("SHOP_URL", "http://localhost:8000").rstrip("/")  # links in mails and webhooks
IS_SECURE = SHOP_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SHOP_URL.split("//")[1].split(":")[0], "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SHOP_URL])

# Engines
DATABASES = {
    "default": env.db_url_config(required("DATABASE_URL", "Name a PostgreSQL database: postgres://user:password@host/name."))
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "encore"
REDIS_URL = required("REDIS_URL", "Name a Redis or Valkey server: redis://host:6379/0.")
CACHES = {
    "default": {
        "BACKEND": "shop.cache.ForgivingRedisCache",
        "LOCATION": env.str("CACHE_URL", REDIS_URL),
        "KEY_PREFIX": env.str("CACHE_PREFIX", "encore"),
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a lost Redis logs nobody out
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "modeltranslation",  # before the admin
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin.apps.SimpleAdminConfig",  # shop.desk reads the admin modules
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",  # Oscar's migrations refer to it
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # widgets that templates/ may replace
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_htmx",
    "treebeard",
    "widget_tweaks",
    # Oscar
    "shop.forks.apps.Address",
    "shop.forks.apps.Analytics",
    "shop.forks.apps.Checkout",
    "shop.forks.apps.Communication",
    "shop.forks.apps.Customer",
    "shop.forks.apps.Payment",
    "shop.forks.basket",
    "shop.forks.catalogue",
    "shop.forks.offer",
    "shop.forks.order",
    "shop.forks.partner",
    "shop.forks.reviews",
    "shop.forks.voucher",
    "shop.forks.wishlists",
    # the hub
    "shop.customers",
    "shop.events",
    "shop.mail",
    "shop.rules",
    "shop.shipping",
    "shop.pricing",
    "shop.orders",
    "shop.payments",
    "shop.search",
    "shop.content",
    "shop.imports",
    "shop.storefront",
    "shop.desk",
    "shop.demo",
    # the apps that make customers come back
    "loyalty",
    "campaigns",
    "feedback",
    "analytics",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages weigh a fifth; where a proxy compresses, it passes them on as they are
    "shop.requests.RequestIdMiddleware",
    "shop.requests.ContentSecurityMiddleware",
    "shop.requests.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "shop.desk.language.StaffLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shop.forks.basket.middleware.BasketMiddleware",
    "loyalty.arriving.Middleware",
    "analytics.visiting.Middleware",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
SITE_ID = 1

_loaders = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "shop.storefront.context.shop",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "shop.storefront.templatetags.shop"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# People
AUTH_USER_MODEL = "customers.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "customer:summary"
ACCOUNT_ADAPTER = "shop.mail.accounts.Adapter"
ACCOUNT_FORMS = {"signup": "shop.customers.forms.SignupForm", "reset_password": "shop.customers.forms.ResetPasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # else opening an account would tell who has one
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 1 if IS_SECURE else 0)  # whose word for a visitor's address counts
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/15m/key", "login": "60/m/ip"}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Languages
LANGUAGE_CODE = env.str("SHOP_LANGUAGE", "en")
LANGUAGES = [("en", "English"), ("uk", "Українська"), ("ru", "Русский"), ("ro", "Română")]
FORMAT_MODULE_PATH = "shop.formats"
LOCALE_PATHS = [BASE_DIR / "shop" / "locale"]  # Oscar's own would turn our English into American
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
MODELTRANSLATION_FALLBACK_LANGUAGES = (LANGUAGE_CODE, "en")
USE_TZ = True
TIME_ZONE = env.str("SHOP_TIME_ZONE", "Europe/Chisinau")

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
# Kept outside of the database, so that a restored backup does not bring back whom the shop has forgotten
ERASURE_LOG = Path(env.str("ERASURE_LOG", str(VAR_DIR / ("test-erasures.jsonl" if TESTING else "erasures.jsonl"))))
_plain_static = DEBUG or TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _plain_static
        else "shop.static_files.ShopStaticFiles"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Security
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked from inside the container, where no proxy speaks TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", True) else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "shop.storefront.errors.form_expired"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, "https://checkout.stripe.com"],
        "frame-ancestors": [NONE],
    }
}
# The admin theme evaluates expressions in attributes and sets styles; the shop's own pages do neither.
ADMIN_CONTENT_SECURITY = {"script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]}

# Work in the background. The broker is a doorbell: what must happen is a row in the database first.
CELERY_BROKER_URL = env.str("BROKER_URL", REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_PUBLISH_RETRY = False  # a broker that is away must not hold up a checkout
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "retry_on_timeout": False,
    "max_retries": 0,  # a broker that is away costs a checkout a moment, not six seconds
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "deliver events": {"task": "shop.events.tasks.deliver_due_events", "schedule": timedelta(seconds=20)},
    "forget old deliveries": {"task": "shop.events.tasks.forget_old_deliveries", "schedule": timedelta(days=1)},
    "send mail": {"task": "shop.mail.tasks.send_due_messages", "schedule": timedelta(seconds=20)},
    "list what changed": {"task": "shop.search.tasks.catch_up_listings", "schedule": timedelta(seconds=10)},
    "recount sales": {"task": "shop.search.tasks.recount_sales", "schedule": timedelta(days=1)},
    "forget old sessions": {"task": "shop.customers.tasks.forget_old_sessions", "schedule": timedelta(days=1)},
    "forget old searches": {"task": "shop.search.tasks.forget_old_searches", "schedule": timedelta(days=1)},
    "note baskets left behind": {"task": "shop.storefront.tasks.note_baskets_left", "schedule": timedelta(minutes=5)},
    "tell who waits": {"task": "shop.storefront.tasks.tell_who_waits", "schedule": timedelta(minutes=5)},
    "ask customers": {"task": "feedback.tasks.ask_customers", "schedule": timedelta(minutes=5)},
    "draw portraits of buyers": {"task": "analytics.tasks.draw_portraits", "schedule": timedelta(days=1)},
    "keep visits": {"task": "analytics.tasks.keep_visits", "schedule": timedelta(seconds=20)},
    "forget old visits": {"task": "analytics.tasks.forget_old_visits", "schedule": timedelta(days=1)},
    "fill day tables": {"task": "analytics.tasks.fill_days", "schedule": timedelta(seconds=30)},
    "rebuild figures": {"task": "analytics.tasks.rebuild_figures", "schedule": timedelta(days=1)},
    "advance automations": {"task": "campaigns.tasks.advance_automations", "schedule": timedelta(seconds=30)},
    "begin automations of the day": {
        "task": "campaigns.tasks.begin_automations_of_the_day",
        "schedule": timedelta(hours=1),
    },
    "send newsletters": {"task": "campaigns.tasks.send_newsletters", "schedule": timedelta(seconds=10)},
    "note engagement": {"task": "campaigns.tasks.note_engagement", "schedule": timedelta(minutes=15)},
    "review engagement": {"task": "campaigns.tasks.review_engagement", "schedule": timedelta(days=1)},
    "judge clicks": {"task": "campaigns.tasks.judge_clicks", "schedule": timedelta(seconds=20)},
    "settle payments": {"task": "shop.payments.tasks.settle_open_attempts", "schedule": timedelta(minutes=1)},
    "activate points": {"task": "loyalty.tasks.activate_points", "schedule": timedelta(minutes=10)},
    "expire points": {"task": "loyalty.tasks.expire_points", "schedule": timedelta(hours=1)},
    "birthday points": {"task": "loyalty.tasks.reward_birthdays", "schedule": timedelta(hours=1)},
    "review tiers": {"task": "loyalty.tasks.review_tiers", "schedule": timedelta(days=1)},
}

# Mail
EMAIL_BACKEND = "shop.mail.backends.Mailbox" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
if env.str("EMAIL_URL", ""):
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_BACKEND = env.str("EMAIL_BACKEND", EMAIL_BACKEND)  # a provider named wins over the mail catcher's address
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Shop <shop@localhost>")
MAIL_MARKETING_FROM = env.str("MAIL_MARKETING_FROM", DEFAULT_FROM_EMAIL)
SERVER_EMAIL = OSCAR_FROM_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
# Whatever anymail asks for, by the name that it has there: POSTMARK_SERVER_TOKEN, MAILGUN_API_KEY, MAILGUN_API_URL, …
_PROVIDERS = tuple(
    "BREVO_ MAILERSEND_ MAILGUN_ MAILJET_ MAILTRAP_ MANDRILL_ POSTAL_ POSTMARK_ RESEND_ SCALEWAY_ SENDGRID_ SPARKPOST_"
    " UNISENDER_GO_".split()
)
_named = {name.removesuffix("_FILE") for name in env.ENVIRON if name.startswith(_PROVIDERS)}
ANYMAIL = {name: env.str(name) for name in sorted(_named) if env.str(name, "")}
INBOUND_DOMAIN = env.str("INBOUND_DOMAIN", "").lower()  # mail to it reaches /anymail/<provider>/inbound/
ANYMAIL["WEBHOOK_SECRET"] = env.list("ANYMAIL_WEBHOOK_SECRET", default=[])  # user:password, two while one is being replaced

# Money
OSCAR_DEFAULT_CURRENCY = env.str("SHOP_CURRENCY", "EUR")
SHOP_COUNTRY = env.str("SHOP_COUNTRY", "RO")
PAYMENT_HOLD_MINUTES = env.int("PAYMENT_HOLD_MINUTES", 30)  # an unpaid order keeps its goods so long
TRANSFER_HOLD_DAYS = env.int("TRANSFER_HOLD_DAYS", 7)
CUSTOMER_DAYS = env.int(
    "CUSTOMER_DAYS", 365
)  # how long after an order somebody counts as a customer; rebuild_figures after a change
VISIT_DAYS = env.int("VISIT_DAYS", 400)  # how long single visits are kept; the sums of days stay
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "")  # tests point it at a stub

# Oscar
OSCAR_SHOP_NAME = "Encore"
OSCAR_HOMEPAGE = "/"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_ALLOW_ANON_REVIEWS = False
OSCAR_MODERATE_REVIEWS = True
OSCAR_EAGER_ALERTS = False
OSCAR_SEND_REGISTRATION_EMAIL = False
OSCAR_OFFERS_INCL_TAX = True
OSCAR_BASKET_COOKIE_LIFETIME = int(timedelta(days=60).total_seconds())
OSCAR_BASKET_COOKIE_SECURE = OSCAR_RECENTLY_VIEWED_COOKIE_SECURE = IS_SECURE
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 1000
OSCAR_IMAGE_FOLDER = "products/"
OSCAR_REQUIRED_ADDRESS_FIELDS = ("first_name", "last_name", "line1", "line4", "country")
OSCAR_URL_SCHEMA = "https" if IS_SECURE else "http"

# Logs: one JSON object a line in production, readable lines in the demo
_processors: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[*_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOG_FORMAT = env.str("LOG_FORMAT", "lines" if DEMO or DEBUG or TESTING else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _processors,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer()
                if LOG_FORMAT == "json"
                else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING" if TESTING else "INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
}

# Optional extras
if env.str("SENTRY_DSN", ""):
    import sentry_sdk

    sentry_sdk.init(dsn=env.str("SENTRY_DSN"), send_default_pii=False)
PROMETHEUS = env.bool("PROMETHEUS", False)
if PROMETHEUS:
    INSTALLED_APPS.append("django_prometheus")
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]

UNFOLD = {
    "SITE_TITLE": "shop.desk.navigation.shop_name",
    "SITE_HEADER": "shop.desk.navigation.shop_name",
    "SITE_SYMBOL": "storefront",
    "SITE_URL": "/",
    "SHOW_LANGUAGES": True,
    "STYLES": ["shop.desk.navigation.stylesheet"],
    "DASHBOARD_CALLBACK": "shop.desk.home.fill",
    "SCRIPTS": ["shop.desk.navigation.script"],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "shop.desk.navigation.groups"},
    "ACCOUNT": {"navigation": "shop.desk.navigation.account_links"},
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .012 162)",
            "100": "oklch(94.5% .025 162)",
            "200": "oklch(89% .045 162)",
            "300": "oklch(81% .065 162)",
            "400": "oklch(71% .08 162)",
            "500": "oklch(58% .085 162)",
            "600": "oklch(47% .075 162)",
            "700": "oklch(40% .065 162)",
            "800": "oklch(34% .055 162)",
            "900": "oklch(29% .045 162)",
            "950": "oklch(21% .035 162)",
        }
    },
}
