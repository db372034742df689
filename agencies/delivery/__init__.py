"""How mail leaves: by SMTP or by GOV.UK Notify, and what either says of it.

Both are mail backends of Django's. They put the provider's number and word on the mail. What does not go out is one of three
things: the address takes no mail, the provider asks to wait, or something is wrong that may be right later (an OSError).
"""

from django.core.mail import EmailMessage


class Mail(EmailMessage):
    """A message on its way, and what its provider said."""

    # Whether it may have gone out before: a provider that can be asked is asked first.
    is_again = False
    provider_id = ""
    provider_status = ""


class AddressRefusedError(Exception):
    """Nobody is at this address, or he can take no mail. To say so is the provider's; a provider at odds with us says other things."""


class AskedToWaitError(Exception):
    """The provider takes no more for now."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds
