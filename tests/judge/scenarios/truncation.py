"""Files that become shorter."""

import os
import shutil
import time

import config
from lines import pod_log, raw_log

from .registry import scenario

HEADER = "header of two kilobytes " + "-" * 2000


def copy_and_truncate(log):
    """logrotate's copytruncate."""
    shutil.copyfile(log.path, log.path + ".1")
    os.ftruncate(log.fd, 0)
    log.begin_again()


@scenario("copytruncate below a constant header of 2 kB: after all was read, then under load")
def copytruncate(h):
    h.start_server()
    h.configure(sources={"raw": config.files(f"{h.raw}/*.log")})
    h.start_agent()
    logs = [raw_log(h.pen, h.raw, f"app-{i}").create() for i in range(5)]
    for lines in (200, 100, 50, 20):
        for log in logs:
            log.filler(HEADER).write(lines)
        h.settle()
        h.quiet(0.5)
        for log in logs:
            copy_and_truncate(log)
        # The new content comes after the agent could see an empty file; what grows beyond the old
        # offset in an instant is the matter of truncate_stopped.
        time.sleep(0.2)
    fillers = h.control.summary()["strays"].get("filler", 0)
    h.check(fillers == 20, f"{fillers} of 20 headers are there")
    destroyed = truncate_under_load(h, logs)
    doomed = sum(len(sizes) for _, sizes in destroyed)
    h.settle(elsewhere=lambda: doomed - present_lines(h, destroyed))
    h.quiet()
    account_for_destroyed(h, destroyed)


def truncate_under_load(h, logs):
    """Truncates while lines are written: (file, its lines' sizes) of all that were cut off."""
    destroyed = []
    for step in range(200):
        for log in logs:
            log.write(5)
        if step % 20 == 19:
            for log in logs:
                destroyed.append((log.file, log.sizes))
                copy_and_truncate(log)
        time.sleep(0.01)
    return destroyed


def present_lines(h, destroyed):
    return sum(h.control.lines_of(file) for file, _ in destroyed)


def account_for_destroyed(h, destroyed):
    """What a truncation may destroy is what was written last before it, nothing in the middle."""
    lost_bytes = 0
    for file, sizes in destroyed:
        present = h.control.lines_of(file)
        lost_bytes += sum(sizes[present:])
        h.explained_lost.update((file, seq) for seq in range(present, len(sizes)))
    counted = h.metric("tailrace_unread_lost_bytes_total")
    h.say(f"{len(h.explained_lost)} lines, {lost_bytes} bytes destroyed unread, "
          f"{counted:.0f} seen by the agent")
    h.check(counted <= lost_bytes + 300 * len(destroyed),
            "the agent counts no more than was destroyed")


@scenario("truncated and filled again while the agent is stopped, below and beyond the old offset")
def truncate_stopped(h):
    h.start_server()
    h.configure(sources={"pods": config.pods(h.pods), "raw": config.files(f"{h.raw}/*.log")})
    h.start_agent()
    logs = [pod_log(h.pen, h.pods, i).create() for i in range(4)]
    logs += [raw_log(h.pen, h.raw, f"app-{i}").create() for i in range(4)]
    for log in logs:
        log.write(100)
    h.settle()
    for number in range(3):
        h.stop_agent()
        for i, log in enumerate(logs):
            os.ftruncate(log.fd, 0)
            log.begin_again()
            log.write(300 if (i + number) % 2 else 10)
        h.start_agent()
        h.settle()
        h.quiet(0.5)
        h.stop_agent()
        h.start_agent()
        h.quiet(0.5)
