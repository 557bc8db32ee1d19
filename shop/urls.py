"""Every address of the shop."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from feedback.urls import without_language as feedback_links
from shop import health, media
from shop.storefront.urls import without_language

# Staff log in where everybody does: with its rate limits, confirmed addresses and second step.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("", include("shop.desk.urls")),  # before the admin's own, which answer everything below them
    path("admin/", admin.site.urls),
    path("", include("shop.mail.urls")),
    path("", include("shop.payments.urls")),
    path("", include("campaigns.urls")),
    path("", include(without_language)),
    path("", include(feedback_links)),
    path("media/<path:name>", media.serve),
]
if settings.PROMETHEUS:
    urlpatterns.append(path("", include("django_prometheus.urls")))  # /metrics: keep it from the public at the proxy
urlpatterns += i18n_patterns(
    path("", include("feedback.urls")),
    path("", include("loyalty.urls")),
    path("", include("analytics.urls")),
    path("", include("shop.storefront.urls")),
    prefix_default_language=False,
)

handler400 = "shop.storefront.errors.bad_request"
handler403 = "shop.storefront.errors.forbidden"
handler404 = "shop.storefront.errors.not_found"
handler500 = "shop.storefront.errors.broken"
