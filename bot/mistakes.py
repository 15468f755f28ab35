"""Says in plain words what went wrong, when a person can mend it. Anything else is ours: it is raised."""

import sys

#: By name, so that saying "file not found" does not need Django.
EXPECTED = (
    "bot.yamlfile.BadFiles",
    "bot.environment.BadEnvironment",
    "bot.service.CannotRun",
    "bot.flows.rights.MayNot",
    "bot.flows.preflight.NoReason",
    "bot.staff.Unknown",
    "bot.staff.Impossible",
    "bot.rounds.WrongAccount",
    "bot.console.wsgi.PageAddressTaken",
    "bot.x.simulator.server.PortInUseError",
    "bot.host_commands.NoSuch",
    "bot.flows.host.NotPossible",
    "bot.flows.own_texts.NotPossible",
    "bot.flows.moves.TooLate",
    "bot.flows.queue.NotYours",
    "bot.flows.queue.Incomplete",
    "bot.flows.queue.MayNotLeave",
    "bot.x.port.XError",
    "bot.encoder.install.NoModel",
    "bot.proof.BadLabels",
    "bot.faq_writer.CannotApply",
    "bot.faq_files.CannotWrite",
    "bot.faq_history.NoVersion",
    "bot.faq_sign.CannotSign",
    "bot.simulation.BadSet",
)


def explain(error: Exception) -> int:
    """Prints the error for a person and returns the exit code. Raises what nobody foresaw."""
    if not any(_is(error, name) for name in EXPECTED):
        raise error
    print(f"askhour: {error}", file=sys.stderr)
    return 1


def _is(error: Exception, name: str) -> bool:
    module, _, kind = name.rpartition(".")
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, kind))
