#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_report_html.py IOPFSIM
#
# report.html of each workload that comes with iopfsim, of a sweep, of studies (dispatch is one as locks) and of a comparison, in chromium, on a
# screen of 1280 pixels and on paper of A4. Claims: nothing is wider than the page or than what it is in; no text is cut, in
# pictures neither, and in the diagram of the path no text is upon another or outside of its box; no section and no panel is
# empty; what comes first is the verdict, and the diagram marks what it names. Pages with such faults on purpose are found
# out. Skipped where there is no chromium, but not in CI (IOPFSIM_CI). IOPFSIM_KEEP=DIR keeps the pages there.
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

import browser

IOPFSIM = os.path.realpath(sys.argv[1])
WORKLOADS = sorted(os.path.basename(path)[:-5] for path in glob.glob("workloads/*.yaml"))
FEW = ["workload.accesses=64", "workload.footprint=256KiB"]
# Shorter than they are, where what is on the page is the same.
SHORTER = {"locks": FEW, "sva-locks": FEW, "premap": ["workload.accesses=8192", "workload.footprint=2MiB"],
           "offered-load": ["workload.accesses=128"], "workqueue": ["benchmark.iterations=50"],
           "workqueue-50": ["benchmark.iterations=50"]}
STUDIES = {"locks": FEW, "sva": FEW, "load": ["workload.accesses=32"],
           "premap": ["workload.accesses=2048", "workload.footprint=1MiB"], "cmdq": ["benchmark.iterations=2"],
           "pinning": [], "memory": ["benchmark.run_pages=512"], "wakeup": ["benchmark.iterations=200"], "page-requests": [],
           "workqueue": ["benchmark.iterations=20"]}
SCREEN = ("screen", 1280)
PAPER = ("print", 695)  # A4 less the margins of style.css: 184 mm at 96 to the inch

# What is wrong with the page, a line each.
LOOK = r"""
(() => {
  const wrong = [];
  const name = e => e.tagName.toLowerCase() + (e.getAttribute('class') ? '.' + e.getAttribute('class') : '') +
      ' "' + e.textContent.trim().slice(0, 50) + '"';
  const say = (what, e) => { if (wrong.length < 40) wrong.push(what + ': ' + name(e)); };
  const page = document.documentElement.clientWidth;
  for (const details of document.querySelectorAll('details')) details.open = true;
  if (document.documentElement.scrollWidth > page) wrong.push('the page is wider than its window');

  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg') && e.tagName != 'svg') continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (style.display == 'none' || e.tagName == 'WBR') continue;
    if (box.right > page + 1 || box.left < -1) say('beyond the page', e);
    if (style.display != 'inline' && e.tagName != 'svg' && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
      say('wider than its box', e);
    if (style.overflowY != 'visible' && e.tagName != 'svg' && e.scrollHeight > e.clientHeight + 1) say('cut below', e);
    const around = e.parentElement.getBoundingClientRect();
    if (box.right > around.right + 1 || box.left < around.left - 1) say('sticks out of what it is in', e);
  }

  const is_empty = e => !e.textContent.trim() && !e.querySelector('svg, img');
  for (const e of document.querySelectorAll('section, div, figure, table, tbody, p, dl, dt, dd, pre, li, details, h1, h2, h3'))
    if (is_empty(e)) say('empty', e);
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('td')) say('table without rows', table);
  for (const figure of document.querySelectorAll('figure'))
    if (!figure.querySelector('svg path, svg rect, svg text')) say('figure without a picture', figure);
  for (const head of document.querySelectorAll('h2, h3')) {
    let next = head.nextElementSibling, has_content = false;
    for (; next && !/^H[1-3]$/.test(next.tagName); next = next.nextElementSibling)
      has_content = has_content || !is_empty(next);
    if (!has_content && !(next && next.tagName > head.tagName)) say('heading without content', head);
  }

  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      if (!text.textContent.trim()) continue;
      // A line of text is a little higher than its letters.
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 3 ||
          box.bottom > frame.bottom + 3) say('text is cut by its picture', text);
    }
  }

  for (const svg of document.querySelectorAll('figure.path svg')) {
    const texts = [...svg.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()]);
    texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4) say('text upon "' + other.textContent + '"', one);
    }));
    for (const group of svg.querySelectorAll('g')) {
      const box = group.querySelector('rect').getBoundingClientRect();
      for (const text of group.querySelectorAll('text')) {
        const at = text.getBoundingClientRect();
        if (at.left < box.left || at.right > box.right) say('text outside of its box', text);
      }
    }
  }
  return wrong;
})()
"""

GOOD = """<!doctype html><body style="margin:1em;max-width:40em"><h1>good</h1><p>Nothing is wrong.</p><h2>a table</h2>
<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<figure class="path"><svg viewBox="0 0 200 60" style="width:100%"><g><rect x="1" y="1" width="190" height="50" fill="none"/>
<text x="5" y="20">one</text><text x="5" y="40">two</text></g></svg></figure></body>"""
# What is planted into the good page, in place of what, and what has to be said of it.
PLANTED = [
    ("<td>1</td>", "<td style='white-space:nowrap'>" + "wide " * 400 + "</td>", "beyond the page"),
    ("<td>1</td>", "<td>" + "w" * 60 + "</td><td><div style='width:3em;overflow:hidden'>cutcutcutcut</div></td>",
     "wider than its box"),
    ("<p>Nothing", "<p style='height:1em;overflow:hidden'>one<br>two<br>three</p><p>Nothing", "cut below"),
    ("<p>Nothing", "<div style='width:10em'><p style='width:20em'>too wide for it</p></div><p>Nothing",
     "sticks out of what it is in"),
    ("<p>Nothing", "<p> </p><p>Nothing", "empty"),
    ("<tr><td>1</td></tr>", "<tr></tr>", "table without rows"),
    ("</body>", "<h2>a section</h2></body>", "heading without content"),
    ("<h2>a table", "<h2>a section</h2><h2>a table", "heading without content"),
    ("</body>", "<figure><svg viewBox='0 0 9 9'></svg></figure></body>", "figure without a picture"),
    ('y="40">two', 'y="75">two', "text is cut by its picture"),
    ('y="40">two', 'y="40">' + "two " * 20, "text is cut by its picture"),
    ('x="5" y="40">two', 'x="9" y="22">two', 'text upon "two"'),
    ('x="5" y="40">two', 'x="175" y="40">two', "text outside of its box"),
]

failures = []


def fail(text):
    failures.append(text)
    print(f"FAILED: {text}", file=sys.stderr)


def start(*command):
    """One more iopfsim; two at a time."""
    return subprocess.Popen([IOPFSIM, *command, "-q"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def run_all(commands):
    """What has to be there before it is looked at."""
    running = []
    for command in commands:
        running.append((command, start(*command)))
        while len(running) > 1 or (running and command is commands[-1]):
            first, process = running.pop(0)
            said = process.communicate()[0]
            if process.returncode:
                sys.exit(f"FAILED: {' '.join(first)}: exit {process.returncode}: {said}")


def settings(of):
    return [word for setting in of for word in ("--set", setting)]


def commands():
    for name in WORKLOADS:
        yield ["run", name, "-o", f"out/{name}", *settings(SHORTER.get(name, []))]
    yield ["run", "uadk-sva", "--set", "handler.iopf=false", "-o", "out/no-faults"]
    yield ["run", "container", "--no-plots", "-o", "out/no-pictures"]
    yield ["run", "iommu-map", "--sensitivity", "--repeat", "2", "-o", "out/sensitivity"]
    yield ["sweep", "container", "-o", "out/sweep"]
    for name, few in STUDIES.items():
        # Of so few faults offered all points are saturated, and there is no curve.
        yield ["study", name, "-o", f"out/study-{name}", *settings(few), *(["--no-plots"] if name == "load" else [])]


def look(chromium, path, where):
    kind, width = where
    chromium.media(kind)
    chromium.size(width, 900)
    chromium.open(f"file://{os.path.realpath(path)}")
    return chromium.evaluate(LOOK)


def check_page(chromium, path):
    for where in (SCREEN, PAPER):
        for wrong in look(chromium, path, where):
            fail(f"{path}, {where[0]}: {wrong}")
    for text in chromium.complaints():
        fail(f"{path}: {text}")


def check_verdict(chromium, name):
    """What the page says first, and what the diagram marks."""
    with open(f"{name}/result.json", encoding="utf-8") as file:
        result = json.load(file)
    verdict, limits = result["verdict"], result["limits"]
    said = chromium.evaluate("document.querySelector('h1').nextElementSibling.firstElementChild.textContent")
    if said != verdict["throughput"]:
        fail(f"{name}: the page begins with '{said}'")
    marks = chromium.evaluate("[...document.querySelectorAll('.path .on')].map(e => e.textContent)")
    named = chromium.evaluate("[...document.querySelectorAll('.path .limit')].map(e => e.textContent).join('')")
    is_limited = bool(limits) and limits[0]["share"] >= 0.75
    if is_limited != ("limits" in marks):
        fail(f"{name}: limited is {is_limited}, the diagram's marks are {marks}")
    if is_limited and f"{int(limits[0]['share'] * 1000 + 5.01) // 10} %" not in named:
        fail(f"{name}: the diagram says '{named}', the first limit is {limits[0]}")
    in_turn = verdict["throughput"].startswith("Limited by two in turn")
    if in_turn != ("limits, in turn" in marks):
        fail(f"{name}: the diagram's marks are {marks}, the verdict is {verdict['throughput']}")
    rows = chromium.evaluate("document.querySelectorAll('table.limits tbody tr').length")
    if rows != len(limits):
        fail(f"{name}: {rows} limits of {len(limits)}")


def check_that_it_can_fail(chromium):
    for number, (old, new, want) in enumerate([("", "", None), *PLANTED]):
        assert old in GOOD, old
        with open("planted.html", "w", encoding="utf-8") as out:
            out.write(GOOD.replace(old, new, 1))
        got = look(chromium, "planted.html", SCREEN)
        if want is None and got:
            fail(f"nothing is planted, and it found {got}")
        if want and not any(line.startswith(want) for line in got):
            fail(f"planted fault {number}, '{want}', was not found; but {got}")


def main():
    if not browser.is_here():
        text = f"{browser.NAME} is missing (Debian: scripts/setup ci installs it)"
        if os.environ.get("IOPFSIM_CI"):
            sys.exit(f"FAILED: {text}")
        print(f"SKIPPED: {text}")
        sys.exit(77)
    folder = tempfile.mkdtemp(prefix="iopfsim-report-")
    os.chdir(folder)
    try:
        run_all(list(commands()))
        os.chdir("out")
        run_all([["compare", "container", "uadk-vfio", "-o", "compare"]])
        with browser.Browser() as chromium:
            check_that_it_can_fail(chromium)
            pages = sorted(glob.glob("*/*.html"))
            for path in pages:
                check_page(chromium, path)
                if os.path.dirname(path) in WORKLOADS:
                    check_verdict(chromium, os.path.dirname(path))
    finally:
        if os.environ.get("IOPFSIM_KEEP"):
            shutil.copytree(".", os.environ["IOPFSIM_KEEP"], dirs_exist_ok=True)
        os.chdir("/")
        shutil.rmtree(folder)
    if failures:
        sys.exit(f"{len(failures)} failed")
    print(f"{len(pages)} pages are whole")


if __name__ == "__main__":
    main()
