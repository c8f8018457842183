"""One run of one scenario: starts server, agent and writers, waits, stops them, has it counted."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import config
import processes
from control import Control, metric, status
from lines import Ledger, Pen

AGENT_STOP_SECONDS = 45


class Skip(Exception):
    """The scenario cannot run on this machine; the text says why."""


class Stuck(Exception):
    """Something that a scenario waits for did not come."""


class Writer:
    """A running judge_writer."""

    def __init__(self, harness, name, root, options):
        self.ledger = f"{harness.ledgers}/{name}.ledger"
        argv = [harness.program("judge_writer"), "--run", harness.run, "--root", root,
                "--ledger", self.ledger]
        # Two writers of a run must not give two files one number.
        seed = harness.seed * 100 + len(harness.writers)
        for key, value in {"seed": seed, **options}.items():
            argv += ["--" + key.replace("_", "-"), str(value)]
        self._output = f"{harness.folder}/{name}.out"
        self._read = self._lines = 0
        with open(self._output, "wb") as out:
            self.process = processes.start(argv, out, sys.stderr)

    def stop(self):
        """Ends it in order (or waits for its own end) and returns what it says it wrote."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.wait()

    def wait(self):
        self.process.wait(timeout=3600)
        with open(self._output, encoding="ascii") as out:
            report = out.read()
        if self.process.returncode != 0 or not report:
            raise Stuck(f"judge_writer ended with {self.process.returncode}")
        return json.loads(report)

    @contextlib.contextmanager
    def paused(self):
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def written_lines(self):
        """Lines in the ledger so far; reads what is new in it."""
        with open(self.ledger, "rb") as ledger:
            ledger.seek(self._read)
            new = ledger.read()
        new = new[:new.rfind(b"\n") + 1]
        self._read += len(new)
        self._lines += sum(int(line.split()[3]) for line in new.splitlines() if line[:1] == b"W")
        return self._lines


class Harness:
    def __init__(self, scenario, options):
        self.scenario = scenario
        self.options = options
        self.seed = options.seed
        self.rng = random.Random(options.seed)
        self.run = f"r{self.rng.getrandbits(32):08x}"
        self.folder = tempfile.mkdtemp(prefix="judge-", dir=options.folder)
        self.pods = f"{self.folder}/pods"
        self.raw = f"{self.folder}/raw"
        self.ledgers = f"{self.folder}/ledgers"
        for folder in (self.pods, self.raw, self.ledgers):
            os.makedirs(folder)
        self.extra_folders = []
        self.pen = Pen(self.run, self.rng, Ledger(f"{self.ledgers}/python.ledger"))
        self.problems = []
        self.admin_port = processes.free_port()
        self.rss = processes.RssWatch()
        self.writers = []
        self.server = self.agent = self.control = None
        self.server_port = 0
        self.agent_prefix = []
        self.dead_letters = None       # path, when the scenario expects refused lines
        self.dead_may_repeat = False   # a file cannot refuse a repeat after a kill
        self.explained_lost = set()    # (file, seq) whose loss the scenario has accounted for
        self.explain_stray = lambda stray: 0  # how many documents with this text are right
        self.starts = 0

    # Processes.

    def program(self, name):
        return f"{self.options.build}/tests/{name}"

    def say(self, text):
        print(f"[{self.scenario}] {text}", file=sys.stderr, flush=True)

    def check(self, good, text):
        """A claim of the scenario's own, beside the four counts."""
        self.say(("ok: " if good else "FAILED: ") + text)
        if not good:
            self.problems.append(text)

    def start_server(self, **faults):
        argv = [self.program("judge_bulk_server"), "--run", self.run, "--seed", str(self.seed),
                "--faults", json.dumps(faults), "--dump", f"{self.folder}/store"]
        self.server = processes.start(argv, subprocess.PIPE, sys.stderr)
        self.server_port = int(self.server.stdout.readline().split()[1])
        self.control = Control(int(self.server.stdout.readline().split()[1]))

    def configure(self, sources=None, sinks=None, pipelines=None, agent=None, es=None):
        """Writes the config. Without arguments: the pods' tree into the scripted server."""
        sources = sources or {"pods": config.pods(self.pods)}
        sinks = {"es": config.elasticsearch(self.server_port, **(es or {})), **(sinks or {})}
        pipelines = pipelines or {"all": config.pipeline(sources, ["es"])}
        document = {"agent": config.agent(self.folder, self.admin_port, **(agent or {})),
                    "sources": sources, "pipelines": pipelines, "sinks": sinks}
        with open(f"{self.folder}/tailrace.yaml", "w", encoding="utf-8") as out:
            out.write(config.render(document))

    def start_agent(self):
        config_path = f"{self.folder}/tailrace.yaml"
        argv = self.agent_prefix + self.options.agent + ["run", "-c", config_path]
        with open(f"{self.folder}/agent.log", "ab") as log:
            log.write(f"--- start {self.starts}\n".encode())
            log.flush()
            self.agent = processes.start(argv, log, log)
        self.starts += 1
        self.rss.follow(self.agent.pid)

    def kill_agent(self):
        self.rss.sample()
        self.check_alive()
        self.agent.send_signal(signal.SIGKILL)
        self.agent.wait()

    def stop_agent(self):
        """SIGTERM, as a rollout does. Its end must be an orderly one."""
        self.rss.sample()
        self.check_alive()
        self.agent.terminate()
        try:
            code = self.agent.wait(timeout=AGENT_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.agent.kill()
            self.agent.wait()
            code = "no end after SIGTERM"
        if code != 0:
            self.problems.append(f"agent after SIGTERM: {code}")

    def start_writer(self, name="writer", root=None, **options):
        if self.options.simple:
            options = {"shapes": "text,json", "split_rotation": 0, **options}
        self.writers.append(Writer(self, name, root or self.pods, options))
        return self.writers[-1]

    def metric(self, name):
        return metric(self.admin_port, name)

    def status(self):
        path = f"{self.folder}/state/admin.sock"
        self.until(lambda: os.path.exists(path), "admin socket")
        return status(path)

    # Waiting.

    def check_alive(self):
        if self.agent.poll() is not None:
            raise Stuck(f"the agent ended by itself with {self.agent.returncode}")

    def until(self, done, what, seconds=60, every=0.02):
        deadline = time.monotonic() + seconds
        while not done():
            self.check_alive()
            if time.monotonic() > deadline:
                raise Stuck(f"no {what} within {seconds} s")
            time.sleep(every)

    def written(self):
        return self.pen.ledger.lines + sum(writer.written_lines() for writer in self.writers)

    def settle(self, expected=None, elsewhere=lambda: 0):
        """Waits until the server has `expected` lines (all that are written) but for those that
        are `elsewhere`, or nothing has come for the bound."""
        expected = self.written() if expected is None else expected
        last, since = (0,), time.monotonic()
        while time.monotonic() - since < self.options.bound:
            self.check_alive()
            summary = self.control.summary()
            if summary["lines"] + summary["refused_lines"] >= expected - elsewhere():
                return True
            progress = (summary["lines"], summary["refused_lines"], sum(summary["strays"].values()))
            if progress != last:
                last, since = progress, time.monotonic()
            time.sleep(0.05)
        self.say(f"{last[0]} of {expected} lines, and no progress for {self.options.bound} s")
        return False

    def quiet(self, seconds=1.0, at_most=15):
        """Waits until no item has come for a while: a repeat under way would be missed."""
        deadline = time.monotonic() + at_most
        items, since = -1, time.monotonic()
        while time.monotonic() - since < seconds and time.monotonic() < deadline:
            now = self.control.summary()["items"]
            if now != items:
                items, since = now, time.monotonic()
            time.sleep(0.05)

    # The end.

    def conclude(self):
        """Stops everything, counts, and returns the result line as a dict."""
        self.quiet()
        if self.agent.poll() is None:
            self.stop_agent()
        self.server.terminate()
        self.server.wait(timeout=60)
        tally = self.tally(["--store", f"{self.folder}/store"], dead_letters=self.dead_letters)
        with open(f"{self.folder}/store.json", encoding="utf-8") as dump:
            server = json.load(dump)
        return self.result(tally, server)

    def tally(self, found, ledgers=None, dead_letters=None):
        names = ledgers or [f"{self.ledgers}/{name}" for name in os.listdir(self.ledgers)]
        argv = [self.program("judge_tally"), "--run", self.run, "--ledger", *names, *found,
                "--list"]
        if dead_letters is not None:
            argv += ["--dead-letters"] + ([dead_letters] if os.path.exists(dead_letters) else [])
        return json.loads(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)

    def result(self, tally, server):
        lost = [(int(file, 16), seq) for file, seq in tally["lines"]["lost"]]
        unexplained = [line for line in lost if line not in self.explained_lost]
        corrupt = tally["corrupt"]
        foreign = tally["foreign"] + server["summary"]["forged"]
        for stray in server["strays"]:
            bad = max(0, stray["count"] - self.explain_stray(stray))
            if stray["kind"] == "filler" or bad == 0:
                continue
            if stray["kind"] == "foreign_run":
                foreign += bad
            else:
                corrupt += bad
            self.say(f"{stray['kind']} x{bad}: {stray['text'][:200]!r}")
        for file, seq in unexplained[:5]:
            self.say(f"lost: file {file:016x} line {seq}")
        for file, seq in tally["lines"]["twice"][:5]:
            self.say(f"twice: file {file} line {seq}")
        for kind in ("dead_missing", "dead_extra", "dead_twice"):
            if tally[kind] and not (kind == "dead_twice" and self.dead_may_repeat):
                self.problems.append(f"{kind}: {tally[kind]}, first {tally['lines'][kind][:3]}")
        if unexplained:
            removed = tally["lost_in_removed"]
            self.say(f"{removed} of the lost stood in files that the writer removed")
        self.rss.end()
        return {"scenario": self.scenario, "seed": self.seed, "written": tally["written"],
                "lost": len(unexplained), "twice": tally["twice"], "foreign": foreign,
                "corrupt": corrupt, "rss_mib": round(self.rss.peak_mib)}

    def end(self, keep):
        """Ends what is still running, by pid, and removes the folders unless `keep`."""
        for process in [self.agent, self.server] + [writer.process for writer in self.writers]:
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        for folder in [self.folder] + self.extra_folders:
            if keep:
                self.say(f"kept: {folder}")
            else:
                shutil.rmtree(folder, ignore_errors=True)
