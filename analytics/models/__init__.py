"""What analytics keeps. Everything but spend and the sources of orders is derived, and can be rebuilt from the orders."""

from analytics.models.days import Cohort, Day, Due, Gap, Movement, ProductSale, Rebuild, Restatement, Tally, Turnover
from analytics.models.portraits import Forecasting, Group, Portrait
from analytics.models.sales import Channel, OrderSource, Sale, Stats
from analytics.models.spend import Spend
from analytics.models.visits import Device, Reached, Step, Traffic, Visit, Visitor

__all__ = [
    "Channel",
    "Cohort",
    "Day",
    "Device",
    "Due",
    "Forecasting",
    "Gap",
    "Group",
    "Movement",
    "OrderSource",
    "Portrait",
    "ProductSale",
    "Reached",
    "Rebuild",
    "Restatement",
    "Sale",
    "Spend",
    "Stats",
    "Step",
    "Tally",
    "Traffic",
    "Turnover",
    "Visit",
    "Visitor",
]
