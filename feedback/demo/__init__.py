"""What the demo's people answered and complained of in two years: it follows from late parcels and broken jars."""

from datetime import date, datetime, time

from django.utils import timezone

from feedback import standings
from feedback.demo import complaints, opinions, questions
from feedback.demo.past import consent_to_questions, delivered
from shop.customers.models import Customer
from shop.demo import chapters
from shop.demo.diary import Diary


def write(today: date, seed: int) -> None:
    """Surveys with their answers, requests for reviews, and an inbox in which some things still wait."""
    now = datetime.combine(today, time(), timezone.get_current_timezone())
    arrivals = delivered(now)
    consent_to_questions(arrivals, seed)
    diary = Diary()
    surveys = questions.make_surveys()
    answered = questions.ask(surveys, arrivals, now, diary, seed)
    opinions.ask_for_reviews(arrivals, now, seed)
    opinions.read_reviews(now, diary)
    complaints.write(surveys["csat"], answered, arrivals, now, diary, seed)
    diary.write()
    standings.write(Customer.objects.known())


chapters.add("feedback", "Questions, answers and cases", write)
