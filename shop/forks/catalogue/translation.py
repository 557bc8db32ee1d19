"""Which texts of the catalogue exist once for each language of the shop."""

from modeltranslation.translator import TranslationOptions, register

from shop.forks.catalogue.models import AttributeOption, Category, Option, Product, ProductAttribute, ProductClass


@register(Product)
class ProductTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "meta_title", "meta_description")


@register(Category)
class CategoryTranslation(TranslationOptions):
    fields = ("name", "description", "meta_title", "meta_description")


@register(ProductAttribute)
class ProductAttributeTranslation(TranslationOptions):
    fields = ("name", "unit")


@register(AttributeOption)
class AttributeOptionTranslation(TranslationOptions):
    fields = ("option",)


@register(ProductClass)
class ProductClassTranslation(TranslationOptions):
    fields = ("name",)


@register(Option)
class OptionTranslation(TranslationOptions):
    fields = ("name",)
