from django.contrib import admin
from django.urls import path
from django.views.i18n import set_language

from shop.desk import goodwill_page

urlpatterns = [
    path("admin-language/", set_language, name="set_language"),
    path("admin/goodwill/<int:pk>/", admin.site.admin_view(goodwill_page.give), name="goodwill"),
]
