// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is wrong with a workload file is said in one exact line. Claims: each
 * class of error gives the line below, with file, line and column of the very
 * value; nothing but errors of the file itself has another code than -EINVAL.
 */
#include <errno.h>

#include "tests/tool/wl_support.h"

#define HEAD "platform: small\n"
#define SUCH "; expected such as {quantiles: {50: 2.4us, 99: 9us}}"
#define TAIL "mappings: [{iova: 0x10000000, size: 1MiB}]\n"

/* Expected messages follow `FOLDER/w.yaml:`. */
static const struct {
	const char *text, *message;
} cases[] = {
	/* keys */
	{HEAD "machin: {devices: 1}\n" TAIL,
	 "2:1: unknown key 'machin' in 'top level'; did you mean 'machine'?"},
	{HEAD "machine: {device: 1}\n" TAIL,
	 "2:11: unknown key 'device' in 'machine'; did you mean 'devices'?"},
	{HEAD "messages: 3\n" TAIL,
	 "2:1: unknown key 'messages' in 'top level'; did you mean 'workload.messages'?"},
	{HEAD "smmu:\n  cache: {}\n" TAIL,
	 "3:3: unknown key 'cache' in 'smmu'; did you mean 'caches'?"},
	{HEAD "smmu:\n  caches:\n    zzz: 1\n" TAIL, "4:5: unknown key 'zzz' in 'smmu.caches'"},
	{HEAD "cpu.wakeup: 1us\n" TAIL, "2:1: unknown key 'cpu.wakeup' in 'top level'"},
	{HEAD "\"bad\\tkey\\n\": 1\n" TAIL, "2:1: unknown key 'bad?key?' in 'top level'"},
	{HEAD "seed: 1\nseed: 2\n" TAIL, "3:1: duplicate key 'seed', first at line 2"},
	{HEAD "cpu: {wakeup: 1us, wakeup: 2us}\n" TAIL,
	 "2:20: duplicate key 'wakeup', first at line 2"},
	/* numbers */
	{HEAD "cpu:\n  wakeup: 250\n" TAIL,
	 "3:11: cpu.wakeup: '250' has no unit; expected a time such as 250ns, 1.5us or 2ms"},
	{HEAD "cpu: {wakeup: 4KiB}\n" TAIL,
	 "2:15: cpu.wakeup: '4KiB' is a size; expected a time such as 250ns, 1.5us or 2ms"},
	{HEAD "cpu: {switch: 2ms}\n" TAIL,
	 "2:15: cpu.switch: '2ms' is out of range, expected 0 to 1ms"},
	/* distributions */
	{HEAD "cpu: {wakeup: {}}\n" TAIL,
	 "2:15: cpu.wakeup: a distribution without quantiles" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {}}}\n" TAIL,
	 "2:15: cpu.wakeup: a distribution without quantiles" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: 3us}}\n" TAIL,
	 "2:15: cpu.wakeup: quantiles wants keys and values" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: [1us, 2us]}}\n" TAIL,
	 "2:15: cpu.wakeup: quantiles wants keys and values" SUCH},
	{HEAD "cpu: {wakeup: {a: 1}}\n" TAIL,
	 "2:15: cpu.wakeup: unknown key 'a' in a distribution" SUCH},
	{HEAD "cpu:\n  wakeup:\n    quantiles: {50: 1us, 99: 2us}\n    mean: 1us\n" TAIL,
	 "4:5: cpu.wakeup: a distribution has the key 'quantiles' only" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {50: 1us}}}\n" TAIL,
	 "2:15: cpu.wakeup: one quantile is a constant" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {99: 1us, 50: 2us}}}\n" TAIL,
	 "2:15: cpu.wakeup: quantile 50 is not above the one before it" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {50: 2us, 99: 1us}}}\n" TAIL,
	 "2:15: cpu.wakeup: quantile 99 is 1us, less than the one before it" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {50: 1us, 100.1: 2us}}}\n" TAIL,
	 "2:15: cpu.wakeup: '100.1' is no percentage from 0 to 100 with at most six decimal places" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {50: 1us, 99.9999999: 2us}}}\n" TAIL,
	 "2:15: cpu.wakeup: '99.9999999' is no percentage from 0 to 100 with at most six decimal places" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {p50: 1us, p99: 2us}}}\n" TAIL,
	 "2:15: cpu.wakeup: 'p50' is no percentage from 0 to 100 with at most six decimal places" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {50: 1us, 50: 2us}}}\n" TAIL,
	 "2:37: duplicate key '50', first at line 2"},
	{HEAD "cpu: {wakeup: {quantiles: {50: 1us, 99: 2}}}\n" TAIL,
	 "2:15: cpu.wakeup: '2' has no unit; expected a time such as 250ns, 1.5us or 2ms"},
	{HEAD "cpu: {switch: {quantiles: {50: 1us, 99: 2ms}}}\n" TAIL,
	 "2:15: cpu.switch: '2ms' is out of range, expected 0 to 1ms"},
	{HEAD "cpu: {wakeup: \"{quantiles: {50: 1us, 99: 2us}\"}\n" TAIL,
	 "2:15: cpu.wakeup: '{' without '}'" SUCH},
	{HEAD "cpu: {wakeup: \"{quantiles: {50: 1us, 99: 2us}} or so\"}\n" TAIL,
	 "2:15: cpu.wakeup: text behind the last '}'" SUCH},
	{HEAD "cpu: {wakeup: {quantiles: {1: 1us, 2: 1us, 3: 1us, 4: 1us, 5: 1us, 6: 1us, 7: 1us, "
	      "8: 1us, 9: 1us, 10: 1us, 11: 1us, 12: 1us, 13: 1us, 14: 1us, 15: 1us, 16: 1us, "
	      "17: 1us}}}\n" TAIL,
	 "2:15: cpu.wakeup: more than 16 quantiles" SUCH},
	{HEAD "cpu: {line_hit: {quantiles: {50: 1ns, 99: 2ns}}}\n" TAIL,
	 "2:17: cpu.line_hit: no distribution may stand here, expected a single value"},
	{HEAD "machine: {devices: {quantiles: {50: 1, 99: 2}}}\n" TAIL,
	 "2:20: machine.devices: no distribution may stand here, expected a single value"},
	{HEAD "machine: {devices: 0}\n" TAIL,
	 "2:20: machine.devices: '0' is out of range, expected 1 to 1024"},
	{HEAD "machine: {devices: -1}\n" TAIL,
	 "2:20: machine.devices: '-1' is negative; expected a count such as 16"},
	{HEAD "machine: {devices: 18446744073709551616}\n" TAIL,
	 "2:20: machine.devices: '18446744073709551616' is too large; expected a count such as 16"},
	{HEAD "machine: {devices: }\n" TAIL,
	 "2:20: machine.devices: '' is empty; expected a count such as 16"},
	{HEAD "workload: {write_percent: 101%}\n" TAIL,
	 "2:27: workload.write_percent: '101%' is out of range, expected 0 to 100"},
	{HEAD "machine: {devices: 5%}\n" TAIL,
	 "2:20: machine.devices: '5%' has an unknown unit; expected a count such as 16"},
	{HEAD "handler: {iopf: maybe}\n" TAIL,
	 "2:17: handler.iopf: 'maybe' is neither on nor off; expected a switch such as true or "
	 "false"},
	{HEAD "seed: -1\n" TAIL, "2:7: seed: '-1' is negative; expected a count such as 16"},
	/* words */
	{HEAD "handler: {mode: svaa}\n" TAIL,
	 "2:17: handler.mode: 'svaa' is unknown, expected one of sva, vfio; did you mean 'sva'?"},
	{HEAD "handler: {design: rcf-v3}\n" TAIL,
	 "2:19: handler.design: 'rcf-v3' is unknown, expected one of rfc-v3, core-path, range-lock, rcu, "
	 "mmap-lock, per-vma; did you mean 'rfc-v3'?"},
	{HEAD "workload: {generator: x}\n" TAIL,
	 "2:23: workload.generator: 'x' is unknown, expected one of messages, sequential, random, "
	 "zipf, pointer-chase, post-copy, rings, nvme, trace"},
	{HEAD "name: ../x\n" TAIL,
	 "2:7: name: '../x' is no name, expected letters, digits, '.', '_', '-'"},
	{HEAD "title: \"a\\nb\"\n" TAIL, "2:8: title: expected one line of text"},
	{HEAD "workload: {trace: x.trc}\n" TAIL,
	 " 'workload.trace' is set, but workload.generator is 'messages', expected 'trace'"},
	{HEAD "workload: {generator: trace}\n" TAIL,
	 " 'workload.trace' is missing, which generator 'trace' replays"},
	/* kinds of node */
	{HEAD "cpu: 3\n" TAIL, "2:6: 'cpu' wants keys and values, not a single value"},
	{HEAD "cpu: [1]\n" TAIL, "2:6: 'cpu' wants keys and values, not a list"},
	{HEAD "cpu: {wakeup: [1us]}\n" TAIL, "2:15: 'cpu.wakeup' wants a single value, not a list"},
	{HEAD "cpu: {line_hit: {a: 1}}\n" TAIL,
	 "2:17: 'cpu.line_hit' wants a single value, not a set of keys"},
	{HEAD "seed: [1]\n" TAIL, "2:7: 'seed' wants a single value, not a list"},
	{HEAD "? [a]\n: b\n" TAIL, "2:3: a key must be a plain word"},
	{"- a\n", "1:1: expected keys and values, not a list"},
	{"just text\n", "1:1: expected keys and values, not a single value"},
	{"", "1:1: is empty, expected keys and values"},
	{"# only a comment\n", "1:1: is empty, expected keys and values"},
	{"---\n", "1:1: is empty, expected keys and values"},
	/* YAML's dangerous corners */
	{HEAD "cpu: &a {wakeup: 1us}\n" TAIL,
	 "2:6: an anchor ('&'), which a workload file may not have"},
	{HEAD "name: &a x\n" TAIL, "2:7: an anchor ('&'), which a workload file may not have"},
	{HEAD "mappings: &a []\n", "2:11: an anchor ('&'), which a workload file may not have"},
	{HEAD "cpu: *a\n" TAIL, "2:6: an alias ('*'), which a workload file may not have"},
	{HEAD "seed: !!int 3\n" TAIL, "2:7: a tag ('!'), which a workload file may not have"},
	{HEAD "cpu: !x {}\n" TAIL, "2:6: a tag ('!'), which a workload file may not have"},
	{HEAD TAIL "---\nseed: 1\n", "3:1: a second document, expected only one"},
	{"%TAG ! tag:x,2000:\n---\n" HEAD TAIL,
	 "1:1: a %TAG directive, which a workload file may not have"},
	{"a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n", "1:15: nested deeper than 12 levels"},
	{HEAD "name: \"a\\0b\"\n" TAIL, "2:7: a zero byte in a value"},
	{HEAD "name: \"abc\n", "3:1: not valid YAML: found unexpected end of stream"},
	{HEAD "a: b: c\n", "2:5: not valid YAML: mapping values are not allowed in this context"},
	{HEAD "name: x\xff\xfe\n", "2:8: not a text file: invalid leading UTF-8 octet"},
	{"\xff\xfe" HEAD, "1:1: is UTF-16 or UTF-32, expected UTF-8"},
	{"\xfe\xff" HEAD, "1:1: is UTF-16 or UTF-32, expected UTF-8"},
	{HEAD "\xef\xbb\xbfname: x\n",
	 "2:1: a byte order mark (U+FEFF) within the text, which nobody sees"},
	{"\xef\xbb\xbf\xef\xbb\xbf" HEAD,
	 "1:1: a byte order mark (U+FEFF) within the text, which nobody sees"},
	{HEAD "\tname: x\n",
	 "2:1: not valid YAML: found a tab character that violates indentation"},
	/* mappings */
	{HEAD, " 'mappings' is missing: the ranges that devices may touch"},
	{HEAD "mappings: []\n", " 'mappings' is missing: the ranges that devices may touch"},
	{HEAD "mappings: {iova: 0}\n", "2:11: 'mappings' wants a list"},
	{HEAD "mappings: [1]\n",
	 "2:12: a mapping wants keys and values, such as {iova: 0x10000000, size: 4MiB}"},
	{HEAD "mappings:\n  - {iova: 0x1000, size: 8KiB}\n  - {iova: 0x2000, size: 4KiB}\n",
	 "4:5: mapping [0x2000, 0x2fff] overlaps [0x1000, 0x2fff] of line 3"},
	{HEAD "mappings:\n  - {iova: 0x2000, size: 4KiB}\n  - {iova: 0x1000, size: 8KiB}\n",
	 "4:5: mapping [0x1000, 0x2fff] overlaps [0x2000, 0x2fff] of line 3"},
	{HEAD "mappings:\n  - {iova: 0x1000, size: 4KiB}\n  - {iova: 0x1000, size: 4KiB}\n",
	 "4:5: mapping [0x1000, 0x1fff] overlaps [0x1000, 0x1fff] of line 3"},
	{HEAD "mappings: [{iova: 0x1001, size: 4KiB}]\n",
	 "2:19: iova: '0x1001' is not a whole number of 4KiB pages"},
	{HEAD "mappings: [{iova: 0x1000, size: 4097}]\n",
	 "2:33: size: '4097' is not a whole number of 4KiB pages"},
	{HEAD "mappings: [{iova: 0x1000, size: 0}]\n", "2:12: a mapping of size 0"},
	{HEAD "mappings: [{iova: 0x1000}]\n", "2:12: a mapping without 'size'"},
	{HEAD "mappings: [{size: 4KiB}]\n", "2:12: a mapping without 'iova'"},
	{HEAD "mappings: [{iova: 0xfffffffffffff000, size: 8KiB}]\n",
	 "2:12: a mapping that reaches beyond the last address"},
	{HEAD "mappings: [{iova: 0, size: 4KiB, acess: r}]\n",
	 "2:34: unknown key 'acess' in a mapping; did you mean 'access'?"},
	{HEAD "mappings: [{iova: 0, size: 4KiB, access: x}]\n",
	 "2:42: access: 'x' is unknown, expected one of r, w, rw, rx, rwx"},
	{HEAD "mappings: [{iova: 0, size: [1]}]\n",
	 "2:28: 'size' of a mapping wants a single value"},
	/* platform */
	{"platform: smal\n" TAIL,
	 "1:11: platform 'smal' is unknown, expected a file of FOLDER/platforms; did you mean "
	 "'small'?"},
	{"platform: ../small\n" TAIL,
	 "1:11: platform: '../small' is no name, expected a file of platforms/ without .yaml"},
	{TAIL, " 'cpu.cpus' is not set and has no default; a 'platform:' would state it"},
	{"platform: partial\n" TAIL,
	 " 'cpu.cluster_cpus' is not set, neither here nor by platform 'partial'"},
	{"platform: wrong\n" TAIL, "!FOLDER/platforms/wrong.yaml:1:13: cpu.cpus: 'x' is not a "
				   "number; expected a count such as 16"},
	{"platform: greedy\n" TAIL,
	 "!FOLDER/platforms/greedy.yaml:1:1: 'seed' belongs in a workload file, not in a platform "
	 "file"},
	/* groups of devices */
	{HEAD TAIL "devices: 3\n",
	 "3:10: 'devices' wants a list of groups, such as {name: nic, count: 2}"},
	{HEAD TAIL "devices: []\n",
	 "3:10: 'devices' wants a list of groups, such as {name: nic, count: 2}"},
	{HEAD TAIL "devices: [3]\n",
	 "3:11: a group of devices wants keys and values, such as {name: nic, count: 2}"},
	{HEAD TAIL "devices: [{count: 2}]\n", "3:11: a group of devices without 'name'"},
	{HEAD TAIL "devices: [{name: a.b}]\n",
	 "3:18: name: 'a.b' is no name, expected letters, digits, '_', '-'"},
	{HEAD TAIL "devices: [{name: a}, {name: a}]\n",
	 "3:29: there are two groups of devices 'a'"},
	{HEAD TAIL "devices: [{name: a, conut: 2}]\n",
	 "3:21: unknown key 'conut' in 'devices.a'; did you mean 'count'?"},
	{HEAD TAIL "devices: [{name: a, smmu: {}}]\n",
	 "3:21: unknown key 'smmu' in 'devices.a'; did you mean 'iommu'?"},
	{HEAD TAIL "devices: [{name: a, pcie: {atc_entires: 2}}]\n",
	 "3:28: unknown key 'atc_entires' in 'devices.a.pcie'; did you mean 'atc_entries'?"},
	{HEAD TAIL "devices: [{name: a, count: 0}]\n",
	 "3:28: devices.a.count: '0' is out of range, expected 1 to 1024"},
	{HEAD TAIL "devices: [{name: a, device: {bandwidth: 3}}]\n",
	 "3:41: devices.a.device.bandwidth: '3' has no unit; expected a rate such as 9.4GB/s "
	 "or 512MiB/s"},
	{HEAD TAIL "devices: [{name: a, device: {kind: usb}}]\n",
	 "3:36: devices.a.device.kind: 'usb' is unknown, expected one of platform, pcie"},
	{HEAD TAIL "devices: [{name: a, iommu: 1}]\n",
	 " devices.a.iommu: '1' is none, expected any, or 0 to 0"},
	{HEAD TAIL "devices: [{name: a, process: p, container: c}]\n",
	 "3:44: a group of devices is in a process or in a container, not in both"},
	{HEAD TAIL "devices: [{name: a, process: [p]}]\n",
	 "3:30: process: this is no name, expected letters, digits, '_', '-'"},
	{HEAD TAIL "devices: [{name: a, process: p}]\n",
	 " 'mappings' is of no use: each group of devices is in a process or container of its own"},
	{HEAD "devices: [{name: a, process: p}, {name: b, mappings: [{iova: 0, size: 4KiB}]}]\n",
	 " 'devices.a.mappings' is missing: the ranges that its devices may touch"},
	{HEAD TAIL "devices: [{name: a, mappings: [{iova: 0x10001000, size: 4KiB}]}]\n",
	 "3:32: mapping [0x10001000, 0x10001fff] overlaps [0x10000000, 0x100fffff] of line 2"},
	{HEAD "devices: [{name: a, mappings: [{iova: 0x1000, va: 0x2000, size: 4KiB}]}]\n",
	 "2:32: va: 0x2000 is not the iova, 0x1000: only a container's mapping may have another "
	 "address"},
	{HEAD "devices:\n- {name: a, container: c, mappings: [{iova: 0, va: 0x800000000000, "
	      "size: 4KiB}]}\n",
	 "3:38: va: a process has no addresses from 2^47 on"},
	{HEAD TAIL "devices: [{name: a, workload: {generator: trace}}]\n",
	 " 'devices.a.workload.trace' is missing, which generator 'trace' replays"},
	{HEAD TAIL "devices: [{name: a, count: 1000}, {name: b, count: 1000}]\n",
	 " the groups of devices have 2000, expected 1024 at most"},
	{HEAD TAIL "devices: [{name: a}]\ndevice: {kind: pcie}\n",
	 "4:1: 'device' cannot stand beside 'devices', whose groups have it each"},
	{HEAD TAIL "devices: [{name: a}]\npcie: {atc_entries: 2}\n",
	 "4:1: 'pcie' cannot stand beside 'devices', whose groups have it each"},
	{HEAD TAIL "devices: [{name: a}]\nworkload: {messages: 2}\n",
	 "4:1: 'workload' cannot stand beside 'devices', whose groups have it each"},
	{HEAD TAIL "devices: [{name: a}]\nmachine: {devices: 2}\n",
	 "4:11: 'machine.devices' cannot stand beside 'devices', whose groups have it each"},
	{HEAD TAIL "devices: [{name: a}]\nsweep:\n  points:\n  - set: {device.kind: pcie}\n",
	 "6:24: 'device.kind' is one of each group of devices, expected 'devices.a.device.kind'"},
	{HEAD TAIL "devices: [{name: a}]\nsweep:\n  points:\n  - set: {devices.b.count: 2}\n",
	 "6:28: there is no group of devices 'b'"},
	/* sweep */
	{HEAD TAIL "sweep: 3\n", "3:8: 'sweep' wants keys and values"},
	{HEAD TAIL "sweep: {}\n", "3:8: 'sweep' without 'points', 'grid' or 'zip'"},
	{HEAD TAIL "sweep: {points: []}\n", "3:17: 'points' has 0 points, expected 1 to 10000"},
	{HEAD TAIL "sweep: {pints: []}\n",
	 "3:9: unknown key 'pints' in 'sweep'; did you mean 'points'?"},
	{HEAD TAIL "sweep:\n  points:\n  - set: {workload.mesages: 1}\n",
	 "5:29: unknown key 'workload.mesages'; did you mean 'workload.messages'?"},
	{HEAD TAIL "sweep:\n  points:\n  - set: {workload.messages: 0}\n",
	 "5:30: workload.messages: '0' is out of range, expected 1 to 1099511627776"},
	{HEAD TAIL "sweep:\n  points:\n  - set: {platform: small}\n",
	 "5:21: 'platform' cannot change within a sweep"},
	{HEAD TAIL "sweep:\n  baseline: {handler.iop: no}\n  points: [{set: {seed: 1}}]\n",
	 "4:27: unknown key 'handler.iop'; did you mean 'handler.iopf'?"},
	{HEAD TAIL "sweep: {repeat: 0, grid: {seed: [1]}}\n",
	 "3:17: repeat: '0' is out of range, expected 1 to 1000"},
	{HEAD TAIL "sweep: {repeat: x, grid: {seed: [1]}}\n",
	 "3:17: repeat: 'x' is not a number; expected a count such as 16"},
	{HEAD TAIL "sweep: {grid: {seed: [1]}, points: []}\n",
	 "3:28: 'points' beside 'grid' or 'zip', expected one of them"},
	{HEAD TAIL "sweep: {grid: [1]}\n", "3:15: 'grid' wants keys with lists of values"},
	{HEAD TAIL "sweep: {zip: {}}\n", "3:14: 'zip' has no keys"},
	{HEAD TAIL "sweep: {grid: {workload.mesages: [1]}}\n",
	 "3:16: unknown key 'workload.mesages'; did you mean 'workload.messages'?"},
	{HEAD TAIL "sweep: {grid: {workload: [1]}}\n",
	 "3:16: unknown key 'workload'; did you mean 'workload.startup'?"},
	{HEAD TAIL "sweep: {grid: {platform: [small]}}\n",
	 "3:16: 'platform' cannot change within a sweep"},
	{HEAD TAIL "sweep: {grid: {title: [a, b]}}\n",
	 "3:16: 'title' cannot change within a sweep"},
	{HEAD TAIL "sweep: {grid: {workload.messages: []}}\n",
	 "3:16: workload.messages: the list of values is empty"},
	{HEAD TAIL "sweep: {grid: {workload.messages: [1, [2]]}}\n",
	 "3:39: workload.messages: expected a single value"},
	{HEAD TAIL "sweep: {grid: {workload.messages: [1, 0]}}\n",
	 "3:39: workload.messages: '0' is out of range, expected 1 to 1099511627776"},
	{HEAD TAIL "sweep: {grid: {workload.messages: [9..2]}}\n",
	 "3:36: workload.messages: range '9..2' is empty: it ends before it begins"},
	{HEAD TAIL "sweep: {grid: {workload.messages: 1..1000000000}}\n",
	 "3:35: workload.messages: range '1..1000000000' has 1000000000 values, expected at most "
	 "10000"},
	{HEAD TAIL "sweep: {grid: {workload.messages: [1..1000000000*1.001]}}\n",
	 "3:36: workload.messages: range '1..1000000000*1.001' has more than 10000 values, expected "
	 "at most 10000"},
	{HEAD TAIL "sweep: {grid: {workload.messages: 1..9999, workload.access: [1, 2]}}\n",
	 "3:16: these lists make 19998 points, expected at most 10000"},
	{HEAD TAIL "sweep:\n  grid: {workload.messages: 1..1000, workload.buffer_pairs: 1..1000, "
		   "workload.extra_pages: 0..999}\n",
	 "4:10: these lists make 1000000000 points, expected at most 10000"},
	{HEAD TAIL "sweep: {grid: {handler.extra: [1us..4us]}}\n",
	 "3:32: handler.extra: range '1us..4us' has no step, expected one, as in 0us..8us+2us, or a "
	 "factor, as in 1us..1ms*10"},
	{HEAD TAIL "sweep: {grid: {handler.extra: [1us..4us+0]}}\n",
	 "3:32: handler.extra: range '1us..4us+0' never ends: its step is 0"},
	{HEAD TAIL "sweep: {grid: {workload.messages: [1..4*1]}}\n",
	 "3:36: workload.messages: range '1..4*1' wants a factor above 1 with three decimals at "
	 "most"},
	{HEAD TAIL "sweep: {grid: {handler.extra: [0..4us*2]}}\n",
	 "3:32: handler.extra: range '0..4us*2' never ends: 0 times a factor is 0"},
	{HEAD TAIL "sweep: {grid: {handler.extra: [1us..x+1us]}}\n",
	 "3:32: handler.extra: 'x' is not a number; expected a time such as 250ns, 1.5us or 2ms"},
	{HEAD TAIL "sweep: {grid: {handler.iopf: [off..on]}}\n",
	 "3:31: handler.iopf: range 'off..on' is one of a switch, expected false, true"},
	{HEAD TAIL "sweep: {grid: {workload.access: [4KiB, 1B..2B+1, 4096]}}\n",
	 "3:16: workload.access: value '4096' stands there twice"},
	{HEAD TAIL "sweep: {grid: {seed: [1, 2]}, zip: {seed: [1, 2]}}\n",
	 "3:37: 'seed' has two lists of values"},
	{HEAD TAIL "sweep: {grid: {machine.iommus: 1, machine.smmus: 1}}\n",
	 "3:35: 'machine.smmus' has two lists of values"},
	{HEAD TAIL "sweep: {zip: {seed: [1, 2], workload.messages: [1, 2, 3]}}\n",
	 "3:29: zip: 'workload.messages' has 3 values, 'seed' has 2, expected as many"},
	{HEAD TAIL "sweep: {grid: {seed: [1, 2], vtd.features.prq_lg2: [7, 8]}}\n",
	 "3:30: 'vtd.features.prq_lg2' has no effect at any point: it acts only where iommu is vtd, "
	 "and here it is smmuv3"},
	{HEAD TAIL "sweep:\n  points:\n  - published: {fault: 1}\n",
	 "5:17: unknown key 'fault' in 'published'; did you mean 'faults'?"},
	{HEAD TAIL "sweep:\n  points:\n  - published: {faults: 1ns}\n",
	 "5:25: faults: '1ns' is not a number, expected one without unit such as 1024 or 17.2, or a range, "
	 "16-20"},
	{HEAD TAIL "sweep:\n  points:\n  - published: {faults.latency_ns.p98: 1}\n",
	 "5:17: unknown key 'faults.latency_ns.p98' in 'published'; did you mean "
	 "'faults.latency_ns.p90'?"},
	{HEAD TAIL
	 "sweep:\n  points:\n  - published: {run.cpus: 1, stalls.begun: 1, stalls.retried: 1, "
	 "stalls.refused: 1, tlb.hits: 1, tlb.misses: 1, atc.hits: 1, atc.misses: 1, "
	 "walker.walks: 1, engine.events: 1, engine.switches: 1, ats.requests: 1, "
	 "ats.translated: 1, bytes: 1, aborted: 1, stalled: 1, accesses: 1}\n",
	 "5:266: more than 16 numbers in 'published'"},
	{HEAD TAIL "sweep:\n  points:\n  - published: {faults: 1.2.3}\n",
	 "5:25: faults: '1.2.3' is not a number, expected one without unit such as 1024 or 17.2, or a range, "
	 "16-20"},
};

static int setup(void **state)
{
	static const struct {
		const char *name, *text;
	} platforms[] = {
		{"partial", "cpu: {cpus: 4}\n"},
		{"wrong", "cpu: {cpus: x}\n"},
		{"greedy", "seed: 3\n"},
	};
	char template[] = "/tmp/iopfsim-test-XXXXXX", name[64], small[8192];
	char *folder;
	size_t bytes;
	FILE *in;

	assert_non_null(mkdtemp(template));
	folder = strdup(template);
	snprintf(name, sizeof(name), "%s/platforms", folder);
	assert_int_equal(mkdir(name, 0700), 0);
	in = fopen("tests/data/platforms/small.yaml", "r");
	assert_non_null(in);
	bytes = fread(small, 1, sizeof(small), in);
	fclose(in);
	support_write(folder, "platforms/small.yaml", small, bytes);
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
		snprintf(name, sizeof(name), "platforms/%s.yaml", platforms[i].name);
		support_write(folder, name, platforms[i].text, strlen(platforms[i].text));
	}
	*state = folder;
	return 0;
}

static int teardown(void **state)
{
	support_remove(*state);
	return 0;
}

/* @message with FOLDER replaced, behind the file's name unless it begins with '!'. */
static void expand(char *out, size_t out_bytes, const char *folder, const char *message)
{
	const char *at;

	snprintf(out, out_bytes, "%s%s", folder, "/w.yaml:");
	if (message[0] == '!') {
		out[0] = 0;
		message++;
	}
	while ((at = strstr(message, "FOLDER"))) {
		snprintf(out + strlen(out), out_bytes - strlen(out), "%.*s%s", (int)(at - message),
			 message, folder);
		message = at + strlen("FOLDER");
	}
	snprintf(out + strlen(out), out_bytes - strlen(out), "%s", message);
}

static struct wl_workload workload;

static void each_error_gives_its_line(void **state)
{
	char message[TEXT_MESSAGE_MAX], expected[TEXT_MESSAGE_MAX], path[128];
	const char *folder = *state;
	u32 nr_wrong = 0;

	snprintf(path, sizeof(path), "%s/w.yaml", folder);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		support_write(folder, "w.yaml", cases[i].text, strlen(cases[i].text));
		expand(expected, sizeof(expected), folder, cases[i].message);
		if (wl_load(&workload, &(struct wl_request){.path = path}, message) == -EINVAL &&
		    !strcmp(message, expected) && !strchr(message, '\n'))
			continue;
		print_error("case %zu:\n  expected %s\n  got      %s\n", i, expected, message);
		nr_wrong++;
		wl_free(&workload);
	}
	assert_int_equal(nr_wrong, 0);
}

static int load(const char *folder, const char *name, char *message)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s%s", folder, folder[0] ? "/" : "", name);
	return wl_load(&workload, &(struct wl_request){.path = path}, message);
}

static void ends_with(const char *message, const char *end)
{
	size_t length = strlen(message), end_length = strlen(end);

	if (length < end_length || strcmp(message + length - end_length, end))
		fail_msg("'%s' does not end with '%s'", message, end);
}

static void the_file_itself_has_codes_of_its_own(void **state)
{
	char message[TEXT_MESSAGE_MAX], path[128];
	const char *folder = *state;

	assert_int_equal(load(folder, "none.yaml", message), -ENOENT);
	ends_with(message, "none.yaml: No such file or directory");
	assert_int_equal(load(folder, "platforms", message), -EISDIR);
	ends_with(message, "platforms: is a folder, expected a YAML file");
	assert_int_equal(load("", "/dev/zero", message), -EINVAL);
	ends_with(message, "/dev/zero: is not a regular file");
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(load(folder, "fifo", message), -EINVAL);
	ends_with(message, "fifo: is not a regular file");
}

static void a_2_gb_file_is_refused_unread(void **state)
{
	char message[TEXT_MESSAGE_MAX], path[128];
	const char *folder = *state;

	support_write(folder, "big.yaml", "x", 1);
	snprintf(path, sizeof(path), "%s/big.yaml", folder);
	assert_int_equal(truncate(path, 2LL << 30), 0);
	assert_int_equal(load(folder, "big.yaml", message), -EFBIG);
	ends_with(message, "is larger than 1 MiB (2147483648 bytes), no workload file is");
}

/* Bounded in values and keys, whatever fits into 1 MiB. */
static void floods_are_refused(void **state)
{
	static char text[1 << 20];
	char message[TEXT_MESSAGE_MAX];
	size_t used = 0;

	strcpy(text, "mappings: [");
	memset(text + 11, ',', 1000);
	for (used = 11; used + 2 < 300000; used += 2)
		memcpy(text + used, "1,", 2);
	support_write(*state, "w.yaml", text, used);
	assert_int_equal(load(*state, "w.yaml", message), -EINVAL);
	ends_with(message, "more than 32768 values, no workload file has so many");

	for (used = 0; used + 16 < sizeof(text) && used < 8000;)
		used += (size_t)snprintf(text + used, 16, "k%zu: 1\n", used);
	support_write(*state, "w.yaml", text, used);
	assert_int_equal(load(*state, "w.yaml", message), -EINVAL);
	ends_with(message, "more than 256 keys in one place");

	memset(text, '[', sizeof(text));
	support_write(*state, "w.yaml", text, sizeof(text));
	assert_int_equal(load(*state, "w.yaml", message), -EINVAL);
	ends_with(message, "nested deeper than 12 levels");
}

static void settings_of_the_command_line_say_where_they_are_from(void **state)
{
	static const struct {
		const char *text, *message;
	} settings[] = {
		{"workload.mesages=1",
		 "--set workload.mesages: unknown key 'workload.mesages'; did you mean "
		 "'workload.messages'?"},
		{"messages=1", "--set messages: unknown key 'messages'; did you mean "
			       "'workload.messages'?"},
		{"machine.devices=0",
		 "--set machine.devices: machine.devices: '0' is out of range, expected 1 to 1024"},
		{"mappings=1", "--set mappings: 'mappings' cannot be set, only a file can"},
		{"platform=x/y", "--set platform: platform: 'x/y' is no name, expected a file of "
				 "platforms/ without .yaml"},
	};
	char message[TEXT_MESSAGE_MAX];
	struct wl_setting setting;
	const struct wl_request request = {
		.path = "tests/data/small.yaml", .settings = &setting, .nr_settings = 1};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		assert_int_equal(wl_setting_parse(settings[i].text, &setting, message), 0);
		assert_int_equal(wl_load(&workload, &request, message), -EINVAL);
		assert_string_equal(message, settings[i].message);
	}
	assert_int_equal(wl_setting_parse("nothing", &setting, message), -EINVAL);
	assert_string_equal(message, "--set: 'nothing' is no setting, expected path=value");
	assert_int_equal(wl_setting_parse("=3", &setting, message), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_error_gives_its_line),
		cmocka_unit_test(the_file_itself_has_codes_of_its_own),
		cmocka_unit_test(a_2_gb_file_is_refused_unread),
		cmocka_unit_test(floods_are_refused),
		cmocka_unit_test(settings_of_the_command_line_say_where_they_are_from),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
