"""Which basket a request has, read only when a page asks for it."""

from django.http import HttpRequest, HttpResponse
from oscar.apps.basket import middleware


class BasketMiddleware(middleware.BasketMiddleware):
    """Oscar's, without putting the whole basket into every template: the header reads two numbers from the row."""

    def process_template_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return response
