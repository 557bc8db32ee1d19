"""The one page of analytics that shoppers see."""

from django.urls import path

from analytics import choice

urlpatterns = [path("visits/", choice.choose, name="visits")]
