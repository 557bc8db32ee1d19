"""Customers and accounts in the admin."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from shop.customers.models import Customer, User


@admin.register(User)
class UserAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["email", "first_name", "last_name", "is_active", "is_staff", "last_login"]
    search_fields = ["email", "first_name", "last_name"]
    exclude = ["password"]


@admin.register(Customer)
class CustomerAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["email", "name", "email_confirmed_at", "created_at"]
    search_fields = ["email", "first_name", "last_name"]
