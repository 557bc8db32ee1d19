"""Addresses that mails and mail providers use: the same in every language, without cookies."""

from django.urls import path

from shop.mail import views

urlpatterns = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("subscribe/<str:token>/", views.confirm, name="confirm_consent"),
]
