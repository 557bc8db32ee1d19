"""A small Stripe on a port of its own: payment pages, refunds, idempotency keys, and silence when told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class StripeStub:
    """`sessions`: id -> session. Whoever asks with a known idempotency key gets the first answer again, or an error where
    they ask for something else with it.
    """

    def __init__(self) -> None:
        self.sessions, self.refunds, self.answers, self.calls = {}, [], {}, []
        self.is_silent = False
        self.refusal = ""
        self.is_locked = False  # the key of the shop is not known

    def create_session(self, form):
        number = len(self.sessions) + 1
        session = {
            "id": f"cs_{number}",
            "object": "checkout.session",
            "url": f"https://checkout.stripe.com/c/{number}",
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "currency": form["line_items[0][price_data][currency]"],
            "client_reference_id": form["client_reference_id"],
            "payment_intent": None,
        }
        self.sessions[session["id"]] = session
        return 200, session

    def pay(self, session_id):
        session = self.sessions[session_id]
        session.update(status="complete", payment_status="paid", payment_intent=f"pi_{session_id}")

    def answer(self, method, path, form):
        if self.is_locked:
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}
        if path == "/v1/checkout/sessions":
            return (400, self.refused()) if self.refusal else self.create_session(form)
        if path == "/v1/refunds":
            return self.refund(form)
        session = self.sessions.get(path.split("/")[4])
        if path.endswith("/expire"):
            if session["status"] != "open":
                return 400, {"error": {"type": "invalid_request_error", "message": "Only open sessions expire."}}
            session["status"] = "expired"
        return 200, session

    def refused(self):
        return {"error": {"type": "invalid_request_error", "message": self.refusal}}

    def refund(self, form):
        if self.refusal:
            return 400, self.refused()
        self.refunds.append((form["payment_intent"], int(form["amount"])))
        return 200, {"id": f"re_{len(self.refunds)}", "object": "refund", "status": "succeeded"}


@contextmanager
def running(stub: StripeStub) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            stub.calls.append((self.command, self.path, form))
            key = self.headers.get("Idempotency-Key") if self.command == "POST" else None
            if key not in stub.answers or key is None:
                status, answer = stub.answer(self.command, self.path, form)
                if key and status == 200:
                    stub.answers[key] = (status, dict(answer), form)
            elif stub.answers[key][2] == form:
                status, answer, _form = stub.answers[key]
            else:
                status, answer = 400, {"error": {"type": "idempotency_error", "message": "Keys are for the same parameters."}}
            if stub.is_silent:
                self.close_connection = True
                return
            payload = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
