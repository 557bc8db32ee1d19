"""Addresses that mails and mail providers use: the same in every language, without cookies."""

from django.urls import path

from shop.mail import mailbox, moving_page, views, webhooks

urlpatterns = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("subscribe/<str:token>/", views.confirm, name="confirm_consent"),
    path("account-move/<str:token>/", moving_page.answer, name="account_move"),
    path("anymail/<str:provider>/tracking/", webhooks.receive, name="mail_webhook"),
    path("anymail/<str:provider>/inbound/", webhooks.take_in, name="mail_inbound"),
    path("mailbox/", mailbox.messages, name="mailbox"),
    path("mailbox/<uuid:uid>/", mailbox.message, name="mailbox_message"),
    path("mailbox/<uuid:uid>/html/", mailbox.body, name="mailbox_body"),
]
