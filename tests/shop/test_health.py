"""A process says whether it lives and whether it may be sent visitors."""

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection


def test_a_process_that_answers_is_alive(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_shop_with_its_database_is_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (200, "ok")


@pytest.mark.django_db
def test_a_shop_without_its_database_is_not(client, monkeypatch):
    def refuse(*_):
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


def test_an_unreachable_cache_misses_and_breaks_nothing(settings):
    settings.CACHES = {"default": {"BACKEND": "shop.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    cache = caches.create_connection("default")
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is False
    assert cache.delete("a") is False


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_container_is_asked_without_tls(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.get("/about/").status_code == 301
