"""The shop for a web server whose workers are killed all the time: all that a first request loads is there before they fork."""

from django.urls import get_resolver

from shop.wsgi import application

__all__ = ["application"]

_ = get_resolver().reverse_dict
