"""The subcommands, a module each, which is imported when its command is asked for.

To add one: write ``commands/NAME.py`` with a click command called ``NAME``, and list it here. What the modules share is in ``settings``
(the options of every command that needs a configuration) and in ``terminal`` (printing, and the ways to end).
"""

from __future__ import annotations

from typing import Final

COMMANDS: Final = {
    "check": "Judge files and folders; the command when none is named.",
    "rules": "List every rule.",
    "explain": "Print the page of a rule.",
    "dns": "Show what a pod's resolver asks for a host name.",
    "diagnose": "Say what an error, or those of a log, can come from here.",
    "trace": "Show the eleven layers of a call, or all calls in view.",
    "baseline": "Write what is found now into a file that --baseline leaves out.",
    "programs": "Show which program runs in which container.",
    "connectivity": "Show what the NetworkPolicies let through.",
    "config": "Show, check or describe the settings.",
    "init": "Write a configuration file to start from.",
}
"""Every command with the line that ``netlint --help`` says of it, in the order in which it lists them."""
