"""Reads a trace by the protocol's own definitions, and refuses what they do not know.

    check.py perfetto FILE    needs PyPI's perfetto; asks its trace processor, where that is there:
                              the program that LAB_TEST_TRACE_PROCESSOR names, else its own download
    check.py otlp FILE        needs PyPI's opentelemetry-proto
"""

import json
import os
import sys


def perfetto(path):
    from google.protobuf.unknown_fields import UnknownFieldSet
    from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace

    trace = Trace()
    with open(path, "rb") as file:
        trace.ParseFromString(file.read())

    def known(message):
        unknown = [field.field_number for field in UnknownFieldSet(message)]
        assert not unknown, f"{message.DESCRIPTOR.name} has unknown fields {unknown}"
        for field, value in message.ListFields():
            if field.message_type is not None:
                for one in value if field.is_repeated else [value]:
                    known(one)

    known(trace)
    names = {}
    begun, waits, open_slices = 0, [], {}
    flows, ends = set(), set()
    for packet in sorted(trace.packet, key=lambda one: one.timestamp):
        if packet.HasField("track_descriptor"):
            names[packet.track_descriptor.uuid] = packet.track_descriptor
            continue
        event = packet.track_event
        assert event.track_uuid in names, "an event is on a track that nothing describes"
        flows.update(event.flow_ids)
        ends.update(event.terminating_flow_ids)
        stack = open_slices.setdefault(event.track_uuid, [])
        if event.type == event.TYPE_SLICE_BEGIN:
            begun += 1
            stack.append((event.name, packet.timestamp))
        elif event.type == event.TYPE_SLICE_END:
            name, since = stack.pop()
            if name == "waits in the pool":
                waits.append((packet.timestamp - since) / 1e6)
    assert not any(open_slices.values()), "a slice has no end"
    assert ends <= flows, "a flow ends that has not begun"
    result = {"slices": begun, "longest": sorted(waits, reverse=True)[:3], "processor": False}
    program = os.environ.get("LAB_TEST_TRACE_PROCESSOR")
    try:
        from perfetto.trace_processor import TraceProcessor, TraceProcessorConfig

        # It answers by HTTP, and would listen at IPv6's loopback address, too.
        flags = ["--http-ip-address", "127.0.0.1"]
        config = TraceProcessorConfig(bin_path=program, extra_flags=flags)
        processor = TraceProcessor(trace=path, config=config)
    except Exception:
        if program is not None:
            raise
        return result  # Its download cannot be had.

    def ask(query):
        return [list(row.__dict__.values()) for row in processor.query(query)]

    with processor:
        [[slices]] = ask("select count(*) as n from slice")
        waits = ask("select dur / 1e6 as ms from slice where name = 'waits in the pool' order by dur desc limit 3")
        [[arrows]] = ask("select count(*) as n from flow")
        # What it could not use, it counts.
        errors = ask("select name, value from stats where severity != 'info' and value > 0")
    assert arrows == len(flows), f"{arrows} arrows of {len(flows)} flows"
    assert not errors, errors
    return {"slices": slices, "longest": [ms for [ms] in waits], "processor": True}


def otlp(path):
    from google.protobuf.json_format import Parse
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

    spans = []
    with open(path) as file:
        for line in file:
            data = Parse(line, TracesData())
            spans += [
                span
                for resource in data.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            ]
    ids = {span.span_id for span in spans}
    return {
        "spans": len(spans),
        "orphans": sum(1 for span in spans if span.parent_span_id and span.parent_span_id not in ids),
    }


print(json.dumps({"perfetto": perfetto, "otlp": otlp}[sys.argv[1]](sys.argv[2])))
