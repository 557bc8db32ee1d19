"""What an error of the mail server means for the message: whether it was taken, and whether trying again helps."""

import smtplib
from enum import Enum

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import BadHeaderError


class NotHandedOver(Exception):
    """The server was gone before it was given the text: it cannot have taken the mail."""


_TRY_AGAIN = {401, 402, 403, 404, 408, 425, 429}  # keys, limits and addresses that somebody will set right


class Verdict(Enum):
    LATER = "later"  # not taken; try again
    NO_SUCH_MAILBOX = "no such mailbox"  # not taken; nobody reads there
    REFUSED = "refused"  # not taken, and never will be as it is
    UNKNOWN = "unknown"  # may have been taken


def of(error: Exception) -> Verdict:
    """The verdict on one failed attempt. When in doubt, `UNKNOWN`."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _of_recipients(error)
        case smtplib.SMTPDataError() if error.smtp_code >= 500:
            return Verdict.REFUSED
        case (
            smtplib.SMTPDataError() | smtplib.SMTPSenderRefused() | NotHandedOver()
        ):  # a sender refused is our account's fault, not the mail's
            return Verdict.LATER
        case AnymailAPIError() if not isinstance(error, AnymailRecipientsRefused):
            return _of_answer(error.status_code)
        case AnymailError() | BadHeaderError() | ValueError():  # refused, or it cannot even be written
            return Verdict.REFUSED
    return Verdict.UNKNOWN


def _of_recipients(error: smtplib.SMTPRecipientsRefused) -> Verdict:
    code, answer = next(iter(error.recipients.values()))
    if code < 500:
        return Verdict.LATER
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    # 5.1.x speaks of the mailbox (RFC 3463); 5.7.x and others of us or of the message.
    return Verdict.NO_SUCH_MAILBOX if text.startswith("5.1.") else Verdict.REFUSED


def _of_answer(status: int | None) -> Verdict:
    if status is None or status >= 500:
        return Verdict.UNKNOWN
    return Verdict.LATER if status in _TRY_AGAIN else Verdict.REFUSED
