"""Rotation faster, slower, later and in larger numbers than an agent likes."""

import os
import signal
import time

import config
import processes
from lines import compress, head_of, pod_log, raw_log

from .registry import scenario

MIB = 1 << 20


def stamp(number):
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() + number))


@scenario("rotation every 0.2 s, and by size at 30 MB/s, the rotated ones compressed")
def rotate_burst(h):
    h.start_server()
    h.configure()
    h.start_agent()
    seconds = h.options.seconds or 6
    by_time = h.start_writer(rate=4e6, containers=4, rotate_every=0.2, keep=1000, seconds=seconds)
    by_size = h.start_writer("by-size", rate=30e6, containers=3, rotate_bytes=2 * MIB, keep=1000,
                             gzip_level=0, namespace="sized", seconds=seconds)
    h.say(f"by time: {by_time.wait()}, by size: {by_size.wait()}")
    h.settle()


@scenario("the agent stopped while 40,000 events overflow the inotify queue")
def overflow(h):
    h.start_server()
    h.configure()
    h.start_agent()
    logs = [pod_log(h.pen, h.pods, i).create().write(2) for i in range(100)]
    h.settle()
    h.agent.send_signal(signal.SIGSTOP)
    for number in range(10):
        for log in logs:
            folder = os.path.dirname(log.path)
            for noise in range(10):
                name = f"{folder}/0.log.{number}-{noise}.tmp"
                os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600))
                os.unlink(name)
            log.write(3)
            if number % 3 == 2:
                log.rename(stamp(number))
                log.create().write(2)
    new = [pod_log(h.pen, h.pods, i).create().write(5) for i in range(1000, 1100)]
    h.agent.send_signal(signal.SIGCONT)
    h.settle()
    for log in logs + new:
        log.write(1)
    h.settle()


@scenario("1000 files rotated at once, written to before, during and after (--rounds)")
def rotate_1000(h):
    h.start_server()
    h.configure()
    h.start_agent()
    logs = [pod_log(h.pen, h.pods, i).create().write(3) for i in range(1000)]
    h.settle()
    for number in range(h.options.rounds or 3):
        for log in logs:
            log.write(2)
            log.rename(stamp(number))
        for log in logs:
            log.write(1)
        for log in logs:
            log.create().write(3)
        if number % 3 == 2:
            h.settle()
    h.settle()


@scenario("renamed, written to for 5 s under the new name, then created again; with a kill between")
def slow_reopen(h):
    h.start_server()
    h.configure()
    h.start_agent()
    logs = [pod_log(h.pen, h.pods, i).create().write(20) for i in range(8)]
    h.settle()
    for log in logs:
        log.rename(stamp(0))
    for step in range(25):
        for log in logs:
            log.write(2)
        time.sleep(0.2)
        if step == 8:
            h.kill_agent()
        if step == 12:
            h.start_agent()
    for log in logs:
        log.create().write(20)
    h.settle()


@scenario("killed with lines unread, rotated and compressed meanwhile: resumed in the .gz")
def gz_next_rotation(h):
    h.start_server()
    h.configure(sources={"pods": config.pods(h.pods),
                         "raw": config.files(f"{h.raw}/access-*.log*")})
    h.start_agent()
    logs = [pod_log(h.pen, h.pods, i).create().write(200) for i in range(8)]
    plain = [raw_log(h.pen, h.raw, f"access-{i}").create().write(200) for i in range(8)]
    h.settle()
    for number in range(3):
        # A raw file is known again in its .gz by what the checkpoint says of it, once a second.
        time.sleep(2)
        for log in logs + plain:
            log.write(300)
        if number == 0:
            h.stop_agent()
        else:
            time.sleep(h.rng.uniform(0, 0.4))
            h.kill_agent()
        for log in logs + plain:
            log.write(300)
        for log in logs:
            rotate_twice(log, stamp(2 * number), stamp(2 * number + 1))
        for log in plain:
            logrotate(log)
            logrotate(log)
        h.start_agent()
        h.settle()


def rotate_twice(log, first, second):
    """As the kubelet: at the second rotation the first one's file is compressed."""
    log.rename(first)
    log.create().write(50)
    compress(f"{log.path}.{first}")
    log.rename(second)
    log.create().write(50)


def logrotate(log):
    """x.log becomes x.log.1; what was x.log.1 becomes x.log.2.gz, and so on (delaycompress)."""
    for number in range(9, 1, -1):
        if os.path.exists(f"{log.path}.{number}.gz"):
            os.rename(f"{log.path}.{number}.gz", f"{log.path}.{number + 1}.gz")
    if os.path.exists(log.path + ".1"):
        compress(log.path + ".1")
        os.rename(log.path + ".1.gz", log.path + ".2.gz")
    log.rename("1")
    log.create().write(50)


@scenario("the sink away for 20 rotations, 3 generations kept: the deleted are held, delivered")
def held_deleted(h):
    h.start_server()
    h.configure()
    h.start_agent()
    h.control.set(listening=False)
    load = h.start_writer(rate=20e6, containers=4, rotate_every=0.4, keep=3,
                          seconds=h.options.seconds or 8)
    most = 0
    while load.process.poll() is None:
        most = max(most, processes.held_deleted_bytes(h.agent.pid, h.pods))
        time.sleep(0.05)
    load.wait()
    h.control.set(listening=True)
    h.settle()
    h.check(most <= 1024 * MIB, f"at most {most / MIB:.0f} MiB of deleted files were held")


@scenario("the same with max_held_deleted 8MiB: the budget holds, and what is given up is counted")
def held_budget(h):
    budget = 8 * MIB
    h.start_server()
    h.configure(sources={"pods": config.pods(h.pods, max_held_deleted="8MiB")},
                agent={"memory_limit": "64MiB"})
    h.start_agent()
    log = pod_log(h.pen, h.pods, 1).create().write(10)
    h.settle()
    h.control.set(listening=False)
    removed = []
    rotated = []
    most = 0
    for number in range(60):
        log.write(1000, 2000)
        rotated.append((log.file, log.sizes, f"{log.path}.{stamp(number)}"))
        os.rename(log.path, rotated[-1][2])
        log.create()
        if len(rotated) > 2:
            removed.append(rotated.pop(0))
            os.unlink(removed[-1][2])
            h.pen.ledger.removed(removed[-1][0])
        time.sleep(0.1)
        most = max(most, processes.held_deleted_bytes(h.agent.pid, h.pods))
    # The budget is looked after by sweeps: between two of them there may be more.
    time.sleep(4)
    held = processes.held_deleted_bytes(h.agent.pid, h.pods)
    h.check(held <= budget + 3 * MIB,
            f"{held / MIB:.1f} MiB of deleted files are held, {most / MIB:.1f} at most before")
    h.control.set(listening=True)
    h.quiet(3, 60)
    account_for_given_up(h, removed)


def account_for_given_up(h, removed):
    """What is missing of removed files must be their ends, and be counted by the agent."""
    lost_bytes = lost_lines = 0
    for file, sizes, _ in removed:
        present = h.control.lines_of(file)
        lost_bytes += sum(sizes[present:])
        lost_lines += len(sizes) - present
        h.explained_lost.update((file, seq) for seq in range(present, len(sizes)))
    # The beginning of the line at which a file was given up is all that there is of it.
    h.explain_stray = lambda stray: int(
        stray["kind"] == "fragment" and head_of(stray["text"]) in h.explained_lost)
    counted = h.metric("tailrace_unread_lost_bytes_total")
    h.check(lost_lines > 0, f"{lost_lines} lines were given up")
    # An offset in the middle of a line is rounded either way.
    slack = 2100 * len(removed)
    h.check(abs(counted - lost_bytes) <= slack,
            f"{lost_bytes} bytes are missing, {counted:.0f} are counted")
