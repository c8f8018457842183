"""Kills, refusals and a sink that is away."""

import glob
import os
import time

import config

from .registry import scenario

MEMORY_OVERHEAD_MIB = 40


def kill_and_restart(h, writer, kills, longest_life, behind_max=None):
    """SIGKILL at random instants, each time started again within a second. A machine too slow for
    the load would have files removed that no agent could have read: the writer waits for an agent
    that is `behind_max` lines behind, and it is said how often."""
    behind, waits = [], 0
    for _ in range(kills):
        time.sleep(h.rng.uniform(0.05, longest_life))
        h.kill_agent()
        behind.append(h.written() - h.control.summary()["lines"])
        time.sleep(h.rng.uniform(0.0, 0.9))
        h.start_agent()
        if behind_max is not None and behind[-1] > behind_max:
            waits += 1
            with writer.paused():
                h.until(lambda: h.written() - h.control.summary()["lines"] < behind_max / 2,
                        "agent that gets on", every=0.1)
    h.say(f"lines not yet stored at each kill: {behind}")
    if waits:
        h.say(f"the writer waited {waits} times for an agent that was {behind_max} lines behind")


@scenario("three seconds with two kills and refused items; what the judge itself is tested with")
def smoke(h):
    h.start_server(item_429=0.3, whole_status=503, whole_probability=0.1, reset_after_apply=0.1,
                   reset_before_apply=0.1, answer_delay_ms=5)
    h.configure()
    h.start_agent()
    writer = h.start_writer(rate=5e5, containers=4, rotate_every=1.2, shapes="text,json",
                            split_rotation=0)
    kill_and_restart(h, writer, h.options.kills or 2, 1.2)
    writer.stop()
    h.settle()


@scenario("SIGKILL at random instants: 20 MB/s, rotation each 1.5 s, 10 generations kept (--kills)")
def kill(h):
    h.start_server()
    h.configure()
    h.start_agent()
    writer = h.start_writer(rate=20e6, containers=20, rotate_every=1.5, keep=10)
    kill_and_restart(h, writer, h.options.kills or 20, 2.0, behind_max=150_000)
    report = writer.stop()
    h.say(f"writer: {report}")
    h.settle()
    h.say(f"server: {h.control.summary()}")


@scenario("30 % of items 429, 5 % stored and 409, 1 % 400, 2 % stored and reset (--seconds)")
def verdicts(h):
    h.start_server(item_429=0.3, conflict_after_store=0.05, item_400=0.01, reset_after_apply=0.02)
    h.dead_letters = f"{h.folder}/dead.ndjson"
    h.configure(es={"batch_bytes": "128KiB", "flush_interval": "50ms",
                    "dead_letter": {"path": h.dead_letters}})
    h.start_agent()
    writer = h.start_writer(rate=4e6, containers=8, rotate_every=3, seconds=h.options.seconds or 10)
    writer.wait()
    h.settle()
    summary = h.control.summary()
    h.say(f"server: {summary}")
    h.check(summary["refused_lines"] > 0, f"{summary['refused_lines']} lines were refused for good")


@scenario("the sink dead at full input, a second sink goes on, memory stays bounded (--seconds)")
def dead_sink(h):
    seconds = h.options.seconds or 10
    copy = f"{h.folder}/copy.ndjson"
    h.start_server()
    h.configure(
        sources={"pods": config.pods(h.pods), "other": config.files(f"{h.raw}/*.log")},
        sinks={"copy": {"type": "file", "path": copy, "max_size": "4GiB", "max_files": 100}},
        pipelines={"pods": config.pipeline(["pods"], ["es"]),
                   "other": config.pipeline(["other"], ["copy"])},
        es={"timeout": "2s"})
    h.start_agent()
    load = h.start_writer(rate=20e6, containers=20, rotate_every=10, keep=1_000_000)
    other = h.start_writer("other", h.raw, layout="raw", rate=2e6, containers=4)
    time.sleep(1)
    h.control.set(listening=False)
    time.sleep(seconds / 2)
    h.control.set(listening=True, black_hole=True)
    time.sleep(seconds / 2)
    stored = h.control.summary()["lines"]
    due, copied = other.written_lines(), count_newlines(copy)
    h.check(copied > 0.7 * due and due - copied < 20_000,
            f"the other sink had {copied} of {due} lines by then")
    load.stop()
    other.stop()
    h.control.set(black_hole=False)
    h.say(f"dead for {seconds} s with {stored} lines stored before, {load.written_lines()} written")
    h.settle(load.written_lines())
    h.until(lambda: count_newlines(copy) >= other.written_lines(), "complete copy", every=0.2)
    h.stop_agent()
    tally = h.tally(["--documents", *glob.glob(copy + "*")], ledgers=[other.ledger])
    for key in ("lost", "twice", "foreign", "corrupt"):
        h.check(tally[key] == 0, f"the other sink: {key} {tally[key]}")
    # What the copy holds has been judged: the server's store is compared with the rest.
    os.rename(other.ledger, f"{h.folder}/other.ledger")
    h.check(h.rss.peak_mib <= 128 + MEMORY_OVERHEAD_MIB,
            f"resident at most {h.rss.peak_mib:.0f} MiB")


def count_newlines(path):
    total = 0
    for part in glob.glob(path + "*"):
        with open(part, "rb") as data:
            while chunk := data.read(1 << 20):
                total += chunk.count(b"\n")
    return total


@scenario("every answer 401 for a while: nothing is dead-lettered, nothing lost (--seconds)")
def unauthorized(h):
    h.start_server()
    h.dead_letters = f"{h.folder}/dead.ndjson"
    h.configure(es={"dead_letter": {"path": h.dead_letters}})
    h.start_agent()
    writer = h.start_writer(rate=5e6, containers=8, rotate_every=5)
    time.sleep(1)
    h.control.set(whole_status=401)
    time.sleep(h.options.seconds or 6)
    h.control.set(whole_status=0)
    writer.stop()
    h.settle()
    refused = count_newlines(h.dead_letters)
    h.check(refused == 0, f"{refused} dead letters")


@scenario("requests stored and reset, and the data stream rolled over before the retry (--seconds)")
def rollover(h):
    h.start_server(reset_after_apply=0.2, truncate_answer=0.1, roll_over_when_ambiguous_ms=1500)
    h.configure(es={"batch_bytes": "128KiB", "flush_interval": "50ms"})
    h.start_agent()
    writer = h.start_writer(rate=2e6, containers=4)
    time.sleep(h.options.seconds or 6)
    writer.stop()
    h.control.set(reset_after_apply=0, truncate_answer=0)
    h.settle()
    h.say(f"server: {h.control.summary()}")


@scenario("413 for every request above 100 kB: batches are split, nothing is dropped")
def too_large(h):
    h.start_server(max_content_length=100_000)
    h.configure()
    h.start_agent()
    h.start_writer(rate=3e6, containers=4, seconds=h.options.seconds or 4).wait()
    h.settle()
    largest = h.control.summary()["max_body_bytes"]
    h.check(largest > 100_000, f"a body of {largest} bytes was tried")


@scenario("the state directory truncated, zeroed, noise, removed: nothing lost or twice")
def broken_state(h):
    h.start_server()
    h.configure()
    h.start_agent()
    writer = h.start_writer(rate=2e6, containers=4, rotate_every=2, keep=1000, gzip_level=0)
    time.sleep(1.5)
    for damage in (b"remove", b"truncate", b"zero", b"noise"):
        time.sleep(1.2)
        h.kill_agent()
        break_state(h, damage)
        if damage == b"remove":
            # From here on there is a store: whatever becomes of it, `end` must not be believed.
            h.start_agent()
            time.sleep(1.2)
            h.kill_agent()
            h.configure(sources={"pods": config.pods(h.pods, start_at="end")})
        h.start_agent()
    writer.stop()
    h.settle()


def break_state(h, damage):
    """Damages every file of the store; locks, sockets and dead letters are no part of it."""
    for folder, _, names in os.walk(f"{h.folder}/state"):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isfile(path) or "lock" in name or "dead_letters" in folder:
                continue
            size = os.path.getsize(path)
            if damage == b"remove":
                os.unlink(path)
            elif damage == b"truncate":
                os.truncate(path, size // 2)
            else:
                with open(path, "r+b") as out:
                    out.write(bytes(size) if damage == b"zero" else h.rng.randbytes(size))


@scenario("power cuts: what of the dead letters was not synced is gone after each kill (--kills)")
def power_cut(h):
    h.start_server(item_400=0.3)
    h.dead_letters, h.dead_may_repeat = f"{h.folder}/dead.ndjson", True
    h.agent_prefix = ["env", f"LD_PRELOAD={h.program('libjudge_sync_journal.so')}",
                      f"JUDGE_SYNC_FILE={h.dead_letters}"]
    h.configure(es={"flush_interval": "50ms", "dead_letter": {"path": h.dead_letters}})
    h.start_agent()
    writer = h.start_writer(rate=2e6, containers=8, rotate_every=3)
    lost_bytes = 0
    for _ in range(h.options.kills or 5):
        # Beyond the second after which checkpoints come once a second.
        time.sleep(h.rng.uniform(1.2, 2.2))
        h.kill_agent()
        lost_bytes += cut_to_synced(h.dead_letters)
        h.start_agent()
    writer.stop()
    h.settle()
    h.say(f"{lost_bytes} bytes of dead letters were not synced; server: {h.control.summary()}")
    h.check(os.path.exists(h.dead_letters + ".synced"), "the dead letters were synced")


@scenario("a slow server and four workers: files of all of them get on alike (--seconds)")
def slow_sink(h):
    h.start_server(answer_delay_ms=100)
    h.configure(agent={"workers": 4, "memory_limit": "64MiB"},
                es={"max_in_flight": 1, "timeout": "20s"})
    h.start_agent()
    # More than the server takes, so that there is always a queue.
    writer = h.start_writer(rate=30e6, containers=12, rotate_every=3600, keep=1_000_000)
    time.sleep(h.options.seconds or 8)
    stored = sorted(h.control.lines_of(file) for file in files_in(writer.ledger))
    writer.stop()
    h.check(stored[0] * 20 > stored[-1], f"lines stored of each file by then: {stored}")
    h.control.set(answer_delay_ms=0)
    h.settle()


def files_in(ledger):
    """The files that have a thousand lines and more."""
    lines = {}
    with open(ledger, encoding="ascii") as records:
        for record in records:
            if record.startswith("W ") and record.endswith("\n"):
                _, file, _, count = record.split()
                lines[file] = lines.get(file, 0) + int(count)
    return [int(file, 16) for file, count in lines.items() if count >= 1000]


@scenario("SIGTERM while the server is away and every queue is full; it goes on after a restart")
def stop_while_down(h):
    h.start_server()
    h.configure(agent={"shutdown_timeout": "2s", "workers": 2}, es={"timeout": "2s"})
    h.control.set(listening=False)
    h.start_agent()
    writer = h.start_writer(rate=40e6, containers=8, rotate_every=60, keep=1_000_000)
    time.sleep(3)
    for how in ("refused", "unanswered"):
        before = time.monotonic()
        h.stop_agent()
        h.say(f"{how}: ended {time.monotonic() - before:.1f} s after SIGTERM")
        h.control.set(listening=True, black_hole=True)
        h.start_agent()
        time.sleep(2)
    writer.stop()
    h.control.set(black_hole=False)
    h.settle()


@scenario("one sink's dead letters are full and wait: files of another sink go on, and it is said")
def dead_letters_full(h):
    copy, dead = f"{h.folder}/copy.ndjson", f"{h.folder}/dead.ndjson"
    h.start_server(item_400=1.0)
    h.configure(
        sources={"pods": config.pods(h.pods), "other": config.files(f"{h.raw}/*.log")},
        sinks={"copy": {"type": "file", "path": copy, "max_size": "4GiB", "max_files": 100}},
        pipelines={"pods": config.pipeline(["pods"], ["es"]),
                   "other": config.pipeline(["other"], ["copy"])},
        es={"dead_letter": {"path": dead, "max_size": "1MiB"}})
    h.start_agent()
    refused = h.start_writer(rate=10e6, containers=4, rotate_every=60, keep=1_000_000)
    h.until(lambda: h.status()["dead_letters"]["down_reason"] != "", "full dead letters")
    other = h.start_writer("other", h.raw, layout="raw", rate=1e6, containers=4, seconds=3)
    other.wait()
    h.until(lambda: count_newlines(copy) >= other.written_lines(), "complete copy", every=0.2)
    refused.stop()
    h.check(os.path.getsize(dead) <= 2 << 20, "the dead letters keep to max_size, but for one payload")
    reason = h.status()["dead_letters"]["down_reason"]
    h.check(dead in reason, f"the status names their file: {reason!r}")
    tally = h.tally(["--documents", *glob.glob(copy + "*")], ledgers=[other.ledger])
    for key in ("lost", "twice", "foreign", "corrupt"):
        h.check(tally[key] == 0, f"the other sink: {key} {tally[key]}")
    os.rename(other.ledger, f"{h.folder}/other.ledger")
    h.writers.remove(other)
    # Somebody makes room, and the server mends its ways.
    h.control.set(item_400=0)
    parts = []
    while h.status()["dead_letters"]["down_reason"] or not os.path.exists(dead):
        if os.path.exists(dead):
            parts.append(f"{dead}.{len(parts)}")
            os.rename(dead, parts[-1])
        time.sleep(0.5)
    h.settle()
    h.until(lambda: sum(map(count_newlines, [*parts, dead])) >= h.control.summary()["refused_lines"],
            "dead letter of each refused line", every=0.2)
    h.stop_agent()
    h.dead_letters = f"{h.folder}/all_dead.ndjson"
    with open(h.dead_letters, "wb") as merged:
        for part in [*parts, dead]:
            with open(part, "rb") as letters:
                merged.write(letters.read())


def cut_to_synced(path):
    """Takes back what was not synced (sync_journal.cc); how much that was."""
    if not os.path.exists(path):
        return 0
    synced = 0
    if os.path.exists(path + ".synced"):
        with open(path + ".synced", encoding="ascii") as journal:
            synced = int(journal.read())
    lost = os.path.getsize(path) - synced
    os.truncate(path, synced)
    return lost
