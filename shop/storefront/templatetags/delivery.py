"""`{% load delivery %}{{ option|delivery_days }}`"""

from django import template

from shop.orders import showing
from shop.shipping.rates import Option

register = template.Library()


@register.filter
def delivery_days(option: Option) -> str:
    """When this way of delivery brings it: `24–26 November`."""
    return showing.days_between(option.delivery_from, option.delivery_to)
