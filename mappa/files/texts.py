"""Plain text and saved emails."""

import codecs
import email.policy
import re
from email.message import Message
from email.parser import BytesParser
from typing import BinaryIO

from django.utils.translation import gettext as _

from mappa.files.names import ending_of
from mappa.files.refusals import refuse

READ_AT_ONCE = 2**16
# An email without files is short; what is longer carries some, and is not read into memory.
LONGEST_EMAIL = 5 * 2**20
HEADERS = ("From", "Date")
# By their first bytes and their endings, if they have a name: mail programs go by the name.
PICTURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n", ("png",)),
    "image/jpeg": (b"\xff\xd8\xff", ("jpg", "jpeg")),
    "image/gif": (b"GIF8", ("gif",)),
}
# A file in the middle of words, as before MIME; some mail programs still unpack it.
UUENCODED = re.compile(rb"^begin(-base64)? [0-7]{3,4} ", re.M)


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
    if b"\0" in file.read():
        refuse(_("The file is not a saved email. Save it again from the mail program as .eml"))
    file.seek(0)
    try:
        _check_email(BytesParser(policy=email.policy.compat32).parse(file))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        # `email` answers so to headers that no mail program writes, and to parts within parts within parts.
        refuse(_("The email is damaged. Save it again from the mail program as .eml, or as PDF"))


def _check_email(message: Message) -> None:
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
    name, content = part.get_filename() or "", part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return False
    if kind in PICTURES:
        first, endings = PICTURES[kind]
        return content.startswith(first) and (not name or ending_of(name) in endings)
    return kind in {"text/plain", "text/html"} and not name and not UUENCODED.search(content)
