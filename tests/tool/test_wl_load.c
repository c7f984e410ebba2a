// SPDX-License-Identifier: GPL-2.0-only
/*
 * Good workload files. Claims: settings override the file, the file its
 * platform, the platform the defaults; every number of every table can be set
 * to the ends of its range and not beyond; a sweep is read as written; the
 * configuration's hash follows what can change a result and nothing else.
 */
#include <errno.h>

#include "system/config/acts.h"
#include "tests/tool/wl_support.h"

#define SMALL "tests/data/small.yaml"

static struct wl_workload workload;

static void load(const char *path, const char *const *settings, const u64 *seed)
{
	struct wl_setting parsed[WL_MAX_SETTINGS];
	char message[TEXT_MESSAGE_MAX];
	u32 nr = 0;

	for (; settings && settings[nr]; nr++)
		assert_int_equal(wl_setting_parse(settings[nr], &parsed[nr], message), 0);
	if (wl_load(&workload,
		    &(struct wl_request){
			    .path = path, .settings = parsed, .nr_settings = nr, .seed = seed},
		    message))
		fail_msg("%s", message);
}

static void is(const char *path, const char *expected)
{
	char text[2048];

	assert_true(wl_format_value(&workload.config, path, text, sizeof(text)));
	assert_string_equal(text, expected);
}

static void a_workload_overrides_its_platform_and_settings_override_both(void **state)
{
	const char *const settings[] = {"cpu.wakeup=3us", "workload.messages=9",
					"workload.messages=10", NULL};
	const u64 seed = 99;

	load(SMALL, NULL, NULL);
	is("name", "small");
	is("title", "A small workload");
	is("seed", "7");
	is("cpu.wakeup", "1us");	      /* platform */
	is("workload.messages", "3");	      /* workload */
	is("device.bandwidth", "16GB/s");     /* default */
	is("device.outstanding_faults", "1"); /* workload over default */
	is("handler.mode", "vfio");
	is("handler.design", "core-path");
	is("handler.dispatch", "auto");
	is("workload.generator", "messages");
	wl_free(&workload);

	load(SMALL, settings, &seed);
	is("cpu.wakeup", "3us");
	is("workload.messages", "10");
	is("seed", "99");
	wl_free(&workload);
}

static void smmus_is_another_name_of_iommus(void **state)
{
	const char *const old[] = {"machine.smmus=3", NULL};
	const char *const new[] = {"machine.smmus=3", "machine.iommus=2", NULL};

	load(SMALL, old, NULL);
	is("machine.iommus", "3");
	is("iommu", "smmuv3");
	wl_free(&workload);
	load(SMALL, new, NULL);
	is("machine.iommus", "2");
	wl_free(&workload);
}

static void mappings_are_sorted_and_writable_unless_said_otherwise(void **state)
{
	static const char text[] = "platform: small\n"
				   "mappings:\n"
				   "  - {iova: 0x3000, size: 4KiB, access: w}\n"
				   "  - {iova: 0x1000, size: 8KiB, access: r}\n"
				   "  - {iova: 0x10000, size: 64K}\n";
	char *folder = support_folder();
	char path[128];

	support_write(folder, "a b!.yaml", text, strlen(text));
	snprintf(path, sizeof(path), "%s/a b!.yaml", folder);
	load(path, NULL, NULL);
	is("name", "a_b_");
	is("title", "a_b_");
	assert_int_equal(workload.config.nr_mappings, 3);
	assert_true(workload.config.mappings[0].iova == 0x1000);
	assert_true(workload.config.mappings[0].bytes == 8192);
	assert_true(workload.config.mappings[0].is_readable);
	assert_false(workload.config.mappings[0].is_writable);
	assert_true(workload.config.mappings[1].iova == 0x3000);
	assert_false(workload.config.mappings[1].is_readable);
	assert_true(workload.config.mappings[1].is_writable);
	assert_int_equal(workload.config.mappings[1].line, 3);
	assert_true(workload.config.mappings[2].is_readable);
	assert_true(workload.config.mappings[2].is_writable);
	wl_free(&workload);
	support_remove(folder);
}

static void a_sweep_is_read_as_written(void **state)
{
	load(SMALL, NULL, NULL);
	assert_string_equal(workload.sweep_source, "nobody");
	assert_int_equal(workload.nr_baseline, 1);
	assert_string_equal(workload.baseline[0].path, "handler.iopf");
	assert_string_equal(workload.baseline[0].value, "false");
	assert_int_equal(workload.nr_points, 2);
	assert_int_equal(workload.points[0].nr_settings, 1);
	assert_int_equal(workload.points[0].nr_published, 2);
	assert_string_equal(workload.points[0].published[1].name, "throughput_share_percent");
	assert_true(workload.points[0].published[1].value == 50.5);
	assert_int_equal(workload.points[1].nr_settings, 2);
	assert_string_equal(workload.points[1].settings[1].path, "handler.extra");
	assert_int_equal(workload.points[1].nr_published, 0);
	wl_free(&workload);
}

/* Loads small.yaml's machine with a section `sweep`, and --sweep of @axes. */
static void load_sweep(const char *sweep, const char *const *axes)
{
	char *folder = support_folder(), path[128], message[TEXT_MESSAGE_MAX], text[1024];
	struct wl_setting parsed[4];
	u32 nr = 0;

	snprintf(text, sizeof(text),
		 "platform: small\ndevice: {kind: pcie}\n"
		 "smmu: {features: {pri: true}}\n"
		 "mappings: [{iova: 0x10000000, size: 1MiB}]\nsweep: %s\n",
		 sweep);
	snprintf(path, sizeof(path), "%s/w.yaml", folder);
	support_write(folder, "w.yaml", text, strlen(text));
	for (; axes && axes[nr]; nr++)
		assert_int_equal(wl_axis_parse(axes[nr], &parsed[nr], message), 0);
	if (wl_load(&workload, &(struct wl_request){.path = path, .axes = parsed, .nr_axes = nr},
		    message))
		fail_msg("%s", message);
	support_remove(folder);
}

/* Each point: its values with a space between, points with a semicolon. */
static void points_are(const char *expected)
{
	char text[1024] = "";
	size_t used = 0;

	for (u32 i = 0; i < workload.nr_points; i++) {
		for (u32 k = 0; k < workload.points[i].nr_settings; k++)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
						 k   ? " "
						 : i ? "; "
						     : "",
						 workload.points[i].settings[k].value);
	}
	assert_string_equal(text, expected);
	wl_free(&workload);
}

static void a_grid_is_a_product_whose_last_key_changes_fastest(void **state)
{
	load_sweep("{repeat: 5, grid: {smmu.features.priq_lg2: [2..4], "
		   "pcie.page_request_credits: [1, 32]}}",
		   NULL);
	assert_int_equal(workload.nr_repeats, 5);
	assert_string_equal(workload.points[0].settings[0].path, "smmu.features.priq_lg2");
	assert_string_equal(workload.points[0].settings[1].path, "pcie.page_request_credits");
	points_are("2 1; 2 32; 3 1; 3 32; 4 1; 4 32");
}

static void keys_of_a_zip_go_in_step_as_one_axis_of_the_grid(void **state)
{
	load_sweep(
		"{grid: {seed: [7, 8]}, zip: {machine.devices: [1, 2], workload.messages: [5, 6]}}",
		NULL);
	points_are("7 1 5; 7 2 6; 8 1 5; 8 2 6");
	load_sweep("{zip: {machine.devices: [1, 2, 4], workload.messages: [5, 6..7]}}", NULL);
	points_are("1 5; 2 6; 4 7");
}

static void ranges_have_steps_and_factors_and_the_units_of_their_key(void **state)
{
	load_sweep("{grid: {workload.messages: [1..100*3, 200]}}", NULL);
	points_are("1; 3; 9; 27; 81; 200");
	load_sweep("{grid: {workload.messages: 1..10*1.5}}", NULL);
	points_are("1; 2; 3; 5; 8");
	load_sweep("{grid: {handler.extra: 0us..1us+0.5us}}", NULL);
	points_are("0; 0.5us; 1us");
	load_sweep("{grid: {workload.message: [4KiB..1MiB*16]}}", NULL);
	points_are("4KiB; 64KiB; 1MiB");
	load_sweep("{grid: {device.bandwidth: 1GB/s..1GB/s*2}}", NULL);
	points_are("1GB/s");
	load_sweep("{grid: {seed: 18446744073709551614..18446744073709551615}}", NULL);
	points_are("18446744073709551614; 18446744073709551615");
	load_sweep("{grid: {cpu.wakeup: [1us, {quantiles: {50: 1us, 99: 2us}}]}}", NULL);
	points_are("1us; {quantiles: {50: 1us, 99: 2us}}");
}

static void axes_of_the_command_line_stand_in_place_of_the_files(void **state)
{
	const char *const axes[] = {"workload.messages=1..2,5",
				    "cpu.wakeup={quantiles: {50: 1us, 99: 2us}},3us", NULL};

	load_sweep("{repeat: 3, baseline: {handler.iopf: false}, grid: {seed: [1, 2]}}", axes);
	assert_int_equal(workload.nr_baseline, 0);
	assert_int_equal(workload.nr_repeats, 0);
	points_are(
		"1 {quantiles: {50: 1us, 99: 2us}}; 1 3us; 2 {quantiles: {50: 1us, 99: 2us}}; 2 3us; "
		"5 {quantiles: {50: 1us, 99: 2us}}; 5 3us");
}

/* It need not act at all points. */
static void a_key_that_acts_at_one_point_may_be_swept(void **state)
{
	load_sweep("{grid: {smmu.features.pri: [false, true], smmu.features.priq_lg2: [2, 3]}}",
		   NULL);
	points_are("false 2; false 3; true 2; true 3");
}

#define DIST "{quantiles: {0: 0, 50: 2.4us, 99: 9us, 99.9: 60us, 99.999999: 0.1s}}"

/* As a file has it, in any YAML; as --set has it; as a sweep's point has it. */
static void a_cost_may_be_a_distribution_wherever_it_is_stated(void **state)
{
	const char text[] = "platform: small\n"
			    "cpu:\n"
			    "  wakeup:\n"
			    "    quantiles:\n"
			    "      0: 0\n"
			    "      50: 2400ns   # a comment\n"
			    "      99.000: 9us\n"
			    "      99.9: 60us\n"
			    "      99.999999: 100ms\n"
			    "mappings: [{iova: 0x10000000, size: 1MiB}]\n"
			    "sweep:\n"
			    "  points:\n"
			    "    - set: {cpu.switch: {quantiles: {50: 1us, 100: 2us}}}\n";
	const char *const settings[] = {"host.pin={ quantiles:{1:1ns , 2 :2ns} } ", NULL};
	const char *const again[] = {"cpu.wakeup=" DIST, "host.pin=7us", NULL};
	char *folder = support_folder(), path[128], message[TEXT_MESSAGE_MAX];
	u64 hash;

	support_write(folder, "w.yaml", text, strlen(text));
	snprintf(path, sizeof(path), "%s/w.yaml", folder);
	load(path, settings, NULL);
	is("cpu.wakeup", DIST);
	is("cpu.switch", "0.3us");
	is("host.pin", "{quantiles: {1: 1ns, 2: 2ns}}");
	assert_false(wl_is_number("cpu.wakeup"));
	hash = wl_config_hash(&workload.config);
	assert_int_equal(wl_apply(&workload.config,
				  (struct text_where){.file = path, .message = message},
				  workload.points[0].settings, 1),
			 0);
	is("cpu.switch", "{quantiles: {50: 1us, 100: 2us}}");
	is("cpu.wakeup", DIST);
	assert_int_not_equal(wl_config_hash(&workload.config), hash);
	wl_free(&workload);

	load(path, again, NULL);
	is("cpu.wakeup", DIST);
	is("host.pin", "7us");
	assert_int_equal(workload.config.nr_dists, 1);
	wl_free(&workload);
	support_remove(folder);
}

/* The last one that is stated counts, whatever kind the others were. */
static void a_constant_takes_the_place_of_a_distribution_and_back(void **state)
{
	const char *const there[] = {"cpu.wakeup=" DIST, "cpu.wakeup=3us", NULL};
	const char *const back[] = {"cpu.wakeup=" DIST, "cpu.wakeup=3us",
				    "cpu.wakeup={quantiles: {1: 1us, 2: 2us}}", NULL};
	u64 hash;

	load(SMALL, there + 1, NULL);
	hash = wl_config_hash(&workload.config);
	wl_free(&workload);
	load(SMALL, there, NULL);
	is("cpu.wakeup", "3us");
	assert_int_equal(wl_config_hash(&workload.config), hash);
	wl_free(&workload);
	load(SMALL, back, NULL);
	is("cpu.wakeup", "{quantiles: {1: 1us, 2: 2us}}");
	wl_free(&workload);
}

static void applying_settings_changes_those_values_only(void **state)
{
	static struct sys_config before;
	char message[TEXT_MESSAGE_MAX];

	load(SMALL, NULL, NULL);
	before = workload.config;
	assert_int_equal(wl_apply(&workload.config,
				  (struct text_where){.file = SMALL, .message = message},
				  workload.points[1].settings, 2),
			 0);
	is("workload.messages", "4");
	is("handler.extra", "1us");
	workload.config.workload.nr_messages = before.workload.nr_messages;
	workload.config.handler.extra_ps = before.handler.extra_ps;
	assert_memory_equal(&before, &workload.config, sizeof(before));
	wl_free(&workload);
}

static int set(const char *path, const char *value)
{
	struct wl_setting setting = {0};
	char message[TEXT_MESSAGE_MAX];

	snprintf(setting.path, sizeof(setting.path), "%s", path);
	snprintf(setting.value, sizeof(setting.value), "%s", value);
	return wl_apply(&workload.config, (struct text_where){.file = SMALL, .message = message},
			&setting, 1);
}

static void check_end(const char *path, const struct sim_param *param, u64 value)
{
	char text[64];

	wl_format_number(value, param->unit, text, sizeof(text));
	assert_int_equal(set(path, text), 0);
	is(path, text);
}

static void check_beyond(const char *path, const struct sim_param *param, u64 value)
{
	char text[64];

	wl_format_number(value, param->unit, text, sizeof(text));
	assert_int_equal(set(path, text), -EINVAL);
}

static void every_number_goes_to_the_ends_of_its_range_and_not_beyond(void **state)
{
	char path[128];
	u32 nr = 0;

	load(SMALL, NULL, NULL);
	for (size_t i = 0; i < sys_section_count; i++) {
		for (size_t j = 0; j < sys_sections[i].nr_params; j++) {
			const struct sim_param *param = &sys_sections[i].params[j];

			snprintf(path, sizeof(path), "%s.%s", sys_sections[i].path, param->key);
			check_end(path, param, param->min);
			check_end(path, param, param->max);
			if (param->unit == SIM_UNIT_BOOL)
				continue;
			if (param->min)
				check_beyond(path, param, param->min - 1);
			if (param->max != ~0ULL)
				check_beyond(path, param, param->max + 1);
			nr++;
		}
	}
	assert_true(nr > 60);
	wl_free(&workload);
}

/* A row that is wrong in itself would be refused only when somebody meets it. */
static void every_row_of_the_tables_is_sound(void **state)
{
	for (size_t i = 0; i < sys_section_count; i++) {
		for (size_t j = 0; j < sys_sections[i].nr_params; j++) {
			const struct sim_param *param = &sys_sections[i].params[j];

			assert_true(param->min <= param->max);
			assert_true(param->help[0]);
			assert_non_null(param->source);
			assert_true(param->offset + sizeof(u64) <= sizeof(struct sys_config));
			if (param->def == SIM_PARAM_REQUIRED)
				continue;
			if (param->def < param->min || param->def > param->max)
				fail_msg("%s.%s: default out of range", sys_sections[i].path,
					 param->key);
			for (size_t k = 0; k < j; k++)
				assert_string_not_equal(param->key, sys_sections[i].params[k].key);
		}
	}
}

/* What people are told they may write is what is taken. */
static void every_choice_of_a_word_is_taken_and_listed(void **state)
{
	struct wl_word_info word;
	char setting[256], choices[512], *rest = choices, *choice;
	u32 nr = 0;

	for (size_t i = 0; wl_word_info(i, &word); i++) {
		if (strcmp(word.section, "handler") != 0 && strcmp(word.section, "device") != 0)
			continue;
		snprintf(choices, sizeof(choices), "%s", word.choices);
		for (rest = choices;
		     !strstr(word.choices, "see ") && (choice = strtok_r(rest, ", ", &rest));) {
			const char *const settings[] = {setting, NULL};

			snprintf(setting, sizeof(setting), "%s.%s=%s", word.section, word.key,
				 choice);
			load(SMALL, settings, NULL);
			wl_free(&workload);
			nr++;
		}
	}
	assert_true(nr > 12);
	for (u32 i = 0; sys_dispatch_names[i]; i++) {
		for (size_t j = 0; wl_word_info(j, &word); j++) {
			if (!strcmp(word.key, "dispatch"))
				assert_non_null(strstr(word.choices, sys_dispatch_names[i]));
		}
	}
}

/* Every row names keys that there are, and values that they may have. */
static void every_row_of_what_acts_is_sound(void **state)
{
	const struct wl_acts *row;
	char path[128], value[256], wanted[128], message[TEXT_MESSAGE_MAX];
	const struct text_where where = {.file = "x", .message = message};
	u32 nr = 0;

	load(SMALL, NULL, NULL);
	for (size_t i = 0; i < sys_section_count; i++) {
		for (size_t j = 0; j < sys_sections[i].nr_params; j++) {
			snprintf(path, sizeof(path), "%s.%s", sys_sections[i].path,
				 sys_sections[i].params[j].key);
			for (size_t k = 0; (row = wl_acts_row(path, k)); k++) {
				char *rest = wanted, *word;

				assert_true(wl_format_value(&workload.config, row->key, value,
							    sizeof(value)));
				snprintf(wanted, sizeof(wanted), "%s",
					 row->wanted + (row->wanted[0] == '!'));
				while ((word = strtok_r(rest, "|", &rest))) {
					struct wl_setting setting = {.line = 1};
					struct sys_config config = workload.config;

					snprintf(setting.path, sizeof(setting.path), "%s",
						 row->key);
					snprintf(setting.value, sizeof(setting.value), "%s", word);
					if (strcmp(word, "trace") &&
					    wl_apply(&config, where, &setting, 1))
						fail_msg("%s: %s", path, message);
				}
				nr++;
			}
		}
	}
	assert_true(nr > 100);
	wl_free(&workload);
}

static void keys_of_a_file_that_cannot_act_are_noted(void **state)
{
	static const char text[] = "platform: small\n"
				   "smmu: {features: {priq_lg2: 4, stall_max: 5}}\n"
				   "vtd: {caches: {iotlb_entries: 16, iotlb_ways: 4}}\n"
				   "handler: {mode: sva, design: rcu, premap_pages: 1}\n"
				   "workload: {message: 4KiB}\n"
				   "mappings: [{iova: 0x1000, size: 1GiB}]\n";
	static const char points[] = "sweep: {points: [{set: {iommu: vtd}}]}\n";
	char *folder = support_folder(), path[128], both[1024];

	snprintf(path, sizeof(path), "%s/w.yaml", folder);
	support_write(folder, "w.yaml", text, sizeof(text) - 1);
	load(path, NULL, NULL);
	assert_non_null(strstr(workload.notes,
			       "w.yaml:2:19: warning: 'smmu.features.priq_lg2' acts "
			       "only where smmu.features.pri is true, and here it is "
			       "false\n"));
	assert_non_null(strstr(workload.notes,
			       ":3:16: warning: 'vtd.caches.iotlb_entries' acts only "
			       "where iommu is vtd, and here it is smmuv3\n"));
	assert_non_null(strstr(workload.notes, ":4:22: warning: 'handler.design' acts only where "
					       "handler.mode is vfio, and here it is sva\n"));
	/* a default misleads nobody */
	assert_null(strstr(workload.notes, "premap_pages"));
	assert_null(strstr(workload.notes, "stall_max"));
	wl_free(&workload);
	/* nor does what one of its points needs */
	snprintf(both, sizeof(both), "%s%s", text, points);
	support_write(folder, "w.yaml", both, strlen(both));
	load(path, NULL, NULL);
	assert_null(strstr(workload.notes, "vtd"));
	assert_non_null(strstr(workload.notes, "priq_lg2"));
	wl_free(&workload);
	support_remove(folder);
}

static void the_hash_follows_what_can_change_a_result(void **state)
{
	u64 hash;

	load(SMALL, NULL, NULL);
	hash = wl_config_hash(&workload.config);
	assert_int_equal(set("title", "another"), 0);
	assert_int_equal(set("name", "another"), 0);
	/* how exact percentiles are, and of what they are */
	assert_int_equal(set("output.trace_limit", "5"), 0);
	assert_true(wl_config_hash(&workload.config) != hash);
	assert_int_equal(set("output.trace_limit", "100000"), 0);
	assert_int_equal(set("output.window", "whole"), 0);
	assert_true(wl_config_hash(&workload.config) != hash);
	assert_int_equal(set("output.window", "auto"), 0);
	assert_true(wl_config_hash(&workload.config) == hash);
	assert_int_equal(set("seed", "8"), 0);
	assert_true(wl_config_hash(&workload.config) != hash);
	assert_int_equal(set("seed", "7"), 0);
	assert_true(wl_config_hash(&workload.config) == hash);
	assert_int_equal(set("handler.design", "rfc-v3"), 0);
	assert_true(wl_config_hash(&workload.config) != hash);
	assert_int_equal(set("handler.design", "core-path"), 0);
	assert_int_equal(set("cpu.wakeup", "1001ns"), 0);
	assert_true(wl_config_hash(&workload.config) != hash);
	assert_int_equal(set("cpu.wakeup", "1us"), 0);
	workload.config.mappings[0].is_writable = false;
	assert_true(wl_config_hash(&workload.config) != hash);
	wl_free(&workload);
}

static void a_trace_is_looked_for_beside_the_file_that_names_it(void **state)
{
	static const char text[] = "platform: small\n"
				   "workload: {generator: trace, trace: sub/t.trc}\n"
				   "mappings: [{iova: 0, size: 4K}]\n";
	char *folder = support_folder();
	char path[128], expected[128];

	support_write(folder, "w.yaml", text, strlen(text));
	snprintf(path, sizeof(path), "%s/w.yaml", folder);
	snprintf(expected, sizeof(expected), "%s/sub/t.trc", folder);
	load(path, NULL, NULL);
	assert_string_equal(workload.config.trace_path, expected);
	is("workload.trace", "t.trc"); /* no folder of this machine in any output */
	wl_free(&workload);
	support_remove(folder);
}

static void every_workload_that_comes_with_iopfsim_loads(void **state)
{
	static const char *const names[] = {"uadk-sva", "uadk-vfio", "container"};
	char message[TEXT_MESSAGE_MAX];

	wl_data_set(NULL, "nobody knows where they are");
	assert_int_equal(wl_load(&workload, &(struct wl_request){.path = names[0]}, message),
			 -EINVAL);
	assert_string_equal(message, "uadk-sva: no such file, and nobody knows where they are");
	wl_data_set(".", NULL); /* the source tree has workloads/ */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		load(names[i], NULL, NULL); /* by bare name */
		assert_true(workload.nr_points >= 4);
		assert_string_equal(workload.notes, "");
		wl_free(&workload);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_workload_overrides_its_platform_and_settings_override_both),
		cmocka_unit_test(smmus_is_another_name_of_iommus),
		cmocka_unit_test(mappings_are_sorted_and_writable_unless_said_otherwise),
		cmocka_unit_test(a_sweep_is_read_as_written),
		cmocka_unit_test(a_grid_is_a_product_whose_last_key_changes_fastest),
		cmocka_unit_test(keys_of_a_zip_go_in_step_as_one_axis_of_the_grid),
		cmocka_unit_test(ranges_have_steps_and_factors_and_the_units_of_their_key),
		cmocka_unit_test(axes_of_the_command_line_stand_in_place_of_the_files),
		cmocka_unit_test(a_key_that_acts_at_one_point_may_be_swept),
		cmocka_unit_test(a_cost_may_be_a_distribution_wherever_it_is_stated),
		cmocka_unit_test(a_constant_takes_the_place_of_a_distribution_and_back),
		cmocka_unit_test(applying_settings_changes_those_values_only),
		cmocka_unit_test(every_number_goes_to_the_ends_of_its_range_and_not_beyond),
		cmocka_unit_test(every_row_of_the_tables_is_sound),
		cmocka_unit_test(every_choice_of_a_word_is_taken_and_listed),
		cmocka_unit_test(every_row_of_what_acts_is_sound),
		cmocka_unit_test(keys_of_a_file_that_cannot_act_are_noted),
		cmocka_unit_test(the_hash_follows_what_can_change_a_result),
		cmocka_unit_test(a_trace_is_looked_for_beside_the_file_that_names_it),
		cmocka_unit_test(every_workload_that_comes_with_iopfsim_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
