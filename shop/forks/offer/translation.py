from modeltranslation.translator import TranslationOptions, register

from shop.forks.offer.models import ConditionalOffer


@register(ConditionalOffer)
class ConditionalOfferTranslation(TranslationOptions):
    fields = ("name", "description", "badge", "banner")
