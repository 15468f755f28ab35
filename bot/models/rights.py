"""What a role may allow besides what a table's own page allows. Roles are in `bot.staff`."""

from django.db import models


class Rights(models.Model):
    """No table: only the names of rights that belong to no single one."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("see_questions", "Can look at the queue"),
            ("review_faq", "Can sign FAQ entries and decide on proposals"),
            ("manage_staff", "Can invite people and end their sign-ins"),
            ("read_audit", "Can read the audit"),
        )
