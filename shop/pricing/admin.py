from django.contrib import admin
from unfold.admin import ModelAdmin

from shop.pricing.models import TaxRate


@admin.register(TaxRate)
class TaxRateAdmin(ModelAdmin):
    list_display = ("country", "product_class", "rate", "is_included")
    list_filter = ("country",)
