# SPDX-License-Identifier: GPL-2.0-only
"""Minimal synchronous client for the QEMU qtest text protocol (plus QMP).

No guest code runs; every guest-physical access and port access is issued by
this client over the qtest text protocol.

    with QemuProc(["qemu-system-aarch64", "-M", "virt", ...]) as vm:
        vm.qt.readl(0x09050000)
        vm.reset()

Two ways to drive time:

* accel="qtest": upstream way, the virtual clock moves only on ``clock_step``.
  Debian does NOT ship the accel-qtest-*.so modules ("invalid accelerator
  qtest"), so this is for other builds of QEMU.
* accel="icount" (default when qtest is missing): TCG with
  ``-icount shift=0,sleep=off`` and a vCPU that is halted for ever.  The qtest
  *server* (-qtest) is in every build, and with sleep=off an idle machine warps
  the virtual clock straight to the next timer deadline, so device timers fire
  at once and no clock_step is needed.  The caller must keep the vCPU halted
  (arm: -cpu X,start-powered-off=on; x86: a -bios image made of HLT bytes).

Only unix-domain sockets inside a private temporary directory are used, and only
the child started here is ever signalled (by its own pid).
"""

import base64
import functools
import json
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time


class QtestError(RuntimeError):
    """The qtest peer answered FAIL/ERR, or went away."""


class Qtest:
    """One qtest connection.  All addresses are guest-physical."""

    def __init__(self, sock):
        self.sock = sock
        self.buf = bytearray()
        self.irqs = []          # asynchronous "IRQ raise N" / "IRQ lower N"
        self.commands = 0       # protocol commands issued so far

    # ---- transport -----------------------------------------------------
    def _readline(self):
        while True:
            nl = self.buf.find(b"\n")
            if nl >= 0:
                line = bytes(self.buf[:nl])
                del self.buf[:nl + 1]
                return line.decode("ascii")
            try:
                data = self.sock.recv(1 << 16)
            except ConnectionError:
                data = b""
            if not data:
                raise QtestError("qtest connection closed (QEMU aborted?)")
            self.buf += data

    def _reply(self):
        while True:
            line = self._readline()
            if line.startswith("IRQ "):
                self.irqs.append(line[4:])
                continue
            if line.startswith("OK"):
                return line[3:]
            raise QtestError("qtest answered %r" % line)

    def batch(self, lines):
        """Send several commands in one write; return the list of replies.

        Pipelining is what makes the protocol fast enough to be useful: a
        whole DMA (4 MMIO writes + clock_step) costs one round trip.
        """
        try:
            self.sock.sendall(("\n".join(lines) + "\n").encode("ascii"))
        except ConnectionError as exc:
            raise QtestError("qtest connection lost: %s" % exc) from exc
        self.commands += len(lines)
        return [self._reply() for _ in lines]

    def cmd(self, line):
        return self.batch([line])[0]

    # ---- MMIO / RAM scalar ----------------------------------------------
    def readb(self, a):
        return int(self.cmd("readb 0x%x" % a), 0)

    def readw(self, a):
        return int(self.cmd("readw 0x%x" % a), 0)

    def readl(self, a):
        return int(self.cmd("readl 0x%x" % a), 0)

    def readq(self, a):
        return int(self.cmd("readq 0x%x" % a), 0)

    def writeb(self, a, v):
        self.cmd("writeb 0x%x 0x%x" % (a, v))

    def writew(self, a, v):
        self.cmd("writew 0x%x 0x%x" % (a, v))

    def writel(self, a, v):
        self.cmd("writel 0x%x 0x%x" % (a, v))

    def writeq(self, a, v):
        self.cmd("writeq 0x%x 0x%x" % (a, v))

    # ---- x86 port I/O -----------------------------------------------------
    def inl(self, port):
        return int(self.cmd("inl 0x%x" % port), 0)

    def outl(self, port, v):
        self.cmd("outl 0x%x 0x%x" % (port, v))

    # ---- RAM block --------------------------------------------------------
    def memread(self, addr, size):
        out = bytearray()
        while size:
            n = min(size, 1 << 18)
            out += base64.b64decode(self.cmd("b64read 0x%x 0x%x" % (addr, n)))
            addr += n
            size -= n
        return bytes(out)

    @staticmethod
    def memwrite_cmds(addr, data):
        """Protocol lines that write ``data`` (for use with batch())."""
        lines, off = [], 0
        while off < len(data):
            chunk = data[off:off + (1 << 16)]
            lines.append("b64write 0x%x 0x%x %s" % (
                addr + off, len(chunk), base64.b64encode(chunk).decode("ascii")))
            off += len(chunk)
        return lines

    def memwrite(self, addr, data):
        for line in self.memwrite_cmds(addr, data):
            self.cmd(line)

    def memset(self, addr, size, val=0):
        if size:
            self.cmd("memset 0x%x 0x%x 0x%x" % (addr, size, val))

    def write_u64s(self, addr, words):
        self.memwrite(addr, struct.pack("<%dQ" % len(words), *words))

    def read_u64s(self, addr, n):
        return list(struct.unpack("<%dQ" % n, self.memread(addr, 8 * n)))

    # ---- virtual clock ------------------------------------------------------
    def clock_step(self, ns=None):
        r = self.cmd("clock_step" if ns is None else "clock_step %d" % ns)
        return int(r, 0) if r else None


@functools.lru_cache(None)
def has_qtest_accel(binary):
    out = subprocess.run([binary, "-accel", "help"], capture_output=True,
                         text=True, timeout=20).stdout
    return "qtest" in out.split()


class QemuProc:
    """Start QEMU with qtest + QMP unix sockets.

    accel: "auto", "qtest" or "icount" (see the module docstring).
    log/trace: -d mask and list of -trace patterns, read with log_text().
    """

    def __init__(self, argv, accel="auto", log=None, trace=(), keep_dir=False):
        if accel == "auto":
            accel = "qtest" if has_qtest_accel(argv[0]) else "icount"
        self.accel = accel
        self.dir = tempfile.mkdtemp(prefix="qtest-")
        self.keep_dir = keep_dir
        self.proc = None
        qt_path = os.path.join(self.dir, "qtest.sock")
        qmp_path = os.path.join(self.dir, "qmp.sock")
        listeners = []
        for path in (qt_path, qmp_path):
            s = socket.socket(socket.AF_UNIX)
            s.bind(path)
            s.listen(1)
            listeners.append(s)
        self.argv = list(argv) + (
            ["-accel", "qtest"] if accel == "qtest" else
            ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off"]
        ) + [
            "-display", "none", "-nodefaults", "-no-user-config",
            "-qtest", "unix:" + qt_path, "-qtest-log", "none",
            "-qmp", "unix:" + qmp_path,
        ]
        self.stderr_path = os.path.join(self.dir, "stderr")
        if log or trace:
            self.argv += ["-D", os.path.join(self.dir, "qemu.log")]
            self.argv += ["-d", log] if log else []
            for pat in trace:
                self.argv += ["-trace", pat]
        try:
            with open(self.stderr_path, "wb") as err:
                self.proc = subprocess.Popen(
                    self.argv, stdin=subprocess.DEVNULL, stdout=err, stderr=err)
            qt = self._accept(listeners[0])
            qm = self._accept(listeners[1])
        except BaseException:
            self.close()
            raise
        finally:
            for s in listeners:
                s.close()
        self.qt = Qtest(qt)
        self._qmp = qm
        self._qbuf = b""
        self._qmp_recv()                      # greeting
        self.qmp("qmp_capabilities")
        self.version = self.qmp("query-version")

    def _accept(self, listener, timeout=20.0):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if select.select([listener], [], [], 0.05)[0]:
                return listener.accept()[0]
            if self.proc.poll() is not None:
                raise QtestError("QEMU exited %s: %s" % (
                    self.proc.returncode, self.stderr()))
        raise QtestError("QEMU did not connect: " + self.stderr())

    # ---- QMP ------------------------------------------------------------------
    def _qmp_recv(self):
        while b"\n" not in self._qbuf:
            try:
                data = self._qmp.recv(1 << 16)
            except ConnectionError:
                data = b""
            if not data:
                raise QtestError("QMP closed: " + self.stderr())
            self._qbuf += data
        line, self._qbuf = self._qbuf.split(b"\n", 1)
        return json.loads(line)

    def _qmp_send(self, msg):
        try:
            self._qmp.sendall((json.dumps(msg) + "\n").encode())
        except ConnectionError as exc:
            raise QtestError("QMP lost: " + self.stderr()) from exc

    def qmp(self, command, **args):
        self._qmp_send({"execute": command, **({"arguments": args} if args else {})})
        while True:
            r = self._qmp_recv()
            if "return" in r:
                return r["return"]
            if "error" in r:
                raise QtestError("QMP %s: %s" % (command, r["error"]))

    def reset(self):
        """system_reset, waiting until the reset has actually happened."""
        self._qmp_send({"execute": "system_reset"})
        got_ret = got_evt = False
        while not (got_ret and got_evt):
            r = self._qmp_recv()
            if "return" in r:
                got_ret = True
            elif r.get("event") == "RESET":
                got_evt = True
            elif "error" in r:
                raise QtestError("system_reset: %s" % r["error"])

    # ---- lifetime ---------------------------------------------------------------
    def stderr(self):
        try:
            with open(self.stderr_path, errors="replace") as f:
                return f.read()[-2000:]
        except OSError:
            return ""

    def log_text(self):
        try:
            with open(os.path.join(self.dir, "qemu.log"), errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def alive(self):
        return self.proc is not None and self.proc.poll() is None

    def close(self):
        if self.proc is not None and self.proc.poll() is None:
            self.proc.terminate()             # our own child, by pid
            try:
                self.proc.wait(5)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        for s in (getattr(self, "qt", None) and self.qt.sock,
                  getattr(self, "_qmp", None)):
            if s:
                s.close()
        if not self.keep_dir:
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
