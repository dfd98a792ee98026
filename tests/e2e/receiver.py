# SPDX-License-Identifier: BSD-2-Clause
"""A receiver of OTLP, and what it was sent, decoded by the published protocol definitions."""
import base64
import gzip
import http.server
import os
import re
import sys
import threading
import time

from harness import CACHE, check, equal
from servers import secured

sys.path.insert(0, os.path.join(CACHE, "programs", "python3-opentelemetry-proto",
                                "usr/lib/python3/dist-packages"))
# pylint: disable=wrong-import-position
from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import \
    ExportMetricsServiceRequest  # pylint: disable=unused-import
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import \
    ExportLogsServiceRequest  # pylint: disable=unused-import
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Sink(http.server.ThreadingHTTPServer):
    """A receiver that keeps what it is sent and answers as the test wants."""
    daemon_threads = True

    def __init__(self, answers=(), tls=False):
        self.received = []
        self.answers = list(answers)   # (status, headers, body, delay); afterwards 200
        super().__init__(("127.0.0.1", 0), Handler)
        if tls:
            self.socket = secured(self.socket)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def of(self, page):
        return [one for one in self.received if one["path"] == page]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answers = self.server.answers
        status, headers, answer, delay = answers.pop(0) if answers else (200, {}, b"", 0)
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.received.append({"path": self.path, "body": body, "status": status,
                                     "headers": self.headers, "time": time.monotonic()})
        time.sleep(delay)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def decode(request, kind):
    """By the content type: JSON's hexadecimal ids are bytes in the definitions' own mapping."""
    if request["headers"]["Content-Type"] == "application/x-protobuf":
        return kind.FromString(request["body"])
    text = re.sub(r'"(traceId|spanId|parentSpanId)":"([0-9a-f]*)"', lambda found:
                  f'"{found[1]}":"{base64.b64encode(bytes.fromhex(found[2])).decode()}"',
                  request["body"].decode())
    return json_format.Parse(text, kind())


def value_of(value):
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(one) for one in value.array_value.values]
    return getattr(value, kind)


def attributes_of(message):
    found = {one.key: value_of(one.value) for one in message.attributes}
    equal(len(found), len(message.attributes), "attributes, each key once")
    return found


def spans_of(requests):
    """{span id: (span, its attributes with those of its resource)}"""
    spans = {}
    for request in requests:
        for resource_spans in decode(request, ExportTraceServiceRequest).resource_spans:
            who = attributes_of(resource_spans.resource)
            check("service.name" in who, "a resource without service.name")
            for scope_spans in resource_spans.scope_spans:
                equal(scope_spans.scope.name, "seamark", "scope")
                for span in scope_spans.spans:
                    spans[span.span_id.hex()] = (span, {**who, **attributes_of(span)})
    return spans
