"""The whole demo on one machine: `python -m shop.demo.serve` starts it, Ctrl-C stops all of it.

PostgreSQL, Valkey, the web server, a Celery worker and beat run together. Whatever is killed, nothing is lost: the
database keeps what was committed, and the next start goes on from there.
"""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from shop import engines

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
COLOURS = {"web": 36, "worker": 33, "beat": 35}


def main() -> int:
    """Set up and serve; return the exit code."""
    for how in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C and `kill` stop all of it, also when started in the background
        signal.signal(how, _interrupt)
    started = time.monotonic()
    try:
        with engines.environment(engines.VAR / "engines") as env:
            port = engines.free_port(int(os.environ.get("PORT", "8000")))
            env |= _settings(port)
            _prepare(env)
            return _serve(env, port, started)
    except engines.CannotStart as error:
        print(f"\nThe demo cannot start. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _settings(port: int) -> dict[str, str]:
    """What the demo sets in place of a merchant's environment."""
    key_file = engines.VAR / "secret-key"
    if not key_file.exists():
        key_file.write_text(secrets.token_urlsafe(50))
        key_file.chmod(0o600)
    return {
        "DEMO": "1",
        "SECRET_KEY": key_file.read_text(),
        "SHOP_URL": f"http://localhost:{port}",
        "CSRF_TRUSTED_ORIGINS": f"http://localhost:{port},http://127.0.0.1:{port}",
        "MAIL_FROM": "Teapot Lane <hello@teapotlane.example>",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "PYTHONWARNINGS": "ignore",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _prepare(env: dict[str, str]) -> None:
    """Bring the database, the demo shop and meanwhile the static files up to date."""
    print("Setting up: static files …", flush=True)
    static_files = _manage(env, "collectstatic", "-v0", "--noinput")
    print("Setting up: database, Teapot Lane …", flush=True)
    _wait_for(_manage(env, "demo", "--migrate"), "demo")
    _wait_for(static_files, "collectstatic")


def _manage(env: dict[str, str], *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=env, preexec_fn=engines.die_with_parent)


def _wait_for(process: subprocess.Popen[bytes], name: str) -> None:
    if process.wait():
        raise engines.CannotStart(f"`manage.py {name}` failed; its message stands above.")


def _serve(env: dict[str, str], port: int, started: float) -> int:
    commands = {
        "web": [
            f"{BIN}/gunicorn",
            "shop.wsgi",
            "-b",
            f"127.0.0.1:{port}",
            "-w",
            "2",
            "--threads",
            "4",
            "--preload",  # its code is read once for all
            "--log-level",
            "warning",
        ],
        "worker": [f"{BIN}/celery", "-q", "-A", "shop.celery", "worker", "-c", "2", "-l", "warning"],
        "beat": [f"{BIN}/celery", "-q", "-A", "shop.celery", "beat", "-l", "warning"],
    }
    env["PYTHONUNBUFFERED"] = "1"
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            processes[name] = _start(name, command, env)
            if name == "web":  # alone it is ready in half the time; mails and figures are not waited for
                _wait_until_ready(port, processes[name])
        _greet(port, time.monotonic() - started)
        while all(process.poll() is None for process in processes.values()):
            time.sleep(0.5)
        ended = next(name for name, process in processes.items() if process.poll() is not None)
        print(f"\n{ended} ended by itself; stopping the rest. Its last lines stand above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for process in processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in processes.values():
            engines.stop(process)


def _start(name: str, command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=engines.die_with_parent,
    )
    threading.Thread(target=_echo, args=(name, process), daemon=True).start()
    return process


def _echo(name: str, process: subprocess.Popen[bytes]) -> None:
    label = f"\033[{COLOURS[name]}m{name:<7}\033[0m" if sys.stdout.isatty() else f"{name:<7}"
    for line in process.stdout or ():
        print(label, line.decode(errors="replace").rstrip(), flush=True)


def _wait_until_ready(port: int, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and web.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return
        time.sleep(0.2)
    raise engines.CannotStart("The web server does not become ready; its lines stand above.")


def _greet(port: int, seconds: float) -> None:
    url = f"http://localhost:{port}"
    print(
        f"""
  Teapot Lane is open ({seconds:.0f} s).

    Shop      {url}/
    Admin     {url}/admin/       owner@teapotlane.example · merchant@… · marketer@… · support@…
    Mailbox   {url}/mailbox/     every mail the shop has sent
    Password of every demo login: teapot-lane

  Ctrl-C stops all of it.
""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
