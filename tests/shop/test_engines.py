"""The embedded engines keep what was committed, whatever is killed."""

import os
import signal
from contextlib import closing

import psycopg2
import pytest

from shop import engines

pytestmark = pytest.mark.race


def execute(url, sql, *, fetch=False):
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if fetch else None


def test_a_killed_database_keeps_what_was_committed(tmp_path):
    with engines.postgres(tmp_path) as url:
        execute(url, "CREATE TABLE kept (number int); INSERT INTO kept VALUES (7)")
        postmaster = int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
    with engines.postgres(tmp_path) as url:
        assert execute(url, "SELECT number FROM kept", fetch=True) == [(7,)]


def test_a_server_that_outlived_its_parent_is_stopped_before_the_next_starts(tmp_path):
    abandoned = engines.postgres(tmp_path)
    abandoned.__enter__()
    first = int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0])
    with engines.postgres(tmp_path) as url:
        assert execute(url, "SELECT 1", fetch=True) == [(1,)]
        assert int((tmp_path / "postgres" / "postmaster.pid").read_text().split()[0]) != first
    abandoned.__exit__(None, None, None)


def test_a_taken_port_is_passed_over():
    import socket

    with socket.socket() as taken:
        port = engines.free_port(26_500)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert engines.free_port(port) > port
