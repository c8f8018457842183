"""Stack traces: events of several lines, which may lie on both sides of a rotation and of a kill."""

import time

import config
from lines import LogFile, cri_time, pod_folder

from .registry import scenario
from .rotation import stamp


class Event:
    """Lines that one document must hold. Its text is made when its first line is written, since it
    names the file that this line lies in."""

    def __init__(self, stream, payload):
        self.stream = stream
        self.payload = payload
        self.lines = None
        self.line = None  # file and number, for the ledger


def trace(rng):
    lines = ["ERROR java.lang.IllegalStateException: order 17 has no lines"]
    for _ in range(rng.randrange(3)):
        lines += [f"\tat com.example.Shop.step{rng.randrange(90)}(Shop.java:{rng.randrange(900)})"
                  for _ in range(1 + rng.randrange(25))]
        lines += ["Caused by: java.io.IOException: reset by peer"]
    lines += ["\tat com.example.Main.main(Main.java:7)", "\t... 12 more"]
    return "\n".join(lines)


def plain(rng):
    return "INFO served " + "x" * rng.randrange(300)


class TraceLog(LogFile):
    """Both streams of a container, line by line in turns as they come; some lines in two pieces."""

    def __init__(self, pen, path):
        super().__init__(pen, path)
        self.rotations = 0
        self.out = []
        self.claims = []

    def write_events(self, count):
        rng = self.pen.rng
        queues = {stream: [Event(stream, trace(rng) if rng.random() < 0.5 else plain(rng))
                           for _ in range(count)] for stream in ("stdout", "stderr")}
        while any(queues.values()):
            queue = queues[rng.choice([stream for stream, events in queues.items() if events])]
            self.write_line(queue[0])
            if not queue[0].lines:
                queue.pop(0)
            if rng.random() < 0.05:
                self.flush()
            if rng.random() < 0.002:
                self.rotate()
        self.flush()

    def write_line(self, event):
        if event.lines is None:
            event.line = (self.file, self.seq)
            event.lines = self.pen.line(self.file, self.seq, event.payload).split("\n")
            self.seq += 1
        text = event.lines.pop(0)
        cut = self.pen.rng.randrange(1, len(text)) if self.pen.rng.random() < 0.1 else 0
        if cut:
            self.out.append(f"{cri_time()} {event.stream} P {text[:cut]}\n")
        self.out.append(f"{cri_time()} {event.stream} F {text[cut:]}\n")
        if not event.lines:
            self.claims.append(event.line)

    def flush(self):
        self.raw("".join(self.out).encode())
        self.out = []
        for file, seq in self.claims:
            self.pen.ledger.wrote(file, seq, 1)
        self.claims = []

    def rotate(self):
        self.flush()
        self.rename(stamp(self.rotations))
        self.rotations += 1
        self.create()


def write_for(h, logs, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        h.rng.choice(logs).write_events(1 + h.rng.randrange(20))
        time.sleep(0.002)


def has_sent_more(h, logs, items):
    write_for(h, logs, 0.02)
    return h.control.summary()["items"] > items


@scenario("Java traces on both streams, rotations within them, SIGKILL or SIGTERM (--kills)")
def traces(h):
    h.start_server(item_429=0.05)
    # So long that no trace times out however slow the machine is: then each must come whole.
    stages = [{"multiline": {"languages": ["java"], "timeout": "120s"}}]
    h.configure(pipelines={"all": {**config.pipeline(["pods"], ["es"]), "stages": stages}})
    h.start_agent()
    logs = [TraceLog(h.pen, f"{pod_folder(h.pods, i)}/0.log").create() for i in range(4)]
    for number in range(h.options.kills or 8):
        write_for(h, logs, h.rng.uniform(0.1, 1.5))
        if number % 4 == 3:
            # It must be far enough to know the signal.
            before = h.control.summary()["items"]
            h.until(lambda: has_sent_more(h, logs, before), "document before the shutdown")
            h.stop_agent()
        else:
            h.kill_agent()
        write_for(h, logs, h.rng.uniform(0, 0.3))
        h.start_agent()
    write_for(h, logs, 0.5)
    # A line behind the last trace of each stream, which ends it.
    for log in logs:
        for stream in ("stdout", "stderr"):
            log.write_line(Event(stream, plain(h.rng)))
        log.flush()
    h.settle()
    h.say(f"{h.pen.ledger.lines} events, {sum(log.rotations for log in logs)} rotations")
