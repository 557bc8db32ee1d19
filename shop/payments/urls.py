"""Addresses outside the languages: providers are told them once."""

from django.urls import path

from shop.payments import views

app_name = "payments"
urlpatterns = [
    path("pay/stripe/webhook/", views.webhook, {"provider": "stripe"}, name="stripe-webhook"),
    path("pay/test/webhook/", views.webhook, {"provider": "test"}, name="test-webhook"),
    path("pay/test/<uuid:key>/", views.test_page, name="test-page"),
]
