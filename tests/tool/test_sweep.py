#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_sweep.py IOPFSIM
#
# Sweeps. Claims: a grid, a zip, --sweep and a list make the same runs where they say the same; points.csv has a line a run
# with each number that the run's result.json has; repeats are a line each and seed after seed; what is wrong with a sweep is
# one line and exit 2. Pictures: of a grid, however it was written down, along its parameters, of repeats mean, lowest and highest;
# of two parameters a map. Each group of
# devices has columns, a table and a curve. pareto lists the points that no other one beats.
import csv
import json
import os

from command import GROUPS, SMALL, InFolder, main

HEAD = SMALL.split("sweep:")[0]
DEPTHS = ["--sweep", "smmu.features.priq_lg2=2,3,6"]


def rows(folder):
    with open(f"{folder}/points.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def flat(value, path=""):
    """Every number of a result by its key, those of a list with their index."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from flat(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, below in enumerate(value):
            yield from flat(below, f"{path}.{i}")
    elif isinstance(value, (int, float)):
        yield path, value


class Points(InFolder):
    def sweep(self, folder, section, *options):
        self.write("w.yaml", HEAD + section)
        self.accepted("sweep", "w.yaml", "-q", "--no-plots", "-o", folder, *options)
        return rows(folder)

    def test_a_grid_a_list_and_the_command_line_make_the_same_runs(self):
        points = "".join(f"    - set: {{workload.messages: {m}, handler.extra: {e}}}\n" for m in (1, 2) for e in ("0us", "1us"))
        of_list = self.sweep("list", "sweep:\n  points:\n" + points)
        of_grid = self.sweep("grid", "sweep: {grid: {workload.messages: 1..2, handler.extra: [0us..1us+1us]}}\n")
        of_options = self.sweep("options", "", "--sweep", "workload.messages=1,2", "--sweep", "handler.extra=0,1us")
        self.assertEqual(len(of_list), 4)
        self.assertEqual(of_list, of_grid)
        self.assertEqual(of_list, of_options)
        of_zip = self.sweep("zip", "sweep: {zip: {workload.messages: [1, 2], handler.extra: [0us, 1us]}}\n")
        self.assertEqual([row["limited_by"] for row in of_zip], [of_list[i]["limited_by"] for i in (0, 3)])
        self.assertEqual([row["simulated_time_ns"] for row in of_zip], [of_list[i]["simulated_time_ns"] for i in (0, 3)])

    def test_a_line_has_each_number_of_the_runs_result(self):
        line = self.sweep("out", "", "--sweep", "workload.messages=2")[0]
        result = json.loads(self.accepted("run", "w.yaml", "--set", "workload.messages=2", "--json", "-q", "--no-plots"))
        numbers = {key: value for key, value in flat(result) if key in line and key != "seed"}
        self.assertGreater(len(numbers), 150)
        for key, value in numbers.items():
            self.assertEqual(float(line[key] or 0), float(value), key)
        self.assertEqual(line["seed"], "7")

    def test_repeats_are_a_line_each_and_the_command_line_overrides_the_file(self):
        section = "sweep: {repeat: 3, baseline: {handler.iopf: false}, grid: {workload.messages: [1, 2]}}\n"
        self.assertEqual([(row["point"], row["seed"], row["baseline"]) for row in self.sweep("three", section)],
                         [("1", "7", "0"), ("1", "8", "0"), ("1", "9", "0"), ("1", "7", "1"),
                          ("2", "7", "0"), ("2", "8", "0"), ("2", "9", "0"), ("2", "7", "1")])
        self.assertEqual(len(self.sweep("two", section, "--repeat", "2")), 6)

    def test_a_result_may_have_the_name_of_a_shipped_workload(self):
        for _ in range(2):
            self.accepted("sweep", "uadk-sva", "-q", "--no-plots", "--sweep", "workload.messages=1,2", "-o", "uadk-sva")
        self.refused("platforms: is a folder, expected a YAML file", "sweep", "platforms")

    def test_a_quote_and_a_comma_stay_one_value(self):
        dist = "{quantiles: {50: 1us, 99: 2us}}"
        self.assertEqual([row["cpu.wakeup"] for row in self.sweep("out", "", "--sweep", f"cpu.wakeup={dist},3us")],
                         [dist, "3us"])

    def test_a_table_says_how_many_points_it_leaves_out(self):
        self.write("w.yaml", HEAD)
        said = self.accepted("sweep", "w.yaml", "--no-plots", "--set", "workload.messages=1", "--sweep", "seed=1..205")
        self.assertIn("and 5 more points: points.csv (-o DIR) has all\n", said)


class Pictures(InFolder):
    def axes(self, *options):
        """What the pictures are told: [kind, number, text]."""
        self.write("w.yaml", HEAD)
        self.accepted("sweep", "w.yaml", "-q", "-o", "out", *options)
        with open("out/data/sweep_axes.dat", encoding="utf-8") as file:
            return [line.rstrip("\n").replace('"', "").split(" ", 2) for line in file]

    def pictures(self):
        return sorted(name for name in os.listdir("out") if name.endswith(".svg"))

    def test_one_parameter_is_an_axis_of_numbers_in_its_unit(self):
        axes = self.axes("--sweep", "handler.extra=10us,1us,125us", "--repeat", "2")
        self.assertEqual(axes[0], ["0", "3", "handler.extra"])
        self.assertEqual(axes[3], ["3", "1", ""])  # by factors
        self.assertEqual([axis[1:] for axis in axes if axis[0] == "10"],
                         [["1000000", "1us"], ["10000000", "10us"], ["125000000", "125us"]])
        with open("out/data/sweep_grid.dat", encoding="utf-8") as file:
            curve = [[float(number) for number in line.split()] for line in file if line[0] not in "#\n"]
        self.assertEqual([line[0] for line in curve], [1e6, 1e7, 1.25e8])
        for line, want in zip(curve, ("1us", "10us", "125us")):
            runs = [int(row["throughput_bytes_per_s"]) / 1e6 for row in rows("out") if row["handler.extra"] == want]
            self.assertEqual([f"{number:.5f}" for number in line[1:4]],
                             [f"{number:.5f}" for number in (sum(runs) / 2, min(runs), max(runs))])
        self.assertEqual(self.pictures(), ["sweep.svg", "sweep_stages.svg"])

    def test_two_parameters_have_a_map_and_a_third_makes_panels(self):
        axes = self.axes("--sweep", "handler.extra=0,1us,2us", "--sweep", "workload.messages=1..4", "--sweep",
                         "handler.design=core-path,rcu")
        self.assertEqual([axis[1:] for axis in axes[:3]],
                         [["4", "workload.messages"], ["3", "handler.extra"], ["2", ""]])
        self.assertEqual([axis[2] for axis in axes if axis[0] == "12"], ["design core-path", "design rcu"])
        self.assertEqual(self.pictures(), ["sweep.svg", "sweep_map.svg", "sweep_stages.svg"])
        with open("out/report.html", encoding="utf-8") as file:
            self.assertEqual(file.read().count("<svg"), 3)

    def test_keys_in_step_are_one_axis_and_what_is_no_grid_is_bars(self):
        self.write("z.yaml", HEAD + "sweep: {zip: {machine.devices: [1, 2], workload.messages: [1, 2]}}\n")
        self.accepted("sweep", "z.yaml", "-q", "-o", "zip")
        with open("zip/data/sweep_axes.dat", encoding="utf-8") as file:
            self.assertEqual(file.readline(), '0 2 "machine.devices, workload.messages"\n')
        self.write("b.yaml", HEAD + "sweep: {points: [{set: {seed: 1}}, {set: {workload.messages: 1}}]}\n")
        self.accepted("sweep", "b.yaml", "-q", "-o", "bars")
        with open("bars/data/sweep_axes.dat", encoding="utf-8") as file:
            self.assertEqual(file.read(), '0 0 ""\n')


class Groups(InFolder):
    """Of a workload with groups of devices, each has its own columns, table and curve."""

    def setUp(self):
        super().setUp()
        self.write("g.yaml", GROUPS)
        self.accepted("sweep", "g.yaml", "-q", "--no-plots", "-o", "d", *DEPTHS)

    def test_a_line_has_each_number_of_each_groups_result(self):
        lines = rows("d")
        self.assertEqual(len(lines), 3)
        for line, depth in zip(lines, (2, 3, 6)):
            result = json.loads(self.accepted("run", "g.yaml", "--set", f"smmu.features.priq_lg2={depth}", "--json", "-q", "--no-plots"))
            for name, group in result["groups"].items():
                of = f"devices.{name}."
                numbers = dict(flat(group))
                self.assertGreater(len(numbers), 40)
                for key, value in numbers.items():
                    self.assertEqual(float(line[of + key] or 0), float(value), of + key)
                self.assertTrue(line[of + "limited_by"])
                self.assertGreater(int(line[of + "throughput_bytes_per_s"]), 0)
            for key in ("accesses", "bytes", "stalled", "faults.completed", "throughput_bytes_per_s"):
                sums = sum(int(line[f"devices.{name}.{key}"]) for name in ("nic", "disk"))
                self.assertAlmostEqual(sums, int(line[key]), delta=1, msg=key)

    def test_each_has_a_table(self):
        said = self.accepted("sweep", "g.yaml", "--no-plots", *DEPTHS)
        lines = rows("d")
        for name in ("nic", "disk"):
            table = said.split(f"\n{name}, of the whole run\n\n")[1].split("\n\n")[0].splitlines()
            self.assertEqual(table[0].split(), ["throughput", "until", "its", "end", "stalls", "faults", "latency,"])
            self.assertEqual(table[1].split(), ["priq_lg2", "MB/s", "MB/s", "mean", "us", "p50", "p99", "limited", "by"])
            for row, line in zip((one.split() for one in table[3:]), lines):
                of = f"devices.{name}."
                self.assertEqual(row[3:5], [line[of + "stalled"], line[of + "faults.completed"]])
                self.assertEqual(row[1], f"{float(line[of + 'throughput_bytes_per_s']) / 1e6:.0f}")
                for cell, what in zip(row[6:8], ("p50", "p99")):
                    number = line[f"{of}faults.latency_ns.{what}"]
                    self.assertEqual(cell, f"{float(number) / 1e3:.2f}" if number else "-")
                self.assertEqual(" ".join(row[8:]), line[of + "limited_by"])
        with open("d/report.html", encoding="utf-8") as file:
            self.assertIn("nic, of the whole run", file.read())

    def test_each_is_a_curve_along_one_parameter(self):
        with open("d/data/sweep_axes.dat", encoding="utf-8") as file:
            axes = file.read().splitlines()
        self.assertIn('1 2 "devices"', axes)
        self.assertEqual([row for row in axes if row.startswith("11 ")], ['11 0 "nic"', '11 1 "disk"'])
        with open("d/data/sweep_grid.dat", encoding="utf-8") as file:
            blocks = file.read().split("\n", 1)[1].split("\n\n\n")
        for block, name in zip(blocks, ("nic", "disk"), strict=True):
            for row, line in zip(block.splitlines(), rows("d"), strict=True):
                self.assertAlmostEqual(float(row.split()[1]), float(line[f"devices.{name}.throughput_bytes_per_s"]) / 1e6, places=5)

    def test_pareto_knows_them(self):
        full = "devices.nic.throughput_bytes_per_s"
        for name in (full, "nic.throughput", "devices.nic.throughput", "nic.throughput_bytes_per_s"):
            self.assertEqual(json.loads(self.accepted("pareto", "d", "priq_lg2", name, "--json"))["y"]["key"], full)
        # by its end, the machine's comes first
        got = json.loads(self.accepted("pareto", "d", "priq_lg2", "auto_success", "--json"))
        self.assertEqual(got["y"]["key"], "page_requests.auto_success")
        self.refused("no parameter and no number is called 'tape.throughput'", "pareto", "d", "priq_lg2", "tape.throughput")


class Pareto(InFolder):
    """Of points.csv as they are, and as somebody may have made them."""

    def made(self, *lines):
        os.makedirs("d", exist_ok=True)
        self.write("d/points.csv", "point,seed,handler.extra,workload.messages,limited_by,faults.latency_ns.p99,throughput_bytes_per_s\n"
                   + "".join(line + "\n" for line in lines))

    def front(self, x, y):
        got = json.loads(self.accepted("pareto", "d", x, y, "--json"))
        return [one["point"] for one in got["front"]], got

    def test_a_point_that_costs_more_and_is_no_better_is_left_out(self):
        self.made('1,7,1us,1,"a, ""b""",900,10', "2,7,2us,1,CPU,500,30", "3,7,3us,1,CPU,500,20", "4,7,4us,1,CPU,100,20",
                  "5,7,8us,1,CPU,90,20", "6,7,16us,1,CPU,,20")
        points, got = self.front("handler.extra", "p99")
        self.assertEqual((points, got["points"], got["unknown"]), ([1, 2, 4, 5], 5, 1))
        self.assertEqual(got["front"][0]["x"], 1e6)  # picoseconds
        self.assertEqual([one["is_knee"] for one in got["front"]], [False, False, True, False])
        self.assertEqual(self.front("extra", "throughput")[0], [1, 2])
        self.assertEqual(self.front("max:extra", "p99")[0], [5])
        self.assertEqual(self.front("p99", "min:throughput")[0], [5, 1])
        said = self.accepted("pareto", "d", "extra", "throughput")
        self.assertIn("2 of 6 points; the others cost as much or more and are no better", said)
        self.assertIn("\nbeyond handler.extra = 2000000 nothing more is had\n", said)

    def test_of_several_seeds_chance_buys_nothing(self):
        self.made("1,7,1us,1,CPU,100,1", "1,8,1us,1,CPU,110,1", "2,7,2us,1,CPU,99,1", "2,8,2us,1,CPU,108,1",
                  "3,7,3us,1,CPU,10,1", "3,8,3us,1,CPU,11,1")
        points, got = self.front("extra", "p99")
        self.assertEqual(points, [1, 3])
        # the mean of 100 and 110, and 12.706 (t, one degree of freedom) times 5
        self.assertEqual(got["front"][0]["y"], 105)
        self.assertAlmostEqual(got["front"][0]["half_width"], 63.53, places=1)

    def test_it_reads_what_a_sweep_leaves(self):
        self.write("w.yaml", HEAD)
        self.accepted("sweep", "w.yaml", "-q", "--no-plots", "-o", "d", "--sweep", "handler.extra=0us..20us+10us", "--repeat", "2")
        self.assertEqual(self.front("handler.extra", "throughput")[0], [1])
        self.refused("no parameter and no number is called 'handler.extr'; did you mean 'handler.extra'?",
                     "pareto", "d", "handler.extr", "p99")
        self.refused("'handler.extra' is both, expected a cost and what it buys", "pareto", "d", "extra", "handler.extra")
        self.refused("no point tells both", "pareto", "d", "handler.extra", "items_per_s")
        self.refused("no number is called 'latency_ns.p99'", "pareto", "d", "handler.extra", "latency_ns.p99")
        self.refused("nowhere: has no points.csv, which a sweep leaves", "pareto", "nowhere", "a", "b")
        self.write("d/points.csv", "a,b\n1,2\n")
        self.refused("d/points.csv: is no points.csv of a sweep", "pareto", "d", "a", "b")


class Wrong(InFolder):
    def test_is_one_line(self):
        self.write("w.yaml", HEAD)
        for said, *options in (
                ("--sweep: 'x' is no setting, expected path=a,b,c", "--sweep", "x"),
                ("--sweep: workload.messages: a value is empty, expected a,b,c", "--sweep", "workload.messages=1,,2"),
                ("--sweep: unknown key 'workload.mesages'; did you mean 'workload.messages'?", "--sweep", "workload.mesages=1"),
                ("--sweep: 'seed' has two lists of values", "--sweep", "seed=1", "--sweep", "seed=2"),
                ("--sweep: seed: value '1' stands there twice", "--sweep", "seed=1,1"),
                ("--set seed: has no effect, as each point sets it itself", "--set", "seed=1", "--sweep", "seed=1,2"),
                ("--sweep: seed: range '1..1000000000' has 1000000000 values", "--sweep", "seed=1..1000000000"),
                ("--sweep: these lists make 1000000 points, expected at most 10000", "--sweep", "seed=1..1000",
                 "--sweep", "workload.messages=1..1000"),
                ("--sweep: 'vtd.features.prq_lg2' has no effect at any point: it acts only where iommu is vtd",
                 "--sweep", "vtd.features.prq_lg2=7,8"),
                ("make 4000000 runs, expected at most 100000", "--sweep", "seed=1..4000", "--repeat", "1000"),
                ("--sweep workload.messages: workload.messages: '0' is out of range", "--sweep", "workload.messages=0,1")):
            self.refused(said, "sweep", "w.yaml", *options)
        self.refused("unknown option '--sweep", "run", "w.yaml", "--sweep", "seed=1,2")


if __name__ == "__main__":
    main()
