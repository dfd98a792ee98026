# SPDX-License-Identifier: BSD-2-Clause
"""Grafana's JSON, as far as the dashboards need it: panels of its own kinds only, no plugins, no
host, the data source a variable. Panels flow from left to right in rows of 24 columns."""
COLUMNS = 24
SCHEMA = 39     # Grafana 10.4 and later; these raise older ones by themselves
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
TAG = "seamark"
RED, AMBER, GREEN = "red", "orange", "green"


def target(query, legend="", instant=False, form="time_series"):
    return {"datasource": DATASOURCE, "editorMode": "code", "expr": query, "format": form,
            "instant": instant, "range": not instant, "legendFormat": legend or "__auto"}


def panel(kind, title, description, width, height, targets, **more):
    letters = "ABCDEFGHIJ"
    return {"type": kind, "title": title, "description": description, "datasource": DATASOURCE,
            "gridPos": {"w": width, "h": height},
            "targets": [dict(one, refId=letters[at]) for at, one in enumerate(targets)], **more}


def steps(*pairs):
    """Thresholds: colours from values on; the first holds from the beginning."""
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for value, color in pairs]}


def defaults(unit, **more):
    return {"defaults": {"unit": unit, "min": 0, "mappings": [], "color": {"mode": "palette-classic"},
                         **more}, "overrides": []}


def lines(title, description, unit, targets, width=12, height=8, stacked=False, bars=False, **more):
    """Lines over time; bars for what is counted in a stretch of time."""
    custom = {"drawStyle": "bars" if bars else "line", "lineWidth": 1, "spanNulls": False,
              "fillOpacity": 60 if bars else 30 if stacked else 8, "showPoints": "never",
              "lineInterpolation": "linear", "axisPlacement": "auto",
              "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
              "thresholdsStyle": {"mode": "off"}}
    return panel("timeseries", title, description, width, height,
                 [target(query, legend) for query, legend in targets],
                 fieldConfig=defaults(unit, custom=custom, **more),
                 options={"legend": {"showLegend": True, "displayMode": "table",
                                     "placement": "bottom", "calcs": ["lastNotNull", "max"],
                                     "sortBy": "Max", "sortDesc": True},
                          "tooltip": {"mode": "multi", "sort": "desc"}})


def stat(title, description, unit, query, thresholds=((None, "blue"),), width=4, link=None,
         sparkline=False):
    field = {"thresholds": steps(*thresholds), "color": {"mode": "thresholds"}, "noValue": "0"}
    if link:
        field["links"] = [{"title": f"Open {link[0]}", "url": board_url(link[1])}]
    return panel("stat", title, description, width, 4, [target(query, instant=not sparkline)],
                 fieldConfig=defaults(unit, **field),
                 options={"colorMode": "value", "graphMode": "area" if sparkline else "none",
                          "justifyMode": "auto", "orientation": "auto", "textMode": "value",
                          "showPercentChange": False, "wideLayout": True,
                          "reduceOptions": {"calcs": ["lastNotNull"], "fields": "",
                                            "values": False}})


def heatmap(title, description, query, width=12, height=9):
    """Of classic buckets: each row is one of them."""
    return panel("heatmap", title, description, width, height,
                 [target(query, "{{le}}", form="heatmap")],
                 fieldConfig={"defaults": {"custom": {"scaleDistribution": {"type": "linear"}}},
                              "overrides": []},
                 options={"calculate": False, "cellGap": 1, "showValue": "never",
                          "color": {"mode": "scheme", "scheme": "Oranges", "scale": "exponential",
                                    "exponent": 0.5, "steps": 64, "reverse": False, "fill": "orange"},
                          "filterValues": {"le": 1e-9}, "rowsFrame": {"layout": "auto"},
                          "yAxis": {"unit": "s", "axisPlacement": "left", "reverse": False},
                          "cellValues": {"unit": "ops"}, "legend": {"show": True},
                          "exemplars": {"color": "rgba(255,0,255,0.7)"},
                          "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": True}})


def override(name, **properties):
    return {"matcher": {"id": "byName", "options": name},
            "properties": [{"id": key.replace("__", "."), "value": value}
                           for key, value in properties.items()]}


def table(title, description, queries, columns, width=24, height=9, links=None, sort=None):
    """One column for each label of columns, {label: heading}, and each query, [(query, heading,
    unit)]. links: {heading: (title, dashboard, {variable: heading})}."""
    letters = "ABCDEFGHIJ"
    values = {(f"Value #{letters[at]}" if len(queries) > 1 else "Value"): heading
              for at, (_, heading, _) in enumerate(queries)}
    names = {**columns, **values}
    overrides = [override(heading, unit=unit, custom__width=130) for _, heading, unit in queries]
    for heading, (label, uid, variables) in (links or {}).items():
        overrides.append(override(heading, links=[{"title": label,
                                                   "url": board_url(uid, variables)}]))
    return panel("table", title, description, width, height,
                 [target(query, instant=True, form="table") for query, _, _ in queries],
                 fieldConfig={"defaults": {"custom": {"align": "auto", "filterable": True}},
                              "overrides": overrides},
                 options={"showHeader": True, "frameIndex": 0, "cellHeight": "sm",
                          "footer": {"show": False, "reducer": ["sum"], "countRows": False},
                          "sortBy": [{"displayName": sort or queries[0][1], "desc": True}]},
                 transformations=[{"id": "merge", "options": {}},
                                  {"id": "organize",
                                   "options": {"excludeByName": {"Time": True},
                                               "indexByName": {name: at for at, name
                                                               in enumerate(names)},
                                               "renameByName": names}}])


def board_url(uid, variables=None):
    """To another dashboard, with time and choices; variables are filled in from a row's fields."""
    own = "".join(f"&var-{name}=${{__data.fields[\"{heading}\"]}}"
                  for name, heading in (variables or {}).items())
    kept = [name for name in ("datasource", "job", "instance", "namespace", "pod", "container",
                              "program") if name not in (variables or {})]
    return f"/d/{uid}?${{__url_time_range}}" + "".join(
        f"&${{{name}:queryparam}}" for name in kept) + own


def datasource_variable():
    return {"type": "datasource", "name": "datasource", "label": "Data source",
            "query": "prometheus", "regex": "", "hide": 0, "refresh": 1, "multi": False,
            "includeAll": False, "options": [], "current": {}}


def query_variable(name, label, query):
    """All is .*, which what has no such label fits, too."""
    return {"type": "query", "name": name, "label": label, "datasource": DATASOURCE,
            "query": {"query": query, "refId": f"variable-{name}"}, "definition": query,
            "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "allValue": ".*",
            "hide": 0, "regex": "", "options": [],
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}


def place(rows):
    """[(title, panels)]: ids and places for all of them."""
    placed, top = [], 0
    for title, panels in rows:
        placed.append({"type": "row", "title": title, "collapsed": False, "panels": [],
                       "gridPos": {"x": 0, "y": top, "w": COLUMNS, "h": 1}})
        top, left, lowest = top + 1, 0, 0
        for one in panels:
            size = one["gridPos"]
            if left + size["w"] > COLUMNS:
                top, left, lowest = top + lowest, 0, 0
            placed.append(dict(one, gridPos={"x": left, "y": top, **size}))
            left, lowest = left + size["w"], max(lowest, size["h"])
        top += lowest
    return [dict(one, id=number) for number, one in enumerate(placed, 1)]


def dashboard(uid, title, description, variables, rows):
    alerts = {"name": "Alerts of Seamark", "enable": True, "hide": False, "iconColor": RED,
              "datasource": DATASOURCE, "titleFormat": "{{alertname}}", "step": "60s",
              "textFormat": "{{instance}}", "useValueForTime": False,
              "expr": 'ALERTS{alertname=~"Seamark.*",alertstate="firing",job=~"$job",'
                      'instance=~"$instance"}'}
    return {"id": None, "uid": uid, "title": title, "description": description, "tags": [TAG],
            "schemaVersion": SCHEMA, "version": 1, "editable": True, "graphTooltip": 1,
            "timezone": "", "refresh": "30s", "time": {"from": "now-1h", "to": "now"},
            "timepicker": {}, "fiscalYearStartMonth": 0, "weekStart": "",
            "annotations": {"list": [alerts]}, "templating": {"list": variables},
            "links": [{"type": "dashboards", "title": "Seamark", "tags": [TAG], "icon": "dashboard",
                       "asDropdown": False, "includeVars": True, "keepTime": True,
                       "targetBlank": False, "tooltip": "", "url": ""}],
            "panels": place(rows)}
