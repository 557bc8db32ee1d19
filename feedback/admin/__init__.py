"""What staff see of feedback: each module registers its part."""

from feedback.admin import answers, cases, reviews, surveys

__all__ = ["answers", "cases", "reviews", "surveys"]
