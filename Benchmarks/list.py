#!/usr/bin/env python3
"""Reads the same lists with this program's decoders, Foundation's and orjson, in turn; prints medians.

usage: list.py FAKE_API_SERVER LIST_BENCHMARK SERVICES [--json FILE]
       list.py --orjson DIRECTORY                                       one run of orjson
"""
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROUNDS = 5
RESOURCES = ("services", "endpointslices")
PATHS = {"services": "/api/v1/services", "endpointslices": "/apis/discovery.k8s.io/v1/endpointslices"}
TYPES = {"json": "application/json", "protobuf": "application/vnd.kubernetes.protobuf"}
# A watch that begins with all objects, and ends a second later.
WATCH = "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1"


def fetch_bodies(server, services, directory):
    """Writes what the server sends, byte for byte."""
    command = [server, "--services", str(services), "--endpoints", "5"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().removeprefix("listening on ").strip()
        for resource in RESOURCES:
            for name, media_type in TYPES.items():
                for body, query in (("list", ""), ("watch", WATCH)):
                    request = urllib.request.Request(url + PATHS[resource] + query, headers={"Accept": media_type})
                    with urllib.request.urlopen(request) as answer, \
                            open(f"{directory}/{resource}.{body}.{name}", "wb") as file:
                        file.write(answer.read())
        process.stdin.close()


def run_orjson(directory):
    import orjson

    measurements = []
    for resource in RESOURCES:
        with open(f"{directory}/{resource}.list.json", "rb") as file:
            body = file.read()
        start = time.process_time()
        items = orjson.loads(body)["items"]
        seconds = time.process_time() - start
        measurements.append(
            {
                "reader": "orjson", "resource": resource, "body": "list", "objects": len(items), "bytes": len(body),
                "microsecondsPerObject": seconds * 1e6 / len(items),
            }
        )
    print(json.dumps(measurements))


def medians(rounds):
    groups = {}
    for measurement in (measurement for each in rounds for measurement in each):
        key = (measurement["body"], measurement["resource"], measurement["reader"])
        groups.setdefault(key, []).append(measurement)
    result = []
    for key in sorted(groups, key=lambda key: (key[0] != "list", RESOURCES.index(key[1]))):
        times = [measurement["microsecondsPerObject"] for measurement in groups[key]]
        result.append({**groups[key][0], "microsecondsPerObject": statistics.median(times), "rounds": times})
    return result


def table(rows):
    lines = [("body", "objects", "read by", "bytes each", "µs each", "kept, KiB", "peak/kept")]
    for row in rows:
        kept = row.get("keptBytes")
        lines.append(
            (
                f"{row['resource']}, {row['body']}", f"{row['objects']:,}", row["reader"],
                f"{row['bytes'] // row['objects']:,}", f"{row['microsecondsPerObject']:.1f}",
                f"{kept // 1024:,}" if kept else "", f"{row['peakBytes'] / kept:.2f}" if kept else "",
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) if column in (0, 2) else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(line, widths))).rstrip())


def broken_promises(rows):
    """What must hold of the medians, one sentence for each that doesn't."""
    found = {(row["resource"], row["reader"]): row for row in rows if row["body"] == "list"}
    for resource in RESOURCES:
        def microseconds(reader):
            return found[resource, reader]["microsecondsPerObject"]

        if microseconds("ipvs-proxy protobuf") * 2 > microseconds("orjson"):
            yield f"{resource}: protobuf is not twice as fast as orjson"
        if microseconds("ipvs-proxy JSON") > microseconds("JSONDecoder"):
            yield f"{resource}: JSON is slower than JSONDecoder"
        for reader in ("ipvs-proxy protobuf", "ipvs-proxy JSON"):
            row = found[resource, reader]
            if row["peakBytes"] > 3 * row["keptBytes"]:
                yield f"{resource}: {reader} holds more than three times what is kept"


def main(arguments):
    if arguments[:1] == ["--orjson"]:
        return run_orjson(arguments[1])
    server, program, services = arguments[:3]
    with tempfile.TemporaryDirectory() as directory:
        fetch_bodies(server, services, directory)
        commands = [[program, directory], [sys.executable, __file__, "--orjson", directory]]
        rounds = [
            json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            for _ in range(ROUNDS) for command in commands
        ]
    rows = medians(rounds)
    table(rows)
    print(f"\nMedians of {ROUNDS} alternating runs, a process each. Times are processor time. This program's decoders are fed\n"
          "64 KiB at a time and give validated objects; JSONDecoder and orjson get the list whole and validate nothing.\n"
          "A watch is the stream of events that begins with all objects. Kept is what the objects of a list hold on the heap,\n"
          "peak the most that was there while it was read.")
    if arguments[3:4] == ["--json"]:
        with open(arguments[4], "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=2)
    broken = list(broken_promises(rows))
    if broken:
        sys.exit("\nThis doesn't hold:\n  " + "\n  ".join(broken))


main(sys.argv[1:])
