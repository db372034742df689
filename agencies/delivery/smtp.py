"""Mail by SMTP, keeping what the server said when it took a message: its number in the server's queue."""

import re
import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends import smtp

from agencies.delivery import AddressRefusedError, AskedToWaitError

# Codes that speak of the address alone (RFC 5321 4.2.3), for servers that give no enhanced status code.
ABOUT_THE_ADDRESS = {550, 551, 552, 553}
# 5.1.x and 5.2.x are about the reader's address and mailbox (RFC 3463); 5.1.7 and 5.1.8 are about the sender's, 5.2.3 about this one message.
ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}")
ADDRESS = re.compile(r"5\.(1\.(?![78]$)|2\.(?!3$))\d{1,3}")
# "Service not available": the server is busy or about to be restarted.
BUSY, BUSY_SECONDS = 421, 60


class Keeping(smtplib.SMTP):
    """Keeps the answer to the last message."""

    answer = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, words = super().data(msg)
        self.answer = words.decode("ascii", "replace")
        return code, words


class KeepingTLS(Keeping, smtplib.SMTP_SSL):
    """The same, inside TLS from the start."""


class EmailBackend(smtp.EmailBackend):
    """Django's own, which throws the server's words away."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return KeepingTLS if self.use_ssl else Keeping

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        try:
            return super().send_messages(email_messages)
        except smtplib.SMTPRecipientsRefused as refusal:
            for code, words in refusal.recipients.values():
                _understand(code, words, of_the_reader=True)
            raise
        except smtplib.SMTPResponseException as refusal:
            _understand(refusal.smtp_code, refusal.smtp_error, of_the_reader=False)
            raise

    def _send(self, email_message: Any) -> bool:
        was_sent: bool = super()._send(email_message)  # type: ignore[misc]  # the stubs leave it out
        server: Any = self.connection
        email_message.provider_id, email_message.provider_status = server.answer[:200], "accepted"
        return was_sent

    def _close_connection(self, server: smtplib.SMTP) -> None:
        """Whatever becomes of the goodbye, the message was taken: a server that hangs now must not get it again."""
        try:
            server.quit()
        except OSError:
            server.close()


def _understand(code: int, words: bytes | str, *, of_the_reader: bool) -> None:
    """Raise what a refusal means, if it means that the address is wrong or that we come too often.

    A relay that does not know us also answers 550 (with 5.7.1): that is nobody's address, and silences nobody. A code alone speaks
    of the reader's address only in answer to it: in answer to the sender or to the message it speaks of those, for every reader.
    """
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    if code == BUSY:
        raise AskedToWaitError(BUSY_SECONDS)
    enhanced = ENHANCED.match(text)
    if ADDRESS.fullmatch(enhanced[0]) if enhanced else of_the_reader and code in ABOUT_THE_ADDRESS:
        raise AddressRefusedError(f"{code} {enhanced[0]}" if enhanced else str(code))
