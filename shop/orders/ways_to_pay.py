"""The ways to pay that the merchant set up."""

from shop.orders.models import PaymentMethod
from shop.rules.kept import Kept

# By code, those that are off too.
all_of_them = Kept(lambda: {row.code: row for row in PaymentMethod.objects.all()}, "orders_paymentmethod")
