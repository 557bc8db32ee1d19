from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from shop import languages, money
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
    list_display = ("name", "show_countries", "show_free_over", "days_min", "days_max", "is_on", "position")
    list_editable = ("is_on", "position")
    inlines = (BandInline,)

    @display(description=_("countries"))
    def show_countries(self, method: Method) -> str:
        return ", ".join(method.countries) or str(_("everywhere"))

    @display(description=_("free from"), ordering="free_over")
    def show_free_over(self, method: Method) -> str:
        return "–" if method.free_over is None else money.shown(method.free_over)
