"""Addresses of campaigns that are the same in every language."""

from django.urls import path

from campaigns import redirecting, views

app_name = "campaigns"
urlpatterns = [
    path("campaigns/segment-from/", views.segment_from, name="segment-from"),
    path("c/<str:key>/<int:number>", redirecting.follow, name="follow"),
]
