import django.db.models.deletion
from django.db import migrations, models


def carry_over(apps, _):
    """Whether a name was typed or implied was not noted before: typed is what X surely accepts."""
    apps.get_model("bot", "Question").objects.filter(summoned=True).update(summons="typed")


class Migration(migrations.Migration):
    dependencies = [
        ("bot", "0002_x_token"),
    ]

    operations = [
        migrations.CreateModel(
            name="BilledRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("post_id", models.CharField(max_length=19)),
            ],
        ),
        migrations.CreateModel(
            name="Gap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("mentions", "Mentions"), ("depth", "Depth"), ("hashtag", "Hashtag")],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("why", models.CharField(max_length=300)),
                ("covered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("since", "id"),
            },
        ),
        migrations.AlterModelOptions(
            name="outgoing",
            options={"ordering": ("urgency", "attempts", "not_before", "id")},
        ),
        migrations.RemoveConstraint(
            model_name="outgoing",
            name="one_live_answer_per_question",
        ),
        migrations.RemoveField(
            model_name="hostaccount",
            name="missing_since",
        ),
        migrations.RemoveField(
            model_name="outgoing",
            name="priority",
        ),
        migrations.RemoveField(
            model_name="question",
            name="billed_on",
        ),
        migrations.AddField(
            model_name="question",
            name="summons",
            field=models.CharField(
                choices=[("typed", "typed"), ("implied", "implied"), ("none", "none")],
                default="none",
                max_length=7,
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="question",
            name="summoned",
        ),
        migrations.AddField(
            model_name="hostaccount",
            name="implied_refused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="hostaccount",
            name="lost_calls",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="hostaccount",
            name="no_posts_before",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="fence",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="first_intent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="opened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="urgency",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "safety"), (1, "clinician"), (2, "automatic"), (3, "host")], default=2
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="session",
            name="expected_questions",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="session",
            name="expected_replies",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="session",
            name="links_allowed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="session",
            name="searched_up_to",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="outgoing",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["by_hand", "held", "intent", "ready", "sent", "unknown"]),
                    models.Q(("kind", "signpost"), _negated=True),
                ),
                fields=("question",),
                name="one_live_answer_per_question",
            ),
        ),
        migrations.AddField(
            model_name="billedread",
            name="host",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="bot.hostaccount"),
        ),
        migrations.AddField(
            model_name="gap",
            name="host",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="gaps", to="bot.hostaccount"
            ),
        ),
        migrations.AddConstraint(
            model_name="billedread",
            constraint=models.UniqueConstraint(fields=("host", "day", "post_id"), name="billed_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("covered_at", None)), fields=("host", "kind"), name="one_open_gap"
            ),
        ),
    ]
