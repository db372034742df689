"""The commands of `python3 -m running`, which the Makefile wraps."""

import signal
import sys
from collections.abc import Callable
from types import FrameType

from running import checks, place
from running.place import Refusal

COMMANDS: dict[str, tuple[Callable[[], int], str]] = {
    "test": (checks.test, "every check and test"),
    "check": (checks.check, "every check that is no test"),
    "fix": (checks.fix, "put right what the tools can"),
    "bench": (checks.bench, "the performance suite"),
}


def main(arguments: list[str]) -> int:
    """Run the command that was asked for; its exit code."""
    signal.signal(signal.SIGTERM, stop_in_order)
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
        return 130


def stop_in_order(_signal: int, _frame: FrameType | None) -> None:
    """On SIGTERM stop as on Ctrl-C, so that everything which must be stopped is."""
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
