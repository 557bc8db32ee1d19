"""Which words of the shop exist once for each language."""

from modeltranslation.translator import TranslationOptions, register

from shop.content.models import Block, Page, Scene, Shop


@register(Shop)
class ShopTranslation(TranslationOptions):
    fields = ("claim", "story", "top_line", "address", "hours", "payment_words", "imprint")


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "body", "description")


@register(Block)
class BlockTranslation(TranslationOptions):
    fields = ("title", "text", "link_text")


@register(Scene)
class SceneTranslation(TranslationOptions):
    fields = ("title",)
