"""Uploaded files are served, kept by browsers, and harmless."""

import pytest


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "tea.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    return tmp_path


def test_a_file_is_kept_for_a_week(client, uploads):
    answer = client.get("/media/tea.svg")
    assert answer.status_code == 200
    assert "max-age=604800" in answer["Cache-Control"]


def test_a_picture_with_a_script_in_it_runs_nothing(client, uploads):
    assert "sandbox" in client.get("/media/tea.svg")["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["../settings.py", "%2e%2e/settings.py", "..%2fsettings.py", "/etc/passwd", "missing.webp"])
@pytest.mark.django_db
def test_nothing_outside_the_folder_is_served(client, uploads, name):
    assert client.get(f"/media/{name}").status_code in (400, 404)
