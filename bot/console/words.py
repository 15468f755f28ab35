"""Words of ours that are stored or made in English and shown in the reader's language.

`core/` knows no languages, so what it says is named here for the translators: templates translate the value.
"""

from django.utils.translation import gettext_noop as _

WORDS = (
    # urgencies and routes
    _("now"), _("private"), _("personal"), _("ordinary"),
    _("reply"), _("as the host's own post"), _("by hand"),
    # views
    _("All"), _("Urgent"), _("Mine"), _("Nobody's"), _("To reply to"), _("By hand"),
    # how fast a rehearsal goes
    _("as slow as life"), _("an hour in six minutes"), _("an hour in a minute"),
    # states
    _("planned"), _("announced"), _("open"), _("paused"), _("closing"), _("closed"), _("reported"),
    _("cancelled"),
    _("waiting"), _("claimed"), _("drafted"), _("in review"), _("approved"), _("sent"), _("dismissed"),
    _("received"), _("answering"), _("queued"), _("signposted"), _("left"), _("answered"), _("withdrawn"),
    _("answered, about to leave"), _("taken out of the queue"),
    # why something waits
    _("is about one person: we cannot advise individuals"),
    _("may be a crisis: a person is needed now"),
    _("may be an emergency: a person is needed now"),
    _("shows who somebody is: do not quote it"),
    _("is in another language"),
    _("claims or sells something: perhaps post a correction"),
    _("the guardrails are not sure"),
)  # fmt: skip
