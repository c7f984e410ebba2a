# SPDX-License-Identifier: GPL-2.0-only
"""The same cases against an emulator of ours instead of QEMU.

    smmuv3_oracle.py cases.json --serve "build/iopfsim serve"

The command gets ``--model`` and ``--profile`` appended and must speak, on
standard input and output, the qtest text protocol plus

    reset                             the IOMMU as after power-on, RAM kept
    dma_read SID PASID|- IOVA LEN     "OK 0xHEX", or "FAIL <outcome>"
    dma_write SID PASID|- IOVA LEN 0xHEX     "OK", or "FAIL <outcome>"

``ServeProc`` has the shape of ``QemuProc``, ``DmaPort`` that of ``Edu``.
"""

import shlex
import socket
import subprocess
import tempfile

from qtest import Qtest, QtestError


class ServeProc:
    """A process that speaks the dialect above; one per machine description."""

    accel = "serve"

    def __init__(self, command):
        ours, theirs = socket.socketpair()
        self.err = tempfile.TemporaryFile()
        with theirs:
            self.proc = subprocess.Popen(shlex.split(command), stdin=theirs,
                                         stdout=theirs, stderr=self.err)
        self.qt = Qtest(ours)

    def reset(self):
        self.qt.cmd("reset")

    def alive(self):
        return self.proc.poll() is None

    def stderr(self):
        self.err.seek(0)
        return self.err.read()[-2000:].decode(errors="replace")

    def log_text(self):
        return self.stderr()

    def close(self):
        self.qt.sock.close()
        try:
            self.proc.wait(5)
        except subprocess.TimeoutExpired:
            self.proc.terminate()             # our own child, by pid
            self.proc.wait()
        self.err.close()


class DmaPort:
    """A DMA master with a 4 KiB buffer, behind StreamID / requester id ``sid``."""

    def __init__(self, vm, sid):
        self.qt, self.sid, self.buf = vm.qt, sid, bytearray(4096)

    def _ask(self, line):
        self.qt.sock.sendall((line + "\n").encode("ascii"))
        reply = self.qt._readline()
        if reply.split(" ")[0] not in ("OK", "FAIL"):
            raise QtestError("%r answered %r" % (line, reply))
        return reply

    def dma_read(self, bus_addr, off, n):
        reply = self._ask("dma_read 0x%x - 0x%x 0x%x" % (self.sid, bus_addr, n))
        data = bytes.fromhex(reply[5:]) if reply.startswith("OK 0x") else bytes(n)
        self.buf[off:off + n] = data

    def dma_write(self, bus_addr, off, n):
        self._ask("dma_write 0x%x - 0x%x 0x%x 0x%s"
                  % (self.sid, bus_addr, n, self.buf[off:off + n].hex()))
