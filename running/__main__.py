"""The commands of `python3 -m running`, which the Makefile wraps."""

import signal
import sys
from collections.abc import Callable
from types import FrameType

from running import audit, checks, place, sbom, site
from running.place import Refusal

COMMANDS: dict[str, tuple[Callable[[], int], str]] = {
    "up": (site.up, "run the whole site until Ctrl-C"),
    "test": (checks.test, "every check and test (more arguments for pytest in ARGS)"),
    "check": (checks.check, "every check that is no test"),
    "fix": (checks.fix, "put right what the tools can put right"),
    "audit": (audit.audit, "ask whether anything is known against the packages"),
    "sbom": (sbom.sbom, "write what the service is made of to var/sbom.cdx.json"),
    "bench": (checks.bench, "the performance suite"),
    "shell": (site.shell, "a Python prompt on the site's database"),
    "migrate": (site.migrate, "bring the site's database up to date"),
    "setup": (site.setup, "install everything, start nothing"),
    "stop": (site.stop, "stop the site and the embedded servers"),
}

# said outright even for Ctrl-C, because a shell script has its background commands ignore that
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    """Run the command that was asked for; its exit code."""
    for each in STOPS:
        signal.signal(each, stop_in_order)
    name, rest = (arguments or ["--help"])[0], arguments[1:]
    try:
        if name == "exec":
            return checks.execute(rest[1:] if rest[:1] == ["--"] else rest)
        if name not in COMMANDS or rest:
            return usage()
        return COMMANDS[name][0]()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0 if name == "up" else 130


def stop_in_order(_signal: int, _frame: FrameType | None) -> None:
    """Stop alike on Ctrl-C, on a polite kill and when the terminal closes, and let nothing interrupt the stopping."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def usage() -> int:
    """Say what there is."""
    place.say("python3 -m running COMMAND, where COMMAND is one of:")
    for name, (_, meaning) in COMMANDS.items():
        place.say(f"  {name:8} {meaning}")
    place.say("  exec     -- COMMAND …: run something in the test environment, for example pytest tests/offenders")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
