"""Many files, few watches."""

import os
import subprocess
import sys
import time

import config
import processes
from harness import Skip
from lines import pod_log, raw_log

from .registry import scenario

IDLE_CPU = 0.02
IDLE_RSS_MIB = 60
BUSY_CPU = 0.25
BUSY_SLABS_MIB = 4


class CpuShare:
    """What the agent itself uses of one core. It says little about how loaded the machine is, but
    shared caches and cores make it a little more on a loaded one."""

    def __init__(self, h):
        self._pid = h.agent.pid
        self._before, self._since = processes.cpu_seconds(self._pid), time.monotonic()

    def get(self, of_seconds=None):
        """Of the time that has passed, or of that which the work should have taken."""
        used = processes.cpu_seconds(self._pid) - self._before
        return used / (of_seconds or time.monotonic() - self._since)


def cpu_share(h, seconds):
    """Of one core, over some seconds."""
    share = CpuShare(h)
    time.sleep(seconds)
    return share.get()


def check_figure(h, figure, limit, text):
    """The figure is always shown; --slack says how many times the limit it may be."""
    print(f"[note] {text} (at most {limit})", file=sys.stderr, flush=True)
    h.check(figure <= limit * h.options.slack, text)


def ten_thousand(h):
    h.start_server()
    h.configure()
    h.start_agent()
    logs = []
    for i in range(10_000):
        logs.append(pod_log(h.pen, h.pods, i).create().write(1, 100))
    h.settle()
    h.quiet()
    return logs


@scenario("10,000 idle files: under 2 % of a core and 60 MiB, one inotify instance")
def idle_10k(h):
    logs = ten_thousand(h)
    for log in logs:
        log.close()
    time.sleep(3)
    share = cpu_share(h, h.options.seconds or 10)
    resident = processes.rss_mib(h.agent.pid)
    check_figure(h, share, IDLE_CPU, f"idle with 10,000 files: {share:.1%} of a core")
    check_figure(h, resident, IDLE_RSS_MIB, f"idle with 10,000 files: {resident:.0f} MiB resident")
    instances = sum("inotify" in path for path in processes.open_paths(h.agent.pid))
    h.check(instances <= 1, f"{instances} inotify instances")


@scenario("10,000 files with a line a second each: 25 % of a core, 4 MiB of slabs (--seconds)")
def busy_10k(h):
    logs = ten_thousand(h)
    time.sleep(3)  # What the first look at 10,000 new files took in slabs goes back.
    share, since = CpuShare(h), time.monotonic()
    seconds = int(h.options.seconds or 8)
    slabs_mib = 0
    for step in range(seconds * 20):
        for log in logs[step % 20::20]:
            log.write(1)
        if step % 20 == 19:
            held = h.metric('tailrace_memory_bytes{part="slabs"}') / 2**20
            slabs_mib = max(slabs_mib, held)
        time.sleep(max(0, since + (step + 1) / 20 - time.monotonic()))
    h.say(f"writing took {time.monotonic() - since:.1f} s instead of {seconds}")
    used = share.get(seconds)
    check_figure(h, used, BUSY_CPU, f"10,000 files with a line a second: {used:.1%} of a core")
    check_figure(h, slabs_mib, BUSY_SLABS_MIB,
                 f"10,000 files with a line a second: {slabs_mib:.1f} MiB of slabs")
    h.check(slabs_mib > 0, "the agent says how much of slabs it holds")
    h.settle()


@scenario("a log among 100,000 other files: found, followed, at most 25 % of a core")
def dir_100k(h):
    h.start_server()
    for i in range(100_000):
        os.close(os.open(f"{h.raw}/other-{i}.dat", os.O_CREAT | os.O_WRONLY, 0o600))
    h.configure(sources={"raw": config.files(f"{h.raw}/**/*.log")})
    h.start_agent()
    log = raw_log(h.pen, h.raw, "app").create().write(10)
    h.settle()
    log.write(10)
    h.settle()
    share = cpu_share(h, h.options.seconds or 6)
    check_figure(h, share, BUSY_CPU, f"with 100,000 other files: {share:.1%} of a core")
    log.write(10)
    h.settle()


@scenario("2,000 files with 100 inotify watches: nothing lost, one inotify instance")
def watch_limit(h):
    limit = ["unshare", "--user", "--map-root-user", "sh", "-c",
             "echo 100 > /proc/sys/user/max_inotify_watches && exec \"$@\"", "sh"]
    if subprocess.run(limit + ["true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        raise Skip("no user namespace in which to lower user.max_inotify_watches")
    h.agent_prefix = limit
    h.start_server()
    h.configure()
    h.start_agent()
    logs = [pod_log(h.pen, h.pods, i).create().write(2) for i in range(1000)]
    h.settle()
    logs += [pod_log(h.pen, h.pods, i).create().write(2) for i in range(1000, 2000)]
    for number in range(3):
        for log in logs:
            log.write(2)
        for log in logs[number::10]:
            log.rename(f"20261123-00000{number}")
            log.create().write(2)
        h.settle()
    instances = sum("inotify" in path for path in processes.open_paths(h.agent.pid))
    h.check(instances <= 1, f"{instances} inotify instances")
