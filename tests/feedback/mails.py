"""Calls of a mail provider about mails that customers wrote, in the shape that Postmark gives them."""

import base64
import json
from io import BytesIO
from itertools import count

from django.test import Client
from PIL import Image

SECRET = "hook:a-long-secret"
DOMAIN = "in.shop.example"
_numbers = count()


def configure(settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": [SECRET]}
    settings.INBOUND_DOMAIN = DOMAIN


def written(to, text="Thank you!", *, by="ana@example.com", subject="Re: Hello", headers=(), files=(), **more):
    """What Postmark posts for one mail; `headers` as pairs, `files` as (name, type, bytes) or with a fourth: the content id."""
    number = next(_numbers)
    said = [
        {"Name": "Return-Path", "Value": f"<{by}>"},
        {"Name": "Message-ID", "Value": f"<{number}@mail.example>"},
        *({"Name": name, "Value": value} for name, value in headers),
    ]
    return {
        "FromFull": {"Email": by, "Name": "Ana"},
        "ToFull": [{"Email": to, "Name": ""}],
        "OriginalRecipient": to,
        "MessageID": f"postmark-{number}",
        "Subject": subject,
        "TextBody": text,
        "HtmlBody": "",
        "Headers": said,
        "Attachments": [_file(*file) for file in files],
    } | more


def post(payload, *, secret=SECRET, provider="postmark", raw=None, client=None):
    headers = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    body = raw if raw is not None else json.dumps(payload)
    return (client or Client()).post(f"/anymail/{provider}/inbound/", body, content_type="application/json", **headers)


def picture(kind="JPEG", size=(200, 150), **how):
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **how)
    return file.getvalue()


def _file(name, kind, content, content_id=""):
    file = {"Name": name, "ContentType": kind, "Content": base64.b64encode(content).decode()}
    return file | ({"ContentID": content_id} if content_id else {})
