"""One mail over an open SMTP session, in two journeys where the server allows it instead of four (RFC 2920)."""

import smtplib

from shop.mail.verdicts import NotHandedOver

_GOOD = 250
_GO_ON = 354


def hand_over(session: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> None:
    """Give the mail to the server. `NotHandedOver` when it went away before it had the text, else what smtplib raises."""
    try:
        _announce(session, sender, recipient)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
            raise
        raise NotHandedOver(str(error)) from error
    session.send(_stuffed(mail))
    code, answer = session.getreply()
    if code != _GOOD:
        raise smtplib.SMTPDataError(code, answer)


def _announce(session: smtplib.SMTP, sender: str, recipient: str) -> None:
    """From whom, to whom, and that the text comes now; all three at once where the server can take that."""
    session.ehlo_or_helo_if_needed()
    options = " BODY=8BITMIME" if session.has_extn("8bitmime") else ""
    commands = [f"MAIL FROM:<{sender}>{options}\r\n", f"RCPT TO:<{recipient}>\r\n", "DATA\r\n"]
    if session.has_extn("pipelining"):
        session.send("".join(commands))
        answers = [session.getreply() for _ in commands]
    else:
        answers = []
        for command in commands:
            session.send(command)
            answers.append(session.getreply())
            if answers[-1][0] not in (_GOOD, 251, _GO_ON):
                break
    _judge(session, answers, sender, recipient)


def _judge(session: smtplib.SMTP, answers: list[tuple[int, bytes]], sender: str, recipient: str) -> None:
    codes = [code for code, _answer in answers]
    if codes[:1] == [_GOOD] and codes[1:2] in ([_GOOD], [251]) and codes[2:] == [_GO_ON]:
        return
    if codes[-1] == _GO_ON:
        session.send(b".\r\n")  # it waits for a text that it will have nobody to give to
        session.getreply()
    session.rset()
    if codes[0] != _GOOD:
        raise smtplib.SMTPSenderRefused(codes[0], answers[0][1], sender)
    if codes[1] not in (_GOOD, 251):
        raise smtplib.SMTPRecipientsRefused({recipient: answers[1]})
    raise smtplib.SMTPDataError(codes[2], answers[2][1])


def _stuffed(mail: bytes) -> bytes:
    """A line that begins with a full stop gets another, for one alone ends the text."""
    return mail.replace(b"\r\n.", b"\r\n..") + (b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n")
