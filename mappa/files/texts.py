"""Plain text and saved emails."""

import codecs
import email.policy
from email.message import Message
from email.parser import BytesParser
from typing import BinaryIO

from django.utils.translation import gettext as _

from mappa.files.refusals import refuse

READ_AT_ONCE = 2**16
# An email without files is short; what is longer carries some, and is not read into memory.
LONGEST_EMAIL = 5 * 2**20
HEADERS = ("From", "Date")
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})


def check_text(file: BinaryIO) -> None:
    """Raise ValidationError unless the file is text in UTF-8, as every editor writes it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(READ_AT_ONCE):
            _refuse_signs(decoder.decode(piece))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        refuse(_("The file is not text in UTF-8. Save it again as text with the encoding UTF-8"))


def _refuse_signs(text: str) -> None:
    if any(sign < " " and sign not in "\t\n\r\f" for sign in text):
        refuse(_("The file is not text: it holds signs that nobody types. Save it again as what it is"))


def check_email(file: BinaryIO) -> None:
    """Raise ValidationError unless the file is one saved email without files in it."""
    file.seek(0, 2)
    if file.tell() > LONGEST_EMAIL:
        refuse(_("The email is larger than 5 MB. Save its files and upload each of them by itself"))
    file.seek(0)
    message = BytesParser(policy=email.policy.compat32).parse(file)
    if not all(message.get(name) for name in HEADERS):
        refuse(_("The file is not a saved email. Save it again from the mail program as .eml"))
    for part in message.walk():
        if not _is_harmless(part):
            refuse(_("The email holds files. Save them and upload each of them by itself, and the email as PDF"))


def _is_harmless(part: Message) -> bool:
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment":
        return False
    if part.is_multipart():
        return kind.startswith("multipart/")
    return (kind in {"text/plain", "text/html"} and not part.get_filename()) or kind in PICTURES
