# SPDX-License-Identifier: GPL-2.0-only
"""
Debian's chromium without a window, by the Chrome DevTools Protocol over two pipes: it reads requests from
descriptor 3 and writes answers and events to 4, each a JSON text that ends with a zero byte.
"""

import base64
import collections
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

NAME = "chromium"
# No look at the network, no first-run pages; the sandbox needs rights that a container has not.
FLAGS = """--headless=new --no-sandbox --remote-debugging-pipe --disable-gpu --no-first-run --disable-extensions
--disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars
--force-device-scale-factor=1 --font-render-hinting=none""".split()

# By way of others, as either may be one of these already.
TO_3_AND_4 = 'exec 103<&"$1" 104>&"$2" 3<&103 4>&104 103<&- 104>&-; shift 2; exec "$@"'


class Failed(Exception):
    """What the browser or a page said."""


def is_here():
    return shutil.which(NAME) is not None


class Browser:
    """with Browser() as browser: browser.open(url); browser.evaluate("document.title")"""

    def __init__(self, flags=(), patience_s=120):
        self.patience_s = patience_s
        self.waiting = b""
        self.numbers = 0
        self.events = collections.deque(maxlen=10000)
        self.home = tempfile.TemporaryDirectory(prefix="iopfsim-chromium-", ignore_cleanup_errors=True)
        to_read, self.to = os.pipe()
        self.of, to_write = os.pipe()
        self.log = open(os.path.join(self.home.name, "log"), "w+b")

        command = ["bash", "-c", TO_3_AND_4, NAME, str(to_read), str(to_write), NAME, *FLAGS, *flags,
                   f"--user-data-dir={self.home.name}/profile", "about:blank"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        pass_fds=(to_read, to_write), start_new_session=True)
        os.close(to_read)
        os.close(to_write)
        self.session = None
        pages = [one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        self.session = self.ask("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]
        self.ask("Page.enable")
        self.ask("Runtime.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # It, and what it started.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.to)
        os.close(self.of)
        self.log.close()
        self.home.cleanup()

    def _complain(self, what):
        self.log.seek(0)
        tail = self.log.read()[-2000:].decode(errors="replace")
        raise Failed(f"{NAME}: {what}\n{tail}")

    def _message(self, until):
        """The next answer or event."""
        while b"\0" not in self.waiting:
            ready, _, _ = select.select([self.of], [], [], max(0, until - time.monotonic()))
            got = os.read(self.of, 1 << 20) if ready else b""
            if not got:
                self._complain("it ended" if ready else f"no answer for {self.patience_s} s")
            self.waiting += got
        text, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(text)

    def ask(self, method, **params):
        """One request, and its answer; events that come meanwhile are kept."""
        self.numbers += 1
        number, until = self.numbers, time.monotonic() + self.patience_s
        request = {"id": number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        while True:
            message = self._message(until)
            if message.get("id") == number:
                if "error" in message:
                    raise Failed(f"{NAME}: {method}: {message['error']['message']}")
                return message["result"]
            if "method" in message:
                self.events.append(message)

    def wait(self, method):
        """Until the page says so; an event that came before counts."""
        until = time.monotonic() + self.patience_s
        while True:
            for event in list(self.events):
                if event["method"] == method:
                    self.events.remove(event)
                    return event["params"]
            message = self._message(until)
            if "method" in message:
                self.events.append(message)

    def open(self, url):
        self.events.clear()
        answer = self.ask("Page.navigate", url=url)
        if answer.get("errorText"):
            raise Failed(f"{url}: {answer['errorText']}")
        if "loaderId" in answer:
            self.wait("Page.loadEventFired")

    def evaluate(self, expression):
        """The value of JavaScript, which JSON can say; a promise's, once there is one."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Failed(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def until(self, expression, patience_s=30):
        """Its value once it has one; None: it does not come."""
        until = time.monotonic() + patience_s
        while True:
            value = self.evaluate(expression)
            if value is not None or time.monotonic() > until:
                return value
            time.sleep(0.05)

    def complaints(self):
        """What the page threw."""
        return [event["params"]["exceptionDetails"].get("exception", {}).get("description", "?")
                for event in self.events if event["method"] == "Runtime.exceptionThrown"]

    def size(self, width, height, scale=1):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
                 mobile=False)

    def media(self, kind):
        """ "screen" or "print" """
        self.ask("Emulation.setEmulatedMedia", media=kind)

    def picture(self, path, is_whole=True):
        """A PNG of the page, or of what is seen of it."""
        answer = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=is_whole)
        with open(path, "wb") as out:
            out.write(base64.b64decode(answer["data"]))

    def pdf(self, path):
        answer = self.ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True, paperWidth=8.27,
                          paperHeight=11.69)
        with open(path, "wb") as out:
            out.write(base64.b64decode(answer["data"]))
