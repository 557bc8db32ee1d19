"""Oscar's apps as this shop installs them.

The classes here are Oscar's apps without their views and signal receivers: the shop has pages of its own, and the
receivers do work inside other people's transactions (a counter on each product view, back-in-stock mails inside
`StockRecord.save()`). The forks beside this module replace whole apps. Oscar's root app, dashboard and search are
not installed at all.
"""

from oscar.apps.address.apps import AddressConfig
from oscar.apps.analytics.apps import AnalyticsConfig
from oscar.apps.checkout.apps import CheckoutConfig
from oscar.apps.communication.apps import CommunicationConfig
from oscar.apps.customer.apps import CustomerConfig
from oscar.apps.payment.apps import PaymentConfig


class Address(AddressConfig):
    name = "oscar.apps.address"


class Analytics(AnalyticsConfig):
    """Tables only, which Oscar's migrations refer to; what happened is in `shop.events`."""

    name = "oscar.apps.analytics"

    def ready(self) -> None: ...


class Checkout(CheckoutConfig):
    name = "oscar.apps.checkout"

    def ready(self) -> None: ...


class Communication(CommunicationConfig):
    name = "oscar.apps.communication"

    def ready(self) -> None: ...


class Customer(CustomerConfig):
    name = "oscar.apps.customer"

    def ready(self) -> None: ...


class Payment(PaymentConfig):
    name = "oscar.apps.payment"
