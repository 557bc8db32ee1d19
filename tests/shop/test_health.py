"""A process says whether it lives and whether it may be sent visitors."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from redis import Redis

from shop import engines, health


def test_a_process_that_answers_is_alive(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_shop_with_its_database_is_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (200, "ok")


@pytest.mark.django_db(transaction=True)
def test_all_who_ask_at_once_after_the_start_are_told_the_same(monkeypatch):
    """A container's check and a balancer's: Django reads the migrations by importing their packages anew."""

    def ask(_number):
        try:
            return Client().get("/readyz").status_code
        finally:
            connection.close()

    for _start in range(5):
        monkeypatch.setattr(health, "_migrated", False)
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(ask, range(8))) == {200}


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


@pytest.fixture
def own_redis(tmp_path, settings):
    """A Redis for this test alone, to be treated badly; yields its client and the cache in it."""
    with engines.valkey(tmp_path, durable=False) as url:
        settings.CACHES = {"default": {"BACKEND": "shop.cache.ForgivingRedisCache", "LOCATION": url}}
        yield Redis.from_url(url), caches.create_connection("default")


def test_a_full_cache_forgets_and_breaks_nothing(own_redis):
    redis, cache = own_redis
    cache.set("a", 1)
    redis.config_set("maxmemory", 1)
    cache.set("b", 2)
    assert cache.add("c", 3) is False
    assert (cache.get("a"), cache.get("b")) == (1, None)


def test_a_cache_that_wants_a_password_nobody_gave_misses(own_redis):
    redis, cache = own_redis
    cache.set("a", 1)
    redis.config_set("requirepass", "secret")
    fresh = caches.create_connection("default")
    assert fresh.get("a", "nothing") == "nothing"
    assert fresh.get_many(["a"]) == {}
    assert fresh.delete("a") is False


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_container_is_asked_without_tls(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.get("/about/").status_code == 301
