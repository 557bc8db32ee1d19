from modeltranslation.translator import TranslationOptions, register

from loyalty.models import Boost, Programme, Tier


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name", "promise")


@register(Boost)
class BoostTranslation(TranslationOptions):
    fields = ("name",)


@register(Tier)
class TierTranslation(TranslationOptions):
    fields = ("name", "perks")
