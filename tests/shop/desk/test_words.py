"""No page of the admin calls a thing by a name that only Oscar could translate."""

from django.contrib import admin
from oscar.core.loading import get_model

from shop.desk import words

FORKS = "shop.forks."


def test_every_model_in_the_admin_that_oscar_brings_is_named_by_us():
    shown = {model._meta.label_lower for model in admin.site._registry}
    brought = {
        model._meta.label_lower
        for model in admin.site._registry
        if model.__module__.startswith(("oscar.", FORKS)) and any("oscar" in base.__module__ for base in model.__mro__)
    }
    assert brought <= set(words.NAMES), brought - set(words.NAMES)
    assert "order.order" in shown


def test_the_names_are_in_use_and_change_no_migration():
    from django.db.migrations.state import ModelState

    for label, (one, several) in words.NAMES.items():
        model = get_model(*label.split("."))
        assert (model._meta.verbose_name, model._meta.verbose_name_plural) == (one, several)
        assert ModelState.from_model(model).options.get("verbose_name") != one or label == "customers.user"
