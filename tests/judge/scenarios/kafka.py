"""Kafka: librdkafka's mock cluster takes the lines, and fails on command.

Repeats are no fault of a line's: Kafka has nothing that would refuse a second copy. They are told by
their event.id, counted and printed. A line under two ids would be twice.
"""

import os
import time

import config
import kafka_server

from .delivery import MEMORY_OVERHEAD_MIB, kill_and_restart
from .proxied import certificates, mount, swap_under_load
from .registry import scenario

from kafka_front import KafkaFront  # noqa: E402 (where .proxied looks for its modules too)

MEMORY_LIMIT_MIB = 128
BROKERS = 3


def start_kafka(h, *options, **sink):
    h.server = h.control = kafka_server.KafkaServer(h, "--mock-brokers", str(BROKERS), *options)
    configure(h, kafka_server.sink(h.server.brokers, **sink))
    h.start_agent()


def configure(h, sink):
    document = {"agent": config.agent(h.folder, h.admin_port), "sources": {
                    "pods": config.pods(h.pods)},
                "pipelines": {"all": config.pipeline(["pods"], ["kafka"])},
                "sinks": {"kafka": sink}}
    with open(f"{h.folder}/tailrace.yaml", "w", encoding="utf-8") as out:
        out.write(config.render(document))


def start_writer(h, **options):
    # A line whose pieces stand in two files, or beside those of the other stream, has no one place.
    return h.start_writer(shapes="text,json", split=0, split_rotation=0, **options)


def finish(h, repeats_expected=False):
    h.settle()
    h.quiet()
    summary = h.control.summary()
    h.say(f"kafka: {summary}")
    print(f"[note] {h.scenario}: {summary['lines']} lines, {summary['repeats']} repeats by event.id",
          flush=True)
    h.check(summary["trimmed"] == 0, f"{summary['trimmed']} records forgotten by the mock")
    h.check(summary["disorder"] == 0, f"{summary['disorder']} lines behind a later one of their file")
    h.check(summary["moved"] == 0, f"{summary['moved']} files in two partitions")
    if not repeats_expected:
        h.check(summary["repeats"] == 0, f"{summary['repeats']} repeats without a kill")


@scenario("Kafka: SIGKILL at random instants under rotation; order of files kept (--kills)")
def kafka_kill(h):
    start_kafka(h, compression="lz4")
    writer = start_writer(h, rate=8e6, containers=20, rotate_every=2, keep=20)
    kill_and_restart(h, writer, h.options.kills or 5, 2.0, behind_max=200_000)
    writer.stop()
    finish(h, repeats_expected=True)


@scenario("Kafka: leaders move, brokers bounce, requests fail in every way that passes (--seconds)")
def kafka_faults(h):
    # One request at a time: when one fails and the next succeeds, librdkafka takes the first one for
    # stored (rd_kafka_dr_implicit_ack), since a broker refuses a sequence with a gap. The mock takes it.
    start_kafka(h, compression="zstd", compression_level=1,
                properties={"queue.buffering.max.messages": 5000,
                            "max.in.flight.requests.per.connection": 1})
    writer = start_writer(h, rate=6e6, containers=20, rotate_every=3, keep=100)
    errors = ["NOT_LEADER_FOR_PARTITION", "LEADER_NOT_AVAILABLE", "REQUEST_TIMED_OUT",
              "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "_TRANSPORT",
              "UNKNOWN_TOPIC_OR_PART"]
    deadline = time.monotonic() + (h.options.seconds or 10)
    while time.monotonic() < deadline:
        time.sleep(h.rng.uniform(0.2, 0.6))
        fault = h.rng.randrange(4)
        if fault == 0:
            h.control.tell("leaders")
        elif fault == 1:
            broker = h.rng.randint(1, BROKERS)
            h.control.tell(f"down {broker}")
            time.sleep(h.rng.uniform(0.1, 0.8))
            h.control.tell(f"up {broker}")
        elif fault == 2:
            h.control.tell(f"errors 0 {h.rng.randint(1, 4)} {h.rng.choice(errors)}")
        else:
            h.control.tell(f"rtt {h.rng.choice([0, 20, 300])}")
    h.control.tell("rtt 0")
    writer.stop()
    # Unlike a real broker, the mock does not tell by the sequence numbers of a request that it has
    # carried it out already, when the answer was lost with the connection.
    finish(h, repeats_expected=True)


@scenario("Kafka: all brokers away at full input, then back: no stall, memory bounded (--seconds, "
          "--times)")
def kafka_down(h):
    # Compressed and of many files, since the mock forgets what is beyond 5 MiB of a partition.
    start_kafka(h, compression="zstd", compression_level=1)
    writer = start_writer(h, rate=6e6 * h.options.times,
                          containers=int(100 * h.options.times), rotate_every=2, keep=1_000_000)
    h.until(lambda: h.control.summary()["lines"] > 0, "first lines")
    time.sleep(1.5)
    for broker in range(1, BROKERS + 1):
        h.control.tell(f"down {broker}")
    stored = h.control.summary()["lines"]
    time.sleep(h.options.seconds or 8)
    waiting = writer.written_lines() - stored
    for broker in range(1, BROKERS + 1):
        h.control.tell(f"up {broker}")
    back = time.monotonic()
    first = min(waiting // 10, 50_000)
    h.until(lambda: h.control.summary()["lines"] > stored + first, "line after the return", 30)
    h.say(f"{waiting} lines waited; {first} were there {time.monotonic() - back:.1f} s after the "
          "return")
    writer.stop()
    finish(h, repeats_expected=True)
    h.rss.sample()
    limit = MEMORY_LIMIT_MIB + MEMORY_OVERHEAD_MIB
    h.check(h.rss.peak_mib <= limit, f"{h.rss.peak_mib:.0f} MiB resident, at most {limit}")


@scenario("Kafka: batches refused as too large, and records that are: to the dead letters")
def kafka_too_large(h):
    h.dead_letters = f"{h.folder}/dead.ndjson"
    start_kafka(h, properties={"message.max.bytes": 60_000},
                dead_letter={"path": h.dead_letters})
    writer = start_writer(h, rate=1e6, containers=4)
    for _ in range(3):
        time.sleep(1)
        h.control.tell("errors 0 1 MSG_SIZE_TOO_LARGE")
    writer.stop()
    large = 5
    folder = f"{h.pods}/judge_large_00000000-0000-4000-9000-0000000000ff/app"
    os.makedirs(folder)
    with open(f"{folder}/0.log", "w", encoding="ascii") as log:
        for _ in range(large):
            # A filler: no line of the ledger, which must not be lost.
            log.write(f"2026-01-01T00:00:00.000000000Z stdout F #j{'x' * 90_000}\n")
    h.until(lambda: h.metric("tailrace_records_rejected_total") == large, "rejected records")
    h.settle()
    h.quiet()
    summary = h.control.summary()
    h.say(f"kafka: {summary}")
    # Which may be overtaken by what was sent behind it: see KafkaSink.
    h.check(summary["moved"] == 0, f"{summary['moved']} files in two partitions")
    with open(h.dead_letters, encoding="utf-8") as letters:
        lines = letters.readlines()
    h.check(len(lines) == large and all("MSG_SIZE_TOO_LARGE" in line for line in lines),
            f"{len(lines)} dead letters")
    h.dead_letters = None


@scenario("Kafka: CA and client certificate swapped by symlink under load: gap at most 30 s "
          "(--seconds)")
def kafka_certificate_swap(h):
    h.server = h.control = kafka_server.KafkaServer(h, "--mock-brokers", str(BROKERS))
    volume, first, second = f"{h.folder}/certs", *(certificates.Authority(h.folder, name)
                                                   for name in ("first-ca", "second-ca"))
    servers = {authority: certificates.server_context(
        authority.issue(f"{h.folder}/server-{number}", "server"), authority)
        for number, authority in enumerate((first, second))}
    front = KafkaFront(h.server.brokers, servers[first])
    try:
        mount(volume, "v1", first)
        configure(h, kafka_server.sink(
            front.brokers, tls={"ca_file": f"{volume}/ca.crt", "cert_file": f"{volume}/tls.crt",
                                "key_file": f"{volume}/tls.key"}))
        h.start_agent()
        writer = start_writer(h, rate=2e6, containers=4)
        swap_under_load(h, front, volume, servers, (first, second))
        writer.stop()
        renewed = h.metric("tailrace_sink_kafka_producers_replaced_total")
        h.check(renewed == 4, f"{renewed:.0f} producers were replaced for the 4 new certificates")
        # What an old producer had sent without an answer, the new one sends again.
        finish(h, repeats_expected=True)
        h.stop_agent()
    finally:
        front.close()
