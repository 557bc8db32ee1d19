from modeltranslation.translator import TranslationOptions, register

from shop.shipping.models import Method


@register(Method)
class MethodTranslation(TranslationOptions):
    fields = ("name", "description")
