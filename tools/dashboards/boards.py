# SPDX-License-Identifier: BSD-2-Clause
"""What the six dashboards show. Queries use the program's metrics alone, no recording rules: a
dashboard that is imported by itself works."""
from grafana import (AMBER, GREEN, RED, dashboard, datasource_variable, heatmap, lines,
                     query_variable, stat, table)

AGENTS = 'job=~"$job",instance=~"$instance"'
OWN = AGENTS + ',process_executable_name=~"$program"'
FAILED = 'outcome="error"'
# A race's loser and what the program gave up are neither success nor failure.
DECIDED = 'outcome=~"ok|error"'

# Series know their container's id; its names are in seamark_container_info. A program of the host has
# neither: it is kept, as long as nothing is chosen, by a series that every agent has and that is 1.
WHO = ('{__name__=~"seamark_container_info|seamark_self_probes",probe=~"|process",' + AGENTS +
       ',k8s_namespace_name=~"$namespace",k8s_pod_name=~"$pod",container_name=~"$container"}')
PLACE = "k8s_namespace_name, k8s_pod_name, container_name"
SHOWN = "instance, seamark_systemd_unit, process_executable_name"
IDENTITY = "job, instance, container_id, seamark_systemd_unit, process_executable_name"

BIND = "seamark_bind_duration_seconds"
LISTEN = "seamark_listen_duration_seconds"
CONNECT = "seamark_connect_duration_seconds"
TLS = "seamark_tls_handshake_duration_seconds"
SYSCALL = "seamark_syscall_duration_seconds"
QUANTILES = (("0.5", "p50"), ("0.9", "p90"), ("0.99", "p99"))

PLACE_COLUMNS = {"process_executable_name": "Program", "container_name": "Container",
                 "k8s_pod_name": "Pod", "k8s_namespace_name": "Namespace",
                 "seamark_systemd_unit": "Unit", "instance": "Instance"}
PERCENT = ((None, GREEN), (0.01, AMBER), (0.05, RED))
ANY = ((None, GREEN), (1, RED))


def chosen(vector, window="15m"):
    """Without what runs elsewhere than was chosen; containers that are gone are remembered."""
    return f"({vector}) and on (job, instance, container_id) last_over_time({WHO}[{window}])"


def rate(metric, more="", window="$__rate_interval"):
    return chosen(f"rate({metric}{{{OWN}{more and ',' + more}}}[{window}])")


def grown(metric, more="", window="$__range"):
    """How much a counter grew, from its birth on: increase() alone leaves out what a series was born
    with, which is all that there is of a program that failed once."""
    one = f"{metric}{{{OWN}{more and ',' + more}}}"
    return chosen(f"(last_over_time({one}[{window}]) unless {one} offset {window}) "
                  f"or increase({one}[{window}])", window)


def total(by, vector):
    return f"sum by ({by}) ({vector})" if by else f"sum({vector})"


def ratio(by, metric, more="", numerator=FAILED):
    extra = more and "," + more
    return (total(by, rate(metric + "_count", numerator + extra)) + " / " +
            total(by, rate(metric + "_count", DECIDED + extra)))


def named(extra, vector, window="$__range"):
    """By program, place and extra labels, with the names of the container; of two that it had, the one
    that it had longer."""
    extra = extra and ", " + extra
    return (f"sum by ({SHOWN}{extra}, {PLACE}) ({total(IDENTITY + extra, vector)} * "
            f"on (job, instance, container_id) group_left ({PLACE}) "
            f"(topk by (job, instance, container_id) (1, count_over_time({WHO}[{window}])) ^ 0))")


def quantiles(metric, more="", by=""):
    keep = "le, " + by if by else "le"
    legend = f" {{{{{by}}}}}" if by else ""
    return [(f"histogram_quantile({at}, {total(keep, rate(metric + '_bucket', more))})",
             name + legend) for at, name in QUANTILES]


def buckets(metric, more=""):
    return total("le", rate(metric + "_bucket", more))


def variables(with_programs=True):
    found = [datasource_variable(),
             query_variable("job", "Job", "label_values(seamark_self_series, job)"),
             query_variable("instance", "Instance",
                            'label_values(seamark_self_series{job=~"$job"}, instance)')]
    if not with_programs:
        return found
    info = "seamark_container_info{" + AGENTS
    return found + [
        query_variable("namespace", "Namespace", f"label_values({info}}}, k8s_namespace_name)"),
        query_variable("pod", "Pod", f'label_values({info},k8s_namespace_name=~"$namespace"}}, '
                                     "k8s_pod_name)"),
        query_variable("container", "Container",
                       f'label_values({info},k8s_namespace_name=~"$namespace",'
                       'k8s_pod_name=~"$pod"}, container_name)'),
        query_variable("program", "Program", f"label_values({SYSCALL}_count{{{AGENTS}}}, "
                                             "process_executable_name)")]


def causes(title, events, height=10):
    """Why things failed, where, and how often; each row leads on."""
    return table(title, "Failures whose cause is known, the most frequent first; what mends each is "
                        "on the agent's page /api/v1/diagnoses.",
                 [(f"topk(30, {named('event, cause', grown('seamark_verdicts_total', events))})",
                   "Failures", "short")],
                 {"event": "Event", "cause": "Cause", **PLACE_COLUMNS}, height=height,
                 links={"Program": ("System calls of this program", "seamark-syscalls",
                                    {"program": "Program"})})


def overview():
    connect, tls = ratio("", CONNECT), ratio("", TLS)
    bind = total("", grown(BIND + "_count", FAILED))
    expired = total("", grown(TLS + "_count",
                              'error_type=~"certificate_expired|certificate_not_yet_valid"'))
    programs = "process_executable_name"
    glance = [
        stat("Programs", "Programs that made a system call in the last 15 minutes.", "short",
             f"count(count by (job, instance, {programs}) "
             f"({chosen(f'increase({SYSCALL}_count{{{OWN}}}[15m]) > 0')}))"),
        stat("Containers", "Containers that the agents see now.", "short",
             'count(seamark_container_info{' + AGENTS + ',k8s_namespace_name=~"$namespace",'
             'k8s_pod_name=~"$pod",container_name=~"$container"})'),
        stat("Binds that failed", "Binds that were refused in the time shown.", "short", bind,
             ANY, link=("bind", "seamark-bind")),
        stat("Connects that fail", "Share of connects that fail, of those that were decided.",
             "percentunit", connect, PERCENT, link=("connect", "seamark-connect"), sparkline=True),
        stat("Handshakes that fail", "Share of TLS handshakes that fail.", "percentunit", tls,
             PERCENT, link=("TLS", "seamark-tls"), sparkline=True),
        stat("Certificates out of date", "Handshakes in the time shown that met a certificate which "
             "had expired or was not valid yet.", "short", expired, ANY,
             link=("TLS", "seamark-tls")),
    ]
    trouble = [
        lines("Failure ratio", "Share of what failed, by kind.", "percentunit",
              [(ratio("", CONNECT), "connect"), (ratio("", TLS), "TLS handshake"),
               (ratio("", BIND), "bind"), (ratio("", LISTEN), "listen")]),
        lines("Failures by cause", "Failures of the last 5 minutes whose cause is known.", "short",
              [(total("event, cause", grown("seamark_verdicts_total", window="5m")),
                "{{event}}: {{cause}}")], stacked=True),
    ]
    work = [
        lines("Connects", "Connects a second, by outcome.", "ops",
              [(total("outcome", rate(CONNECT + "_count")), "{{outcome}}")], 8, stacked=True),
        lines("TLS handshakes", "Handshakes a second, by role and outcome.", "ops",
              [(total("tls_role, outcome", rate(TLS + "_count")), "{{tls_role}} {{outcome}}")], 8,
              stacked=True),
        lines("System calls", "System calls a second, those that wait apart.", "ops",
              [(total("", rate(SYSCALL + "_count", 'syscall_waits=""')), "that work"),
               (total("", rate(SYSCALL + "_count", 'syscall_waits="true"')), "that wait")], 8),
    ]
    rows = [(named("", rate(f"{metric}_count", more, window="5m"), "15m"), heading, "ops")
            for metric, more, heading in (
                (CONNECT, "", "Connects"), (CONNECT, FAILED, "Connects failed"),
                (TLS, "", "Handshakes"), (TLS, FAILED, "Handshakes failed"),
                (SYSCALL, "", "System calls"))]
    everywhere = [table("Each program", "Who does what, a second, over the last 5 minutes.", rows,
                        PLACE_COLUMNS, sort="System calls", height=10, links={
                            "Connects failed": ("Connects of this program", "seamark-connect",
                                                {"program": "Program"}),
                            "Handshakes failed": ("Handshakes of this program", "seamark-tls",
                                                  {"program": "Program"}),
                            "System calls": ("System calls of this program", "seamark-syscalls",
                                             {"program": "Program"})})]
    return dashboard("seamark-overview", "Seamark / Overview",
                     "What Go programs on these hosts fail at, and why.", variables(),
                     [("At a glance", glance), ("What fails", trouble + [causes("Top causes", "")]),
                      ("What goes on", work), ("Who", everywhere)])


def bind():
    kinds = ((BIND, "bind"), (LISTEN, "listen"))
    glance = [
        stat("Binds that failed", "Binds that were refused in the time shown.", "short",
             total("", grown(BIND + "_count", FAILED)), ANY, width=6),
        stat("Listens that failed", "Listens that were refused in the time shown.", "short",
             total("", grown(LISTEN + "_count", FAILED)), ANY, width=6),
        stat("Lack of a capability", "Ports below 1024 that were refused for want of "
             "CAP_NET_BIND_SERVICE, in whichever of its ways.", "short",
             total("", grown("seamark_verdicts_total",
                             'cause=~"missing_cap_net_bind_service|capability_not_effective|'
                             'file_capabilities_ignored_no_new_privs|'
                             'file_capabilities_ignored_nosuid|'
                             'user_namespace_does_not_own_network_namespace"')), ANY, width=6),
        stat("Address in use", "Ports or names that somebody else held; /api/v1/diagnoses says who.",
             "short", total("", grown("seamark_verdicts_total", 'cause="address_in_use"')), ANY,
             width=6),
    ]
    why = [
        causes("Causes", 'event=~"bind|listen"', 9),
        lines("Failures by error", "Failures of the last 5 minutes, by errno. Go asks at a program's "
              "start whether there is IPv6: EADDRNOTAVAIL may be that.", "short",
              [(total("error_type", grown(f"{metric}_count", FAILED, "5m")),
                f"{name} {{{{error_type}}}}") for metric, name in kinds], stacked=True),
        lines("Failures by program", "Failures of the last 5 minutes, by program.", "short",
              [(total("process_executable_name", grown(f"{metric}_count", FAILED, "5m")),
                f"{name} {{{{process_executable_name}}}}") for metric, name in kinds],
              stacked=True),
    ]
    pace = [
        lines("Binds and listens", "Calls a second, by outcome.", "ops",
              [(total("outcome", rate(f"{metric}_count")), f"{name} {{{{outcome}}}}")
               for metric, name in kinds]),
        lines("Time in bind", "How long bind(2) takes.", "s", quantiles(BIND)),
        heatmap("Time in bind, all", "Each bind by how long it took.", buckets(BIND), 24),
    ]
    return dashboard("seamark-bind", "Seamark / Bind", "Ports and names that programs ask for, and "
                     "why they don't get them.", variables(),
                     [("At a glance", glance), ("Why", why), ("How many, how long", pace)])


def connect():
    glance = [
        stat("Connects", "Connects a second.", "ops", total("", rate(CONNECT + "_count")), width=6,
             sparkline=True),
        stat("Failure ratio", "Share that failed, of those that were decided.", "percentunit",
             ratio("", CONNECT), PERCENT, width=6, sparkline=True),
        stat("Given up", "Share that the program gave up: its deadline, its cancelled context, or "
             "the loser of a race between two addresses.", "percentunit",
             total("", rate(CONNECT + "_count", 'outcome="cancelled"')) + " / " +
             total("", rate(CONNECT + "_count")), width=6, sparkline=True),
        stat("p99", "Of 100 connects that succeed, 99 are faster.", "s",
             quantiles(CONNECT, 'outcome="ok"')[2][0], width=6, sparkline=True),
    ]
    why = [
        lines("By outcome", "Connects a second.", "ops",
              [(total("outcome", rate(CONNECT + "_count")), "{{outcome}}")], stacked=True),
        lines("Failures by error", "Connects that failed a second, by errno.", "ops",
              [(total("error_type", rate(CONNECT + "_count", FAILED)), "{{error_type}}")],
              stacked=True),
        lines("Failure ratio by program", "Share that failed, of those that were decided; the ten "
              "worst.", "percentunit",
              [(f"topk(10, {ratio('process_executable_name', CONNECT)})",
                "{{process_executable_name}}")]),
        lines("Failures by cause", "Failures of the last 5 minutes whose cause is known.", "short",
              [(total("cause", grown("seamark_verdicts_total", 'event="connect"', "5m")),
                "{{cause}}")], stacked=True),
        causes("Causes", 'event="connect"', 9),
    ]
    pace = [
        lines("Time to connect", "From connect(2) to ESTABLISHED.", "s",
              quantiles(CONNECT, 'outcome="ok"')),
        lines("Time to fail", "From connect(2) to the error: long ones are timeouts.", "s",
              quantiles(CONNECT, FAILED)),
        heatmap("Time to connect, all", "Each connect that succeeded by how long it took.",
                buckets(CONNECT, 'outcome="ok"')),
        heatmap("Time to fail, all", "Each connect that failed by how long it took.",
                buckets(CONNECT, FAILED)),
    ]
    return dashboard("seamark-connect", "Seamark / Connect", "Connections to their true outcome, also "
                     "of sockets that don't block.", variables(),
                     [("At a glance", glance), ("Why", why), ("How long", pace)])


def tls():
    outdated = 'error_type=~"certificate_expired|certificate_not_yet_valid"'
    glance = [
        stat("Handshakes", "Handshakes a second, both roles.", "ops",
             total("", rate(TLS + "_count")), width=6, sparkline=True),
        stat("Failure ratio", "Share that failed, of those that were decided.", "percentunit",
             ratio("", TLS), PERCENT, width=6, sparkline=True),
        stat("Certificates out of date", "Handshakes in the time shown that met a certificate which "
             "had expired or was not valid yet.", "short", total("", grown(TLS + "_count", outdated)),
             ANY, width=6),
        stat("Below TLS 1.2", "Handshakes in the time shown that agreed on TLS 1.0 or 1.1.", "short",
             total("", grown(TLS + "_count", 'outcome="ok",tls_protocol_version=~"1.0|1.1"')), ANY,
             width=6),
    ]
    why = [
        lines("Failures by Go error", "Handshakes that failed a second, by the class of the Go error "
              "and the role of the program.", "ops",
              [(total("tls_role, error_type", rate(TLS + "_count", FAILED)),
                "{{tls_role}} {{error_type}}")], stacked=True),
        lines("Failure ratio by program", "Share that failed, of those that were decided; the ten "
              "worst.", "percentunit",
              [(f"topk(10, {ratio('process_executable_name, tls_role', TLS)})",
                "{{process_executable_name}} {{tls_role}}")]),
        causes("Causes", 'event="tls.handshake"', 9),
        table("Whom that met", "Who met a certificate that had expired or was not valid "
              "yet, in the time shown.",
              [(named("tls_role, error_type", grown(TLS + "_count", outdated)),
                "Handshakes", "short")],
              {"tls_role": "Role", "error_type": "Error", **PLACE_COLUMNS}, height=7),
    ]
    agreed = [
        lines("Versions", "Handshakes that succeeded a second, by the version agreed on.", "ops",
              [(total("tls_protocol_version", rate(TLS + "_count", 'outcome="ok"')),
                "TLS {{tls_protocol_version}}")], stacked=True),
        lines("Roles", "Handshakes a second, by role and outcome.", "ops",
              [(total("tls_role, outcome", rate(TLS + "_count")), "{{tls_role}} {{outcome}}")],
              stacked=True),
    ]
    pace = [
        lines("Client handshakes", "How long those that succeed take, in the program.", "s",
              quantiles(TLS, 'outcome="ok",tls_role="client"')),
        lines("Server handshakes", "How long those that succeed take, in the program.", "s",
              quantiles(TLS, 'outcome="ok",tls_role="server"')),
        heatmap("Client handshakes, all", "Each handshake that succeeded by how long it took.",
                buckets(TLS, 'outcome="ok",tls_role="client"')),
        heatmap("Server handshakes, all", "Each handshake that succeeded by how long it took.",
                buckets(TLS, 'outcome="ok",tls_role="server"')),
    ]
    seen = [
        lines("Executables", "Executables by whether their handshakes are observed, and why not.",
              "short", [("sum by (handshakes) (seamark_self_programs{" + AGENTS + "})",
                         "{{handshakes}}")], stacked=True),
        lines("Abandoned", "Handshakes of the last 5 minutes that began and never returned, by what "
              "ended inside them.", "short",
              [("sum by (ended) (increase(seamark_self_handshakes_abandoned_total{" + AGENTS +
                "}[5m]))", "{{ended}}")]),
    ]
    return dashboard("seamark-tls", "Seamark / TLS", "Handshakes of Go's crypto/tls, measured in the "
                     "process, and the Go error behind those that fail.", variables(),
                     [("At a glance", glance), ("Why", why), ("What is agreed on", agreed),
                      ("How long", pace), ("What is observed", seen)])


def syscalls():
    working = 'syscall_waits=""'
    busy = total("syscall_name", rate(SYSCALL + "_sum", working))
    errors = total("syscall_name, error_type", rate("seamark_syscall_errors_total"))
    p99 = (f"histogram_quantile(0.99, {total('le, syscall_name', rate(SYSCALL + '_bucket', working))})"
           f" and topk(10, {busy})")
    glance = [
        stat("Calls", "System calls a second.", "ops", total("", rate(SYSCALL + "_count")), width=6,
             sparkline=True),
        stat("Time in calls", "Processors' worth of time in system calls that don't wait.", "short",
             total("", rate(SYSCALL + "_sum", working)), width=6, sparkline=True),
        stat("Errors", "System calls that failed, a second; EAGAIN is everyday life of sockets that "
             "don't block.", "ops", total("", rate("seamark_syscall_errors_total")), width=6,
             sparkline=True),
        stat("p99", "Of 100 calls that don't wait, 99 are faster.", "s",
             quantiles(SYSCALL, working)[2][0], width=6, sparkline=True),
    ]
    which = [
        lines("Time by call", "Seconds a second in calls that don't wait; the ten that take most.",
              "short", [(f"topk(10, {busy})", "{{syscall_name}}")], stacked=True),
        lines("p99 by call", "The same ten: how long they take.", "s", [(p99, "{{syscall_name}}")]),
        table("Each call", "How many a second, how long each on the average, how much time in all.",
              [(total("syscall_name, syscall_waits", rate(SYSCALL + "_count", window="5m")),
                "Calls", "ops"),
               (total("syscall_name, syscall_waits", rate(SYSCALL + "_sum", window="5m")) + " / " +
                total("syscall_name, syscall_waits", rate(SYSCALL + "_count", window="5m")),
                "Average", "s"),
               (total("syscall_name, syscall_waits", rate(SYSCALL + "_sum", window="5m")),
                "Time a second", "s")],
              {"syscall_name": "Call", "syscall_waits": "Waits"}, sort="Time a second"),
    ]
    fails = [
        lines("Errors by call", "Calls that failed a second; the ten most frequent.", "ops",
              [(f"topk(10, {errors})", "{{syscall_name}} {{error_type}}")], stacked=True),
        lines("Time by program", "Seconds a second in calls that don't wait; the ten programs that "
              "take most.", "short",
              [(f"topk(10, {total('process_executable_name', rate(SYSCALL + '_sum', working))})",
                "{{process_executable_name}}")], stacked=True),
    ]
    pace = [
        heatmap("Calls that don't wait", "Each call by how long it took.", buckets(SYSCALL, working)),
        heatmap("Calls that wait", "Of futex, epoll_pwait, nanosleep and their like: time that a "
                "program idles.", buckets(SYSCALL, 'syscall_waits="true"')),
        lines("Time in calls that don't wait", "How long they take.", "s", quantiles(SYSCALL, working)),
        lines("Time in calls that wait", "How long they wait.", "s",
              quantiles(SYSCALL, 'syscall_waits="true"')),
    ]
    return dashboard("seamark-syscalls", "Seamark / System calls", "Where the time of Go programs goes "
                     "in the kernel; calls whose purpose is to wait are kept apart.", variables(),
                     [("At a glance", glance), ("Which calls", which),
                      ("What fails, and where", fails), ("How long", pace)])
