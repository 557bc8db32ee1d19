"""A mail server for tests: takes mails over SMTP, and can be told to refuse, to be slow and to hang up."""

import email
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default

Answer = Callable[[str], str | None]


@dataclass
class Sink:
    """What has arrived. `on_recipient` and `on_data` may answer instead of 250; "hang up" closes the connection."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    on_recipient: Answer = lambda address: None
    on_data: Answer = lambda address: None
    before_250: Callable[[], None] = lambda: None

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink: Sink = self.server.sink
        sink.connections += 1
        self.say("220 sink")
        recipient = ""
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "RCPT":
                recipient = rest.partition("<")[2].partition(">")[0]
                self.say(sink.on_recipient(recipient) or "250 ok")
            elif verb.upper() == "DATA":
                self.say("354 go on")
                raw = self.read_data()
                answer = sink.on_data(recipient)
                if answer is None or answer == "hang up":
                    sink.mails.append(email.message_from_bytes(raw, policy=default))
                    sink.before_250()
                if answer == "hang up":
                    return
                self.say(answer or "250 taken")
            elif verb.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def read_data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def open_sink() -> Iterator[Sink]:
    """A running server on a free port of this machine."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.sink = sink = Sink(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield sink
        server.shutdown()
