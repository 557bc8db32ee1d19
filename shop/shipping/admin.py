from django.contrib import admin
from modeltranslation.admin import TabbedTranslationAdmin
from unfold.admin import ModelAdmin, TabularInline

from shop.shipping.models import Band, Method


class BandInline(TabularInline):
    model = Band
    extra = 1


@admin.register(Method)
class MethodAdmin(ModelAdmin, TabbedTranslationAdmin):
    list_display = ("name", "countries", "free_over", "days_min", "days_max", "is_on", "position")
    list_editable = ("is_on", "position")
    inlines = (BandInline,)
