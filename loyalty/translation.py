from modeltranslation.translator import TranslationOptions, register

from loyalty.models import Boost, Programme


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name", "promise")


@register(Boost)
class BoostTranslation(TranslationOptions):
    fields = ("name",)
