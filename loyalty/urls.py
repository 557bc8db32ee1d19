from django.urls import path

from loyalty import views

app_name = "loyalty"
urlpatterns = [
    path("points/", views.explained, name="programme"),
    path("accounts/points/", views.mine, name="account"),
    path("r/<str:code>/", views.friend, name="friend"),
]
