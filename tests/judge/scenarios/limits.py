"""Many files, few watches."""

import os
import subprocess
import time

import config
import processes
from harness import Skip
from lines import pod_log, raw_log

from .registry import scenario

IDLE_CPU = 0.02
IDLE_RSS_MIB = 60
BUSY_CPU = 0.25


def cpu_share(h, seconds):
    """Of one core, over some seconds."""
    before, since = processes.cpu_seconds(h.agent.pid), time.monotonic()
    time.sleep(seconds)
    return (processes.cpu_seconds(h.agent.pid) - before) / (time.monotonic() - since)


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
    h.check(share <= IDLE_CPU, f"idle with 10,000 files: {share:.1%} of a core")
    h.check(resident <= IDLE_RSS_MIB, f"idle with 10,000 files: {resident:.0f} MiB resident")
    instances = sum("inotify" in path for path in processes.open_paths(h.agent.pid))
    h.check(instances <= 1, f"{instances} inotify instances")


@scenario("10,000 files with a line a second each: at most 25 % of a core (--seconds)")
def busy_10k(h):
    logs = ten_thousand(h)
    before, since = processes.cpu_seconds(h.agent.pid), time.monotonic()
    seconds = int(h.options.seconds or 8)
    for step in range(seconds * 20):
        for log in logs[step % 20::20]:
            log.write(1)
        time.sleep(max(0, since + (step + 1) / 20 - time.monotonic()))
    share = (processes.cpu_seconds(h.agent.pid) - before) / (time.monotonic() - since)
    h.check(share <= BUSY_CPU, f"10,000 files with a line a second: {share:.1%} of a core")
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
    h.check(share <= BUSY_CPU, f"with 100,000 other files: {share:.1%} of a core")
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
