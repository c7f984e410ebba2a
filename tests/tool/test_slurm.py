#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_slurm.py IOPFSIM [POINTS]
#
# A sweep through Slurm: munged, slurmctld and slurmd of Debian's packages on loopback, on one node, with a configuration, a
# key and ports of their own. Claims: --slurm submits an array job that comes to what one process leaves, byte for byte; a task
# that is cancelled on its way goes on where it was when the same job is submitted again. The default, 200 points, is a
# smaller grid than the thousand of tool.shards, as each task takes Slurm about a second to start.
# Exit 77 (CTest: skipped) where Slurm is not installed: scripts/setup ci.
import filecmp
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import glob

NR = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 200
NR_SHARDS = 8
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
MISSING = [name for name in ("munged", "mungekey", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol")
           if not shutil.which(name, path=PATH)]
if MISSING:
    print(f"skipped: {', '.join(MISSING)} not installed")
    sys.exit(77)

from command import IOPFSIM, SMALL, InFolder, main  # noqa: E402

HEAD = SMALL.split("sweep:")[0]
QUICK = ["--set", "machine.devices=1", "--set", "workload.message=4KiB", "--sweep", f"workload.messages=1..{NR // 2}",
         "--sweep", "seed=1,2"]

CONFIGURATION = """
ClusterName=iopfsim
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmctldParameters=enable_configless
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
MailProg=/bin/true
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def free_ports(nr):
    """Ports that the kernel has free now, all of them held until all are known."""
    held = [socket.socket() for _ in range(nr)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def wait_for(what, is_there, seconds=120):
    deadline = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)


class Cluster:
    """One node, up when it is made; end() ends each process by its id."""

    def __init__(self, folder):
        self.folder, self.running = folder, []
        os.chmod(folder, 0o755)  # munged wants nobody else to write there
        for name in ("state", "spool"):
            os.mkdir(f"{folder}/{name}")
        with open(f"{folder}/slurm.conf", "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=folder, host=socket.gethostname().split(".")[0], ports=free_ports(2),
                                            user=pwd.getpwuid(os.getuid()).pw_name, cpus=os.cpu_count()))
        self.environment = dict(os.environ, SLURM_CONF=f"{folder}/slurm.conf", PATH=PATH)
        for name in [name for name in self.environment if name.startswith(("SBATCH_", "SLURM_JOB"))]:
            del self.environment[name]
        self.call("mungekey", "-c", "-k", f"{folder}/munge.key")
        try:
            self.start("munged", "--foreground", "--force", f"--key-file={folder}/munge.key", f"--socket={folder}/munge.socket",
                       f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log", f"--seed-file={folder}/munged.seed",
                       "--num-threads=2")
            wait_for("munged", lambda: os.path.exists(f"{folder}/munge.socket"))
            self.start("slurmctld", "-D", "-f", f"{folder}/slurm.conf")
            self.start("slurmd", "-D", "-f", f"{folder}/slurm.conf")
            wait_for("an idle node", lambda: "idle" in self.call("sinfo", "-h", "-o", "%T", check=False))
        except BaseException:
            self.say()
            self.end()
            raise

    def start(self, *command):
        with open(f"{self.folder}/{command[0]}.out", "wb") as out:
            self.running.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out))

    def call(self, *command, check=True):
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                              timeout=60)
        if check and done.returncode:
            raise RuntimeError(f"{command}: {done.stderr}")
        return done.stdout

    def say(self):
        for path in sorted(glob.glob(f"{self.folder}/*.log") + glob.glob(f"{self.folder}/*.out")):
            with open(path, encoding="utf-8", errors="replace") as file:
                print(f"--- {path}\n{''.join(file.readlines()[-15:])}", file=sys.stderr)

    def wait(self):
        wait_for("the job's end", lambda: not self.call("squeue", "-h").strip(), 900)

    def end(self):
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self.running):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def count(folder):
    nr = 0
    for path in glob.glob(f"{folder}/*.sqlite"):
        try:
            with sqlite3.connect(path, timeout=10) as store:
                nr += store.execute("SELECT count(*) FROM runs").fetchone()[0]
        except sqlite3.OperationalError:
            pass
    return nr


class Slurm(InFolder):
    def setUp(self):
        super().setUp()
        self.write("w.yaml", HEAD)
        os.mkdir("cluster")
        self.cluster = Cluster(os.path.abspath("cluster"))
        self.addCleanup(self.cluster.end)

    def submit(self):
        said = self.accepted("sweep", "w.yaml", *QUICK, "--slurm", str(NR_SHARDS), "-j", "1", "-o", "shards",
                             env=self.cluster.environment)
        self.assertIn("Submitted batch job ", said)

    def test_an_array_job_comes_to_what_one_process_leaves(self):
        self.submit()
        wait_for("some runs", lambda: count("shards") >= NR // 10)
        self.cluster.call("scancel", "--full", "--signal=KILL", "--user", pwd.getpwuid(os.getuid()).pw_name)
        self.cluster.call("scancel", "--user", pwd.getpwuid(os.getuid()).pw_name)
        self.cluster.wait()
        before = count("shards")
        self.assertLess(before, NR, "all had run before the job was cancelled")
        self.refused(f"{NR - before} of {NR} runs are missing", "sweep", "--collect", "shards", code=1)
        self.submit()
        self.cluster.wait()
        if count("shards") != NR:
            self.cluster.say()
            for path in sorted(glob.glob("shards/*.log")):
                with open(path, encoding="utf-8") as file:
                    print(path, file.read(), file=sys.stderr)
        self.accepted("sweep", "--collect", "shards", "-q", "--no-plots", "-o", "joined")
        self.accepted("sweep", "w.yaml", *QUICK, "-q", "--no-plots", "-o", "one", timeout=900)
        for name in ("points.csv", "points.json", "report.html"):
            self.assertTrue(filecmp.cmp(f"one/{name}", f"joined/{name}", shallow=False), name)


if __name__ == "__main__":
    main()
