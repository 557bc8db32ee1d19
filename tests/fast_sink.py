"""A mail server for thousands: a process of its own that writes a line for each mail it has taken.

`python -m tests.fast_sink LOG [MILLISECONDS]`: prints its port; waits so long between having a mail and saying so. Speaks
PIPELINING and 8BITMIME, as real ones do. A line: moment, recipient, Message-ID, bytes.
"""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ID = re.compile(rb"^Message-ID: *(<[^>\r\n]*>)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(rb"<([^>]*)>")


@dataclass(frozen=True)
class Taken:
    """One mail that the sink has taken."""

    at: float
    recipient: str
    message_id: str
    size: int


class Log:
    """What a running sink has written down so far."""

    def __init__(self, path: Path, port: int) -> None:
        self.path, self.port = path, port

    def mails(self) -> list[Taken]:
        rows = (line.split("\t") for line in self.path.read_text().splitlines())
        return [Taken(float(row[0]), row[1], row[2], int(row[3])) for row in rows]

    def copies(self) -> Counter[str]:
        """How often each person got something."""
        return Counter(mail.recipient for mail in self.mails())


@contextmanager
def running(path: Path, milliseconds: float = 0) -> Iterator[Log]:
    """A sink for the length of the block."""
    path.write_text("")
    command = [sys.executable, "-m", "tests.fast_sink", str(path), str(milliseconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Log(path, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()


class _Conversation(asyncio.Protocol):
    def __init__(self, log: int, wait: float) -> None:
        self.log, self.wait = log, wait
        self.heard, self.recipient, self.is_data = b"", b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.say(b"220 sink")

    def say(self, words: bytes) -> None:
        self.transport.write(words + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self.heard += data
        while True:
            if self.is_data:
                text, end, rest = self.heard.partition(b"\r\n.\r\n")
                if not end:
                    return
                self.heard, self.is_data = rest, False
                self.take(text)
                continue
            line, end, rest = self.heard.partition(b"\r\n")
            if not end:
                return
            self.heard = rest
            self.answer(line)

    def answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"DATA":
            self.is_data = True
            self.say(b"354 go on")
        elif verb == b"EHLO":
            self.say(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME")
        elif verb == b"QUIT":
            self.say(b"221 bye")
            self.transport.close()
        else:
            if verb == b"RCPT":
                found = _TO.search(line)
                self.recipient = found[1] if found else b""
            self.say(b"250 ok")

    def take(self, text: bytes) -> None:
        found = _ID.search(text[:4000])
        name = found[1] if found else b""
        os.write(self.log, b"%.4f\t%b\t%b\t%d\n" % (time.time(), self.recipient, name, len(text)))
        if self.wait:
            asyncio.get_running_loop().call_later(self.wait, self.say, b"250 taken")
        else:
            self.say(b"250 taken")


async def _serve(path: str, wait: float) -> None:
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    server = await asyncio.get_running_loop().create_server(lambda: _Conversation(log, wait), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], float(sys.argv[2]) / 1000))
