"""What an error of the mail server means."""

import smtplib

import pytest
from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused, AnymailRequestsAPIError

from shop.mail import verdicts
from shop.mail.verdicts import Verdict


def refused(code, text):
    return smtplib.SMTPRecipientsRefused({"ana@example.com": (code, text)})


def answered(status):
    error = AnymailAPIError("no")
    error.status_code = status
    return error


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (refused(550, b"5.1.1 unknown"), Verdict.NO_SUCH_MAILBOX),
        (refused(550, b"5.7.1 policy"), Verdict.REFUSED),
        (refused(550, b"\xff"), Verdict.REFUSED),
        (refused(450, b"4.2.1 later"), Verdict.LATER),
        (smtplib.SMTPSenderRefused(550, b"not you", "shop@example.com"), Verdict.LATER),
        (smtplib.SMTPDataError(554, b"spam"), Verdict.REFUSED),
        (smtplib.SMTPDataError(451, b"later"), Verdict.LATER),
        (smtplib.SMTPServerDisconnected("gone"), Verdict.UNKNOWN),
        (TimeoutError(), Verdict.UNKNOWN),
        (ConnectionResetError(), Verdict.UNKNOWN),
        (RuntimeError("what?"), Verdict.UNKNOWN),
        (answered(None), Verdict.UNKNOWN),
        (answered(500), Verdict.UNKNOWN),
        (answered(429), Verdict.LATER),
        (answered(401), Verdict.LATER),
        (answered(422), Verdict.REFUSED),
        (AnymailRequestsAPIError("connection broke"), Verdict.UNKNOWN),
        (AnymailRecipientsRefused("all of them"), Verdict.REFUSED),
        (AnymailInvalidAddress("a@"), Verdict.REFUSED),
        (ValueError("header"), Verdict.REFUSED),
    ],
)
def test_the_verdict(error, verdict):
    assert verdicts.of(error) is verdict
