"""The config changed time and again while logs are written, rotated and delivered."""

import glob
import os
import signal
import time

import config
import processes
from lines import raw_log

from .registry import scenario

MIB = 1 << 20
RELOAD_SECONDS_MAX = 5
BAD_CONFIGS = {
    "no YAML": "agent: [\n",
    "an unknown key": "agent: {memory: 1MiB}\n",
    "a sink that is not there": None,
    "nothing": "",
}


class Configs:
    """One config after the other. Whatever they say, every line goes to `es` and to `copy` once."""

    def __init__(self, h):
        self.h = h
        self.copy = f"{h.folder}/copy.ndjson"
        self.noise = f"{h.folder}/noise"
        self.down_port = processes.free_port()
        self.path = f"{h.folder}/tailrace.yaml"

    def good(self, number):
        h = self.h
        h.dead = number % 4 in (1, 2)
        sources = {"pods": config.pods(h.pods, poll_interval="2s" if number % 2 else "1s")}
        pipelines = {f"pods-{number}" if number % 3 == 0 else "pods":
                     config.pipeline(["pods"], ["es", "copy"] if number % 2 else ["copy", "es"])}
        if number % 5 != 3:
            sources["raw"] = config.files(f"{h.raw}/*.log", labels={"round": str(number // 6)})
            pipelines["raw"] = config.pipeline(["raw"], ["es", "copy"])
        sinks = {"copy": {"type": "file", "path": self.copy, "max_files": 1000,
                          "max_size": "64MiB" if number % 6 < 3 else "32MiB"}}
        if h.dead:
            sources["noise"] = config.files(f"{self.noise}/*.log")
            sinks["dead"] = config.elasticsearch(self.down_port)
            pipelines["noise"] = config.pipeline(["noise"], ["dead"])
        h.configure(sources=sources, sinks=sinks, pipelines=pipelines,
                    agent={"shutdown_timeout": "10s"},
                    es={"max_in_flight": 2 + number // 4 % 3})

    def bad(self, number):
        kind = sorted(BAD_CONFIGS)[number % len(BAD_CONFIGS)]
        with open(self.path, encoding="utf-8") as before:
            text = before.read()
        with open(self.path, "w", encoding="utf-8") as out:
            out.write(text.replace('"copy"', '"nowhere"') if BAD_CONFIGS[kind] is None
                      else BAD_CONFIGS[kind])


def reload(h):
    """Sends a SIGHUP; returns "ok" or "rejected", and how long it took."""
    def counts():
        return [h.metric(f'tailrace_config_reloads_total{{result="{result}"}}')
                for result in ("ok", "rejected")]
    before = counts()
    begun = time.monotonic()
    h.agent.send_signal(signal.SIGHUP)
    h.until(lambda: counts() != before, "end of a reload", seconds=30)
    took = time.monotonic() - begun
    return ("ok" if counts()[0] > before[0] else "rejected"), took


def write_noise(folder):
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/noise.log", "ab") as out:
        for number in range(20_000):
            out.write(b"noise %d for a sink that is down\n" % number)


@scenario("SIGHUPs with good and bad configs at 20 MB/s and rotation: nothing lost, nothing twice")
def reload_config(h):
    configs = Configs(h)
    h.start_server()
    write_noise(configs.noise)
    configs.good(0)
    h.start_agent()
    h.until(lambda: os.path.exists(f"{h.folder}/state/admin.sock"), "admin socket")
    raw = [raw_log(h.pen, h.raw, f"app-{i}").create().write(10) for i in range(8)]
    load = h.start_writer(rate=20e6, containers=4, rotate_bytes=16 * MIB, keep=6, seconds=3600)
    longest, wrong = {"ok": 0.0, "rejected": 0.0}, []
    good = 0
    reloads = h.options.reloads or 10
    for number in range(1, reloads + 1):
        wanted = "rejected" if number % 3 == 2 else "ok"
        if wanted == "ok":
            good += 1
            configs.good(good)
        else:
            configs.bad(number)
        result, took = reload(h)
        longest[result] = max(longest[result], took)
        if result != wanted:
            wrong.append(number)
        for log in raw:
            log.write(h.rng.randrange(1, 50))
        time.sleep(h.rng.uniform(0, 0.8))
        if wanted == "rejected":
            configs.good(good)  # What runs: who starts the agent next has it.
    load.stop()
    # All sources, and no sink that is down.
    configs.good(20)
    result, took = reload(h)
    h.check(result == "ok" and not wrong, f"each config was taken or not as it should be: {wrong}")
    h.check(max(longest.values()) <= RELOAD_SECONDS_MAX,
            f"{reloads} reloads: the longest good one took {longest['ok']:.2f} s, "
            f"the longest bad one {longest['rejected']:.2f} s")
    h.settle()
    h.stop_agent()
    tally = h.tally(["--documents", *glob.glob(configs.copy + "*")])
    for key in ("lost", "twice", "foreign", "corrupt"):
        h.check(tally[key] == 0, f"the copy, which knows no ids: {key} {tally[key]}")


@scenario("a config in a ConfigMap's volume, whose ..data link is swapped, with reload: watch")
def reload_watch(h):
    h.start_server()
    h.configure(agent={"reload": "watch"}, es={"max_in_flight": 1})
    path, volume = f"{h.folder}/tailrace.yaml", f"{h.folder}/volume"
    with open(path, encoding="utf-8") as first:
        text = first.read()

    def publish(number):
        """As the kubelet: a new folder, and one rename that makes it the one that counts."""
        data = f"{volume}/..{number}"
        os.makedirs(data)
        with open(f"{data}/tailrace.yaml", "w", encoding="utf-8") as out:
            out.write(text.replace("max_in_flight: 1", f"max_in_flight: {1 + number % 4}"))
        os.symlink(f"..{number}", f"{volume}/..data_tmp")
        os.rename(f"{volume}/..data_tmp", f"{volume}/..data")

    publish(0)
    os.symlink("..data/tailrace.yaml", f"{volume}/tailrace.yaml")
    os.unlink(path)
    os.symlink(f"{volume}/tailrace.yaml", path)
    h.start_agent()
    h.until(lambda: os.path.exists(f"{h.folder}/state/admin.sock"), "admin socket")
    load = h.start_writer(rate=2e6, containers=4, rotate_every=1, keep=1000, seconds=3600)
    longest = 0.0
    for number in range(1, 6):
        before = h.metric("tailrace_config_reloads_total")
        publish(number)
        begun = time.monotonic()
        h.until(lambda: h.metric("tailrace_config_reloads_total") > before, "reload", seconds=30)
        longest = max(longest, time.monotonic() - begun)
    taken = h.metric('tailrace_config_reloads_total{result="ok"}')
    h.check(taken == 5, f"each config was taken once: {taken:.0f} of 5")
    h.check(longest <= RELOAD_SECONDS_MAX, f"the longest took {longest:.2f} s")
    load.stop()
    h.settle()
