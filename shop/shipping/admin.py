from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from shop import languages
from shop.shipping.models import Band, Method


class BandInline(TabularInline):
    model = Band
    extra = 0
    hide_title = True


class MethodForm(languages.TextsForm):
    needed = ("name",)

    class Meta:
        model = Method
        fields = ["is_on", "code", "countries", "free_over", "days_min", "days_max", "position"]
        widgets = {"countries": UnfoldAdminTextInputWidget}


@admin.register(Method)
class MethodAdmin(ModelAdmin):
    form = MethodForm
    fieldsets = [
        *languages.tabs("name", "description"),
        (None, {"fields": ["is_on", "code", "countries", "free_over", ("days_min", "days_max"), "position"]}),
    ]
    list_display = ("name", "countries", "free_over", "days_min", "days_max", "is_on", "position")
    list_editable = ("is_on", "position")
    inlines = (BandInline,)
