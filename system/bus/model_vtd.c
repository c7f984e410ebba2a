// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine of bus.h with a VT-d unit, at the addresses of QEMU's q35 machine.
 * What it is able to do: defaults of the model's parameter tables, or the profile
 * "qemu72" with properties of QEMU's intel-iommu device behind it:
 * qemu72,aw-bits=39,x-scalable-mode=on and so on.
 */
#include <errno.h>
#include <string.h>

#include "models/vtd/regs.h"
#include "models/vtd/vtd.h"
#include "system/bus/internal.h"

/*
 * QEMU 7.2, -device intel-iommu,intremap=off (tests/oracle/caps_qemu72.json): one
 * fault recording register that compresses, no device-TLBs, no first stage.
 */
static void set_qemu72(struct vtd_params *p)
{
	*p = (struct vtd_params){
		.revision = 3,
		.ver_major = 1,
		.haw_bits = 48,
		.mgaw_bits = 48,
		.domain_bits = 16,
		.aw39 = 1,
		.aw48 = 1,
		.ss_2m = 1,
		.ss_1g = 1,
		.nr_fault_records = 1,
		.fault_compression = 1,
		.psi = 1,
		.mamv = 18,
		.qi = 1,
		.pt = 1,
		.prq_lg2 = 7,
		.pasid_bits = 1,
	};
	sys_bus_set_defaults(p, vtd_cache_table, vtd_cache_count);
	sys_bus_set_defaults(p, vtd_timing_table, vtd_timing_count);
}

static void set_aw39(struct vtd_params *p, u64 is_on)
{
	p->aw48 = !is_on;
	p->mgaw_bits = is_on ? 39 : 48;
	p->haw_bits = p->mgaw_bits;
}

static void set_scalable(struct vtd_params *p, u64 is_on)
{
	p->smts = is_on;
	p->ssts = is_on;
	p->srs = is_on;
}

static void set_pasid(struct vtd_params *p, u64 is_on)
{
	p->pasid = is_on;
}

static void set_pt(struct vtd_params *p, u64 is_on)
{
	p->pt = is_on;
}

static void set_snoop(struct vtd_params *p, u64 is_on)
{
	p->sc = is_on;
}

static void set_caching(struct vtd_params *p, u64 is_on)
{
	p->caching_mode = is_on;
}

struct property {
	const char *name, *off, *on;
	void (*set)(struct vtd_params *p, u64 is_on);
};

static const struct property properties[] = {
	{"aw-bits", "48", "39", set_aw39},	   {"x-scalable-mode", "off", "on", set_scalable},
	{"x-pasid-mode", "off", "on", set_pasid},  {"pt", "off", "on", set_pt},
	{"snoop-control", "off", "on", set_snoop}, {"caching-mode", "off", "on", set_caching},
};

static bool is_word(const char *text, size_t bytes, const char *word)
{
	return strlen(word) == bytes && !memcmp(text, word, bytes);
}

/* NAME=VALUE */
static int set_property(struct vtd_params *p, const char *text, size_t bytes)
{
	const char *equals = memchr(text, '=', bytes);
	size_t name_bytes = equals ? (size_t)(equals - text) : bytes;
	size_t value_bytes = equals ? bytes - name_bytes - 1 : 0;

	for (size_t i = 0; equals && i < sizeof(properties) / sizeof(properties[0]); i++) {
		const struct property *property = &properties[i];
		bool is_on = is_word(equals + 1, value_bytes, property->on);

		if (!is_word(text, name_bytes, property->name))
			continue;
		if (!is_on && !is_word(equals + 1, value_bytes, property->off))
			return -EINVAL;
		property->set(p, is_on);
		return 0;
	}
	return -EINVAL;
}

static int profile(const char *name, void *params)
{
	struct vtd_params *p = params;
	size_t bytes;

	sys_bus_set_defaults(p, vtd_feature_table, vtd_feature_count);
	sys_bus_set_defaults(p, vtd_cache_table, vtd_cache_count);
	sys_bus_set_defaults(p, vtd_timing_table, vtd_timing_count);
	if (!name)
		return 0;
	bytes = strcspn(name, ",");
	if (!is_word(name, bytes, "qemu72"))
		return -EINVAL;
	set_qemu72(p);
	for (name += bytes; *name; name += bytes) {
		name++;
		bytes = strcspn(name, ",");
		if (set_property(p, name, bytes))
			return -EINVAL;
	}
	return vtd_params_check(p) ? -EINVAL : 0;
}

static const char *check(const void *params)
{
	return vtd_params_check(params);
}

static void *make(const void *params, struct mem *mem)
{
	struct vtd *vtd = vtd_create(params, mem, 0);

	if (vtd)
		vtd_set_clockless(vtd, true);
	return vtd;
}

static void destroy(void *iommu)
{
	vtd_destroy(iommu);
}

static u64 mmio_read(void *iommu, u32 offset, u32 bytes)
{
	return vtd_mmio_read(iommu, offset, bytes);
}

static void mmio_write(void *iommu, u32 offset, u64 value, u32 bytes)
{
	vtd_mmio_write(iommu, offset, value, bytes);
}

static struct port *port_create(void *iommu, u32 stream_id)
{
	return vtd_port_create(iommu, stream_id);
}

const struct sys_bus_model sys_bus_vtd = {
	.name = "vtd",
	.ram = 0,
	.ram_bytes = 512ULL << 20,
	.registers = 0xfed90000,
	.register_bytes = VTD_MMIO_BYTES,
	.messages = INTR_RANGE,
	.message_bytes = 1ULL << INTR_RANGE_LG2,
	.max_stream = 0xffff,
	.params_bytes = sizeof(struct vtd_params),
	.profile = profile,
	.check = check,
	.make = make,
	.destroy = destroy,
	.read = mmio_read,
	.write = mmio_write,
	.port_create = port_create,
	.registers_table = vtd_reg_table,
	.nr_registers = VTD_NR_REGS,
};
