"""The scenarios by name, in the order in which --list shows them."""

from . import delivery, kafka, multiline, proxied, partial, rotation, truncation, identity, limits, reloads, secrecy
from .registry import SCENARIOS

__all__ = ["SCENARIOS", "delivery", "identity", "kafka", "limits", "multiline", "partial", "proxied", "reloads", "rotation", "secrecy", "truncation"]
