"""Files that look like other files."""

import os
import shutil
import subprocess
import tempfile
import time

import config
import processes
from harness import Skip, Stuck
from lines import LogFile, pod_folder, pod_log, raw_log

from .registry import scenario


def file_system(path):
    return subprocess.run(["stat", "-f", "-c", "%T", path], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


@scenario("delete and create under one name on ext4, where the inode is used again (--generations)")
def generations_ext4(h):
    # statfs has one number for ext2, ext3 and ext4.
    if file_system(h.folder) != "ext2/ext3":
        raise Skip(f"{h.folder} is on {file_system(h.folder)}, say --folder of an ext4 file system")
    generations(h, h.pods, h.raw)


@scenario("delete and create under one name on tmpfs (--generations)")
def generations_tmpfs(h):
    if not os.path.isdir("/dev/shm") or file_system("/dev/shm") != "tmpfs":
        raise Skip("no tmpfs at /dev/shm")
    folder = tempfile.mkdtemp(prefix="judge-", dir="/dev/shm")
    h.extra_folders.append(folder)
    generations(h, folder + "/pods", folder + "/raw")


def generations(h, pods, raw):
    """Many names at once; under each a file is deleted as soon as is fair, the next one created."""
    total = h.options.generations or 300
    os.makedirs(pods, exist_ok=True)
    os.makedirs(raw, exist_ok=True)
    h.start_server()
    h.configure(sources={"pods": config.pods(pods), "raw": config.files(f"{raw}/*.log")})
    h.start_agent()
    names = min(100, max(2, total // 10))
    logs = [pod_log(h.pen, pods, i) if i % 2 else raw_log(h.pen, raw, f"app-{i}")
            for i in range(names)]
    inodes = []
    alive = [Generation(h, log, inodes) for log in logs]
    made, next_stop = names, total // 4
    while alive:
        known = processes.open_paths(h.agent.pid)
        for one in [one for one in alive if one.may_go(known)]:
            alive.remove(one)
            one.delete()
            if made < total:
                alive.append(Generation(h, one.log, inodes))
                made += 1
        h.check_alive()
        time.sleep(0.005)
        if made >= next_stop and made + names <= total:
            next_stop += total // 4
            made += names
            alive = renew_while_stopped(h, alive, inodes)
    reused = len(inodes) - len(set(inodes))
    h.say(f"{made} generations under {names} names, {reused} with the inode of an earlier one")
    h.settle()


def renew_while_stopped(h, alive, inodes):
    """An agent that runs holds what was deleted open, so that inodes are free only later; one that
    is down does not. Returns the new generations."""
    h.settle()
    h.kill_agent()
    for one in alive:
        one.remove()
    renewed = [Generation(h, one.log, inodes) for one in reversed(alive)]
    h.start_agent()
    return renewed


class Generation:
    """One file's life. It may be deleted when the agent can know of it: it has it open, or the
    server has its first line. What is deleted before anybody could open it is nobody's fault."""

    def __init__(self, h, log, inodes):
        self.h = h
        self.log = log
        self.since = time.monotonic()
        log.create().write(h.rng.randrange(1, 4))
        inodes.append(os.fstat(log.fd).st_ino)

    def may_go(self, open_paths):
        if self.log.path in open_paths:
            return True
        age = time.monotonic() - self.since
        if age > self.h.options.bound:
            raise Stuck(f"nobody took notice of {self.log.path}")
        return age > 0.5 and self.h.control.lines_of(self.log.file) > 0

    def delete(self):
        self.log.write(self.h.rng.randrange(1, 30))
        self.remove()

    def remove(self):
        self.log.unlink()
        self.log.close()


@scenario("a file with the inode of one read before: smaller and larger, agent running and stopped")
def inode_reuse(h):
    h.start_server()
    h.configure(sources={"pods": config.pods(h.pods), "raw": config.files(f"{h.raw}/*.log")})
    h.start_agent()
    reused = 0
    for stopped in (False, True):
        for lines in (10, 300):
            number = 10 * stopped + lines
            logs = [pod_log(h.pen, h.pods, number), raw_log(h.pen, h.raw, f"app-{number}")]
            for log in logs:
                log.create().write(100)
            h.settle()
            if stopped:
                h.stop_agent()
            for log in logs:
                inode = os.fstat(log.fd).st_ino
                log.unlink()
                log.close()
                log.create().write(lines)
                reused += os.fstat(log.fd).st_ino == inode
            if stopped:
                h.start_agent()
            h.settle()
    h.say(f"{reused} of 8 files had the inode of the one before")


@scenario("400 files with the same first line, 100 of one line of 10 bytes: each is itself")
def same_first_line(h):
    h.start_server()
    h.configure(sources={"pods": config.pods(h.pods), "raw": config.files(f"{h.raw}/*.log")})
    h.start_agent()
    logs = [raw_log(h.pen, h.raw, f"app-{i}") for i in range(300)]
    logs += [pod_log(h.pen, h.pods, i) for i in range(100)]
    first = "2026-11-23T00:00:00.000000000Z stdout F #jheader\n".encode()
    for log in logs:
        log.create().raw(first if log.cri else b"#jheader\n")
        log.write(3)
    for i in range(100):
        raw_log(h.pen, h.raw, f"short-{i}").create().filler(f"{i:07d}")
    h.settle()
    h.quiet()
    h.stop_agent()
    for log in logs:
        log.write(2)
    h.start_agent()
    h.settle()
    h.quiet()
    fillers = h.control.summary()["strays"].get("filler", 0)
    h.check(fillers == 500, f"{fillers} of 500 first lines are there")


@scenario("a link that is pointed at another file, within and beyond what is allowed")
def symlink_swap(h):
    data, links, secrets = f"{h.folder}/data", f"{h.folder}/links", f"{h.folder}/secrets"
    for folder in (data, links, secrets):
        os.makedirs(folder)
    with open(f"{secrets}/token", "w", encoding="ascii") as out:
        out.write("the secret that no agent may read\n" * 3)
    h.start_server()
    h.configure(sources={"pods": config.pods(h.pods, allow_targets=[data]),
                         "linked": config.files(f"{links}/*.log", allow_targets=[data])})
    h.start_agent()
    os.makedirs(pod_folder(h.pods, 1))
    places = [(f"{links}/app.log", False), (f"{pod_folder(h.pods, 1)}/0.log", True)]
    for number in range(6):
        targets = [LogFile(h.pen, f"{data}/target-{number}-{cri}", cri=cri) for _, cri in places]
        for target, (link, _) in zip(targets, places):
            target.create().write(20)
            point(link, target.path)
        h.settle()
        for target in targets:
            target.write(20)
        if number % 2:
            h.settle()
            for link, _ in places:
                point(link, f"{secrets}/token")
            time.sleep(0.5)
    h.settle()


def point(link, target):
    os.symlink(target, link + ".new")
    os.rename(link + ".new", link)


@scenario("500 pods of a second each, three lines in each, 50 a second")
def short_pods(h):
    h.start_server()
    h.configure()
    h.start_agent()
    alive = []
    for number in range(500):
        log = pod_log(h.pen, h.pods, number).create().write(3)
        log.close()
        alive.append((log, time.monotonic()))
        while alive and time.monotonic() - alive[0][1] > 1:
            remove_pod(h, alive.pop(0)[0])
        time.sleep(0.02)
    while alive:
        time.sleep(max(0, 1 - (time.monotonic() - alive[0][1])))
        remove_pod(h, alive.pop(0)[0])
    h.settle()


def remove_pod(h, log):
    shutil.rmtree(os.path.dirname(os.path.dirname(log.path)))
    h.pen.ledger.removed(log.file)
