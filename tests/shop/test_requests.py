"""Each answer carries its request's id and a strict content policy."""


def test_the_proxys_request_id_comes_back(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-123"})["X-Request-ID"] == "abc-123"


def test_an_id_that_could_forge_log_lines_is_replaced(client):
    answered = client.get("/healthz", headers={"X-Request-ID": "a\tlevel=error"})["X-Request-ID"]
    assert answered.isalnum()


def test_the_shop_allows_no_inline_script_and_nobody_elses(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
