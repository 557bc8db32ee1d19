from modeltranslation.translator import TranslationOptions, register

from shop.orders.models import PaymentMethod


@register(PaymentMethod)
class PaymentMethodTranslation(TranslationOptions):
    fields = ("name", "description", "instructions")
