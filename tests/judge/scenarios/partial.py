"""Lines without an end."""

import time

import config
from lines import pod_log, raw_log

from .registry import scenario


class Halves:
    """Lines that were written in two halves, and in how many parts each may be delivered."""

    def __init__(self, h):
        self.h = h
        self.rests = {}  # early half -> (rest, line, whether the line must be there whole)

    def in_two_parts(self):
        """The lines whose halves are records of their own: the checkpoint came before the kill."""
        texts = {stray["text"]: stray["count"] for stray in self.h.control.strays()}
        return {half: (rest, line) for half, (rest, line, must_be_whole) in self.rests.items()
                if not must_be_whole and texts.get(rest, 0) == 1 and texts.get(half, 0) == 1}

    def explain(self):
        allowed = {half: 1 for half in self.rests}
        for rest, line in self.in_two_parts().values():
            allowed[rest] = 1
            self.h.explained_lost.add(line)
        self.h.explain_stray = lambda stray: allowed.get(stray["text"], 0)
        parts = len(self.h.explained_lost)
        self.h.say(f"{len(self.rests)} unterminated lines, {parts} delivered in two parts")


@scenario("SIGKILL between the flush of an unterminated line and the checkpoint (--kills)")
def unterminated(h):
    h.start_server()
    h.configure(sources={"pods": config.pods(h.pods, flush_partial="500ms"),
                         "raw": config.files(f"{h.raw}/*.log", flush_partial="500ms")},
                es={"max_in_flight": 16})
    h.start_agent()
    logs = [pod_log(h.pen, h.pods, i).create() for i in range(4)]
    logs += [raw_log(h.pen, h.raw, f"app-{i}").create() for i in range(4)]
    halves = Halves(h)
    for number in range(h.options.kills or 6):
        one_round(h, logs, halves, held=number % 2 == 0)
    h.settle(elsewhere=lambda: len(halves.in_two_parts()))
    h.quiet()
    halves.explain()


def one_round(h, logs, halves, held):
    """With `held` the server keeps its answers until the kill: no checkpoint can have passed, the
    line must come whole."""
    for log in logs:
        log.write(3)
    h.quiet(0.6)
    h.control.set(hold_answers=held)
    open_ends = [(log, *write_half(h, log, halves, held)) for log in logs]

    def all_flushed():
        texts = {stray["text"] for stray in h.control.strays()}
        return all(half in texts for _, half, _ in open_ends)

    h.until(all_flushed, "flush of the unterminated lines", every=0.005)
    if not held:
        time.sleep(h.rng.uniform(0, 1.2))
    h.kill_agent()
    h.control.set(hold_answers=False)
    restart_first = h.rng.random() < 0.5
    if restart_first:
        h.start_agent()
    for log, _, rest in open_ends:
        log.raw(rest)
        h.pen.ledger.wrote(log.file, log.seq, 1)
        log.seq += 1
    if not restart_first:
        h.start_agent()


def write_half(h, log, halves, held):
    """Writes the beginning of a line; returns its text as the agent will see it, and the bytes
    that complete the line. These end as those of no other line do, so that each is told apart."""
    framed = log.frame(h.pen.line(log.file, log.seq, "x" * 180 + f" {log.seq}/{log.file:016x}"))
    cut = len(framed) - h.rng.randrange(24, 150)
    half, rest = framed[:cut], framed[cut:]
    log.raw(half)
    shown = (half.split(b" ", 3)[3] if log.cri else half).decode()
    halves.rests[shown] = (rest[:-1].decode(), (log.file, log.seq), held)
    return shown, rest
