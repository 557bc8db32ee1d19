"""Addresses of links in mails, the same in every language; and pages under the language's prefix."""

from django.urls import URLPattern, URLResolver, include, path

from feedback.views import cases, contact, reviews, surveys

Addresses = list[URLPattern | URLResolver]

in_mails: Addresses = [
    path("survey/<str:token>/", surveys.survey, name="survey"),
    path("survey/<str:token>/thanks/", surveys.thanks, name="survey-thanks"),
    path("your-reviews/<str:token>/", reviews.reviews, name="reviews"),
    path("your-reviews/<str:token>/thanks/", reviews.thanks, name="reviews-thanks"),
    path("case/<str:token>/", cases.answer, name="case"),
    path("case/<str:token>/<int:pk>/", cases.file, name="case-file"),
]
in_the_account: Addresses = [
    path("", cases.conversations, name="list"),
    path("<str:reference>/", cases.conversation, name="detail"),
    path("<str:reference>/<int:pk>/", cases.own_file, name="file"),
]

without_language: Addresses = [path("", include((in_mails, "feedback")))]
urlpatterns: Addresses = [
    path("contact/", contact.contact, name="contact"),
    path("accounts/conversations/", include((in_the_account, "conversations"))),
]
