"""What whoever joins agrees to. Another wording is another version; who agreed to which, and when, is kept."""

from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"
TERMS = (
    _("I use mappa only for my work, and look only at what I need for it."),
    _(
        "Everything that I open, search, print or change is recorded, and can be read by my agency and in an investigation."
    ),
    _("I let nobody else use my account, and leave no screen open."),
    _(
        "I pass on what I read here only as the law and the MAPPA Guidance allow; minutes only with the chair’s agreement."
    ),
    _("I say so at once when I know the person, a victim or a relative, and open the case no further."),
    _("I tell my agency’s contact point at once of a mistake, a loss, or a change of my work."),
)
