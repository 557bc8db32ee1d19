"""A forecast of the past against what came: whether the model can be believed. No database here."""

from typing import Any

import numpy as np

from analytics import clv

MOST = 7  # earlier orders from which on customers stand together
FEW = 5  # people who say nothing about a mean


def compared(
    customers: clv.Floats, frequency: clv.Floats, forecast: clv.Forecast, came: dict[int, tuple[int, float]]
) -> dict[str, Any]:
    """Means of expected and real orders by the number of orders before, and the sums of orders and spend.

    `came` has the real orders and spend of each customer who came back; the others did not.
    """
    real = np.array([came.get(int(pk), (0, 0.0)) for pk in customers], dtype=np.float64).reshape(-1, 2)
    rows = []
    for before in range(1, MOST + 1):
        some = (frequency + 1 == before) if before < MOST else (frequency + 1 >= before)
        if int(some.sum()) >= FEW:
            rows.append(
                {
                    "before": before,
                    "people": int(some.sum()),
                    "expected": round(float(forecast.orders[some].mean()), 4),
                    "real": round(float(real[some, 0].mean()), 4),
                }
            )
    low, high = np.quantile(forecast.totals, [0.1, 0.9])
    return {
        "rows": rows,
        "people": len(customers),
        "orders_expected": round(float(forecast.orders.sum()), 1),
        "orders_real": int(real[:, 0].sum()),
        "value_expected": round(float(forecast.value.sum()), 2),
        "value_low": round(float(low), 2),
        "value_high": round(float(high), 2),
        "value_real": round(float(real[:, 1].sum()), 2),
    }
