"""Points' part of the demo: two years of a programme, lived through in one pass and written in bulk."""

from loyalty.demo.chapter import write
from shop.demo import chapters

chapters.add("loyalty", "Points, tiers, recommendations", write)
