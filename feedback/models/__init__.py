from feedback.models.cases import Case, Entry
from feedback.models.mails import Enclosure, ReceivedMail
from feedback.models.reviews import ReviewRequest, ReviewTiming
from feedback.models.standing import Standing
from feedback.models.surveys import Answer, Invitation, Question, Response, Survey

__all__ = [
    "Answer",
    "Case",
    "Enclosure",
    "Entry",
    "Invitation",
    "Question",
    "ReceivedMail",
    "Response",
    "ReviewRequest",
    "ReviewTiming",
    "Standing",
    "Survey",
]
