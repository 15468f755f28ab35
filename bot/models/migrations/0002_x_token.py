import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bot", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="XToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
                ("scopes", models.CharField(blank=True, max_length=200)),
                ("expires_at", models.DateTimeField()),
                ("generation", models.PositiveIntegerField(default=1)),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                ("lost_because", models.TextField(blank=True)),
                ("signed_in_at", models.DateTimeField()),
                ("renewed_at", models.DateTimeField(null=True)),
                (
                    "host",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="token",
                        to="bot.hostaccount",
                    ),
                ),
            ],
        ),
    ]
